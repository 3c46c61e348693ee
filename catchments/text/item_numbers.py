"""Where the numbers of a list item begin, and what they say."""

from __future__ import annotations

import re

from catchments.text.drafts import State
from catchments.text.layout import Layout
from catchments.text.number_reading import Reading, read_numbers


def continued(layout: Layout, i: int, limit: int, base: str) -> Reading | None:
    return read_numbers(layout.text, i, limit, layout.pairs, base) if layout.text[i : i + 1].isdigit() else None


def find_numbers(
    layout: Layout, start: int, behind: int, stop: int, limit: int, state: State
) -> tuple[int, Reading | None]:
    """Where the numbers of the item begin, and what they say."""
    for at, first in layout.from_here("number", behind, stop):
        if layout.text[at].isdigit() and at > start and layout.text[at - 1].isdigit():
            continue
        name = clean(layout.text[start:at])
        if len(name) > 30:
            break
        at = _side_before(layout, start, at)
        if len(name) == 1 or (not name and not layout.text[at].isdigit() and first not in "单双连" and not state.base):
            continue
        reading = read_numbers(layout.text, at, limit, layout.pairs, name or state.base)
        if reading:
            return at, reading
    return start, None


def _side_before(layout: Layout, start: int, at: int) -> int:
    """「某路（单）1-99号」: the side of the road may stand in a bracket before the numbers."""
    opening = layout.text.rfind("(", start, at)
    return opening if opening > start and re.fullmatch(r"\([单双]号?\)[: ]*", layout.text[opening:at]) else at


def clean(words: str) -> str:
    return re.sub(r"\([^()]*\)?", "", words).replace(" ", "").strip(':、,"*·.(').removeprefix("的")
