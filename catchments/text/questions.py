"""The question that would decide an open answer."""

from __future__ import annotations

from collections.abc import Sequence

from catchments.text.address import Part
from catchments.text.answers import Reason
from catchments.text.clauses import Claim, Kind, Line, Segment
from catchments.text.fits import Candidate
from catchments.text.index import line_names
from catchments.text.vocabulary import OPPOSITE


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
    terms = (*claim.numbers.terms, *claim.numbers.holes)  # type: ignore[union-attr]
    if all(term.label and not term.low for term in terms):
        return f"请问是{name}的哪一部分？"  # 「北区」, 「A区」
    house = next((detail.value for detail in part.details if detail.unit == "号"), 0)
    if house and inner and all(one.door for term in terms for one in term.inner):
        return f"请问是{name}{house}号的几之几（附几号、甲或乙）？"
    if units[0] == "号":
        parities = {term.parity for term in claim.numbers.terms}  # type: ignore[union-attr]
        if parities <= {1, 2} and all(term.low <= 1 and term.high is None for term in claim.numbers.terms):  # type: ignore[union-attr]
            return f"{name}的门牌号是单号还是双号？"
        return f"{name}的门牌号是多少号（单号还是双号）？"
    asked = {
        "区": "第几区",
        "组团": "哪个组团",
        "期": "第几期",
        "组": "第几组（队、社）",
        "段": "哪一段",
        "幢": "第几栋（号楼）",
        "巷": "第几巷",
    }
    return f"请问是{name}{asked.get(units[0], '哪一部分')}？"


def line_question(place: str, lines: Sequence[tuple[str, Line]]) -> str:
    """Which side of one line: two lines in one question could both be true."""
    axis = deciding_axis(lines)
    sides = list(dict.fromkeys(f"{line.name}以{line.side}" for _, line in lines if line.name == axis))
    if axis and not (axis.startswith(place) or place in line_names(axis)) and len(sides) > 1:
        return f"具体位置在{'，还是在'.join(sides)}？"
    return f"{place}是学区分界线，住址在哪一侧（{'、'.join(sides)}）？"


def deciding_axis(lines: Sequence[tuple[str, Line]], said: Sequence[str] = ()) -> str:
    """The line that tells all schools apart, or some; else the first, which was typed; none of those settled already."""
    sided = [(school, line) for school, line in lines if line.side in OPPOSITE]
    names = dict.fromkeys(line.name for _, line in sided)
    names = [name for name in names if not any(label.startswith((f"{name}以", f"{name}（")) for label in said)]
    on = {name: [(school, line.side) for school, line in sided if line.name == name] for name in names}
    apart = [name for name in names if len({side for _, side in on[name]}) > 1]
    return max(apart or names[:1], key=lambda name: len({school for school, _ in on[name]}), default="")


def deciding_question(
    chosen: Sequence[Candidate], conditions: tuple[str, ...], reason: Reason, part: Part, schools: tuple[str, ...]
) -> str:
    sides = [c.entry.claim.segment for c in chosen if c.question and c.entry.claim and c.entry.claim.segment]
    if len({(segment.refs, segment.side) for segment in sides}) > 1 and all(segment.side for segment in sides):
        return f"具体位置在{'，还是在'.join(dict.fromkeys(segment_words(segment) for segment in sides))}？"
    if asked := next((c.question for c in chosen if c.question), ""):
        return asked
    if reason is Reason.LINE_ONLY:
        return line_question(part.typed, [(c.entry.school, c.entry.line) for c in chosen if c.entry.line])
    if conditions:
        return f"是否符合条件：{'；'.join(conditions)}？"
    if len(schools) > 1 and any(c.entry.clause.kind is Kind.SHARED for c in chosen):
        return "可选择其中一所，请问选择哪一所？"
    if len(schools) == 1 and any(c.weak for c in chosen):
        return f"{schools[0]}优先招收的是其他家庭，请向区教育局核实{part.typed}由哪一所接收。"
    return f"{part.typed}同时列入{'、'.join(schools)}，请向区教育局核实以哪一所为准。"
