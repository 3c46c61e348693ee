"""From texts to clauses. The names are invented."""

import pytest

from catchments.text import CatchmentText, Kind
from catchments.text.grammar import read_text
from tests.catchments.worked import DISTRICTS, book


def clauses(text: str, school: str = "甲小学"):
    return read_text(CatchmentText("primary", "", school, text))


def names(text: str) -> list[tuple[str, ...]]:
    return [claim.names for clause in clauses(text) for claim in clause.claims]


def lines(text: str) -> list[tuple[str, str, bool | None]]:
    return [(line.name, line.side, line.included) for clause in clauses(text) for line in clause.lines]


@pytest.mark.parametrize("name", sorted(DISTRICTS))
def test_every_span_is_the_words_of_the_official_text(name):
    for entry in book(name).entries:
        assert all(entry.row.text[slice(*clause.span)] == clause.quote for clause in entry.clauses)


@pytest.mark.parametrize("name", sorted(DISTRICTS))
def test_no_character_is_dropped(name):
    for entry in book(name).entries:
        covered = {i for clause in entry.clauses for i in range(*clause.span)}
        assert covered == set(range(len(entry.row.text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("柳河以南，松路以东", [("柳河", "南", None), ("松路", "东", None)]),
        ("松路、柏街以西", [("松路", "西", None), ("柏街", "西", None)]),
        ("松路以东（不含松路）", [("松路", "东", False)]),
        ("松路（含松路）以东", [("松路", "东", True)]),
        ("松路及松路以东", [("松路", "东", True)]),
        ("东至松路，西至柏街两侧", [("松路", "西", None), ("柏街", "东", True)]),
        ("北与柳区为界", [("柳区", "南", None)]),
        ("松路以北围合区域", [("松路", "北", None)]),
        ("南：与松区、柏区交界", [("松区", "北", None), ("柏区", "北", None)]),
        ("北至松苑北界", [("松苑", "南", None)]),
        ("松路东侧、柏街西侧", [("松路", "东", None), ("柏街", "西", None)]),
        ("松路以北至柏路以南", [("松路", "北", None), ("柏路", "南", None)]),
        ("西至松道中线", [("松道", "东", None)]),
        ("以松河为界", [("松河", "?", None)]),
        ("松河以东归本校", [("松河", "东", None)]),
        ("松路（桐河至柏街段，不含松路）以东", [("松路", "东", False)]),
        ("东:松路；西:柏街－桐路", [("松路", "西", None), ("柏街", "东", None), ("桐路", "东", None)]),
        ("松路以东柏街以西", [("松路", "东", None), ("柏街", "西", None)]),
        ("和平路以东", [("和平路", "东", None)]),
    ],
)
def test_boundary_lines(text, expected):
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("包括松园、柏苑等。", [("松园",), ("柏苑",)]),
        ("东（西）垭", [("东垭", "西垭")]),
        ("桐路一、二、三横巷", [("桐路",)]),
        ("梧岭一、二横路", [("梧岭一横路",), ("梧岭二横路",)]),
        ("竹汇一街至竹汇三街", [("竹汇一街",), ("竹汇二街",), ("竹汇三街",)]),
        ("菊韵一街、二街", [("菊韵一街",), ("菊韵二街",)]),
        ("东、西梅村", [("东梅村",), ("西梅村",)]),
        ("松树村（原柏树村）", [("松树村", "柏树村")]),
        ("松柏镇（甲村、乙村）", [("甲村",), ("乙村",)]),
        ("松园以及柏苑", [("松园",), ("柏苑",)]),
        ("松路8号（兰城）", [("松路",), ("兰城",)]),
        ("松岗三、四横路；五横路", [("松岗三横路",), ("松岗四横路",), ("松岗五横路",)]),
        ("松岗三、四（单号）；五横路", [("松岗四横路",), ("松岗三横路",), ("松岗五横路",)]),
        ("一至三横马路", [("一横马路",), ("二横马路",), ("三横马路",)]),
        ("松厂一、二、三宿舍", [("松厂一宿舍",), ("松厂二宿舍",), ("松厂三宿舍",)]),
        ("松厂东宿舍、西宿舍", [("松厂东宿舍",), ("松厂西宿舍", "西宿舍")]),
        (
            "松片区A-09至A-10地块",
            [("松片区A-09地块", "松片区A09地块", "松片区A-09"), ("松片区A-10地块", "松片区A10地块", "松片区A-10")],
        ),
        ("松社区（XY0201—XY0202网格）", [("松社区XY0201网格", "松社区XY0201"), ("松社区XY0202网格", "松社区XY0202")]),
        ("松路与柏街交叉口西南角兰宿舍", [("兰宿舍",)]),
        ("原松树村（现兰苑）", [("原松树村", "松树村", "兰苑")]),
        ("桐岛全岛", [("桐岛",)]),
        ("松委各组", [("松委",)]),
        ("松厂职工住宅", [("松厂职工住宅",)]),
        ("松社区所辖小区", [("松社区",)]),
        ("松社区下辖的桐村", [("桐村",)]),
        ("松林村委会上屯", [("上屯",)]),
        ("松社区（全部）", [("松社区",)]),
        ("松里1-3条、4条", [("松里一条",), ("松里二条",), ("松里三条",), ("松里四条",)]),
        ("松街南北两侧", [("松街",)]),
        ("松林镇除柏村以外的所有行政村", [("松林镇",), ("柏村",)]),
        ("81号之二兰苑", [("兰苑",)]),
        ("松路至柏街之间的兰宿舍", [("兰宿舍",)]),
        ("松大学及其家属院", [("松大学",), ("松大学家属院",)]),
    ],
)
def test_names(text, expected):
    assert names(text) == expected


