"""Names and addresses that mean the same place, found in what was typed in either direction, and what follows of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catchments.text.address import District, ends_here, local
from catchments.text.answers import Answer, Outcome, Reason, Sure
from catchments.text.clauses import Alias
from catchments.text.index import LevelIndex
from catchments.text.normalise import is_han
from catchments.text.numbers import CN, number
from catchments.text.vocabulary import KINDS_OF_PLACE

_SHORTEST = 2
_NUMERAL = re.compile(rf"[{CN}]+(?=号)")
_HOUSE = re.compile(r"\d号$")
_NUMBERED = re.compile(r"\d(?:号院?|弄)$")
_BEFORE = KINDS_OF_PLACE | frozenset("省市县镇乡旗道号内")
_UNANSWERED = (Reason.SILENT, Reason.NUMBER_UNNAMED)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed address says in other words: `found` stands in it, `means` may stand in its place."""

    found: str
    means: str
    address: str

    def __str__(self) -> str:
        return f"{self.found}→{self.means}"


class Gazetteer:
    """All aliases of a district, each from the name to the address and from the address to the name."""

    def __init__(self, aliases: Iterable[Alias], district: District) -> None:
        self.district = district
        meanings: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.names: set[str] = set()
        for alias in aliases:
            name, means = self._plain(alias.name), self._plain(alias.means)
            self.names.add(name)
            for key, other in ((name, alias.means), (means, alias.name)):
                meanings[key][other] = None
                if _HOUSE.search(key):
                    meanings[key[:-1]][other] = None  # 「甲街12」
        self.meanings = {key: tuple(found) for key, found in meanings.items() if len(key) >= _SHORTEST}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for key in self.meanings:
            lengths[key[:_SHORTEST]].add(len(key))
        self.lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def __bool__(self) -> bool:
        return bool(self.meanings)

    def readings(self, typed: str, index: LevelIndex) -> Iterator[Reading]:
        """Every other way to say the address: what stands before the name found is left out, what follows is kept."""
        text = self._plain(typed)
        i = 0
        while i < len(text):
            key = self._key(text, i, index)
            for means in self.meanings.get(key, ()):
                yield Reading(key, means, means + text[i + len(key) :])
            i += len(key) or 1

    def _key(self, text: str, i: int, index: LevelIndex) -> str:
        """The longest name or address of the gazetteer that stands at i as a whole, or nothing."""
        for length in self.lengths.get(text[i : i + _SHORTEST], ()):
            key = text[i : i + length]
            if len(key) < length or key not in self.meanings:
                continue
            if self._begins(text, i) and _ends(text, i, i + length, index):
                return key
        return ""

    def _begins(self, text: str, i: int) -> bool:
        """Whether a name may begin here: not inside a longer name, not inside a number."""
        if i == 0 or text[i - 1] in _BEFORE:
            return True
        return not is_han(text[i - 1]) and not (text[i - 1].isalnum() and text[i].isalnum() and not is_han(text[i]))

    def _plain(self, text: str) -> str:
        """Folded, without spaces and without the district before it, house numbers in digits."""
        return _NUMERAL.sub(lambda match: str(number(match[0])), local(text, self.district))


def _ends(text: str, start: int, end: int, index: LevelIndex) -> bool:
    """Whether a name or an address ends here: 「甲街12号」 may be followed by anything, 「甲街12」 by no number or unit."""
    if end == len(text):
        return True
    if text[end - 1].isdigit():
        return not text[end].isalnum() and text[end] != "-"
    return bool(_NUMBERED.search(text, start, end)) or ends_here(text, start, end, index)


def reconcile(answer: Answer, found: Sequence[tuple[Reading, Answer]]) -> Answer:
    """The answer to the words as typed, with what the readings of the gazetteer add. Two schools are no answer."""
    if _settled(answer):
        return answer
    decided = [(reading, other) for reading, other in found if other.outcome is Outcome.ONE]
    settled = [(reading, other) for reading, other in decided if _settled(other)]
    decided = settled or decided
    schools = {other.schools for _, other in decided}
    if answer.outcome is Outcome.NONE:
        if answer.reason not in _UNANSWERED:
            return answer
        if len(schools) > 1:
            return _torn(answer, decided)
        open_ = [(reading, other) for reading, other in found if other.outcome is Outcome.SEVERAL]
        return _taken(answer, *(decided or open_)[0]) if decided or open_ else answer
    if answer.outcome is Outcome.ONE:
        others = [(reading, other) for reading, other in decided if other.schools != answer.schools]
        if not others:
            return answer
        return _taken(answer, *settled[0]) if settled and len(schools) == 1 else _torn(answer, others)
    fitting = [(reading, other) for reading, other in decided if settled or other.schools[0] in answer.schools]
    return _taken(answer, *fitting[0]) if len({other.schools for _, other in fitting}) == 1 else answer


def _settled(answer: Answer) -> bool:
    return bool(answer.matches) and all(match.clause.settles for match in answer.matches)


def _taken(answer: Answer, reading: Reading, other: Answer) -> Answer:
    """The answer to another reading, as an answer to what was typed."""
    return replace(other, address=answer.address, sure=_inferred(other.sure), assumed=(*other.assumed, str(reading)))


def _torn(answer: Answer, decided: Sequence[tuple[Reading, Answer]]) -> Answer:
    """Readings of one address that lead to different schools: only the bureau knows which counts."""
    own = [(answer.place, answer)] if answer.outcome is Outcome.ONE else []
    ways = [*own, *((reading.means, other) for reading, other in decided)]
    said = "，".join(f"按“{words}”属于{other.schools[0]}" for words, other in ways)
    return replace(
        answer,
        outcome=Outcome.SEVERAL,
        schools=tuple(dict.fromkeys(other.schools[0] for _, other in ways)),
        sure=_inferred(answer.sure),
        reason=Reason.CONFLICT,
        place=answer.place or decided[0][0].found,
        matches=tuple(match for _, other in ways for match in other.matches),
        assumed=(*answer.assumed, *(str(reading) for reading, _ in decided)),
        question=f"{said}，请向区教育局核实以哪一所为准。",
    )


def _inferred(sure: Sure) -> Sure:
    return Sure.INFERRED if sure is Sure.EXACT else sure
