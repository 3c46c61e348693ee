"""Brackets behind a number: parity, holes, doors, an inner enumeration, old and new numbering, or a gloss for others."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from catchments.text.number_words import NUMBER, PARITY, parity_of
from catchments.text.numbers import Term
from catchments.text.raw_terms import RawTerm, all_houses

if TYPE_CHECKING:
    from catchments.text.number_reading import Reading

DEPTH = 4  # numbers within numbers: deeper is noise
_SECTION_UNITS = ("", "号", "幢")


class NumberBrackets(ABC):
    """What one enumeration has said so far, and what a bracket adds to it."""

    def __init__(self, text: str, end: int, pairs: dict[int, int], base: str, depth: int = 0) -> None:
        self.text, self.end, self.pairs, self.base, self.depth = text, end, pairs, base, depth
        self.raws: list[RawTerm] = []
        self.holes: list[Term] = []
        self.glosses: list[tuple[int, int]] = []
        self.door_of = ""  # the number whose doors are being listed: 「3-1、3-2栋」
        self.pending = 0  # first term that a parity written afterwards would apply to

    @abstractmethod
    def _inner(self, a: int, b: int) -> Reading | None:
        """The enumeration between a and b, read by itself."""

    @abstractmethod
    def _tail(self, j: int) -> int:
        """Past the open end that may follow the last number."""

    def _number_at(self, i: int) -> bool:
        match = NUMBER.match(self.text, i, self.end)
        return bool(match and match["n"])

    def _side(self, parity: int, *, before: bool = False) -> None:
        """A parity word is about every number since the last such word, or `before` about all that follow it.

        Written behind several ranges it is not about those with both ends on the other side of the road.
        """
        waiting = [raw for raw in self.raws[self.pending :] if raw.takes_parity]
        fitting = [raw for raw in waiting if not raw.contradicts(parity)]
        for raw in waiting if before else fitting or waiting:
            raw.parity, raw.said = parity, True
        self.pending = len(self.raws)

    def _bracket(self, j: int) -> int:
        """The brackets that begin at j, one after the other."""
        while j < self.end and self.text[j] == "(" and j in self.pairs:
            a, b = j + 1, min(self.pairs[j], self.end)
            self._inside(a, b)
            j = b + 1
            if j < self.end and self.raws:
                j = self._tail(j)  # 「237号（单）以上」
        return min(j, self.end)

    def _inside(self, a: int, b: int) -> None:
        if not (self._in_section(a, b) or self._of_side(a, b) or self._holes(a, b) or self._which(a, b)):
            self.glosses.append((a, b))

    def _in_section(self, a: int, b: int) -> bool:
        """Numbers inside a section, a lane, a period: 「东段（单号，双号120号起）」; or its sibling: 「北段（南段）」."""
        last = self.raws[-1] if self.raws else None
        if not last or last.unit in _SECTION_UNITS:
            return False
        inner = self._inner(a, b)
        if not inner or inner.end < b:
            return False
        terms = inner.numbers.terms
        if all(term.unit == last.unit for term in terms):
            self.raws += [RawTerm(t.unit, t.low, t.high, t.label, inner=t.inner) for t in terms]
            return True
        if inner.numbers.holes:
            self.holes.append(replace(last.term(), inner=inner.numbers.holes))
        last.inner = terms
        return True

    def _of_side(self, a: int, b: int) -> bool:
        """A parity word, perhaps with a gloss behind it: 「（双号、某大厦）」."""
        match = PARITY.match(self.text, a, b)
        if not match or match.end() == a:
            return False
        last = self.raws[-1] if self.raws else None
        if match.end() == b and last and last.lane and last.low == last.high:
            # 「1620弄（双号）」: one lane has no side of the road; the houses in it have.
            parity = parity_of(match)
            last.inner = (Term("号", 1, None, parity),) if parity else ()
            last.said = True
            self.pending = len(self.raws)
            return True
        if self._number_in(match.end(), b):
            return False
        self._side(parity_of(match))
        rest = match.end()
        while rest < b and self.text[rest] in "、,; ":
            rest += 1
        if rest < b:
            self.glosses.append((rest, b))
        return True

    def _number_in(self, i: int, b: int) -> bool:
        match = NUMBER.match(self.text, i + (self.text[i : i + 1] == ":"), b)
        return bool(match and match["n"])

    def _holes(self, a: int, b: int) -> bool:
        """「（其中18号除外）」, 「（18、20空号）」, 「（含56号、不含60号）」."""
        content = self.text[a:b]
        if taken := re.match(r"含[\d号、至到-]+[、,](?=不含|不包括|除)", content):
            a, content = a + taken.end(), content[taken.end() :]
        if cut := re.search(r"(?<=.)[,;、]?其中.*除外$", content):
            b, content = a + cut.start(), content[: cut.start()]
        without = re.match(r"(?:其中)?(?:不含|不包括|除了?)|其中", content)
        if content in ("含", "含此号") or re.fullmatch(r"含\d+号?", content):
            return True
        if not (without or content.endswith("除外") or "空号" in content or "拆" in content):
            return False
        inner = self._inner(a + (without.end() if without else 0), b)
        if not inner:
            return False
        last, terms = self.raws[-1] if self.raws else None, inner.numbers.terms
        if last and last.low == last.high and (last.lane or (last.unit == "号" and terms[0].unit in ("幢", "单元"))):
            self.holes.append(replace(last.term(), inner=terms))  # 「1500弄（除1-8号外）」: houses of that lane
        else:
            self.holes += terms
        self.pending = len(self.raws)
        return True

    def _which(self, a: int, b: int) -> bool:
        """Which of the numbers, or what stands behind the number: 「2-58号（2-18、26-58号）」, 「66号（1、3号楼）」."""
        inner = self._inner(a, b)
        if not inner or inner.end < b or not self.raws:
            return False
        last, terms = self.raws[-1], inner.numbers.terms
        if re.match(r"新|原|旧", self.text[a:b]):
            # Old and new numbering of the same houses: the parity of the gloss is the parity of the range.
            if terms[0].parity and not last.said and not last.term().single:
                last.parity, last.said = terms[0].parity, True
            return False
        if last.said and last.low == 1 and last.high is None:
            # 「单号（37号以下）」: the bracket says how far.
            self.raws[-1:] = [RawTerm(t.unit, t.low, t.high, t.label, last.parity, True) for t in terms]
        elif last.high != last.low and last.unit != "幢" and all_houses(terms):
            # 「2-58号（2-18、22、26-58号，双号）」: the bracket says which of them.
            self.raws[-1:] = [RawTerm(t.unit, t.low, t.high, t.label, t.parity, True) for t in terms]
        else:
            last.inner = terms
            return True
        self.pending = len(self.raws)
        return True
