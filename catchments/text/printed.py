"""A clause in words again: what a person checks beside the official words, and what the grammar reads as the same."""

from __future__ import annotations

import re

from catchments.text.clauses import Claim, Clause, Kind, Line
from catchments.text.drafts import State, names_of
from catchments.text.names import CODES, coded
from catchments.text.normalise import brackets, fold

# Kinds whose own words are the only form: a sentence is read again from its quote.
_STOPS = re.compile(r"[。；;|\s]+")  # one bracket holds the whole of it: no sentence ends inside
_IN_BRACKETS = {Kind.NOTE: "备注：", Kind.CONDITION: "限"}


def printed(clause: Clause) -> str:
    """The clause in words that the grammar reads as the same clause again."""
    if clause.lines:
        return _boundary(clause)
    if clause.claims and clause.kind not in (Kind.SHARED, Kind.FEEDER, Kind.CONDITION):
        town = next((claim.town for claim in clause.claims if claim.town), "")
        places = _claims(clause)
        return f"{town}：" * bool(town) + (f"（{places}除外）" if clause.kind is Kind.EXCEPTION else places)
    words = clause.quote.strip()
    if clause.kind is Kind.HEADING:
        return words.rstrip("：:") + "："
    if clause.kind is Kind.OTHER_CATCHMENT:
        return f"（{words}除外）"
    if clause.kind in _IN_BRACKETS and not clause.claims:
        return f"（{_IN_BRACKETS[clause.kind]}{_STOPS.sub('，', _inside(words))}）"
    return clause.quote


def _condition(clause: Clause) -> str:
    return f"（{_inside(clause.condition.quote)}）" if clause.condition else ""


def _inside(words: str) -> str:
    """The words without the one bracket that holds all of them."""
    whole = brackets(fold(words)).get(0) == len(words) - 1
    return words[1:-1] if whole else words


def _boundary(clause: Clause) -> str:
    """Lines side by side; a stretch of a road is named before the line that gives it its side: 「甲街东段、乙路以东」."""
    words = []
    for line, following in zip(clause.lines, (*clause.lines[1:], None), strict=True):
        if following and line.side == following.side and line.numbers and line.numbers.terms[0].unit == "段":
            words.append(f"{_line_name(line)}、")
        else:
            words.append(f"{_line(line)}{_condition(clause)}，")
    return "".join(words).rstrip("，")


def _line_name(line: Line) -> str:
    return line.name + (line.numbers.printed() if line.numbers else "")


def _line(line: Line) -> str:
    segment = f"（{line.segment.printed()}）" if line.segment else ""
    said = {True: f"（含{line.name}）", False: f"（不含{line.name}）", None: ""}[line.included]
    if line.side == "?":
        return f"范围以{_line_name(line)}{segment}为界{said}"  # the text names the line and not the side
    return f"{_line_name(line)}{segment}以{line.side}{said}"


def _claims(clause: Clause) -> str:
    """Places side by side; what stands at a number is named behind it: 「某路8号（某苑）」."""
    words: list[str] = []
    for claim in clause.claims:
        if claim.gloss and words:
            words[-1] += f"（{_claim(claim)}）"
        else:
            words.append(_claim(claim))
    return "、".join(word + _condition(clause) for word in words)


def _claim(claim: Claim) -> str:
    name = claim.names[0]
    numbers = claim.numbers.printed() if claim.numbers else ""
    segment = f"（{claim.segment.printed()}）" if claim.segment else ""
    more = [other for other in claim.names[1:] if other not in _spellings(name)]
    others = f"（又名{'、'.join(more)}）" if more and not claim.gloss else ""
    return f"{name}{others}{numbers}{segment}{'（部分）' if claim.partial else ''}"


def _spellings(name: str) -> tuple[str, ...]:
    """What the grammar makes of the name by itself."""
    code = CODES.fullmatch(name)
    return coded(code, "")[0] if code else names_of(name, State())[0]
