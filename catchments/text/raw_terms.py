"""Terms while an enumeration is being read, and what lies behind what when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catchments.text.numbers import Term


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
    lane: bool = False  # a lane (弄): it has house numbers of its own

    @property
    def takes_parity(self) -> bool:
        """Whether a parity word may still be about this number: sections and lanes are not odd or even."""
        return not self.said and self.unit in ("", "号", "幢")

    def term(self) -> Term:
        return Term(self.unit or "号", self.low, self.high, self.parity, self.label, self.inner, open_edge=self.edge)


def all_houses(terms: Sequence[Term]) -> bool:
    return all(term.unit == "号" and not term.label for term in terms)


def behind_numbers(raws: list[RawTerm]) -> list[Term]:
    """「15号院1-8号楼、10号楼」: buildings that follow a number without a separator stand behind it."""
    found: list[Term] = []
    behind = False
    for before, raw in zip([None, *raws], raws, strict=False):
        term = raw.term()
        if raw.joined and before and before.lane and before.low == before.high and term.unit == "号" and not raw.lane:
            found[-1] = replace(found[-1], inner=(*found[-1].inner, term))  # 「138弄1-24号」
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


def nested(terms: list[Term]) -> tuple[Term, ...]:
    """「四段1-337号」: numbers of a smaller unit after a section, a lane or a period lie inside it."""
    found: list[Term] = []
    for term in terms:
        if (
            found
            and found[-1].unit in ("段", "巷", "期", "区")
            and term.unit in ("号", "幢")
            and found[-1].unit != term.unit
        ):
            found[-1] = replace(found[-1], inner=(*found[-1].inner, term))
        else:
            found.append(term)
    return tuple(found)
