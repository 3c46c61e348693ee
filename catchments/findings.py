"""文字核对: the faults of a season's texts, each with the words side by side and what the bureau settled about it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from catchments.books import SeasonBook, read, row_for
from catchments.models import Catchment, Ruling
from catchments.text import CatchmentText, Finding, lint
from catchments.text.finding import Quote, Rule, Severity
from districts.models import Campus, Season

SEVERITIES = {
    Severity.HIGH: "会使住址有两所学校或没有学校",
    Severity.MEDIUM: "需要说明怎样理解",
    Severity.LOW: "写法问题",
}
RULES = {
    Rule.TWO_SCHOOLS: "两所学校都写到",
    Rule.ONE_LEVEL: "只在一个学段写到",
    Rule.OTHER_SIDE: "列在边界的另一侧",
    Rule.LISTED_LINE: "既是边界又列入范围",
    Rule.NEAR_NAMES: "名称只差一个字",
    Rule.UNOWNED_LINE: "边界归属不明",
    Rule.OPEN_BOUNDARY: "边界不闭合",
    Rule.APPENDED_AREA: "附加的一块",
    Rule.NO_LIST: "只有边界没有列举",
    Rule.NO_AREA: "只有列举没有边界",
    Rule.NUMBER_GAP: "门牌号有空缺",
    Rule.NUMBER_OVERLAP: "门牌号有重叠",
    Rule.NUMBER_READING: "号段有两种读法",
    Rule.PART_UNNAMED: "只写了一部分",
    Rule.WHOLE_DISTRICT: "面向全区",
    Rule.OWN_JUNIOR: "对口初中",
    Rule.CONDITION_DIFFERS: "条件不一致",
    Rule.CONDITION_READING: "条件有两种读法",
    Rule.VILLAGE_RESIDENCE: "村庄没有写户籍或居住条件",
    Rule.PRIORITY_ONLY: "只写了优先",
    Rule.CAPACITY: "视学位而定",
    Rule.SUSPENDED: "暂停招生",
    Rule.UNREAD: "没有读懂",
    Rule.WRITING: "写法",
}
AROUND = 18  # characters of the official text shown on each side of a quote


@dataclass(frozen=True)
class Excerpt:
    """Quoted words with a little of what stands around them, and whose text it is."""

    level: str
    campus: str
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Found:
    """A finding as the bureau works on it. `key` stays the same while rule, subject and quoted words do."""

    key: str
    finding: Finding
    excerpts: list[Excerpt]
    rulings: list[Ruling]

    @property
    def rule(self) -> str:
        return RULES[self.finding.rule]

    @property
    def severity(self) -> str:
        return SEVERITIES[self.finding.severity]

    @property
    def settled(self) -> bool:
        return any(ruling.withdrawn_at is None for ruling in self.rulings)


def findings(seasons: Sequence[Season]) -> list[Found]:
    """The faults of these seasons' official texts, read together, the gravest first.

    Suspended schools' texts are read too: their areas went to others. Rulings do not hide a finding, they settle it.
    """
    rows: dict[CatchmentText, Campus] = {}
    for season in seasons:
        for catchment in Catchment.objects.filter(season=season).select_related("campus__school"):
            rows[row_for(season, catchment)] = catchment.campus
    made: dict[str, list[Ruling]] = {}
    for ruling in Ruling.objects.filter(season__in=seasons).exclude(finding="").select_related("campus", "made_by"):
        made.setdefault(ruling.finding, []).append(ruling)
    texts = {(row.level, row.school): row.text for row in rows}
    book = read(seasons[0], rows, ()) if seasons else None
    return [
        Found(key, finding, [excerpt(quote, texts) for quote in finding.quotes], made.get(key, []))
        for finding in (lint(book) if book else ())
        for key in [key_of(finding)]
    ]


def key_of(finding: Finding) -> str:
    parts = [finding.rule, finding.subject, *sorted(f"{q.level} {q.school} {q.text}" for q in finding.quotes)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def excerpt(quote: Quote, texts: dict[tuple[str, str], str]) -> Excerpt:
    text = texts.get((quote.level, quote.school), "")
    start, end = quote.span
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Excerpt(
        quote.level,
        quote.school,
        ("…" if start > AROUND else "") + before,
        text[start:end] or quote.text,
        after + ("…" if end + AROUND < len(text) else ""),
    )


def campuses_of(found: Found, book: SeasonBook) -> list[Campus]:
    """The campuses whose words are quoted, in the plan's order."""
    named = {excerpt.campus for excerpt in found.excerpts}
    return [campus for row, campus in book.campuses.items() if row.school in named or campus.name in named]
