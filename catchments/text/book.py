"""A book of official texts: read once, looked up many times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from catchments.text.address import District, parse
from catchments.text.answers import Answer, Option, Outcome, Reason, Sure
from catchments.text.clauses import Alias, CatchmentText, Clause, Kind, Ruling
from catchments.text.conditions import household
from catchments.text.gazetteer import Gazetteer, reconcile
from catchments.text.grammar import read_text
from catchments.text.index import build
from catchments.text.match import Matcher
from catchments.text.options import answered, asks, options
from catchments.text.rulings import ruled, rulings_of
from catchments.text.suggestions import Suggestions
from catchments.text.typed import typed_number

# Levels as people write them; the table of texts decides which form is used.
_LEVELS = {"小学": "primary", "初中": "junior", "中学": "junior", "primary": "小学", "junior": "初中"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One official text with its clauses, under the name of its school."""

    row: CatchmentText
    school: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Book:
    """All texts of a district's season. Build it with `read`."""

    entries: tuple[Entry, ...]
    district: District
    matchers: dict[str, Matcher] = field(repr=False)
    gazetteer: Gazetteer = field(repr=False)

    def lookup(self, address: str, level: str, hukou: str | None = None) -> Answer:
        """Which school serves this address, for a household of which this is known."""
        matcher = self._matcher(level)
        if matcher is None:
            return Answer(address, level, Outcome.NONE, (), Sure.EXACT, Reason.NO_TEXT)
        answer = self._plain(matcher, address, hukou)
        if not self.gazetteer:
            return answer
        readings = self.gazetteer.readings(address, matcher.index)
        return reconcile(answer, [(reading, self._plain(matcher, reading.address, hukou)) for reading in readings])

    def _plain(self, matcher: Matcher, address: str, hukou: str | None) -> Answer:
        """The answer to an address by the words of the texts alone."""
        return matcher.answer(address, parse(address, matcher.index, self.district), household(hukou))

    def _matcher(self, level: str) -> Matcher | None:
        return self.matchers.get(level) or self.matchers.get(_LEVELS.get(level, ""))

    def names(self, typed: str, level: str, most: int = 8) -> tuple[str, ...]:
        """Names of the texts and of the gazetteer for what was typed so far, the likeliest first."""
        suggestions = self._suggestions(level)
        return suggestions.names(typed, most) if suggestions else ()

    def nearest(self, address: str, level: str, most: int = 5) -> tuple[str, ...]:
        """Names that somebody may have meant who typed an address of which no text speaks; none when one does."""
        suggestions = self._suggestions(level)
        found = self.lookup(address, level)
        if found.outcome is not Outcome.NONE or found.reason is Reason.ELSEWHERE:
            return ()
        return suggestions.nearest(address, most) if suggestions else ()

    def _suggestions(self, level: str) -> Suggestions | None:
        matcher = self._matcher(level)
        if matcher and matcher.level not in self._sorted_names:
            self._sorted_names[matcher.level] = Suggestions(matcher.index, self.gazetteer.names, self.district)
        return self._sorted_names[matcher.level] if matcher else None

    @cached_property
    def _sorted_names(self) -> dict[str, Suggestions]:
        """By level, sorted when somebody first types there."""
        return {}

    def options(self, answer: Answer, hukou: str | None = None) -> tuple[Option, ...]:
        """The answers to the deciding question; nothing where only the bureau can say, or a number is asked for."""
        return options(answer, self._again(answer, hukou))

    def asks(self, answer: Answer, hukou: str | None = None) -> str:
        """The unit of the number that would decide (「号」, 「栋」, …) when it is typed behind the address, or ""."""
        return asks(answer, self._again(answer, hukou))

    def typed_number(self, answer: Answer, words: str, hukou: str | None = None) -> str:
        """The words that a number typed for this answer adds to the address (「95号」), or "" when it is no number."""
        return typed_number(self.asks(answer, hukou), words)

    def answered(self, answer: Answer, labels: str, hukou: str | None = None) -> Answer:
        """The answer as the options of these labels (「甲、乙」) narrow it, one after the other, as far as they exist."""
        return answered(answer, labels, self._again(answer, hukou))

    def _again(self, answer: Answer, hukou: str | None) -> Callable[[str], Answer]:
        return lambda words: self.lookup(answer.address + words, answer.level, hukou)

    def entries_of(self, level: str) -> tuple[Entry, ...]:
        """The texts of one level."""
        matcher = self._matcher(level)
        return tuple(entry for entry in self.entries if matcher and entry.row.level == matcher.level)

    def clauses(self, school: str, level: str | None = None) -> tuple[Clause, ...]:
        """The clauses of one school."""
        return tuple(c for e in self.entries if e.school == school and level in (None, e.row.level) for c in e.clauses)


