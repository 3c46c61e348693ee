"""Terms while an enumeration is being read, and what lies behind what when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catchments.text.numbers import Term

_AREAS = ("段", "巷", "期", "区", "组团")
# What may follow a number without a separator because it lies inside: 「三分场六队」, 「57弄19支弄」.
_INSIDE = {
    **dict.fromkeys(("分场", "屯", "区"), ("组",)),
    **{"网格": ("号", "幢"), "支弄": ("号", "幢"), "幢": ("单元",)},
}


@dataclass(slots=True)
class RawTerm:
    """A term while it is being read: its unit and parity may still come from what follows."""

    unit: str
    low: int
    high: int | None
    label: str
    parity: int = 0
    said: bool = False
    inner: tuple[Term, ...] = ()
    edge: bool = False
    joined: bool = False  # no separator before it
    doors: tuple[Term, ...] = ()  # of a house number: 「12-1号」
    lane: bool = False  # a lane (弄): it has house numbers of its own

    @property
    def takes_parity(self) -> bool:
        """Whether a parity word may still be about this number: sections and single lanes are not odd or even."""
        return not self.said and self.unit in ("", "号", "幢") and not (self.lane and self.low == self.high)

    def contradicts(self, parity: int) -> bool:
        """Whether both ends of the range lie on the other side of the road."""
        if not parity or self.high is None:
            return False
        return self.low < self.high and self.low % 2 == self.high % 2 != parity % 2

    def term(self) -> Term:
        inner = self.inner
        if self.doors and self.unit in ("", "号") and self.low == self.high:
            inner = tuple(replace(one, inner=inner) for one in self.doors)
        return Term(self.unit or "号", self.low, self.high, self.parity, self.label, inner, open_edge=self.edge)


def all_houses(terms: Sequence[Term]) -> bool:
    return all(term.unit == "号" and not term.label for term in terms)


def behind_numbers(raws: list[RawTerm]) -> list[Term]:
    """「15号院1-8号楼、10号楼」: buildings that follow a number without a separator stand behind it."""
    found: list[Term] = []
    behind = False
    for before, raw in zip([None, *raws], raws, strict=False):
        term = raw.term()
        single = bool(before) and before.low == before.high  # type: ignore[union-attr]
        in_lane = single and before.lane and term.unit in ("号", "支弄") and not raw.lane  # type: ignore[union-attr]
        in_area = single and bool(found) and term.unit in _INSIDE.get(before.unit, ())  # type: ignore[union-attr]
        if raw.joined and (in_lane or in_area):
            found[-1] = _inside(found[-1], term)  # 「138弄1-24号」
            continue
        behind = (
            term.unit in ("幢", "单元")
            and bool(found)
            and (behind or (raw.joined and found[-1].unit == "号" and found[-1].single))
        )
        if behind:
            found[-1] = replace(found[-1], inner=(*found[-1].inner, term))
        else:
            found.append(term)
    return found


def _inside(outer: Term, term: Term) -> Term:
    """The outer term with another inside it, or inside the last that it already holds: 「15弄4支弄1-20号」."""
    last = outer.inner[-1] if outer.inner else None
    if last and term.unit in _INSIDE.get(last.unit, ()):
        return replace(outer, inner=(*outer.inner[:-1], _inside(last, term)))
    return replace(outer, inner=(*outer.inner, term))


def nested(terms: list[Term]) -> tuple[Term, ...]:
    """「四段1-337号」: numbers of a smaller unit after a section, a lane or a period lie inside it."""
    found: list[Term] = []
    for term in terms:
        if found and found[-1].unit in _AREAS and term.unit in ("号", "幢"):
            found[-1] = replace(found[-1], inner=(*found[-1].inner, term))
        else:
            found.append(term)
    return tuple(found)
