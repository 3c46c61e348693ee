"""House numbers and their kin: what 「1--68号（不含68号）」, 「双号68号以后」 and 「1、3、4号楼」 say.

A text says *terms* (ranges with parity and open ends, of some unit); an address has *details* (unit and number).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from math import inf

CN = "零一二三四五六七八九十百"

DOOR_LETTERS = "甲乙丙丁戊"  # 「12甲号」

_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")}

# Units that count the same thing share one name. A lane (弄) is numbered within its road, as a house is.
UNITS = {
    **dict.fromkeys(("号大院", "号院", "号", "弄"), "号"),
    **dict.fromkeys(("号楼", "号住宅楼", "号宿舍楼", "号家属楼", "号居民楼", "号高层", "号幢", "#楼", "#"), "幢"),
    **dict.fromkeys(("幢", "栋", "座"), "幢"),
    **dict.fromkeys(("村民小组", "居民小组", "村民组", "生产队", "小组", "组", "社", "队"), "组"),
    **dict.fromkeys(("横路", "横巷", "巷"), "巷"),
    **dict.fromkeys(("单元", "门"), "单元"),
    **{unit: unit for unit in ("区", "期", "段", "排", "支弄", "网格", "组团", "地块", "分场", "屯")},
}

UNIT = "|".join(sorted(UNITS, key=len, reverse=True))


def number(text: str) -> int:
    """An Arabic or Chinese numeral as a number: 「一百零一」 is 101, 「一六八」 is 168."""
    if text[0] in "0123456789":
        return int(text[:9])
    if not any(char in "十百" for char in text):
        return int("".join(str(_DIGIT[char]) for char in text[:9]))
    total, digit = 0, 0
    for char in text[:9]:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGIT[char]
    return total + digit


def numeral(value: int) -> str:
    """A number below 100 as it is written in names: 12 is 「十二」."""
    tens, ones = divmod(value, 10)
    return ("十" if tens == 1 else "零一二三四五六七八九"[tens] + "十" if tens else "") + (
        "零一二三四五六七八九"[ones] if ones or not tens else ""
    )


class Fit(IntEnum):
    """How an address stands to a set of numbers."""

    MISS = 0
    OPEN = 1
    HIT = 2


@dataclass(frozen=True, slots=True)
class Detail:
    """One numbered part of an address: 「3号楼」 is 幢 3, 「北区」 is 区 北."""

    unit: str
    value: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A range of numbers of one unit; high None is open, parity 1 is odd and 2 even, label is a direction or letter."""

    unit: str
    low: int = 0
    high: int | None = None
    parity: int = 0
    label: str = ""
    inner: tuple[Term, ...] = ()
    implied: bool = False
    door: bool = False  # behind a house number: the 1 of 「12-1号」, 「12号之一」, 「12号附1号」, the 甲 of 「12甲号」
    open_edge: bool = False  # 「68号以后」: that 68 itself is meant is usual, not written

    @property
    def single(self) -> bool:
        """Whether the term is one number."""
        return self.high == self.low

    def holds(self, value: int) -> bool:
        """Whether a number lies in the range and has the right parity."""
        if value < self.low or (self.high is not None and value > self.high):
            return False
        return not self.parity or value % 2 == self.parity % 2

    def fit(self, details: Sequence[Detail]) -> Fit:
        """How the details of an address stand to this term."""
        for i, detail in enumerate(details):
            if detail.unit != self.unit:
                if {self.unit, detail.unit} == {"巷", "号"}:
                    return Fit.MISS  # a house on the road itself stands in none of its lanes, and the other way round
                continue
            if detail.label != self.label and (self.label or self.unit != "号"):
                # 「甲93号」 lies in 「93号」, but 「北区」 is not 「3区」.
                return Fit.MISS
            if (self.low or self.high is not None) and not self.holds(detail.value):
                return Fit.MISS
            return fit(self.inner, details[i + 1 :]) if self.inner else Fit.HIT
        return Fit.OPEN

    def assumed(self, details: Sequence[Detail]) -> bool:
        """Whether a hit rests on a reading that the text does not spell out."""
        value = next((detail.value for detail in details if detail.unit == self.unit), None)
        return value is not None and self.open_edge and value == self.low

    def printed(self, *, sided: bool = False) -> str:
        """The term as a text would write it; with `sided`, the side of the road stands behind it."""
        parity = ("", "单号", "双号")[self.parity]
        unit = {"幢": "号楼"}.get(self.unit, self.unit)
        if self.single and self.inner and all(term.door for term in self.inner):
            return f"{parity}{self._doors()}"
        if unit == "号" and self.single and self.inner and all(term.unit == "号" for term in self.inner):
            unit = "弄"  # houses behind a number: a lane
        if self.label and not self.low:
            core = f"{self.label}{'幢' if self.unit == '幢' else unit}"
        elif self.high is None:
            core = (
                f"{self.label}{self.low}{unit}{'以后' if self.open_edge else '以上'}"
                if self.low > 1
                else ("" if parity else f"1{unit}以上")
            )
        elif self.single:
            core = f"{self.label}{self.low}{unit}"
        else:
            # 至, not a dash: 「3-5号」 can also be one door of number 3.
            core = f"{self.label}{self.low}{unit if self.label else ''}至{self.label}{self.high}{unit}"
        if self.unit == "幢" and self.parity and not core:
            return ("单数幢号", "双数幢号")[self.parity - 1]
        inner = f"({'、'.join(term.printed() for term in self.inner)})" if self.inner else ""
        if sided and core:
            return f"{core}{inner}({parity or '单双号'})" if unit == "号" else f"{core}{inner}"
        return f"{parity}{core}{inner}"

    def _doors(self) -> str:
        """「12-1号」, 「12甲号」, or 「2号附5号」, which cannot be read as 2 to 5."""
        first = self.inner[0]
        behind = f"({'、'.join(term.printed() for term in first.inner)})" if first.inner else ""
        if len(self.inner) == 1 and first.single and (first.label or first.low <= self.low):
            return f"{self.label}{self.low}{first.label or f'-{first.low}'}号{behind}"
        doors = (f"附{one.low}号" + ("" if one.single else f"至附{one.high}号") for one in self.inner)
        return f"{self.label}{self.low}号{'、'.join(doors)}{behind}"


