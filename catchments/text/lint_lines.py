"""Faults of boundaries: lines that nobody owns, areas that do not close, schools with no list or no area."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from catchments.text.book import Book
from catchments.text.book import Entry as Text
from catchments.text.clauses import Clause, Kind, Line
from catchments.text.finding import Finding, Rule, Severity, quote
from catchments.text.index import Entry, LevelIndex, Role
from catchments.text.vocabulary import ROAD_END

# On a river, a railway, a bridge or a street corner nobody has an address.
_NOBODY_LIVES = re.compile(
    r"(?:河|江|渠|溪|湖|海|铁路|铁路线|专线|高速|高速公路|隧道|桥|界|(?<![小社园])区|镇|街道|高架|[路街巷道庄]口|什字|堤|壕)$"
)


def line_faults(book: Book) -> Iterator[Finding]:
    """All faults of boundaries."""
    for level, matcher in book.matchers.items():
        yield from _unowned(level, matcher.index)
    for text in book.entries:
        yield from _shape(text)


def _unowned(level: str, index: LevelIndex) -> Iterator[Finding]:
    for name in index.names.values():
        if _NOBODY_LIVES.search(name.text):
            continue
        lines = [e for e in name.entries if e.role is Role.LINE and e.line and _once(e.line.name) == name.text]
        open_lines = [entry for entry in lines if entry.line.included is None]  # type: ignore[union-attr]
        if not open_lines or any(entry.line.included for entry in lines):  # type: ignore[union-attr]
            continue
        listed = [e for e in name.entries if e.role is Role.PLACE]
        if any(e.claim and not e.claim.numbers and not e.claim.segment for e in listed):
            continue
        excluded = [entry for entry in lines if entry.line.included is False]  # type: ignore[union-attr]
        quotes = tuple(quote(level, entry.school, entry.clause) for entry in (*lines, *listed))
        silent = "、".join(dict.fromkeys(entry.school for entry in open_lines))
        yield Finding(
            Rule.UNOWNED_LINE, Severity.MEDIUM, name.text, quotes, _whose(name.text, silent, excluded, bool(listed))
        )


def _once(name: str) -> str:
    """A line whose ending is written twice is the same line: 「某街路」."""
    return re.sub(r"(街|路)路$", r"\1", name)


def _whose(name: str, silent: str, excluded: list[Entry], listed: bool) -> str:
    """The question that settles a line, in words that fit what it is."""
    if excluded:
        return f"{name}：{excluded[0].school}写明不含，{silent}没有写明是否包含，由哪一所接收？"
    if listed:
        return f"{name}只有一部分写明学校，其余部分只作为分界线，由哪一所接收？"
    if name.startswith(("原", "旧")):
        return f"{name}只作为分界线，现在是什么地方？请用现有的路名写明，并写明那里的住户由哪一所接收。"
    if ROAD_END.search(name):
        return f"{name}只作为分界线，没有写明含或不含，路上两侧的住户由哪一所接收？"
    return f"{name}只作为分界线，没有写明含或不含，那里的住户由哪一所接收？"


def _shape(text: Text) -> Iterator[Finding]:
    level, school = text.row.level, text.school
    boundaries = [clause for clause in text.clauses if clause.lines]
    listed = [clause for clause in text.clauses if clause.claims and clause.kind is not Kind.EXCEPTION]
    for part in dict.fromkeys(clause.part for clause in boundaries):
        clauses = [clause for clause in boundaries if clause.part == part]
        yield from _open_sides(level, school, clauses)
    appended = [clause for clause in text.clauses if _located(text, clause)]
    if appended:
        quotes = tuple(quote(level, school, clause) for clause in appended)
        question = f"{school}的范围后面另加了{'、'.join(clause.quote for clause in appended)}，与前面的界线是什么关系？"
        yield Finding(Rule.APPENDED_AREA, Severity.MEDIUM, school, quotes, question)
    if boundaries and not listed:
        quotes = tuple(quote(level, school, clause) for clause in boundaries)
        yield Finding(
            Rule.NO_LIST, Severity.MEDIUM, school, quotes, f"{school}只有四至、没有名单，请补充路名和小区名。"
        )
    vague = [clause for clause in text.clauses if clause.kind in (Kind.UNDEFINED,)]
    if vague and not boundaries:
        quotes = tuple(quote(level, school, clause) for clause in vague)
        yield Finding(Rule.NO_AREA, Severity.MEDIUM, school, quotes, f"“{vague[0].quote}”指哪些路、小区？")


def _open_sides(level: str, school: str, clauses: list[Clause]) -> Iterator[Finding]:
    """An area closes when it has a line on each side; one line with two sides contradicts itself.

    Two lines of one side are no fault of an area that closes: a limit may run along one road and then another.
    """
    lines: list[Line] = [line for clause in clauses for line in clause.lines]
    by_side = Counter(side for clause in clauses for side in {char for line in clause.lines for char in line.side})
    sides_of: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        sides_of[line.name].add(line.side)
    twice = [name for name, sides in sides_of.items() if len(sides) > 1 and "?" not in sides]
    missing = [side for side in "东南西北" if side not in by_side]
    double = [side for side, count in by_side.items() if count > 1] if missing else []
    if len(lines) < 2 or not (missing or twice):
        return
    # An area 「X以东」 has its limit in the west.
    opposite = {"东": "西", "西": "东", "南": "北", "北": "南"}
    words = []
    if missing:
        words.append(f"缺少{'、'.join(opposite[side] + '面' for side in missing)}的界线")
    if double:
        words.append(f"“以{'、以'.join(double)}”重复出现")
    if twice:
        words.append(f"{'、'.join(twice)}写了两个方向")
    quotes = tuple(quote(level, school, clause) for clause in clauses)
    severity = Severity.MEDIUM
    yield Finding(Rule.OPEN_BOUNDARY, severity, school, quotes, f"{school}的四至{'，'.join(words)}，范围到哪里为止？")


def _located(text: Text, clause: Clause) -> bool:
    """A place among the boundary lines, before the list begins."""
    if not clause.claims or clause.kind not in (Kind.PLACE, Kind.NUMBERS):
        return False
    same = [c for c in text.clauses if c.part == clause.part and c.lines]
    return bool(same) and clause.span[0] > same[0].span[0] and not _announced(text, same[-1], clause)


def _announced(text: Text, line: Clause, clause: Clause) -> bool:
    between = text.row.text[line.span[1] : clause.span[0]]
    return any(word in between for word in ("包括", "含", "：", ":")) or clause.span[0] < line.span[1]
