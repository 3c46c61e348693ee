"""A clause printed in words is read as the same clause again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchments.text import CatchmentText, Claim, Clause, Kind, Line, Segment, printed
from catchments.text.grammar import read_text
from catchments.text.numbers import Numbers, Term
from tests.catchments.worked import DISTRICTS, book

NAMES = st.sampled_from(["松路", "柏街", "桐花苑", "兰村", "梅岭社区", "竹园小区", "菊花新村", "原荷塘村", "桂花巷"])
ROADS = st.sampled_from(["松路", "柏街", "桐河", "梧桐大道"])
SIDES = st.sampled_from("东南西北")


def _again(clause: Clause, level: str = "primary", school: str = "甲小学") -> list[Clause]:
    found = read_text(CatchmentText(level, "", school, printed(clause)))
    return [one for one in found if one.kind is not Kind.MARK]


def _meaning(clauses: list[Clause]) -> tuple[list[object], list[object]]:
    """Every claim and every line with what is asked of the families there."""

    def asked(clause: Clause) -> object:
        return clause.condition and (clause.condition.ways, clause.condition.priority)

    claims = [(claim, one.kind is Kind.EXCEPTION, asked(one)) for one in clauses for claim in one.claims]
    return claims, [(line, asked(one)) for one in clauses for line in one.lines]


def _kinds(clauses: list[Clause]) -> set[Kind]:
    return {clause.kind for clause in clauses}


@pytest.mark.parametrize("name", sorted(DISTRICTS))
def test_every_clause_of_every_text_is_read_again(name):
    different = [
        (entry.school, clause.quote)
        for entry in book(name).entries
        for clause in entry.clauses
        if _meaning(_again(clause, entry.row.level, entry.row.school)) != _meaning([clause])
    ]

    assert different == []


@pytest.mark.parametrize("name", sorted(DISTRICTS))
def test_a_sentence_without_places_is_read_as_a_sentence_of_its_kind(name):
    different = [
        (entry.school, clause.kind, clause.quote)
        for entry in book(name).entries
        for clause in entry.clauses
        if not clause.claims and not clause.lines and clause.kind is not Kind.UNREAD
        if _kinds(_again(clause, entry.row.level, entry.row.school)) != {clause.kind} - {Kind.MARK}
    ]

    assert different == []


@st.composite
def terms(draw: st.DrawFn) -> Term:
    unit = draw(st.sampled_from(["号", "幢", "期", "组"]))
    low = draw(st.integers(1, 300))
    if draw(st.booleans()) and low > 1:
        return Term(unit, low, None, open_edge=draw(st.booleans()))
    high = low + draw(st.integers(0, 200))
    return Term(unit, low, high, draw(st.integers(0, 2)) if unit == "号" and high > low + 1 else 0)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    name = draw(NAMES)
    names = (name, name[1:]) if name.startswith("原") else (name,)
    shape = draw(st.sampled_from(["plain", "numbers", "segment", "partial"]))
    if shape == "numbers":
        first = draw(terms())
        more = [term for term in draw(st.lists(terms(), max_size=2)) if term.unit == first.unit]
        return Claim(names, Numbers((first, *more)))
    if shape == "segment":
        segment = draw(
            st.one_of(
                st.builds(lambda road, side: Segment((road,), side), ROADS, SIDES),
                st.just(Segment(("柏街", "梧桐大道"))),
            )
        )
        return Claim((draw(ROADS),), segment=segment)
    return Claim(names, partial=shape == "partial")


LINES = st.builds(Line, ROADS, SIDES, st.sampled_from([None, True, False]))
CLAUSES = st.one_of(
    st.builds(lambda found: Clause(Kind.PLACE, (0, 0), "", (found,)), claims()),
    st.builds(lambda found: Clause(Kind.EXCEPTION, (0, 0), "", (found,)), claims()),
    st.builds(
        lambda found: Clause(Kind.BOUNDARY, (0, 0), "", lines=tuple(found)),
        st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: line.name),
    ),
)


@settings(max_examples=300, deadline=None)
@given(CLAUSES)
def test_any_clause_is_read_again(clause):
    assert _meaning(_again(clause)) == _meaning([clause])
