"""Read an enumeration of numbers: 「2—22、34-56、60-68号（双号）」, 「单号93号、双号68号以后」, 「66号（1、3、4号楼）」."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from catchments.text.numbers import CN, UNIT, UNITS, Numbers, Term, number
from catchments.text.raw_terms import RawTerm, all_houses, behind_numbers, nested

_PARITY = re.compile(
    r"(?:全部|其中|均为|含|的|门牌号?|为|,)*"
    r"(?P<both>单双号|单双数|双单号|单、双号|连号)|(?:全部|其中|均为|的|门牌号?|为)*(?P<one>单号|双号|单数|双数|奇数|偶数|\(单\)|\(双\)|单(?=[\d)])|双(?=[\d)]))"
    r"(?P<hall>幢号?|栋号?)?(?:门牌号?|侧)?"
)

_LABEL = r"第|新|旧|原|附|甲字|乙字|丙字|[甲乙丙丁](?=\d)|[东南西北中](?=[一二三四五六七八九十\d段区巷])|[A-Z](?=(?:、[A-Z])*[座栋幢区楼])"

_NUMBER = re.compile(
    rf"(?P<label>{_LABEL})?(?P<n>\d+|[{CN}]+)?(?P<letter>[A-Za-z](?![A-Za-z]))?(?P<sub>-?附?号?之[{CN}\d]+)?"
    rf"(?: ?(?P<unit>{UNIT}))?(?P<sub2>之[{CN}\d]+(?:(?:至|到|-+)之?[{CN}\d]+)?|附\d+号?)?"
)

_RANGE = re.compile(r" *(?:-+|至|到) *")

_COMPARED = re.compile(r"(?:门牌)?号?码?(?:为|在)?(?:(?P<less>小于|不大于)|(?P<more>大于|不小于))(?P<n>\d+)号?的?")

_LETTERS = re.compile(r"(?P<a>[A-Z])[区座栋幢]?(?:-+|至|到)(?P<b>[A-Z])(?P<unit>[区座栋幢])")

_LAST = re.compile(r"最大号|末号?|尾号?|底")

_UP = re.compile(
    r"(?:及其?|\(含\))?(?P<e>之后)|(?:及其?|\(含\))?(?:以后|以上|往后|起|后(?=[的、,;。)]|$))(?:部分|的)?|及后"
)

_DOWN = re.compile(r"(?:及其?|\(含\))?(?P<e>之前)|(?:及其?|\(含\))?(?:以前|以下|以内|前(?=[的、,;。)]|$))(?:部分|的)?")

_SEPARATOR = re.compile(r"[、,; 和及与]|以及|其中")

_AFTER = re.compile(
    r"$|[^\u3400-\u9fff]|[单双等和及与以至到起的内除之第附甲含不户范后前]|[一二三四五六七八九十东南西北中](?:区|段|期|组|队|社|巷|号|幢|栋)"
    r"|[新旧原附](?=\d)|适龄|村民|居民|区域|\d|院|楼|居委|所属|部分|符合|门牌|大院|以"
)

_NOT_A_HOUSE = re.compile(r"桥|线|隧道|[大小]?路|街|井|矿|码头|渠|公馆|机|仓库|营|信箱")

_ENUMERATED = re.compile(rf"(?=(?:、[{CN}]{{1,3}})+(?:{UNIT}))")

_ROADISH = re.compile(r"(?:路|街|道|巷|里|弄|线|坊|岗|段)$")


@dataclass(slots=True)
class Reading:
    """What `read_numbers` found: the numbers, where it stopped, and the brackets that were not about numbers."""

    numbers: Numbers
    end: int
    glosses: list[tuple[int, int]]


class _NumberReader:
    """Reads one enumeration of numbers from a folded text, left to right, without going back."""

    def __init__(self, text: str, end: int, pairs: dict[int, int], base: str) -> None:
        self.text, self.end, self.pairs, self.base = text, end, pairs, base
        self.raws: list[RawTerm] = []
        self.holes: list[Term] = []
        self.glosses: list[tuple[int, int]] = []
        self.pending = 0  # first term that a parity written afterwards would apply to

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

    def _skip(self, i: int) -> int:
        while i < self.end and (match := _SEPARATOR.match(self.text, i)):
            i = match.end()
        return i

    def _parity(self, i: int) -> int:
        match = _PARITY.match(self.text, i, self.end)
        if not match or match.end() == i:
            return 0
        j = match.end()
        one = match["one"] or ""
        parity = 0 if match["both"] else 1 if any(char in one for char in "单奇") else 2
        colon = j < self.end and self.text[j] in ":("
        ahead = j + 1 if colon and self.text[j] == ":" else j
        if self._number_at(ahead):
            return self._after_prefix(ahead, parity)
        if colon and self.text[j] == ":":
            return ahead
        if self.raws and not self.raws[-1].inner and self.raws[-1].unit in ("段", "巷", "区", "期"):
            # 「四段双号」: the houses of that side in the section
            self.raws[-1].inner = (Term("幢" if match["hall"] else "号", 1, None, parity),) if parity else ()
            self.pending = len(self.raws)
            return j
        if self.pending < len(self.raws) and not match["hall"]:
            for raw in self.raws[self.pending :]:
                if raw.takes_parity:
                    raw.parity, raw.said = parity, True
            self.pending = len(self.raws)
            return j
        if _AFTER.match(self.text, j, self.end):
            unit = "幢" if match["hall"] else "号"
            self.raws.append(RawTerm(unit, 1, None, "", parity, True))
            self.pending = len(self.raws)
            return j
        return 0

    def _after_prefix(self, i: int, parity: int) -> int:
        """Numbers after a parity word keep it until another word comes."""
        before = len(self.raws)
        while after := self._one(i):
            i = self._bracket(after)
            k = self._skip(i)
            if k == i or not self._number_at(k):
                break
            i = k
        for raw in self.raws[before:]:
            if raw.takes_parity:
                raw.parity, raw.said = parity, True
        self.pending = len(self.raws)
        return i

    def _number_at(self, i: int) -> bool:
        match = _NUMBER.match(self.text, i, self.end)
        return bool(match and match["n"])

    def _one(self, i: int) -> int:
        match = _NUMBER.match(self.text, i, self.end)
        lettered = match and match["label"] and (match["unit"] or match["label"].isascii())
        if not match or not (match["n"] or lettered):
            return 0
        label = (match["label"] or "") + (match["letter"] or "" if not match["n"] else "")
        label = "" if label in ("第", "新", "旧", "原") else label
        unit = UNITS.get(match["unit"] or "", "")
        low = number(match["n"]) if match["n"] else 0
        j = match.end()
        if (
            unit == "组"
            and match["n"]
            and match["n"][0] in CN
            and not set("十百") & set(match["n"])
            and len(match["n"]) > 1
        ):
            self.raws += [RawTerm(unit, number(char), number(char), label) for char in match["n"]]
            return j
        ranged = self._ranged(match, j, unit, low, label)
        if ranged:
            return ranged
        if not self._accepted(match, j, unit, label):
            return 0
        self.raws.append(RawTerm(unit, low, low if match["n"] else None, label, lane=match["unit"] in ("弄", "支弄")))
        if not match["n"]:
            self.raws[-1].high = 0
        return self._tail(j)

    def _compared(self, i: int) -> int:
        """「门牌号小于106号」."""
        match = _COMPARED.match(self.text, i, self.end)
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
        match = _LETTERS.match(self.text, i, self.end)
        if not match or match["a"] >= match["b"]:
            return 0
        for code in range(ord(match["a"]), ord(match["b"]) + 1):
            self.raws.append(RawTerm(UNITS[match["unit"]], 0, 0, chr(code)))
        return match.end()

    def _ranged(self, match: re.Match[str], j: int, unit: str, low: int, label: str) -> int:
        connector = _RANGE.match(self.text, j, self.end)
        if not connector or not match["n"]:
            return 0
        k = connector.end()
        if last := _LAST.match(self.text, k, self.end):
            self.raws.append(RawTerm(unit, low, None, label))
            return last.end()
        other = _NUMBER.match(self.text, k, self.end)
        if not other or not other["n"]:
            return 0
        if other["n"][0] in CN and not (other["unit"] or unit):
            return 0
        high = number(other["n"])
        unit2 = UNITS.get(other["unit"] or "", "") or unit
        if not _AFTER.match(self.text, other.end(), self.end) and not self.base:
            return 0
        high = max(low, high)
        self.raws.append(RawTerm(unit2 if unit in ("", unit2) else unit, low, high, label))
        return self._tail(other.end())

    def _accepted(self, match: re.Match[str], j: int, unit: str, label: str) -> bool:
        """Whether a number standing alone is a number and not a piece of a name."""
        if unit == "号":
            if _NOT_A_HOUSE.match(self.text, j, self.end):
                return False
            return bool(_AFTER.match(self.text, j, self.end)) or len(self.base) > 1
        if unit == "巷" and not (_ROADISH.search(self.base) or self.raws):
            return False
        if unit == "段" and not (_ROADISH.search(self.base) or self.raws):
            return False
        if unit in ("区", "巷", "段") and len(self.base) < 2:
            return False
        if unit:
            return bool(_AFTER.match(self.text, j, self.end))
        if match["n"] and match["n"][0] in CN:
            return bool(_ENUMERATED.match(self.text, j)) and not label
        if not match["n"]:
            return True  # 「A、B座」: a letter that the pattern has seen to be enumerated
        following = self.text[j : j + 4].lstrip(" ")[:1]
        return (
            j >= self.end
            or following in "、,;() 。空"
            or bool(_UP.match(self.text, j))
            or bool(_PARITY.match(self.text, j, self.end))
        )

    def _tail(self, j: int) -> int:
        """Open ends: 以后 takes its number in, 之后 does not (the corpus shows both)."""
        raw = self.raws[-1]
        k = j
        if self.text.startswith(("(含)", "(含此号)"), j):
            k = self.text.index(")", j) + 1
        if (match := _UP.match(self.text, k, self.end)) and raw.high == raw.low:
            raw.low, raw.high = (raw.low + 1 if match["e"] else raw.low), None
            raw.edge = k == j and not match["e"] and match[0].startswith(("以后", "后", "往后"))
            return match.end()
        if (match := _DOWN.match(self.text, k, self.end)) and raw.high == raw.low:
            raw.low, raw.high = 1, (raw.low - 1 if match["e"] else raw.low)
            return match.end()
        return k

    def _excluded(self, i: int) -> int:
        """「不含145号」 inside an enumeration."""
        match = re.compile(r"(?:其中)?(?:不含|不包括|除去?)").match(self.text, i, self.end)
        if not match:
            return 0
        inner = _NumberReader(self.text, self.end, self.pairs, self.base).read(match.end())
        if not inner:
            return 0
        self.holes += inner.numbers.terms
        return inner.end + (2 if self.text.startswith("除外", inner.end) else 0)

    def _bracket(self, j: int) -> int:
        """Brackets right after a number: parity, holes, an inner enumeration, or a gloss for others to read."""
        while j < self.end and self.text[j] == "(" and j in self.pairs:
            a, b = j + 1, min(self.pairs[j], self.end)
            self._inside(a, b)
            j = b + 1
            if j < self.end and self.raws:
                j = self._tail(j)  # 「237号（单）以上」
        return min(j, self.end)

    def _inside(self, a: int, b: int) -> None:
        content = self.text[a:b]
        if self.raws and self.raws[-1].unit not in ("", "号", "幢"):
            inner = _NumberReader(self.text, b, self.pairs, self.base).read(a)
            if inner and inner.end >= b and all(term.unit == self.raws[-1].unit for term in inner.numbers.terms):
                # 「北段（南段）」: the sibling belongs to the school too.
                self.raws += [RawTerm(t.unit, t.low, t.high, t.label, inner=t.inner) for t in inner.numbers.terms]
                return
            if inner and inner.end >= b and inner.numbers.terms:
                # 「东段（单号，双号120号起）」, 「四段（双号，不含2号）」: numbers inside a section, a lane, a period.
                if inner.numbers.holes:
                    self.holes.append(replace(self.raws[-1].term(), inner=inner.numbers.holes))
                self.raws[-1].inner = inner.numbers.terms
                return
        match = _PARITY.match(content)
        if (
            match
            and match.end() == len(content)
            and self.raws
            and self.raws[-1].lane
            and self.raws[-1].low == self.raws[-1].high
        ):
            # 「1620弄（双号）」: one lane has no side of the road; the houses in it have.
            parity = 0 if match["both"] else 1 if any(c in match["one"] for c in "单奇") else 2
            self.raws[-1].inner = (Term("号", 1, None, parity),) if parity else ()
            self.raws[-1].said = True
            self.pending = len(self.raws)
            return
        if match and match.end() and (match["one"] or match["both"]) and not self._number_inside(a + match.end(), b):
            parity = 0 if match["both"] else 1 if any(c in match["one"] for c in "单奇") else 2
            for raw in self.raws[self.pending :]:
                if raw.takes_parity:
                    raw.parity, raw.said = parity, True
            self.pending = len(self.raws)
            rest = a + match.end()
            while rest < b and self.text[rest] in "、,; ":
                rest += 1
            if rest < b:
                self.glosses.append((rest, b))
            return
        if cut := re.search(r"(?<=.)[,;、]?其中.*除外$", content):
            b, content = a + cut.start(), content[: cut.start()]
        if re.match(r"其中|不含|不包括|除", content) or content.endswith("除外"):
            start = a + re.match(r"(?:其中)?(?:不含|不包括|除)?", content).end()  # type: ignore[union-attr]
            inner = _NumberReader(self.text, b, self.pairs, self.base).read(start)
            if inner:
                self.holes += inner.numbers.terms
                return
        if "空号" in content or "拆" in content:
            inner = _NumberReader(self.text, b, self.pairs, self.base).read(a)
            if inner:
                self.holes += inner.numbers.terms
                return
        if content in ("含", "含此号") or re.fullmatch(r"含\d+号?", content):
            return
        inner = _NumberReader(self.text, b, self.pairs, self.base).read(a)
        last = self.raws[-1] if self.raws else None
        renumbered = bool(re.match(r"新|原|旧", content))
        if inner and inner.end >= b and last and last.said and last.low == 1 and last.high is None:
            # 「单号（37号以下）」: the bracket says how far.
            self.raws[-1:] = [RawTerm(t.unit, t.low, t.high, t.label, last.parity, True) for t in inner.numbers.terms]
            self.pending = len(self.raws)
            return
        if (
            inner
            and last
            and inner.end >= b
            and last.high != last.low
            and last.unit != "幢"
            and not renumbered
            and all_houses(inner.numbers.terms)
        ):
            # 「2-58号（2-18、22、26-58号，双号）」: the bracket says which of them.
            self.raws[-1:] = [RawTerm(t.unit, t.low, t.high, t.label, t.parity, True) for t in inner.numbers.terms]
            self.pending = len(self.raws)
            return
        if inner and self.raws and inner.end >= b and not renumbered:
            self.raws[-1].inner = inner.numbers.terms
            return
        if inner and self.raws and renumbered and inner.end >= b:
            # Old and new numbering of the same houses: the parity of the gloss is the parity of the range.
            said = inner.numbers.terms[0].parity
            if said and not self.raws[-1].said and not self.raws[-1].term().single:
                self.raws[-1].parity, self.raws[-1].said = said, True
        self.glosses.append((a, b))

    def _number_inside(self, i: int, b: int) -> bool:
        match = _NUMBER.match(self.text, i + (self.text[i : i + 1] == ":"), b)
        return bool(match and match["n"])

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


def read_numbers(text: str, start: int, end: int, pairs: dict[int, int], base: str = "") -> Reading | None:
    """Read the enumeration of numbers that begins at start, or None when none begins there."""
    return _NumberReader(text, end, pairs, base).read(start)