def door(written: str) -> Term:
    """What stands behind a house number, a numeral or a letter, as a term."""
    value = 0 if written[0] in DOOR_LETTERS or (written.isascii() and written.isalpha()) else number(written)
    return Term("号", value, value, 0, "" if value else written.upper(), door=True)


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that a clause says about numbers: the terms, and the holes in them."""

    terms: tuple[Term, ...] = ()
    holes: tuple[Term, ...] = ()

    def fit(self, details: Sequence[Detail]) -> Fit:
        """How the details of an address stand to the clause."""
        if self.holes and fit(self.holes, details) is Fit.HIT:
            return Fit.MISS
        if not self.terms:
            if fit(self.holes, details) is Fit.MISS:
                return Fit.HIT
            return Fit.OPEN
        return fit(self.terms, details)

    def printed(self) -> str:
        """The numbers as a text would write them."""
        sided = len({term.parity for term in self.terms}) > 1
        terms = "、".join(term.printed(sided=sided) for term in self.terms)
        holes = "、".join(term.printed() for term in self.holes)
        return terms + (f"(不含{holes})" if holes else "")


def fit(terms: Sequence[Term], details: Sequence[Detail]) -> Fit:
    """The best fit among alternatives; a miss in the unit that the address names beats an open other unit."""
    best, missed = Fit.MISS, False
    for term in terms:
        one = term.fit(details)
        if one is Fit.HIT:
            return one
        missed = missed or one is Fit.MISS
        best = max(best, one)
    return Fit.MISS if missed and not any(term.inner for term in terms) else best


def with_implied_parity(sets: Sequence[Numbers]) -> list[Numbers]:
    """Ranges of one road: where 「1号—17号」 stands beside 「2号—40号」, each means its own side of the road."""
    terms = [term for one in sets for term in one.terms if term.unit == "号" and not term.label and not term.single]
    sides = {side: _Spans(t for t in terms if _side(t) == side) for side in (1, 2)}
    fixed = {
        id(term): replace(term, parity=_side(term), implied=True)
        for term in terms
        if not term.parity and _side(term) and sides[3 - _side(term)].meet(term)
    }
    return [
        replace(one, terms=tuple(fixed.get(id(term), term) for term in one.terms)) if fixed else one for one in sets
    ]


def _side(term: Term) -> int:
    """The side of the road a range is about by its parity word or by both its ends, or 0."""
    if term.parity or term.high is None:
        return term.parity
    return (term.low % 2 or 2) if term.low % 2 == term.high % 2 else 0


class _Spans:
    """Ranges sorted by their beginning, with the furthest end so far: does one of them meet another range?"""

    def __init__(self, terms: Iterable[Term]) -> None:
        pairs = sorted((term.low, inf if term.high is None else term.high) for term in terms)
        self.lows = [low for low, _ in pairs]
        self.furthest = list(accumulate((high for _, high in pairs), max))

    def meet(self, term: Term) -> bool:
        upto = bisect_right(self.lows, inf if term.high is None else term.high)
        return bool(upto) and self.furthest[upto - 1] >= term.low
