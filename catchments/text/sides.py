"""The typed side of a line: 「甲路以东」 is answered by the clauses that name that very side, never by the other side's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catchments.text.address import Part
from catchments.text.fits import Candidate, Findings, Tier, segment_fit
from catchments.text.index import Entry, Role
from catchments.text.numbers import Fit
from catchments.text.questions import segment_words
from catchments.text.vocabulary import OPPOSITE, ROAD_END


def add_line(entry: Entry, part: Part, findings: Findings) -> None:
    """What a boundary line says about the address that names it."""
    line = entry.line
    if line is None or (line.numbers and line.numbers.fit(part.details) is Fit.MISS):
        return
    if line.segment and part.segment and segment_fit(line.segment, part.segment) is Fit.MISS:
        return
    if part.side and line.side in OPPOSITE:
        if any(OPPOSITE[way] in part.side for way in line.side):
            findings.across.append(entry)
        else:
            findings.candidates.append(Candidate(entry, Tier.LINE))
    elif line.included is False:
        findings.excluded.append(entry)
    elif line.included:
        findings.candidates.append(Candidate(entry, Tier.WHOLE if not line.segment or part.segment else Tier.OPEN))
    else:
        findings.candidates.append(Candidate(entry, Tier.LINE))


def on_side(part: Part, findings: Findings) -> tuple[list[Candidate], bool] | None:
    """The candidates of a typed side and whether they leave a choice open; None where the side changes nothing."""
    usable = findings.usable
    places = [c for c in usable if c.entry.role is Role.PLACE]
    if not part.beyond and any(c.tier >= Tier.SPECIFIC for c in places):
        return None  # a number of the road that a text names
    lines = [c for c in usable if c.entry.role is Role.LINE]
    here = [c for c in lines if c.entry.line and set(c.entry.line.side) <= set(part.side)]
    if not here:
        # A line of another direction says nothing certain; of a school that lies across, nothing at all.
        away = {entry.school for entry in findings.across}
        lines = [c for c in lines if c.entry.school not in away]
        return ([*lines, *places], True) if lines or findings.across or part.beyond else None
    schools = {c.entry.school for c in here}
    places = [c for c in places if c.entry.school not in schools]
    stretch = any(c.entry.line and c.entry.line.segment and not part.segment for c in here)
    return [*here, *places], stretch or bool(places)


def side_words(part: Part) -> str:
    """The line with its typed side, as a sentence names it."""
    return f"{part.typed}以{part.side}" if part.beyond else f"{part.typed}{part.side}侧"


def road_of(place: str) -> str:
    """The line of `side_words`."""
    return re.sub(r"(?:以[东南西北]{1,2}|[东南西北]{1,2}侧)$", "", place)


def road_or_land(place: str) -> tuple[str, str]:
    """The two answers to the question whether a home stands on the road itself or on the land beside it."""
    road = road_of(place)
    there = f"{road}上" if ROAD_END.search(road) else road
    return f"就在{there}", f"不在{there}，在它的{place[len(road) :].strip('以侧')}面"


def side_question(chosen: Sequence[Candidate], part: Part) -> str:
    """The question that would decide between the candidates of a typed side."""
    listed = {c.entry.school for c in chosen if c.entry.role is Role.PLACE}
    if listed and listed != {c.entry.school for c in chosen if c.entry.role is Role.LINE}:
        on, off = road_or_land(side_words(part))
        return f"住址{on}，还是{off}？"
    segments = [c.entry.line.segment for c in chosen if c.entry.line and c.entry.line.segment]
    if segments and not part.segment:
        return f"具体位置是否在{segment_words(segments[0])}？"
    return f"文件没有写明{side_words(part)}由哪一所接收，请向区教育局核实。"
