"""「甲路以东」 is answered by the clauses that name that side. The names are invented."""

import pytest

from catchments.text import Answer, CatchmentText, Outcome, Reason, Sure, read

TEXTS = {
    "甲小学": "榆街（供水站）以西。包括桐路（榆街以西段）、松林路",
    "乙小学": "榆街以东（不含榆街）。包括桐路（榆街以东段）、竹园",
    "丙小学": "松林路以东，柏沟以南（含柏沟）。包括柏沟、南庄巷",
    "丁小学": "柏沟（不含柏沟）以北。包括菊路1-99号",
    "戊小学": "菊路以南，杉路（榆街以西段）以北",
}
BOOK = read([CatchmentText("primary", "", school, text) for school, text in TEXTS.items()])


def ask(address: str) -> Answer:
    return BOOK.lookup(address, "primary")


@pytest.mark.parametrize(
    "address",
    [
        "榆街以东",
        "榆街以东宏泰小区",
        "榆街东侧",
        "榆街东",
        "榆街以东 宏泰小区3栋",
        "榆街东南",
        "榆街路东",
        "榆街东12号",
    ],
)
def test_a_typed_side_is_answered_by_the_clause_of_that_side(address):
    answer = ask(address)

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, ("乙小学",), Sure.INFERRED)
    assert "榆街以东（不含榆街）" in answer.sentence
    assert "以西" not in answer.sentence


@pytest.mark.parametrize(
    ("address", "land", "road"),
    [("柏沟以北星光小区", "丁小学", "丙小学"), ("松林路以东", "丙小学", "甲小学")],
)
def test_a_listed_road_stays_beside_the_land_on_its_side(address, land, road):
    answer = ask(address)

    assert (answer.outcome, answer.reason, set(answer.schools)) == (Outcome.SEVERAL, Reason.SIDE, {land, road})
    assert [option.schools for option in BOOK.options(answer)] == [(road,), (land,)]
    for option in BOOK.options(answer):
        chosen = BOOK.answered(answer, option.label)
        assert (chosen.outcome, chosen.schools) == (Outcome.ONE, option.schools)


def test_a_side_of_which_no_text_speaks_has_no_school():
    assert (ask("菊路以北").outcome, ask("杉路以南").outcome) == (Outcome.SEVERAL, Outcome.NONE)
    assert "杉路以南" in ask("杉路以南").sentence


def test_the_land_beside_a_listed_road_is_not_silently_the_road():
    answer = ask("南庄巷以东")

    assert (answer.outcome, answer.schools) == (Outcome.SEVERAL, ("丙小学",))
    assert [option.schools for option in BOOK.options(answer)] == [("丙小学",), ()]


def test_a_number_on_one_side_of_the_road_is_the_number():
    assert (ask("菊路北侧15号").outcome, ask("菊路北侧15号").schools) == (Outcome.ONE, ("丁小学",))


@pytest.mark.parametrize(
    ("address", "school"),
    [
        ("桐路榆街西", "甲小学"),
        ("桐路，榆街往西一点", "甲小学"),
        ("桐路 榆街往东走", "乙小学"),
        ("桐路榆街以东", "乙小学"),
        ("榆街以西桐路8号", "甲小学"),
    ],
)
def test_the_side_of_a_crossing_road_decides(address, school):
    assert (ask(address).outcome, ask(address).schools) == (Outcome.ONE, (school,))


def test_an_estate_that_is_listed_is_not_a_side():
    assert (ask("榆街以西竹园").outcome, ask("榆街以西竹园").schools) == (Outcome.ONE, ("乙小学",))


def test_a_stretch_of_the_line_is_asked_for():
    answer = ask("杉路以北")

    assert {option.label: option.schools for option in BOOK.options(answer)} == {
        "榆街以西": ("戊小学",),
        "榆街以东": (),
    }


def test_every_question_about_a_side_can_be_answered_to_the_end():
    for address in ("桐路以南", "松林路以东", "柏沟以北", "菊路以北", "杉路以北", "南庄巷东侧"):
        waiting = [ask(address)]
        while waiting:
            answer = waiting.pop()
            options = BOOK.options(answer)
            assert (
                options or BOOK.asks(answer) or answer.outcome is not Outcome.SEVERAL or "区教育局" in answer.question
            )
            waiting += [BOOK.answered(answer, option.label) for option in options]
