"""Rulings of the bureau read into the official text of a school: corrections in its midst, additions behind it.

A correction reaches over the whole of every clause that it touches (`whole`), so that no half of a clause is left to
mean something else. Its words are read where they stand, with the heading and the condition of their list. Where that
would change how the rest of the text is read, they are read as a text of their own, as additions are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from catchments.text.clauses import CatchmentText, Clause, Kind, Ruling

Span = tuple[int, int]
Read = Callable[[str], tuple[Clause, ...]]


def rulings_of(rows: Sequence[CatchmentText], rulings: Iterable[Ruling]) -> dict[CatchmentText, list[Ruling]]:
    """The rulings of each row. Raises ValueError for a school without a text and for a span outside it."""
    by_school: dict[tuple[str, str], CatchmentText] = {}
    for row in rows:
        by_school.setdefault((row.level, row.school), row)
    found: dict[CatchmentText, list[Ruling]] = {}
    for ruling in rulings:
        row = by_school.get((ruling.level, ruling.school))
        if row is None:
            raise ValueError(f"核定中的学校“{ruling.school}”没有施教区文字。")
        if ruling.replaces and not 0 <= ruling.replaces[0] < ruling.replaces[1] <= len(row.text):
            raise ValueError(f"核定更正的位置{ruling.replaces}不在{ruling.school}的文字里。")
        found.setdefault(row, []).append(ruling)
    return found


def whole(clauses: Iterable[Clause], span: Span) -> Span:
    """The span with the whole of every clause that it touches: what a correction there takes out of force."""
    start, end = span
    spans = [clause.span for clause in clauses if clause.kind is not Kind.MARK]
    while cut := [(a, b) for a, b in spans if a < end and b > start and (a < start or b > end)]:
        start, end = min(start, *(a for a, _ in cut)), max(end, *(b for _, b in cut))
    return start, end


def ruled(text: str, clauses: tuple[Clause, ...], rulings: Sequence[Ruling], read: Read) -> tuple[Clause, ...]:
    """The clauses of a text as the rulings leave them, in the order of the text; `read` reads any words."""
    replacing = [ruling for ruling in rulings if ruling.replaces]
    places = _merged([_Place(whole(clauses, ruling.replaces or (0, 0)), (ruling,)) for ruling in replacing])
    kept = [clause for clause in clauses if not any(place.touches(clause.span) for place in places)]
    gone = {clause.kind for clause in clauses for place in places if place.touches(clause.span)}
    found = _in_place(text, kept, places, read, conditions=not gone & {Kind.CONDITION, Kind.HEADING})
    alone = [(ruling, (len(text), len(text))) for ruling in rulings if not ruling.replaces]
    if found is None:
        found = kept
        alone += [(ruling, place.span) for place in places for ruling in place.rulings]
    for ruling, span in alone:
        found += _alone(ruling, span, read, max((clause.part for clause in found), default=0))
    return tuple(sorted(found, key=lambda clause: clause.span))


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of the official text that is read otherwise, and the rulings that say how."""

    span: Span
    rulings: tuple[Ruling, ...]

    def touches(self, span: Span) -> bool:
        return span[0] < self.span[1] and span[1] > self.span[0]

    @property
    def words(self) -> str:
        return "、".join(ruling.words for ruling in self.rulings if ruling.words)


def _merged(places: list[_Place]) -> list[_Place]:
    """Places in the order of the text; rulings inside one clause share its place."""
    found: list[_Place] = []
    for place in sorted(places, key=lambda place: place.span):
        if found and found[-1].touches(place.span):
            last = found.pop()
            span = last.span[0], max(last.span[1], place.span[1])
            place = _Place(span, (*last.rulings, *place.rulings))
        found.append(place)
    return found


def _in_place(
    text: str, kept: Sequence[Clause], places: Sequence[_Place], read: Read, *, conditions: bool
) -> list[Clause] | None:
    """All clauses of the text with the rulings' words in it, or None when the official rest would read otherwise.

    The rest keeps its conditions too, unless a condition or a heading is what is corrected.
    """
    pieces, shifts, at = [], [], 0
    length = 0
    for place in places:
        pieces += [text[at : place.span[0]], place.words]
        length += place.span[0] - at
        shifts.append((length, length + len(place.words), place))
        length += len(place.words)
        at = place.span[1]
    found = [clause for clause in kept if clause.kind is Kind.MARK]  # marks on both sides of a gap are read as one
    for clause in read("".join([*pieces, text[at:]])):
        moved = _official(clause, shifts)
        if moved is None and clause.kind is not Kind.MARK:
            return None
        if moved and (moved.ruling or moved.kind is not Kind.MARK):
            found.append(moved)
    return found if _meaning(found, conditions) == _meaning(kept, conditions) else None


def _official(clause: Clause, shifts: Sequence[tuple[int, int, _Place]]) -> Clause | None:
    """A clause of the mended text with its span in the official one; None when it holds words of both."""
    a, b = clause.span
    back = 0
    for start, end, place in shifts:
        if a < end and b > start:
            inside = start <= a and b <= end
            return replace(clause, span=place.span, ruling=_author(place, a - start)) if inside else None
        if a >= end:
            back = place.span[1] - end
    return replace(clause, span=(a + back, b + back))


def _author(place: _Place, at: int) -> Ruling:
    """The ruling whose words stand at this distance from the beginning of the place."""
    spoken = [ruling for ruling in place.rulings if ruling.words]
    for ruling in spoken:
        at -= len(ruling.words) + 1
        if at < 0:
            return ruling
    return spoken[-1]


def _meaning(clauses: Iterable[Clause], conditions: bool) -> list[object]:
    """What the official words say."""
    return [
        (
            clause.kind,
            clause.span,
            clause.claims,
            clause.lines,
            conditions and clause.condition and clause.condition.quote,
        )
        for clause in sorted(clauses, key=lambda clause: clause.span)
        if clause.ruling is None and clause.kind is not Kind.MARK
    ]


def _alone(ruling: Ruling, span: Span, read: Read, part: int) -> list[Clause]:
    """The words of a ruling as a text of their own, in sentences numbered after `part`."""
    return [replace(clause, span=span, part=part + clause.part, ruling=ruling) for clause in read(ruling.words)]