def read(
    rows: Sequence[CatchmentText], district: str = "", aliases: Sequence[Alias] = (), rulings: Iterable[Ruling] = ()
) -> Book:
    """Read official texts and index every name in them; aliases say what else an address is called.

    Rulings are read into the text of their school. Raises ValueError for one that stands on no text.
    """
    place = District.of(district)
    scopes = _scopes(rows, place)
    by_row = rulings_of(rows, rulings)
    entries = tuple(Entry(row, school_name(row), _clauses(row, scopes, by_row.pop(row, ()))) for row in rows)
    indexes = build((entry.row, entry.school, entry.clauses) for entry in entries)
    schools = tuple(dict.fromkeys(entry.school for entry in entries))
    matchers: dict[str, Matcher] = {}
    for level in dict.fromkeys(row.level for row in rows):
        also = tuple(
            dict.fromkeys(
                entry.school
                for entry in entries
                if entry.row.level == level and any(c.kind is Kind.DISTRICT_WIDE for c in entry.clauses)
            )
        )
        matchers[level] = Matcher(level, indexes[level], place.pieces, also) if level in indexes else _empty(level)
        matchers[level].schools_of_book = schools
    return Book(entries, place, matchers, Gazetteer(aliases, place))


_NO_SCHOOL = re.compile(r"说明|备注|片号|序号|入学方式|合计|划片$|^[\s|\d.]*$|^注")


def _clauses(row: CatchmentText, scopes: tuple[str, ...], rulings: Sequence[Ruling]) -> tuple[Clause, ...]:
    """The clauses of a row; a row that is no school (a table head, a remark) is a note as a whole."""
    if _NO_SCHOOL.search(school_name(row)):
        clauses = (Clause(Kind.NOTE, (0, len(row.text)), row.text),) if row.text else ()
    else:
        clauses = read_text(row, scopes)
    if not rulings:
        return clauses
    return ruled(row.text, clauses, rulings, lambda words: read_text(replace(row, text=words), scopes))


def _empty(level: str) -> Matcher:
    from catchments.text.index import LevelIndex

    return Matcher(level, LevelIndex(), (), ())


def school_name(row: CatchmentText) -> str:
    """The school of a row; a broken table has a row number there and the school at the head of the text."""
    if not row.school.strip() and row.group.strip():
        return row.group
    if re.search(r"[\u3400-\u9fff]", row.school):
        # 「某小学·某街」: one school whose table is cut by subdistrict.
        return re.sub(r"[·•・][^·•・]{1,8}(?:街道?|镇|乡|片区?|社区|村)$", "", row.school)
    head = re.match(r"[\u3400-\u9fff]{3,30}?(?:小学校?|中学校?|学校)(?=；|;|：|，)", row.text)
    return head[0] if head else row.school


def _scopes(rows: Sequence[CatchmentText], place: District) -> tuple[str, ...]:
    """Short names of districts as these texts write them before 户籍, so that 「某福利区某某户籍」 can be cut."""
    own = {cut for piece in place.pieces for cut in (piece, re.sub(r"[省市区县]$", "", piece)) if len(cut) > 1}
    before: Counter[str] = Counter()
    seen: dict[str, set[str]] = {}
    for row in rows:
        for match in re.finditer(r"([\u3400-\u9fff])([\u3400-\u9fff]{2})户籍", row.text):
            before[match[2]] += 1
            seen.setdefault(match[2], set()).add(match[1])
        for match in re.finditer(r"[（(]([\u3400-\u9fff]{2,3})户籍[）)，,]", row.text):
            own.add(match[1])
    # The same two characters after different words are no piece of a place name, but a scope of their own.
    own |= {
        words
        for words, count in before.items()
        if count > 1 and len(seen[words]) > 1 and not re.search(r"[村社区]$|[的区内地]", words)
    }
    return tuple(sorted(own, key=len, reverse=True))
