"""The outer shape of a text: parts (sentences, numbered points), segments between commas, and items of a list."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass

from .normalise import brackets, fold

_POINT = re.compile(
    r"(?<![\d.])\d{1,2}\.(?!\d) *|[①②③④⑤⑥⑦⑧⑨⑩⑪⑫]|\((?:\d{1,2}|[一二三四五六七八九十]{1,2})\)(?=[\u3400-\u9fff])"
)
_NUMBERED_PLACE = re.compile(r"\((?:\d|[一二三四五六七八九十])")


@dataclass(frozen=True, slots=True)
class Layout:
    """A folded text with its brackets and separators found once, so that reading never searches twice."""

    text: str
    masked: str  # brackets blanked, same length
    pairs: dict[int, int]
    parts: tuple[tuple[int, int], ...]
    commas: tuple[int, ...]
    stops: tuple[int, ...]  # every separator of list items at depth 0

    def segment_end(self, i: int, end: int) -> int:
        """Where the words up to the next comma end."""
        return _next(self.commas, i, end)

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
    plain = "".join(masked)
    cuts = [0]
    for match in re.finditer(rf"[。;\n|]+|{_POINT.pattern}", plain):
        cuts.append(match.end() if match[0][0] in "。;\n|" else match.start())
    cuts.append(len(plain))
    parts = tuple((a, b) for a, b in itertools.pairwise(cuts) if a < b)
    commas = tuple(m.start() for m in re.finditer(r"[,。;\n|]| {2,}", plain))
    stops = tuple(m.start() for m in re.finditer(r"[、,。;\n|/\\]| {2,}", plain))
    return Layout(folded, plain, pairs, parts, commas, stops)


def _is_point(text: str, i: int) -> bool:
    """Whether the bracket at i is 「（1）」 numbering a point, not a bracket after a name."""
    return bool(_POINT.match(text, i)) and (i == 0 or text[i - 1] in "。;,:\n ")


def point_end(layout: Layout, i: int) -> int:
    """The end of a point number that begins at i, or i."""
    match = _POINT.match(layout.text, i)
    return match.end() if match else i
