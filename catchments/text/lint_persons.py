"""Faults of conditions: who belongs to nobody, who to two, and sentences that can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catchments.text.book import Book
from catchments.text.book import Entry as Text
from catchments.text.clauses import Clause, Kind
from catchments.text.conditions import Need
from catchments.text.finding import Finding, Quote, Rule, Severity, quote
from catchments.text.index import Role
from catchments.text.lint_places import core

_NO_VILLAGE = re.compile(r"[路街巷道园苑城场所局院厂楼庭府区坊里]$")


def person_faults(book: Book) -> Iterator[Finding]:
    """All faults of conditions."""
    for text in book.entries:
        yield from _sentences(text)
        yield from _readings(text)
    yield from _condition_differs(book)
    yield from _villages(book)
    yield from _own_junior(book)


def _sentences(text: Text) -> Iterator[Finding]:
    _level, school = text.row.level, text.school
    by_kind: dict[Kind, list[Clause]] = {}
    for clause in text.clauses:
        by_kind.setdefault(clause.kind, []).append(clause)
    if wide := by_kind.get(Kind.DISTRICT_WIDE):
        listed = any(clause.claims for clause in text.clauses)
        question = (
            f"{school}面向全区招生{'，同时又有施教区名单' if listed else ''}，两者怎样取舍（顺序、名额、选择办法）？"
        )
        yield Finding(Rule.WHOLE_DISTRICT, Severity.HIGH, school, _quotes(text, wide), question)
    if capacity := by_kind.get(Kind.CAPACITY):
        question = f"{school}“视学位情况”招收的学生按什么顺序、由谁决定？"
        yield Finding(Rule.CAPACITY, Severity.MEDIUM, school, _quotes(text, capacity), question)
    if suspended := by_kind.get(Kind.SUSPENDED):
        question = f"{school}暂停招生后，原施教区的学生到哪一所学校？其他年级怎样安排？"
        yield Finding(Rule.SUSPENDED, Severity.MEDIUM, school, _quotes(text, suspended), question)
    priority = [clause for clause in text.clauses if clause.condition and clause.condition.priority]
    if priority:
        question = f"{school}只写“优先”：住在当地但不符合优先条件的学生，是收还是不收？"
        yield Finding(Rule.PRIORITY_ONLY, Severity.MEDIUM, school, _quotes(text, priority), question)
    if unread := by_kind.get(Kind.UNREAD):
        yield Finding(Rule.UNREAD, Severity.LOW, school, _quotes(text, unread), "这些字句系统没有读懂，是什么意思？")


def _readings(text: Text) -> Iterator[Finding]:
    """「甲且乙及丙」 binds two ways; 「甲村、乙、丙户籍」 names a village only once."""
    level, school = text.row.level, text.school
    for clause in text.clauses:
        if clause.kind is not Kind.CONDITION or not clause.condition:
            continue
        words = clause.quote
        if re.search(r"且.*(?:及|或)(?:持|具)|或.*居住证.*且", words):
            question = "“且”后面的条件是限定前面全部情形，还是只限定其中一种？"
            yield Finding(
                Rule.CONDITION_READING, Severity.MEDIUM, f"{school}且", (quote(level, school, clause),), question
            )
        places = clause.condition.places
        said = [name for name in places if re.search(r"[村区组]$", name)]
        bare = [name for name in places if name not in said]
        if said and bare and not any(_NO_VILLAGE.search(name) for name in bare) and "户籍" in words:
            question = f"“户籍”是否对{'、'.join(places)}都适用？其中未写“村”的是否都指村？"
            yield Finding(
                Rule.CONDITION_READING, Severity.MEDIUM, f"{school}村", (quote(level, school, clause),), question
            )
        if re.search(r"以上.{0,3}村|上述.{0,3}村", words):
            question = "“以上村”是指其中任何一个村吗？"
            yield Finding(
                Rule.CONDITION_READING, Severity.MEDIUM, f"{school}以上", (quote(level, school, clause),), question
            )


def _condition_differs(book: Book) -> Iterator[Finding]:
    """A place with a condition at one level and none at another, or none for those who do not meet it."""
    seen: dict[str, list[tuple[str, str, Clause]]] = {}
    for level, matcher in book.matchers.items():
        for name, found in matcher.index.names.items():
            for entry in found.entries:
                if entry.role is Role.PLACE:
                    seen.setdefault(core(name), []).append((level, entry.school, entry.clause))
    for name, places in seen.items():
        hukou = [
            p
            for p in places
            if p[2].condition and any(a.need is Need.HUKOU and a.scope for w in p[2].condition.ways for a in w)
        ]
        free = [p for p in places if not p[2].condition and p[0] not in {h[0] for h in hukou}]
        if hukou and free:
            quotes = tuple(dict.fromkeys(quote(*p) for p in (*hukou, *free)))
            question = f"{name}在一个学段要求户籍、在另一学段没有要求，不符合户籍条件的学生由哪一所接收？"
            yield Finding(Rule.CONDITION_DIFFERS, Severity.MEDIUM, name, quotes, question)


# 「某新村」 and 「某四村」 are housing estates.
_VILLAGE = re.compile(r"(?<![新一二三四五六七八九十\d])(?:村|屯|自然村)$")


def _villages(book: Book) -> Iterator[Finding]:
    """Villages taken without a word on who counts as living there; the same question for all of them."""
    for level in book.matchers:
        ruled: set[str] = set()
        bare: list[tuple[str, Clause]] = []
        for text in book.entries:
            for clause in text.clauses if text.row.level == level else ():
                names = [claim.names[0] for claim in clause.claims if _VILLAGE.search(claim.names[0])]
                if names and clause.condition:
                    ruled |= {core(name) for name in names}
                elif names and clause.kind in (Kind.PLACE, Kind.NUMBERS):
                    bare.append((text.school, clause))
        bare = [(s, c) for s, c in bare if not any(core(claim.names[0]) in ruled for claim in c.claims)]
        if bare:
            written = [claim.names[0] for _, clause in bare for claim in clause.claims]
            names = list(dict.fromkeys(name for name in written if _VILLAGE.search(name)))
            some = "、".join(names[:3]) + f"等{len(names)}个村" * (len(names) > 3)
            others = "（其他村写明了）" * bool(ruled)
            question = f"{some}没有写明以户籍还是实际居住为准{others}，租住在村里的学生是否接收？"
            severity = Severity.MEDIUM if ruled else Severity.LOW
            quotes = tuple(quote(level, s, c) for s, c in bare)
            yield Finding(Rule.VILLAGE_RESIDENCE, severity, "各村", quotes, question)


def _own_junior(book: Book) -> Iterator[Finding]:
    """A primary catchment of a school that has a junior section, whose places are listed by another junior school."""
    if len(book.matchers) < 2:
        return
    levels = list(book.matchers)
    names: dict[str, dict[str, list[tuple[str, Clause]]]] = {}
    for level, matcher in book.matchers.items():
        for name, found in matcher.index.names.items():
            for entry in found.entries:
                if entry.role is Role.PLACE:
                    names.setdefault(core(name), {}).setdefault(level, []).append((entry.school, entry.clause))
    told: set[tuple[str, str]] = set()
    for name, by_level in names.items():
        if len(by_level) < 2:
            continue
        for level in levels:
            for school, clause in by_level.get(level, []):
                condition = clause.condition
                if not condition or any(
                    atom.scope for way in condition.ways for atom in way if atom.need is Need.HUKOU
                ):
                    continue
                others = [(o, s, c) for o in levels if o != level for s, c in by_level.get(o, []) if s != school]
                if others and (name, school) not in told and not any(c.condition for _, _, c in others):
                    told.add((name, school))
                    quotes = (quote(level, school, clause), *(quote(o, s, c) for o, s, c in others))
                    question = f"{name}的学生就读{school}；该校如为九年一贯制，初中是直升本校还是到{others[0][1]}？"
                    yield Finding(Rule.OWN_JUNIOR, Severity.MEDIUM, name, quotes, question)


def _quotes(text: Text, clauses: list[Clause]) -> tuple[Quote, ...]:
    return tuple(quote(text.row.level, text.school, clause) for clause in clauses)