def test_a_numeral_that_counts_the_names_before_it_is_no_piece_of_a_name():
    assert names("松镇（除桐沟、兰沟两村外）") == [("松镇",), ("桐沟", "桐沟村"), ("兰沟", "兰沟村")]
    assert names("桐沟、兰沟、兰花三村") == [("桐沟", "桐沟村"), ("兰沟", "兰沟村"), ("兰花", "兰花村")]
    assert names("兰花三村") == [("兰花三村",)]


def test_an_exception_is_about_the_name_that_its_words_end_like():
    (third, fourth) = [claim for clause in clauses("松岗三、四横路（四横路12号除外）") for claim in clause.claims]

    assert third.numbers is None
    assert [hole.low for hole in fourth.numbers.holes] == [12]


def test_the_side_of_the_road_may_stand_before_the_numbers():
    (claim,) = [claim for clause in clauses("松路（单）1-99号") for claim in clause.claims]

    assert [(term.low, term.high, term.parity) for term in claim.numbers.terms] == [(1, 99, 1)]


def test_registered_in_a_place_is_a_condition_on_that_place():
    found = [clause for clause in clauses("户籍在松村、柏村且父母有房产的，兰苑") if clause.claims]

    assert [(clause.claims[0].names[0], bool(clause.condition)) for clause in found] == [
        ("松村", True),
        ("柏村", True),
        ("兰苑", False),
    ]


@pytest.mark.parametrize(
    "text", ["松路除2号、4号外", "松路（除2号、4号外）", "松路（2号、4号除外）", "松路，（其中2号、4号除外）"]
)
def test_numbers_that_are_excepted_are_holes(text):
    (claim,) = [claim for clause in clauses(text) for claim in clause.claims]

    assert (claim.numbers.terms, [hole.low for hole in claim.numbers.holes]) == ((), [2, 4])


@pytest.mark.parametrize("text", ["除松路53号、55号外", "不含松路53号、55号", "（不含松路53号、55号）"])
def test_an_excepted_number_without_a_name_is_of_the_road_before_it(text):
    found = [clause for clause in clauses(text) if clause.claims]

    assert {clause.kind for clause in found} == {Kind.EXCEPTION}
    assert {claim.names for clause in found for claim in clause.claims} == {("松路",)}


def test_an_inclusion_and_an_exclusion_may_share_a_bracket():
    found = [clause for clause in clauses("松坊（含前街、后街，不含桐巷）") if clause.claims]

    assert [(clause.claims[0].names[0], clause.kind is Kind.EXCEPTION) for clause in found] == [
        ("松坊", False),
        ("前街", False),
        ("后街", False),
        ("桐巷", True),
    ]


