"""The outer shape of a text: parts (sentences, numbered points), segments between commas, and items of a list."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from catchments.text.normalise import brackets, fold
from catchments.text.numbers import CN

_POINT = re.compile(
    r"(?<![\d.])\d{1,2}\.(?!\d) *|[①②③④⑤⑥⑦⑧⑨⑩⑪⑫]|\((?:\d{1,2}|[一二三四五六七八九十]{1,2})\)(?=[\u3400-\u9fff])"
)
# What an item is searched for, found once for the whole text: words about persons, joining words, open ends of lists.
MARKS = {
    "person": re.compile(
        r"户籍|户口|居住证|人户一致|房户一致|业主|子女|村民(?!小?组|委|中心|新村|公寓|公园)|股民|居民(?!楼|小组|小区|区|委|点|新村|住宅|大院|宿舍)|老户"
        r"|职工(?!家属|楼|宿舍|住宅|新村|小区|大院|公寓|生活|医院|大学|学校|活动|文化|俱乐部|培训|村|院)|子弟(?!校|小学|中学|学校)|集体户|适龄|毕业生|学生(?!公寓|宿舍|街)|实际居住|住户|临街户|常住"
    ),
    "join": re.compile(
        r"以及|及其(?=[\u3400-\u9fff]{2})(?!附近|周边|以|之|他)|(?<=[路街巷道村园苑区城院号楼厦里庄场])[及和与](?=[\u3400-\u9fff]{2})(?![\u3400-\u9fff]{2,9}?(?:交叉|交汇|相交|交界))"
    ),
    "only": re.compile(r"(?<=[^、,;。\n]{2})(?:只|仅)(?:包括|包含|含)(?=[^、,;。\n]{2})"),
    "also": re.compile(r"以及"),
    "number": re.compile(
        rf"\d|[{CN}]{{1,4}}(?:号|区|期|(?:村民小?)?组|生产队|队|社|段|巷|单元|幢|栋|座|横路|支弄|网格|分场|屯|、[{CN}]|至|到)"
        rf"|[东南西北中](?=[{CN}\d]{{0,2}}(?:段|区|巷))|[A-Z](?=\d|(?:、[A-Z]){{0,26}}[区座栋幢]|区?(?:-+|至|到)[A-Z][区座栋幢])"
        rf"|第(?=\d|[{CN}]{{1,3}}(?:、|至|到|-|网格|(?:[村居]民小?)?组|区|期))|门牌|小于|大于|单号|双号|单数|双数|单双号|连号|逢单|逢双"
        r"|[甲乙丙丁戊](?:字|(?=\d|(?:、[甲乙丙丁戊]){0,12}[座栋幢]))|附\d|新\d|原\d|附[一二三四]"
    ),
    "open": re.compile(r"等(?:等|地|处)?(?=$|[,。;、\0]|符合|\w{0,4}(?:小区|片区|地段|范围|条件|区域))"),
}


# 「某三、四；五横路」: numerals that wait for the word behind them do not end at a semicolon.
_UNFINISHED = re.compile(
    rf"(?<=[\u3400-\u9fff])[{CN}]{{1,3}}\0*(?:[、;][{CN}]{{1,3}}\0*){{1,30}}(?=横?[路街巷里弄条坊村屯])"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A folded text with its brackets and separators found once, so that reading never searches twice."""

    text: str
    masked: str  # brackets blanked, same length
    pairs: dict[int, int]
    parts: tuple[tuple[int, int], ...]
    commas: tuple[int, ...]
    marks: dict[str, tuple[tuple[int, int], ...]]
    stops: tuple[int, ...]  # every separator of list items at depth 0

    def find(self, what: str, i: int, end: int) -> int:
        """Where the next mark of this sort begins inside [i, end), or -1; found by bisection, not by searching."""
        spans = self.marks[what]
        at = bisect_left(spans, (i, 0))
        return spans[at][0] if at < len(spans) and spans[at][1] <= end else -1

    def from_here(self, what: str, i: int, end: int) -> Iterator[tuple[int, str]]:
        """Every mark of this sort that begins inside [i, end), with its first character."""
        spans = self.marks[what]
        for at in range(bisect_left(spans, (i, 0)), len(spans)):
            if spans[at][0] >= end:
                return
            yield spans[at][0], self.masked[spans[at][0]]

    def segment_end(self, i: int, end: int) -> int:
        """Where the words up to the next comma end."""
        return _next(self.commas, i, end)

    def listed(self, i: int) -> int:
        """How many names the list has up to the item at i, back to the last mark that is stronger than 、."""
        strong = max(self.masked.rfind(mark, max(0, i - 200), i) for mark in ",;。:\n(")
        return self.masked.count("、", strong + 1, i) + 1

    def item_end(self, i: int, end: int) -> int:
        """Where the list item ends."""
        return _next(self.stops, i, end)


def _next(positions: tuple[int, ...], i: int, end: int) -> int:
    at = bisect_left(positions, i)
    return min(positions[at], end) if at < len(positions) else end


def lay_out(text: str) -> Layout:
    """Find brackets, parts and separators in linear time."""
    folded = fold(text)
    pairs = brackets(folded)
    masked = list(folded)
    i = 0
    while i < len(folded):
        if folded[i] == "(" and i in pairs and not _is_point(folded, i):
            close = min(pairs[i], len(folded) - 1)
            masked[i : close + 1] = "\0" * (close + 1 - i)
            i = close
        i += 1
    plain = _UNFINISHED.sub(lambda match: match[0].replace(";", "、"), "".join(masked))
    cuts = [0]
    for match in re.finditer(rf"[。;\n|]+|{_POINT.pattern}", plain):
        cuts.append(match.end() if match[0][0] in "。;\n|" else match.start())
    cuts.append(len(plain))
    parts = tuple((a, b) for a, b in itertools.pairwise(cuts) if a < b)
    commas = tuple(m.start() for m in re.finditer(r"[,。;\n|]| {2,}", plain))
    stops = tuple(m.start() for m in re.finditer(r"[、,。;\n|/\\]| {2,}", plain))
    marks = {what: tuple(match.span() for match in pattern.finditer(plain)) for what, pattern in MARKS.items()}
    return Layout(folded, plain, pairs, parts, commas, marks, stops)


def _is_point(text: str, i: int) -> bool:
    """Whether the bracket at i is 「（1）」 numbering a point, not a bracket after a name."""
    return bool(_POINT.match(text, i)) and (i == 0 or text[i - 1] in "。;,:\n ")


def point_end(layout: Layout, i: int) -> int:
    """The end of a point number that begins at i, or i."""
    match = _POINT.match(layout.text, i)
    return match.end() if match else i
