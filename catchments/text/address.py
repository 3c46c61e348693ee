"""A typed address: strip what is administrative, find the names that the texts know, read the numbers behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

from catchments.text.boundaries import segment_of
from catchments.text.clauses import Segment
from catchments.text.district import District, administrative
from catchments.text.index import LevelIndex
from catchments.text.likeness import readings, similar
from catchments.text.names import stem
from catchments.text.normalise import fold
from catchments.text.numbers import CN, DOOR_LETTERS, UNITS, Detail, door, number, numeral
from catchments.text.vocabulary import NOT_THE_PLACE, ROAD_END, SCHOOL_END, TAIL, TOWN

MAX_LENGTH = 400  # no address is longer; the rest of an over-long one is not looked at

_UNIT = "|".join(sorted((*UNITS, "室", "房", "层", "楼"), key=len, reverse=True))
_DETAIL = re.compile(
    rf"(?P<label>第|附|[甲乙丙丁戊]字?|[东南西北中](?=[{CN}\d]{{0,3}}(?:段|区|巷|组团)|[{CN}\d]{{1,3}}(?:栋|幢|号楼|座))|[A-Za-z](?=座|栋|幢|区|\d|号楼|楼))?"
    rf"(?:(?P<n>\d+|[{CN}]+)(?P<letter>[A-Za-z]|[甲乙丙丁戊](?=号|$|[^\u3400-\u9fff]))?(?P<more>(?:-\d+)+|之[{CN}\d]+)?)?"
    rf"(?:(?P<unit>{_UNIT})(?!域|区|政府|线|桥|隧道|家属)(?P<after>之[{CN}\d]+|(?<=号)[甲乙丙丁戊](?=号|$|[^\u3400-\u9fff]))?|(?P<bare>(?<=\d)(?![\u3400-\u9fff])))?"
)
_SIDE = re.compile(
    r"(?P<ref>[\u3400-\u9fff]{0,8}?)(?:以(?P<by>东北|东南|西北|西南|[东南西北])(?![东南西北中]?[路街巷])|(?:之|的)?(?P<at>东北|东南|西北|西南|[东南西北])(?:侧|边|面|角|$|(?=\d+号(?!楼)))|(?:往|向|靠|偏)(?P<to>[东南西北])(?:侧|边|面|一点|一些|方向|走|$))段?的?"
)
_UNKNOWN = re.compile(
    r"[\u3400-\u9fff·]{1,12}?(?:大道|大街|马路|路|街|道|巷|村|小区|社区|花园|家园|公寓|大厦|广场|院|苑|园|庭|城|镇|乡|胡同|弄|里)(?!道办|道)|[\u3400-\u9fff·]+|."
)
_RIGHT = re.compile(
    rf"[东南西北中]?(?:[{CN}]{{1,3}}|\d+)(?:横路|横巷|巷)|"
    rf"(?:第?(?:[{CN}]+|\d+)(?:{_UNIT}|[东南西北]?段))|[东南西北中]{{1,2}}[{CN}\d]{{0,2}}(?:区|段|侧|边|面|院|门|楼|口|组团)|[东南西北中][{CN}\d]{{1,3}}(?:栋|幢|座)|[东南西北]{{1,2}}?(?:头|$)|{TAIL.pattern}"
    r"|以[东南西北]|号|[甲乙丙丁]字?\d|附\d|新\d|老\d|楼|口|路口|[A-Za-z\d(]"
)
_NEXT_NAME = re.compile(
    r"[\u3400-\u9fff]{2,10}?(?:路|街|巷|道|小区|村|苑|园|花园|大厦|广场|院|楼|庭|城|局|厂|公司|宿舍|商行|超市|店|单元|栋|幢|座)"
)
_OTHER_ROAD = re.compile(
    rf"[东南西北中上下前后新老{CN}]{{0,3}}(?:大街|大道|路|街|巷|弄|里(?!面)|村|道|横|支|桥|苑|园|庄)|社区|片区|公园|广场"
)
_SCHOOL_HERE = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}|中心|实验|附属)?(?:小学|中学|学校|幼儿园|初中|高中|校区)")
# 「某2街」 is written 「某二街」 in names; a lane of a road stays a number.
_LANE = re.compile(r"(?<=[\u3400-\u9fff])(\d{1,2})(马路|街|路|条)(?!道)")
# 「某街路北」: the north side of the street, not another road.
_ROADSIDE = re.compile(r"(?<=[路街道巷])路(?=[东南西北](?:侧|边|面|$|\d+号))")
_ALSO_NAMES = frozenset(CN + "东南西北中附第")
_DETAIL_START = frozenset(CN + "东南西北中附第甲乙丙丁戊0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_SUB = re.compile(rf"\d+|[{CN}]+|[A-Za-z{DOOR_LETTERS}]")  # the first of 「-3-501」, 「之三」, 「甲」
_HOUSE = re.compile(r"(\d{1,6})(号楼|号|栋|幢)(?=$|\d)")
_DOOR = re.compile(r"[\dA-Za-z单元门室房层楼-]*$")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(slots=True)
class Part:
    """A piece of an address: a name that the texts know (or not) with its numbers and side."""

    typed: str
    keys: tuple[str, ...] = ()  # names of the index
    sure: int = 0  # 0 exact, 1 inferred, 2 fuzzy
    details: list[Detail] = field(default_factory=list)
    segment: Segment | None = None
    run: str = ""  # all ideographs from here on, for names that look like several words
    side: str = ""  # the side of this very line that the address names
    beyond: bool = False  # 「以东」: the land on that side, which need not stand on the road


@dataclass(slots=True)
class Address:
    """What an address says."""

    parts: list[Part]
    town: str = ""
    elsewhere: str = ""  # another district that it names
    assumed: tuple[str, ...] = ()
    coarse: bool = False  # only a subdistrict, nothing finer


def parse(typed: str, index: LevelIndex, district: District) -> Address:
    """Read a typed address against the names of one level."""
    text = fold(typed[:MAX_LENGTH])
    joins: tuple[int, ...] = ()
    if not text.isalnum() and len(words := text.split()) > 0:
        joins = tuple(accumulate(map(len, words)))
        text = "".join(words)
    if _LANE.search(text):
        text = _LANE.sub(lambda match: numeral(int(match[1])) + match[2], text)
    if _ROADSIDE.search(text):
        text = _ROADSIDE.sub("", text)
    start = 0
    if district.prefix and (match := district.prefix.match(text)):
        start = match.end()
    if (length := known(text, start, index)) and text[start : start + length] not in index.borders:
        return _Scan(text, index, joins).run(start, length)

    def known_at(i: int) -> int:
        return known(text, i, index)

    start = district.typed(text, known_at)
    start, elsewhere = administrative(text, start, known_at, district)
    address = _Scan(text, index, joins).run(start, 0)
    address.elsewhere = elsewhere
    return address


def known(text: str, i: int, index: LevelIndex) -> int:
    """The length of the longest name of the index that stands at i and ends there as a name, or 0."""
    for length in index.lengths.get(text[i : i + 2], ()):
        key = text[i : i + length]
        if len(key) == length and (key in index.names or key in index.stems) and ends_here(text, i, i + length, index):
            return length
    return 0


def ends_here(text: str, start: int, end: int, index: LevelIndex) -> bool:
    """Whether a name may end here, or is only the beginning of another name."""
    if end >= len(text) or not "\u4e00" <= text[end] <= "\u9fff":
        return True
    if NOT_THE_PLACE.match(text, end):
        return False
    if _RIGHT.match(text, end):
        return True
    name = text[start:end]
    if ROAD_END.search(name):
        return not _OTHER_ROAD.match(text, end)
    following = index.lengths.get(text[end : end + 2])
    if following and any(text[end : end + length] in index.names for length in following):
        return True
    return end - start >= 4 and bool(_NEXT_NAME.match(text, end))


def pieces(run: str) -> list[str]:
    """Words without spaces cut into what may be names: 「甲路乙小区」 → 甲路, 乙小区."""
    return [match[0] for match in _UNKNOWN.finditer(run)]


def local(typed: str, district: District) -> str:
    """An address as typed, folded and without spaces, behind its province, city and district."""
    text = "".join(fold(typed[:MAX_LENGTH]).split())
    match = district.prefix.match(text) if district.prefix else None
    return text[match.end() :] if match else text


def without_town(text: str) -> str:
    """A local address without the subdistrict before it."""
    match = TOWN.match(text)
    return text[match.end() :] if match else text


def first_name(typed: str, district: District) -> str:
    """The first road, estate or village of an address, by its form alone; the whole address when it has none."""
    run = _HAN.search(without_town(local(typed, district)))
    return pieces(run[0])[0] if run else typed


class _Scan:
    """One pass over an address."""

    def __init__(self, text: str, index: LevelIndex, joins: tuple[int, ...]) -> None:
        self.text, self.index, self.joins = text, index, joins
        self.parts: list[Part] = []
        self.town = ""
        self.coarse = False
        self.ahead: tuple[Part, Segment] | None = None  # a line whose side was named, until a road follows

    def run(self, start: int, length: int) -> Address:
        """Read from start, where a known name of this length stands (or none)."""
        text, i, end = self.text, start, len(self.text)
        if length:
            i = self._known(i, length)
        while i < end:
            if text[i] in _DETAIL_START and self.parts:
                if _DOOR.match(text, i) and any(detail.unit == "幢" for detail in self.parts[-1].details):
                    break  # unit and room decide nothing
                if after := (0 if text[i] in _ALSO_NAMES and known(text, i, self.index) else self._detail(i)):
                    i = after
                    continue
            i = self._next(i, i == start)
        found = [part for part in self.parts if part.keys]
        if not found and self.town in self.index.names and self.town not in self.index.borders:
            found = [Part(self.town, (self.town,), 1)]
        assumed: tuple[str, ...] = ()
        if not found and self.parts:
            found, assumed = self._fuzzy()
        return Address(found, self.town, "", assumed, self.coarse and not self.parts)

    def _next(self, i: int, first: bool) -> int:
        text = self.text
        if length := known(text, i, self.index):
            return self._known(i, length)
        char = text[i]
        if char == "(":
            return self._bracket(i)
        if self.parts or char.isdigit():
            if not self.parts and (end := self._detail(i)):
                return end
            if (
                self.parts
                and (match := _SIDE.match(text, i))
                and (
                    match["by"]
                    or match["to"]
                    or match["ref"]
                    or text[i] in "之的"
                    or match[0].rstrip("段的")[-1] in "侧边面"
                    or (self.parts[-1].keys and ROAD_END.search(self.parts[-1].typed))
                )
            ):
                self._side(match["ref"], match["by"] or match["at"] or match["to"], bool(match["by"]))
                return match.end()
        if match := _SCHOOL_HERE.match(text, i):
            return match.end()
        if first and (match := TOWN.match(text[i : i + 12])):
            self.town = match[1]
            self.coarse = True
            return i + match.end()
        if not first and (match := TAIL.match(text, i)):
            return match.end()
        return self._unknown(i)

    def _known(self, i: int, length: int) -> int:
        """Take a known name, and the word for its kind that people add."""
        end = i + length
        key = self.text[i:end]
        if key in self.index.borders:
            if not self.parts:
                self.town, self.coarse = key, True
            return end  # what lies on the other side of a boundary is no place
        keys, sure = self._keys(key)
        part = Part(key, keys, sure)
        if self.ahead and self.parts and self.ahead[0] is self.parts[-1] and not self.ahead[0].details:
            self.parts.pop()
            part.segment, self.ahead = self.ahead[1], None
        self.parts.append(part)
        if end < len(self.text) and self.text[end] not in "0123456789" and (match := TAIL.match(self.text, end)):
            part.typed += match[0]
            part.sure = max(part.sure, self._tail_fits(part, match[0]))
            return match.end()
        return end

    def _keys(self, key: str) -> tuple[tuple[str, ...], int]:
        """The names behind a key: itself, and those it is the stem of when itself is no place of a list."""
        name = self.index.names.get(key)
        if name and name.listed:
            return (key,), 0
        longer = tuple(self.index.stems.get(key, ()))
        return ((key, *longer) if name else longer), 1 if longer else 0

    def _tail_fits(self, part: Part, tail: str) -> int:
        """How sure a name is when the address has another word for the kind of settlement."""
        if not stem("甲乙" + tail)[1]:
            return 0
        written = {key[len(stem(key)[0]) :] for key in part.keys} - {""}
        return 2 if written and not any(tail.startswith(one) or one.startswith(tail) for one in written) else 0

    def _unknown(self, i: int) -> int:
        match = _UNKNOWN.match(self.text, i)
        end = match.end() if match else i + 1
        end = next((at for at in self.joins if i < at < end), end)
        word = self.text[i:end]
        if school := _SCHOOL_HERE.match(self.text, end):
            return school.end()  # a school named after the place is not the place
        if "\u4e00" <= word[0] <= "\u9fff":
            run = _HAN.match(self.text, i)
            self.parts.append(Part(word, run=run[0] if run else ""))
        return end

    def _bracket(self, i: int) -> int:
        close = self.text.find(")", i)
        end = len(self.text) if close < 0 else close
        content = self.text[i + 1 : end]
        if content.startswith("就在") and self.parts:
            for part in self.parts:
                part.side = ""  # the answer to the question whether it is the road or the land beside it
            return end + 1
        found = segment_of(content) if content else None
        if found and self.parts:
            for part in self.parts:
                part.segment = part.segment or found  # 「甲路桥头（乙路以西）」
            self.parts[-1].segment = found
            return end + 1
        return i + 1

    def _side(self, ref: str, side: str, beyond: bool) -> None:
        """「甲路乙路以西」 or 「甲路东侧」."""
        if ref:
            self.parts[-1].segment = Segment((ref,), side)
        elif len(self.parts) > 1 and self.parts[-2].keys:
            reference = self.parts.pop()
            self.parts[-1].segment = Segment((reference.typed,), side)
        elif self.parts[-1].keys:
            # 「乙路以西甲路」: the side of the road that is named next; else of the line itself
            line = self.parts[-1]
            line.side, line.beyond = side, beyond
            self.ahead = (line, Segment((line.typed,), side))

    def _detail(self, i: int) -> int:
        """One numbered piece; returns the place after it, or 0."""
        if plain := _HOUSE.match(self.text, i):
            # By far the most common piece, read without the long pattern.
            part = self.parts[-1] if self.parts else None
            if part and not (plain[2] == "号楼" and not part.details and ROAD_END.search(part.typed)):
                part.details.append(Detail(UNITS[plain[2]], int(plain[1])))
                return plain.end()
        match = _DETAIL.match(self.text, i)
        if not match or match.end() == i:
            return 0
        raw, unit, label = match["n"], match["unit"], match["label"] or ""
        if not raw and not (unit and label and label not in "第附"):
            return 0
        if raw and raw[0] in CN and not unit and (len(raw) < 2 or match.end() < len(self.text)):
            return 0
        if self.parts:
            sub = match["letter"] or match["more"] or match["after"] or ""
            self._add_detail(self.parts[-1], raw, unit, "" if label == "第" else label, sub)
        return match.end()

    def _add_detail(self, part: Part, raw: str | None, unit: str | None, label: str, sub: str) -> None:
        if unit in ("室", "房", "层", "楼"):
            return
        if not unit:
            # A bare number is the house on a road, and the building on an estate.
            road = bool(ROAD_END.search(part.typed))
            taken = any(detail.unit in ("号", "幢") for detail in part.details)
            if taken and label != "附":
                return
            kind = "号" if road or taken or sub[:1] != "-" else "幢"
        elif unit == "号楼" and ROAD_END.search(part.typed) and not part.details:
            kind = "号"  # 「某路93号楼」: a road has no building that is not a house number
        else:
            kind = UNITS[unit]
        part.details.append(Detail(kind, number(raw) if raw else 0, label if label not in ("附",) else ""))
        if kind == "号" and (inside := _SUB.search(sub)):
            behind = door(inside[0])
            part.details.append(Detail("号", behind.low, behind.label))

    # --- slips of the pen ---

    def _fuzzy(self) -> tuple[list[Part], tuple[str, ...]]:
        """The first piece that sounds like, or is one slip away from, exactly one known place."""
        for part in self.parts:
            for typed in (*readings(part.run), *readings(part.typed)):
                if len(typed) > 16 or SCHOOL_END.search(typed[-3:]):
                    continue
                keys = similar(typed, self.index)
                if keys:
                    behind = [other for other in self.parts if other is not part and part.run.endswith(other.run)]
                    if typed not in readings(
                        part.typed
                    ):  # the words were one name, and its numbers stand behind the last of them
                        part.details += [detail for other in behind if other.run for detail in other.details]
                    part.keys, part.sure = keys, 2
                    part.typed = keys[0] if len(keys) == 1 else typed
                    return [part], tuple(f"{typed}→{key}" for key in keys if key != typed)
        return [], ()
