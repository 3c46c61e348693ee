"""The deciding question of an open answer as buttons, and the answer that each of them gives.

Wherever the engine can be asked again with the choice typed behind the address, it is: the option is its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from catchments.text.answers import Answer, Match, Option, Outcome, Reason, Sure
from catchments.text.clauses import Kind, Line
from catchments.text.questions import segment_words
from catchments.text.typed import number_asked, spoken
from catchments.text.vocabulary import OPPOSITE

Again = Callable[[str], Answer]  # asks with these words typed behind the address

MEETS, MEETS_NOT, MEETS_NONE = "符合", "不符合", "都不符合"
OTHER_STRETCH = "其他路段"


@dataclass(frozen=True, slots=True)
class _Way:
    """An option with all that its answer says."""

    label: str
    schools: tuple[str, ...]
    matches: tuple[Match, ...]
    reason: Reason
    question: str = ""
    refused: tuple[Match, ...] = ()


def options(answer: Answer, again: Again) -> tuple[Option, ...]:
    """The options that tell schools apart, in the order of the question."""
    return tuple(Option(way.label, way.schools) for way in _ways(answer, again))


def answered(answer: Answer, label: str, again: Again) -> Answer:
    """The answer that the option of this label leaves."""
    way = next((way for way in _ways(answer, again) if way.label == label), None)
    if way is None:
        return answer
    outcome = (Outcome.NONE, Outcome.ONE)[len(way.schools)] if len(way.schools) < 2 else Outcome.SEVERAL
    question = way.question or f"请向区教育局核实{answer.place}由哪一所接收。"
    return replace(
        answer,
        outcome=outcome,
        schools=way.schools,
        sure=Sure.INFERRED if answer.sure is Sure.EXACT else answer.sure,
        reason=Reason.NAMED if outcome is Outcome.ONE else way.reason,
        matches=way.matches,
        question=question if outcome is Outcome.SEVERAL else "",
        refused=way.refused,
        said=label,
    )


def asks(answer: Answer, again: Again) -> str:
    """The unit of the number that the question is about, when typing one really brings the answer nearer."""
    if not answer.question or answer.said or _parts(answer, again):
        return ""
    numbers = [match.claim.numbers for match in answer.matches if match.claim and match.claim.numbers]
    for unit, words in (pair for one in numbers for pair in number_asked(one)):
        if _nearer(again(words), answer):
            return spoken(unit)
    return ""


def _nearer(found: Answer, answer: Answer) -> bool:
    """Whether a second answer leaves fewer schools, or asks for something else."""
    if found.outcome is not Outcome.SEVERAL or set(found.schools) < set(answer.schools):
        return True
    return found.question != answer.question


def _ways(answer: Answer, again: Again) -> list[_Way]:
    if not answer.question or answer.said:
        return []
    if parts := _parts(answer, again):
        return parts
    if asks(answer, again):
        return []
    for kind in (_lines, _conditions, _choices):
        ways = list(kind(answer))
        if _tell_apart(ways, answer):
            return ways
    return []


def _parts(answer: Answer, again: Again) -> list[_Way]:
    """Stretches of a road, or the two sides of its numbers."""
    for kind in (_segments, _parities):
        ways = list(kind(answer, again))
        if _tell_apart(ways, answer):
            return ways
    return []


def _tell_apart(ways: list[_Way], answer: Answer) -> bool:
    return any(set(way.schools) != set(answer.schools) for way in ways)


def _segments(answer: Answer, again: Again) -> Iterator[_Way]:
    """Sides of another road; the side of which no text speaks too, because somebody lives there."""
    segments = dict.fromkeys(match.claim.segment for match in answer.matches if match.claim and match.claim.segment)
    for segment in list(segments):
        if segment.side in OPPOSITE:
            segments.setdefault(replace(segment, side=OPPOSITE[segment.side]))
    for segment in segments:
        yield _asked(segment_words(segment), again(f"（{segment.printed()}）"))
    if segments and not any(segment.side for segment in segments):
        rest = [match for match in answer.matches if not (match.claim and match.claim.segment)]
        yield _kept(OTHER_STRETCH, rest, answer.reason if rest else Reason.NUMBER_UNNAMED)


def _parities(answer: Answer, again: Again) -> Iterator[_Way]:
    """Odd and even, where the texts say nothing else about the numbers."""
    numbers = [match.claim.numbers for match in answer.matches if match.claim and match.claim.numbers]
    terms = [term for one in numbers for term in (*one.terms, *one.holes)]
    if terms and all(t.unit == "号" and t.parity and t.low <= 1 and t.high is None and not t.inner for t in terms):
        yield _asked("单号", again("1号"))
        yield _asked("双号", again("2号"))


def _asked(label: str, found: Answer) -> _Way:
    return _Way(label, found.schools, found.matches, found.reason, found.question, found.refused)


def _lines(answer: Answer) -> Iterator[_Way]:
    """The sides of a boundary line; nothing is known of a side on which no text has a school."""
    if answer.reason is not Reason.LINE_ONLY:
        return
    lines = [match.line for match in answer.matches if match.line and match.line.side in OPPOSITE]
    for line in dict.fromkeys((one.name, one.segment, one.side) for one in lines):
        there = [m for m in answer.matches if m.line and (m.line.name, m.line.segment, m.line.side) == line]
        yield _kept(_side(there[0].line, line[2]), there, Reason.LINE_ONLY)
    taken = {(line.name, line.side) for line in lines}
    for line in lines:
        if (line.name, OPPOSITE[line.side]) not in taken:
            taken.add((line.name, OPPOSITE[line.side]))
            yield _kept(_side(line, OPPOSITE[line.side]), (), Reason.NUMBER_UNNAMED)


def _side(line: Line | None, side: str) -> str:
    stretch = f"（{line.segment.printed()}）" if line and line.segment else ""
    return f"{line.name if line else ''}{stretch}以{side}"


def _conditions(answer: Answer) -> Iterator[_Way]:
    """Who meets a condition, and who meets none; a priority decides nothing for those who do not have it."""
    asked = [match for match in answer.matches if match.conditions]
    if not asked or any(match.clause.condition and match.clause.condition.priority for match in asked):
        return
    free = [match for match in answer.matches if not match.conditions]
    sets = dict.fromkeys(match.conditions for match in asked)
    for conditions in sets:
        met = [replace(match, conditions=()) for match in asked if match.conditions == conditions]
        label = MEETS if len(sets) == 1 else "；".join(conditions)
        yield _kept(label, [*met, *free], Reason.CONFLICT)
    none = _kept(MEETS_NOT if len(sets) == 1 else MEETS_NONE, free, Reason.CONFLICT)
    yield none if free else replace(none, reason=Reason.CONDITION_FAILS, refused=tuple(asked))


def _choices(answer: Answer) -> Iterator[_Way]:
    """Schools of a shared catchment: the family chooses."""
    if len(answer.schools) > 1 and any(match.clause.kind is Kind.SHARED for match in answer.matches):
        for school in answer.schools:
            yield _kept(school, [match for match in answer.matches if match.school == school], Reason.NAMED)


def _kept(label: str, matches: Iterable[Match], reason: Reason) -> _Way:
    kept = tuple(matches)
    return _Way(label, tuple(dict.fromkeys(match.school for match in kept)), kept, reason)
