"""The question that would decide an open answer."""

from __future__ import annotations

from collections.abc import Sequence

from catchments.text.address import Part
from catchments.text.answers import Reason
from catchments.text.clauses import Claim, Kind, Segment
from catchments.text.fits import Candidate


def asked(words: str, name: str) -> str:
    """A condition as a parent reads it: with the village that the words leave to the list before them."""
    return (
        f"{name}{words.removeprefix('的')}"
        if words.startswith(("户", "的", "村民", "股民", "业主", "落户", "子女"))
        else words
    )


def segment_words(segment: Segment) -> str:
    return f"{segment.refs[0]}以{segment.side}" if segment.side else "至".join(segment.refs) + "之间"


def number_question(claim: Claim, part: Part) -> str:
    units = [term.unit for term in (*claim.numbers.terms, *claim.numbers.holes)]  # type: ignore[union-attr]
    name = claim.names[0]
    have = {detail.unit for detail in part.details}
    inner = [i.unit for term in claim.numbers.terms for i in term.inner]  # type: ignore[union-attr]
    if units[0] in have and inner:
        units = inner
    if units[0] == "号":
        parities = {term.parity for term in claim.numbers.terms}  # type: ignore[union-attr]
        if parities <= {1, 2} and all(term.low <= 1 and term.high is None for term in claim.numbers.terms):  # type: ignore[union-attr]
            return f"{name}的门牌号是单号还是双号？"
        return f"{name}的门牌号是多少号（单号还是双号）？"
    asked = {
        "区": "第几区",
        "期": "第几期",
        "组": "第几组（队、社）",
        "段": "哪一段",
        "幢": "第几栋（号楼）",
        "巷": "第几巷",
    }
    return f"请问是{name}{asked.get(units[0], '哪一部分')}？"


def deciding_question(
    chosen: Sequence[Candidate], conditions: tuple[str, ...], reason: Reason, part: Part, schools: tuple[str, ...]
) -> str:
    sides = [c.entry.claim.segment for c in chosen if c.question and c.entry.claim and c.entry.claim.segment]
    if len({(segment.refs, segment.side) for segment in sides}) > 1 and all(segment.side for segment in sides):
        return f"具体位置在{'，还是在'.join(dict.fromkeys(segment_words(segment) for segment in sides))}？"
    if asked := next((c.question for c in chosen if c.question), ""):
        return asked
    if reason is Reason.LINE_ONLY:
        sides = "、".join(
            dict.fromkeys(
                f"{c.entry.line.name}以{c.entry.line.side}" for c in chosen if c.entry.line and c.entry.line.side != "?"
            )
        )
        return f"{part.typed}是学区分界线，住址在哪一侧（{sides}）？"
    if conditions:
        return f"是否符合条件：{'；'.join(conditions)}？"
    if len(schools) > 1 and any(c.entry.clause.kind is Kind.SHARED for c in chosen):
        return "可选择其中一所，请问选择哪一所？"
    return f"{part.typed}同时列入{'、'.join(schools)}，请向区教育局核实以哪一所为准。"
