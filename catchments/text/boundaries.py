"""Boundary lines: 「甲路以东」, 「东至甲路」, 「甲路—乙路以南」, with what is said about the line itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catchments.text.clauses import Line, Segment
from catchments.text.layout import Layout
from catchments.text.number_reading import read_numbers
from catchments.text.numbers import Numbers
from catchments.text.vocabulary import OPPOSITE, SHORT_TOWN, TOWN

# 「以东」 but not 「以东路」, and not 「以西段」 which is a piece of a road.
MARK = re.compile(
    r"(?:及其?)?(?:以|之)(?P<dir>东北|东南|西北|西南|[东南西北])(?:(?:及|、)?以(?P<dir2>[东南西北]))?(?![路街巷门段])"
)
_EDGE = re.compile(
    r"(?P<dir>东|西|南|北)(?:面|边|侧|部|界)?(?:(?:至|到|抵|临|靠|接|起自?)(?P<to>[^以与]{0,80})|(?:与|以)(?P<by>.{1,40}?)(?:为界|相邻|交界|接壤|相接)|[:](?P<colon>.{1,80}))"
)
_SIDE = re.compile(
    r"^(?P<name>[^、]{1,12}?(?:路|街|巷|河|道|线))(?:的)?(?:路)?(?P<dir>[东南西北])(?:侧|边|面)?(?:区域|范围)?$"
)
_BY = re.compile(r"^(?:(?P<name>.{2,16}?)(?:至.{2,12})?)?以(?P<line>[^以东南西北][^以]{1,16})为界\0*$")
_REST = re.compile(
    r"(?:归本校)?(?:在建|已建|新建)?(?:围合|合围|围成|所围)?(?:成)?(?:的)?(?:范围|区域|地区|地段|片区|地块|一带|所辖|以内|沿线|部分|片|内)*(?:的|之)?(?:范围|区域|内|整片区|各|所有|全部)*(?:的)?(?:住宅小区|小区|村庄|居民区|居民小区|平房区?|楼房|楼院|院落|住宅|住户|居民)*"
)
_INCLUDED = re.compile(r"^(?P<not>不)?(?:含|包括|包含)(?P<what>.*)$")
_BETWEEN = re.compile(r"^(?P<a>[^至到-]{2,14})(?:至|到|-+)(?P<b>.{2,14}?)(?:区间)?(?:段|止)?$")
_SIDE_PART = re.compile(
    r"^(?P<ref>.{2,12}?)(?:以|的)?(?P<side>[东南西北])(?:侧|边|面|部)?(?:的?(?:路)?段|部分|侧|区域)?(?:.{1,12})?$"
)
_SIDE_BY_SIDE = re.compile(r"(?:[^路街道]{2,3}[路街道]){2,5}")
_NUMBERED_LANE = re.compile(r"附?[东南西北中]?[一二三四五六七八九十\d]+(?:巷|段|横路|街|期|区|组|号)")
_JOIN = re.compile(r"[、与和及]|-+|以及")
_JOIN_OR_TO = re.compile(r"[、与和及]|-+|以及|(?<=.{2})至(?=.{2})")


@dataclass(frozen=True, slots=True)
class Found:
    """A boundary in a segment: its lines, and the place in the text where the lines end."""

    lines: tuple[Line, ...]
    start: int
    end: int
    brackets: tuple[tuple[int, int], ...] = ()


def segment_of(content: str) -> Segment | None:
    """The piece of a road that bracket words describe, or None."""
    words = content.strip().replace(" ", "")
    marked = re.fullmatch(r"(?P<ref>.{2,14}?)(?:以|之)(?P<side>[东南西北])(?:的?路?段|区域|部分|侧|方向)?", words)
    if marked:
        return Segment((marked["ref"],), marked["side"])
    sided = re.fullmatch(r"(?P<ref>.{2,12}?)(?P<side>[东南西北])(?:侧|边|面)(?:段)?", words)
    if sided:
        return Segment((sided["ref"],), sided["side"])
    between = _BETWEEN.fullmatch(words)
    if between and _NUMBERED_LANE.fullmatch(between["a"]):
        return None
    if (
        between
        and not re.search(r"\d+号?$", between["a"])
        and ("段" in words or re.search(r"路|街|口|门|桥|巷|道|河|线|什字|止", words))
    ):
        return Segment((re.sub(r"以[东南西北]$", "", between["a"]), re.sub(r"(?:区间)?段$", "", between["b"])))
    return None


def marks(layout: Layout, start: int, end: int) -> list[re.Match[str]]:
    """The direction marks outside brackets between two places."""
    return list(MARK.finditer(layout.masked, start, end))


def read_edge(layout: Layout, start: int, end: int) -> Found | None:
    """「东至甲路、乙路」, 「北与某区为界」, 「东:甲路」: the area lies on the other side."""
    match = _EDGE.match(layout.masked, start, end)
    if not match:
        return None
    group = next(name for name in ("to", "by", "colon") if match[name] is not None)
    a, b = match.span(group)
    if group == "to":
        # What stands after 以 or 与 still belongs to the edge: 「西至某路以东」
        b = end if not MARK.search(layout.masked, a, end) else b
    if group == "colon" and layout.masked[a] in "与和" and re.search(r"(?:界|邻|壤|接)$", layout.masked[a:b]):
        a += 1  # 「南:与某区交界」
    cut = re.search(r"范围|区域内?|所辖|以内|内的|的住宅|以[东南西北]", layout.masked[a:b])
    stop = a + cut.start() if cut else b
    side = OPPOSITE[match["dir"]]
    lines = _lines(layout, a, stop, side)
    return Found(lines, start, b if group != "to" else end, _brackets(layout, start, end)) if lines else None


def read_side(layout: Layout, start: int, end: int) -> Found | None:
    """「甲街路东」, 「乙路西区域」, 「某路以某院为界」."""
    words = layout.masked[start:end]
    sides = [_SIDE.match(piece) for piece in words.replace("\0", "").split("、")]
    if all(sides):
        lines = tuple(Line(match["name"].replace(" ", ""), match["dir"]) for match in sides if match)
        return Found(lines, start, end, _brackets(layout, start, end))
    if match := _BY.match(words):
        line = _line(
            layout, start + match.start("line"), start + match.end("line"), "?", _brackets(layout, start, end), False
        )
        return Found((line,) if line else (), start, end, _brackets(layout, start, end))
    return None


def read_mark(layout: Layout, start: int, mark: re.Match[str], shared: bool, end: int) -> Found:
    """The lines before one direction mark. Without `shared` only the last name of the list is a line."""
    a = start
    if not shared:
        cut = max(layout.masked.rfind(sep, start, mark.start()) for sep in "、 包括含")
        a = cut + 1 if cut >= start else start
    while a < mark.start() and layout.masked[a] in "、, ":
        a += 1
    if a > 0 and layout.masked[a - 1] not in "、,;。 \n(:." and layout.masked[a] in "和与及":
        a += 1  # 「甲路以东和乙路以西」; after a separator the character begins a name
    after = mark.end()
    brackets: list[tuple[int, int]] = []
    while after < end and layout.text[after] == "(" and after in layout.pairs:
        brackets.append((after + 1, layout.pairs[after]))
        after = layout.pairs[after] + 1
    lines = _lines(layout, a, mark.start(), mark["dir"], brackets, included=mark[0].startswith("及"))
    if mark["dir2"]:
        lines += _lines(layout, a, mark.start(), mark["dir2"], brackets)
    return Found(lines, a, min(after, end), tuple(brackets) + _brackets(layout, a, mark.start()))


def rest_end(layout: Layout, i: int, end: int) -> int:
    """Past 「范围内的住宅小区」 and the like."""
    match = _REST.match(layout.masked, i, end)
    return match.end() if match else i


def _brackets(layout: Layout, a: int, b: int) -> tuple[tuple[int, int], ...]:
    found, i = [], layout.text.find("(", a, b)
    while 0 <= i < b:
        close = layout.pairs.get(i, b)
        found.append((i + 1, min(close, b)))
        i = layout.text.find("(", close, b)
    return tuple(found)


def _lines(
    layout: Layout, a: int, b: int, side: str, after: list[tuple[int, int]] | None = None, *, included: bool = False
) -> tuple[Line, ...]:
    """Every name between a and b as a line of the same side."""
    lines: list[Line] = []
    start = a
    joins = _JOIN if "从" in layout.masked[a:b] else _JOIN_OR_TO
    for match in [*_run_together(layout, a, b, joins), None]:
        stop = match.start() if match else b
        name = layout.masked[start:stop].replace("\0", "").strip(' ":').replace(" ", "")
        if len(name) < 2 and match and match[0] != "、":
            continue  # 「某和路」: the joining word is a piece of a name
        line = _line(layout, start, stop, side, (after or []) if match is None else [], included)
        if line and line.name in [other.name for other in lines]:
            included = True  # 「甲路及甲路以西」
            lines = [other for other in lines if other.name != line.name]
            line = Line(line.name, side, True, line.segment, line.numbers)
        if line:
            lines.append(line)
        start = match.end() if match else b
    return tuple(lines)


def _run_together(layout: Layout, a: int, b: int, joins: re.Pattern[str]) -> list[re.Match[str]]:
    """Where names are joined, or stand side by side: 「甲路乙路丙路以西」."""
    found = list(joins.finditer(layout.masked, a, b))
    if not found and _SIDE_BY_SIDE.fullmatch(layout.masked[a:b].strip()):
        return list(re.compile(r"(?<=.[路街道])(?=.{2,4}?[路街道])").finditer(layout.masked, a + 1, b))
    return found


def _line(layout: Layout, a: int, b: int, side: str, after: Sequence[tuple[int, int]], included: bool) -> Line | None:
    raw = layout.masked[a:b]
    name = re.sub(r"^(?:包括|由|从)+(?=.{2})", "", raw.replace("\0", "").replace(" ", "").strip(' ":*'))
    said: bool | None = True if included else None
    if match := re.search(r"(?:的)?(?:两侧|沿线|全段两侧)$", name):
        name, said = name[: match.start()], True
    name = re.sub(r"(?<=.{2})(?:交界|相邻|接壤|相接|为界)$", "", name)
    name = re.sub(
        r"(?:全段|一线|(?<=.{2})[东南西北][侧边缘界]|(?:道路)?(?:中心|中)线|交界起?|交汇处)$|(?<=[区县市镇])界$",
        "",
        name,
    )
    if name.startswith("至"):
        return None  # the end of a stretch that began in words before
    if town := TOWN.match(name) or SHORT_TOWN.match(name):
        name = name[town.end() :] if len(name) > town.end() + 1 else name
    if not 2 <= len(name) <= 24 or re.search(r"适龄|户籍|学校|招收", name):
        return None
    segment: Segment | None = None
    for i, j in (*_brackets(layout, a, b), *after):
        for content in re.split("[,;]", layout.text[i:j]):
            if match := _INCLUDED.match(content):
                what = match["what"]
                if not what or what in name or (name in what and len(what) <= len(name) + 2):
                    said = not match["not"]
            elif found := segment_of(content):
                segment = found
    if joined := re.fullmatch(r"(.+?)从(.+?)(?:至|到)(.+?)段", name):
        name, segment = joined[1], Segment((joined[2], joined[3]))
    name, numbers = _numbered(name)
    return Line(name, side, said, segment, numbers)


def _numbered(name: str) -> tuple[str, Numbers | None]:
    """「某池64号」 as a line: the name, and the number on it."""
    match = re.search(
        r"\d|[一二三四五六七八九十]+号|[东南西北中][一二三四五六七八九十]?段$|[一二三四五六七八九十]+段$", name
    )
    if match and match.start() >= 2:
        reading = read_numbers(name, match.start(), len(name), {}, name[: match.start()])
        if reading and reading.end == len(name):
            return name[: match.start()], reading.numbers
    return name, None
