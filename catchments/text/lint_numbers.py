"""Faults of house numbers: holes and overlaps between schools, ends and parities that the text does not spell out."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catchments.text.book import Book
from catchments.text.finding import Finding, Rule, Severity, quote
from catchments.text.index import Entry, LevelIndex, Role
from catchments.text.numbers import Term

_FAR = 10_000


@dataclass(frozen=True, slots=True)
class _Range:
    entry: Entry
    term: Term

    @property
    def high(self) -> int:
        return _FAR if self.term.high is None else self.term.high


def number_faults(book: Book) -> Iterator[Finding]:
    """All faults of house numbers."""
    for level, matcher in book.matchers.items():
        for name in matcher.index.names:
            for (place, unit), ranges in _ranges(matcher.index, name).items():
                yield from _between(level, place, unit, ranges)
                yield from _ends(level, place, ranges)
            yield from _parts(level, matcher.index, name)


def _ranges(index: LevelIndex, name: str) -> dict[tuple[str, str], list[_Range]]:
    """The ranges of a name by the place they count in and what they count: 「某路」 号, 「某路57弄」 号, 「某苑」 幢."""
    found: defaultdict[tuple[str, str], list[_Range]] = defaultdict(list)
    for entry in index.names[name].entries:
        claim = entry.claim
        if entry.role is not Role.PLACE or not claim or not claim.numbers or claim.gloss or claim.segment:
            continue
        for term in claim.numbers.terms:
            if not _counts(term):
                continue
            found[name + term.label, term.unit].append(_Range(entry, term))
            for inner in term.inner if term.single else ():
                if _counts(inner) and not inner.inner:
                    within = "内" if inner.unit == term.unit else ""
                    place = f"{name}{term.label}{term.low}{term.unit}{within}{inner.label}"
                    found[place, inner.unit].append(_Range(entry, inner))
    return found


def _counts(term: Term) -> bool:
    """Whether a term counts on from number to number: 「A1-A6栋」 does, 「附三巷」 and 「北区」 are names."""
    return bool(term.low) and (not term.label or term.label.isascii())


def _between(level: str, name: str, unit: str, ranges: list[_Range]) -> Iterator[Finding]:
    """Side by side, odd and even: does one school end where the next begins?"""
    told: set[tuple[str, str]] = set()
    for parity in (1, 2):
        step = 2 if unit == "号" else 1
        side = sorted((r for r in ranges if not _beyond(r.term, parity, unit)), key=lambda r: (r.term.low, r.high))
        if unit != "号" and parity == 2:
            break
        for left, right in itertools.pairwise(side):
            if left.entry.school == right.entry.school and (
                right.term.low <= left.high
                or left.term.single
                or right.term.single
                or left.term.parity != right.term.parity
            ):
                continue
            quotes = tuple(quote(level, one.entry.school, one.entry.clause) for one in (left, right))
            if (
                right.term.low <= left.high
                and not (left.term.inner or right.term.inner)
                and (left.term.high is not None or right.term.high is not None)
                and _meets(left, right, parity, unit)
            ):
                if ("overlap", name) not in told:
                    told.add(("overlap", name))
                    yield Finding(
                        Rule.NUMBER_OVERLAP,
                        Severity.HIGH,
                        name,
                        quotes,
                        f"{name}{_common(left, right, unit)}同时列入{left.entry.school}、{right.entry.school}，由哪一所接收？",
                    )
            elif (
                right.term.low - left.high > step
                and ("gap", name) not in told
                and left.high - left.term.low + right.high - right.term.low > step
            ):
                told.add(("gap", name))
                side_word = ("的单号", "的双号")[parity - 1] if unit == "号" else ""
                question = f"{name}{left.high}{unit}与{right.term.low}{unit}之间{side_word}由哪一所接收？"
                severity = Severity.MEDIUM if left.entry.school != right.entry.school else Severity.LOW
                yield Finding(Rule.NUMBER_GAP, severity, name, quotes, question)


def _beyond(term: Term, parity: int, unit: str) -> bool:
    """Whether a term lies wholly on the other side of the road."""
    if unit != "号":
        return False
    return (term.low % 2 != parity % 2) if term.single else bool(term.parity) and term.parity != parity


def _common(left: _Range, right: _Range, unit: str) -> str:
    """The numbers that two ranges share, in words."""
    low, high = max(left.term.low, right.term.low), min(left.high, right.high)
    if high == _FAR:
        return f"{low}{unit}以后"
    return f"{low}{unit}至{high}{unit}" if low < high else f"{low}{unit}"


def _meets(left: _Range, right: _Range, parity: int, unit: str) -> bool:
    low, high = max(left.term.low, right.term.low), min(left.high, right.high)
    common = range(low, min(high, low + 3) + 1)
    return any(_gives(left, n, parity, unit) and _gives(right, n, parity, unit) for n in common)


def _gives(one: _Range, number: int, parity: int, unit: str) -> bool:
    """Whether a range gives this number of this side of the road to its school, holes taken out."""
    if unit == "号" and number % 2 != parity % 2:
        return False
    holes = one.entry.claim.numbers.holes  # type: ignore[union-attr]
    return one.term.holds(number) and not any(hole.holds(number) for hole in holes)


def _ends(level: str, name: str, ranges: list[_Range]) -> Iterator[Finding]:
    """Ends that need a reading: 以后, an excluded end, a range whose parity is not said beside one whose is."""
    excluded: defaultdict[int, list[Entry]] = defaultdict(list)
    for one in ranges:
        for hole in one.entry.claim.numbers.holes:  # type: ignore[union-attr]
            excluded[hole.low].append(one.entry)
    for one in ranges:
        here = quote(level, one.entry.school, one.entry.clause)
        unit = one.term.unit
        if one.term.open_edge:
            other = [entry for entry in excluded.get(one.term.low, []) if entry.school != one.entry.school]
            quotes = (here, *(quote(level, entry.school, entry.clause) for entry in other))
            severity = Severity.HIGH if other else Severity.LOW
            question = f"“{one.term.low}{unit}以后”是否包括{one.term.low}{unit}本身？"
            yield Finding(Rule.NUMBER_READING, severity, f"{name}{one.term.low}{unit}", quotes, question)
        for hole in one.entry.claim.numbers.holes:  # type: ignore[union-attr]
            if hole.low == one.high:
                yield Finding(
                    Rule.NUMBER_READING,
                    Severity.LOW,
                    f"{name}{hole.low}{unit}",
                    (here,),
                    f"{name}写到{one.high}{unit}又不含{hole.low}{unit}，是否到前一号为止？",
                )
    sided = [one for one in ranges if one.term.parity and not one.term.implied]
    open_sides = [
        one
        for one in ranges
        if one.term.unit == "号" and not one.term.single and (not one.term.parity or one.term.implied)
    ]
    if sided and open_sides:
        quotes = tuple(quote(level, one.entry.school, one.entry.clause) for one in (*open_sides, *sided))
        question = f"{name}有的写明单双号、有的没有写明，没有写明的是否包括单号和双号？"
        yield Finding(Rule.NUMBER_READING, Severity.MEDIUM, name, tuple(dict.fromkeys(quotes)), question)
    pairs = [one for one in ranges if one.term.parity and one.term.high is None and one.term.low > 1]
    by_entry: defaultdict[int, list[_Range]] = defaultdict(list)
    for one in pairs:
        by_entry[id(one.entry)].append(one)
    for group in by_entry.values():
        if {one.term.parity for one in group} == {1, 2} and sum(one.term.open_edge for one in group) == 1:
            entry = group[0].entry
            question = "“以后”是同时限定单号和双号，还是只限定后一个？"
            yield Finding(
                Rule.NUMBER_READING,
                Severity.MEDIUM,
                f"{name}以后",
                (quote(level, entry.school, entry.clause),),
                question,
            )


def _parts(level: str, index: LevelIndex, name: str) -> Iterator[Finding]:
    """A road of which only parts are given away: the rest has no school."""
    entries = [entry for entry in index.names[name].entries if entry.role is Role.PLACE and entry.claim]
    lines = [entry for entry in index.names[name].entries if entry.role is Role.LINE]
    if not entries or any(not e.claim.numbers and not e.claim.segment and not e.claim.partial for e in entries):  # type: ignore[union-attr]
        return
    segments = [e for e in entries if e.claim.segment and e.claim.segment.side]  # type: ignore[union-attr]
    sides = {(e.claim.segment.refs[0], e.claim.segment.side) for e in segments}  # type: ignore[union-attr]
    units = {term.unit for e in entries if e.claim.numbers for term in e.claim.numbers.terms}  # type: ignore[union-attr]
    lone = len(sides) == 1 or bool(units & {"区", "段"} and "号" not in units)
    if lone:
        quotes = tuple(quote(level, e.school, e.clause) for e in (*entries, *lines))
        yield Finding(Rule.PART_UNNAMED, Severity.MEDIUM, name, quotes, f"{name}只写了一部分，其余部分由哪一所接收？")