def test_a_place_of_which_only_a_part_is_named_is_partial():
    found = [claim for clause in clauses("松苑只包括柏街二巷、兰苑") for claim in clause.claims]

    assert [(claim.names[0], claim.partial) for claim in found] == [("松苑", True), ("柏街", False), ("兰苑", False)]


def test_a_bracket_of_person_words_beside_a_line_is_a_condition_on_the_area():
    (line,) = [clause for clause in clauses("松路以东（本区户籍）") if clause.lines]

    assert line.condition is not None
    assert line.condition.quote == "本区户籍"


def test_a_road_segment_keeps_its_side():
    (claim,) = [claim for clause in clauses("松路（柏街以西段）") for claim in clause.claims]

    assert claim.segment is not None
    assert (claim.segment.refs, claim.segment.side) == (("柏街",), "西")


def test_a_place_located_by_a_line_is_no_boundary():
    found = clauses("柳河以南，松路以东和桐路以东兰花城城区户籍适龄儿童")

    assert [line.name for clause in found for line in clause.lines] == ["柳河", "松路"]
    assert [claim.names[0] for clause in found for claim in clause.claims] == ["兰花城"]


def test_a_condition_behind_the_last_village_is_that_of_all_villages():
    found = clauses("含松村、柏村户籍及持以上两村居住证的适龄儿童")
    places = [clause for clause in found if clause.claims]

    assert [clause.claims[0].names[0] for clause in places] == ["松村", "柏村"]
    assert all(clause.condition and len(clause.condition.ways) == 2 for clause in places)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2024年9月起暂停招生", Kind.SUSPENDED),
        ("面向全区招生", Kind.DISTRICT_WIDE),
        ("可根据学校学位情况", Kind.CAPACITY),
        ("电脑派位", Kind.LOTTERY),
        ("可在甲校、乙校选择一所学校登记", Kind.SHARED),
        ("（松林小学学区除外）", Kind.OTHER_CATCHMENT),
        ("松河以西归二小", Kind.OTHER_CATCHMENT),
        ("由松林小学代招", Kind.NOTE),
        ("凡户籍在我镇的适龄儿童", Kind.CONDITION),
    ],
)
def test_sentences_that_are_no_list(text, kind):
    assert kind in {clause.kind for clause in clauses(text)}


@pytest.mark.parametrize(
    ("text", "names", "unread"),
    [
        ("乱七八糟 hello 12345", [], "乱七八糟 hello 12345"),
        ("松园、乱七八糟hello", ["松园"], "乱七八糟hello"),
        ("松林路10号以后属于甲小学", ["松林路"], "属于甲小学"),
        ("松林路10号是甲小学", ["松林路"], "是甲小学"),
        ("松林路10号以后归上山小学校区、柏路", ["松林路", "柏路"], "归上山小学校区"),
    ],
)
def test_verbs_and_latin_words_are_no_places(text, names, unread):
    found = read_text(CatchmentText("primary", "", "甲小学", text))

    assert [claim.names[0] for clause in found for claim in clause.claims] == names
    assert unread in [clause.quote for clause in found if not clause.claims]


@pytest.mark.parametrize("name", ["归德路", "为民路", "松园City", "阳光100小区", "SOHO公寓"])
def test_names_that_look_like_verbs_or_hold_letters_are_places(name):
    (clause,) = read_text(CatchmentText("primary", "", "甲小学", name))

    assert clause.claims[0].names[0] == name


def test_what_is_not_understood_stays_unread():
    found = clauses("松园；其余事项由有关方面另行规定后再行告知各方")

    assert Kind.UNREAD in {clause.kind for clause in found}


@pytest.mark.parametrize("words", ["随到随收", "先到先得", "应收尽收", "随时报名", "松村随到随收"])
def test_what_is_done_with_children_is_no_place(words):
    found = read_text(CatchmentText("primary", "", "甲小学", f"兰苑、{words}。"))

    assert [claim.names for clause in found for claim in clause.claims] == [("兰苑",)]


def test_the_verb_of_a_boundary_is_no_place():
    found = read_text(CatchmentText("primary", "", "甲小学", "东以松路为界，西与银桂街道交界"))

    assert [claim for clause in found for claim in clause.claims] == []
