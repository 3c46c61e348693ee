"""Read an enumeration of numbers: 「2—22、34-56、60-68号（双号）」, 「单号93号、双号68号以后」, 「66号（1、3、4号楼）」."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from catchments.text.number_brackets import DEPTH, NumberBrackets
from catchments.text.number_words import (
    AFTER,
    ATTACHED,
    COMPARED,
    DOWN,
    ENUMERATED,
    LAST,
    LETTERS,
    LOOKS,
    NOT_A_HOUSE,
    NUMBER,
    PARITY,
    RANGE,
    ROADISH,
    SEPARATOR,
    UP,
    WITHOUT,
    parity_of,
)
from catchments.text.numbers import CN, DOOR_LETTERS, UNITS, Numbers, Term, door, number
from catchments.text.raw_terms import RawTerm, behind_numbers, nested


@dataclass(slots=True)
class Reading:
    """What `read_numbers` found: the numbers, where it stopped, and the brackets that were not about numbers."""

    numbers: Numbers
    end: int
    glosses: list[tuple[int, int]]


class _NumberReader(NumberBrackets):
    """Reads one enumeration of numbers from a folded text, left to right, without going back."""

    def read(self, start: int) -> Reading | None:
        i = start
        while i < self.end:
            mark = i
            i = self._skip(i) if self.raws or self.holes else i
            before = len(self.raws)
            after = (
                self._parity(i)
                or self._compared(i)
                or self._letters(i)
                or self._one(i)
                or (self._excluded(i) if self.raws else 0)
            )
            if i == mark and before and len(self.raws) > before:
                self.raws[before].joined = True
            if not after:
                i = mark
                break
            i = self._bracket(after)
        if not (self.raws or self.holes):
            return None
        return Reading(Numbers(self._finished(), tuple(self.holes)), i, self.glosses)

    def _inner(self, a: int, b: int) -> Reading | None:
        return (
            _NumberReader(self.text, b, self.pairs, self.base, self.depth + 1).read(a) if self.depth < DEPTH else None
        )

    def _skip(self, i: int) -> int:
        while i < self.end and (match := SEPARATOR.match(self.text, i)):
            i = match.end()
        return i

    def _parity(self, i: int) -> int:
        match = PARITY.match(self.text, i, self.end)
        if not match or match.end() == i:
            return 0
        j, parity = match.end(), parity_of(match)
        colon = self.text[j] == ":" if j < self.end else False
        ahead = j + 1 if colon else j
        if self._number_at(ahead):
            return self._after_prefix(ahead, parity)
        if colon:
            return ahead
        if self.raws and not self.raws[-1].inner and self.raws[-1].unit in ("段", "巷", "区", "期"):
            # 「四段双号」: the houses of that side in the section
            self.raws[-1].inner = (Term("幢" if match["hall"] else "号", 1, None, parity),) if parity else ()
            self.pending = len(self.raws)
            return j
        if self.pending < len(self.raws) and not match["hall"]:
            self._side(parity)
            return j
        if AFTER.match(self.text, j, self.end):
            unit = "幢" if match["hall"] else "号"
            self.raws.append(RawTerm(unit, 1, None, "", parity, True))
            self.pending = len(self.raws)
            return j
        return 0

    def _after_prefix(self, i: int, parity: int) -> int:
        """Numbers after a parity word keep it until another word comes."""
        self.pending = len(self.raws)
        while after := self._one(i):
            first = self.pending
            i = self._bracket(after)
            self.pending = min(first, self.pending)  # a bracket between them does not end what the word is about
            k = self._skip(i)
            if k == i or not self._number_at(k):
                break
            i = k
        self._side(parity, before=True)
        return i

    def _one(self, i: int) -> int:
        match = NUMBER.match(self.text, i, self.end)
        lettered = (
            match and match["label"] and (match["unit"] or match["label"].isascii() or match["label"] in "甲乙丙丁戊")
        )
        if not match or not (match["n"] or lettered):
            return 0
        label = (match["label"] or "") + (match["letter"] or "" if not match["n"] else "")
        label = "" if label in ("第", "新", "旧", "原") else label
        unit = UNITS.get(match["unit"] or "", "")
        low = number(match["n"]) if match["n"] else 0
        j = match.end()
        if unit == "组" and (members := _members(match["n"])):
            self.raws += [RawTerm(unit, member, member, label) for member in members]
            return j
        ranged = self._ranged(match, j, unit, low, label)
        if ranged:
            return ranged
        if not self._accepted(match, j, unit, label):
            return 0
        doors = _doors(match) if match["n"] else ()
        self.raws.append(RawTerm(unit, low, low if match["n"] else 0, label, doors=doors, lane=match["unit"] == "弄"))
        return self._tail(j)

    def _compared(self, i: int) -> int:
        """「门牌号小于106号」."""
        match = COMPARED.match(self.text, i, self.end)
        if not match:
            return 0
        value = int(match["n"][:9])
        low, high = (
            (1, value - (match["less"] == "小于")) if match["less"] else (value + (match["more"] == "大于"), None)
        )
        self.raws.append(RawTerm("号", low, high, ""))
        return match.end()

    def _letters(self, i: int) -> int:
        """「A—D区」, 「E区至H区」."""
        match = LETTERS.match(self.text, i, self.end)
        if not match or match["a"] >= match["b"]:
            return 0
        for code in range(ord(match["a"]), ord(match["b"]) + 1):
            self.raws.append(RawTerm(UNITS[match["unit"]], 0, 0, chr(code)))
        return match.end()

    def _ranged(self, match: re.Match[str], j: int, unit: str, low: int, label: str) -> int:
        connector = RANGE.match(self.text, j, self.end)
        if not connector or not match["n"]:
            return 0
        k = connector.end()
        if last := LAST.match(self.text, k, self.end):
            self.raws.append(RawTerm(unit, low, None, label))
            return last.end()
        other = NUMBER.match(self.text, k, self.end)
        if not other or not other["n"]:
            return 0
        if other["n"][0] in CN and not (other["unit"] or unit):
            return 0
        unit2 = UNITS.get(other["unit"] or "", "") or unit
        end, high = other.end(), number(other["n"])
        doors: tuple[Term, ...] = ()
        if self._is_subnumber(match, other):
            # 「12-1号」 is a door of number 12, and 「1-1栋至2-6栋」 runs from building 1 to building 2.
            doors, high, self.door_of = (Term("号", high, high, door=True),), low, match["n"]
            if far := re.compile(rf"(?:-+|至|到)(\d{{1,5}})-(\d{{1,5}})(?:{other['unit'] or ''})").match(
                self.text, end, self.end
            ):
                end, high = far.end(), max(low, int(far[1]))
                doors = (replace(doors[0], high=max(doors[0].low, int(far[2]))),)
        elif not AFTER.match(self.text, end, self.end) and not self.base:
            return 0
        lane = match["unit"] == "弄" or (not match["unit"] and other["unit"] == "弄")
        self.raws.append(
            RawTerm(unit2 if unit in ("", unit2) else unit, low, max(low, high), label, doors=doors, lane=lane)
        )
        return self._tail(end)

    def _is_subnumber(self, match: re.Match[str], other: re.Match[str]) -> bool:
        """Whether 「a-b」 is one number: b is no more than a, a range of such numbers follows, or another 「a-c」."""
        if not (match["n"].isdigit() and other["n"].isdigit() and not match["unit"] and not other["label"]):
            return False
        if self.text[match.end() : other.start()] != "-":
            return False
        if int(other["n"][:9]) <= int(match["n"][:9]) or match["n"] == self.door_of:
            return True
        return bool(re.compile(rf"(?:至|到|-)\d+-\d|(?:、|和){match['n']}-\d").match(self.text, other.end(), self.end))

    def _accepted(self, match: re.Match[str], j: int, unit: str, label: str) -> bool:
        """Whether a number standing alone is a number and not a piece of a name."""
        if unit == "号":
            if NOT_A_HOUSE.match(self.text, j, self.end):
                return False
            return bool(AFTER.match(self.text, j, self.end)) or len(self.base) > 1
        if unit in ("巷", "段") and not (ROADISH.search(self.base) or self.raws):
            return False
        if unit in ("区", "巷", "段") and len(self.base) < 2:
            return False
        if unit:
            return bool(AFTER.match(self.text, j, self.end))
        if match["n"] and match["n"][0] in CN:
            return bool(ENUMERATED.match(self.text, j)) and not label
        if not match["n"]:
            return True  # 「A、B座」: a letter that the pattern has seen to be enumerated
        following = self.text[j : j + 4].lstrip(" ")[:1]
        return (
            j >= self.end
            or following in "、,;() 。空"
            or bool(UP.match(self.text, j))
            or bool(PARITY.match(self.text, j, self.end))
        )

    def _tail(self, j: int) -> int:
        """Open ends: 以后 takes its number in, 之后 does not (the corpus shows both); doors behind the number."""
        raw = self.raws[-1]
        if looks := LOOKS.match(self.text, j, self.end):
            return looks.end()
        while raw.unit == "号" and raw.low == raw.high and (door := ATTACHED.match(self.text, j, self.end)):
            low, high = int(door["a"]), int(door["b"] or door["a"])
            raw.doors = (*raw.doors, Term("号", low, max(low, high), door=True))
            j = door.end()
            if self.text.startswith("、附", j):
                j += 1
        k = j
        if self.text.startswith(("(含)", "(含此号)"), j):
            k = self.text.index(")", j) + 1
        if (match := UP.match(self.text, k, self.end)) and raw.high == raw.low:
            raw.low, raw.high = (raw.low + 1 if match["e"] else raw.low), None
            raw.edge = k == j and not match["e"] and match[0].startswith(("以后", "后", "往后"))
            return match.end()
        if (match := DOWN.match(self.text, k, self.end)) and raw.high == raw.low:
            raw.low, raw.high = 1, (raw.low - 1 if match["e"] else raw.low)
            return match.end()
        return k

    def _excluded(self, i: int) -> int:
        """「不含145号」 inside an enumeration."""
        match = WITHOUT.match(self.text, i, self.end)
        if not match:
            return 0
        inner = self._inner(match.end(), self.end)
        if not inner:
            return 0
        self.holes += inner.numbers.terms
        return inner.end + (2 if self.text.startswith("除外", inner.end) else 0)

    def _finished(self) -> tuple[Term, ...]:
        """Give every bare number the unit that follows it, and spread an open end over a parity pair."""
        unit = ""
        for raw in reversed(self.raws):
            unit = raw.unit = raw.unit or unit or "号"
        for raw, following in zip(self.raws, self.raws[1:], strict=False):
            pair = {raw.parity, following.parity} == {1, 2}
            if pair and raw.said and raw.low == raw.high and following.high is None and following.low > 1:
                # 「单号93号、双号68号以后」: a parity word before one number says nothing unless the end is open.
                raw.high = None
        return nested(behind_numbers(self.raws))


def _doors(match: re.Match[str]) -> tuple[Term, ...]:
    """「12甲号」, 「12之三号」, 「12号之一至之五、之七」: what of the number is meant."""
    found: list[Term] = [door(match["letter"])] if match["letter"] else []
    for piece in re.split(r"、", f"{match['sub'] or ''}、{match['sub2'] or ''}"):
        if re.search(rf"[{CN}](?:至|到|-+)\d", piece):
            return ()  # 「39号之一至85」: a door of 39, or the house 85?
        ends = [door(one) for one in re.findall(rf"[{CN}\d]+|[{DOOR_LETTERS}]", piece)]
        found += [replace(ends[0], high=max(ends[0].low, ends[-1].low))] if ends else []
    return tuple(found)


def _members(written: str | None) -> list[int]:
    """「一二三组」: three groups written side by side, not the number 123."""
    if not written or len(written) < 2 or written[0] not in CN or set("十百") & set(written):
        return []
    return [number(char) for char in written]


def read_numbers(text: str, start: int, end: int, pairs: dict[int, int], base: str = "") -> Reading | None:
    """Read the enumeration of numbers that begins at start, or None when none begins there."""
    return _NumberReader(text, end, pairs, base).read(start)
