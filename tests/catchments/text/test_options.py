"""The deciding question as buttons. The names are invented."""

import pytest

from catchments.text import Answer, CatchmentText, Outcome, Reason, Ruling, Sure, read

TEXTS = {
    "甲小学": "包括南街（单号）、甲路（乙路以北段）、柏街1-9号、桐园1-3栋、兰园（A区、B区）、菊路18号（1、2号楼）、"
    "枫园北区、槐路一段、白庙村1组、苇巷1巷、松村户籍适龄儿童、丙路（丁路至戊路段）。",
    "乙小学": "包括南街（双号）、甲路（乙路以南段）、柏街10号以上、桐园4栋以上、兰园（C区）、菊路18号（3号楼）、"
    "枫园南区、槐路二段、白庙村3组、苇巷2巷、松村。",
    "丙小学": "榆街以东，杉街以南。包括杏村（部分）、桃园、己路（乙路以西段）",
    "丁小学": "榆街以西。包括桃园；荷村业主子女。莲花镇域内适龄儿童可在丁小学、戊小学选择一所登记",
    "戊小学": "榆街以东。莲花镇域内适龄儿童可在丁小学、戊小学选择一所登记；荷村户籍适龄儿童",
    "己小学": "梅村户籍适龄儿童、竹村户籍适龄儿童优先",
}
BOOK = read([CatchmentText("primary", "", school, text) for school, text in TEXTS.items()])


def ask(address: str) -> Answer:
    return BOOK.lookup(address, "primary")


def labels(address: str) -> dict[str, tuple[str, ...]]:
    return {option.label: option.schools for option in BOOK.options(ask(address))}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("南街", {"单号": ("甲小学",), "双号": ("乙小学",)}),
        ("甲路6号", {"乙路以北": ("甲小学",), "乙路以南": ("乙小学",)}),
        ("己路", {"乙路以西": ("丙小学",), "乙路以东": ()}),
        ("甲路桥头", {"乙路以北": ("甲小学",), "乙路以南": ("乙小学",)}),
        ("枫园", {"北区": ("甲小学",), "南区": ("乙小学",), "都不是": ()}),
        ("兰园", {"A区": ("甲小学",), "B区": ("甲小学",), "C区": ("乙小学",), "都不是": ()}),
        ("丙路", {"丁路至戊路之间": ("甲小学",), "其他路段": ()}),
        ("榆街3号", {"榆街以东": ("丙小学", "戊小学"), "榆街以西": ("丁小学",)}),
        ("杉街", {"杉街以南": ("丙小学",), "杉街以北": ()}),
        ("松村", {"符合": ("甲小学", "乙小学"), "不符合": ("乙小学",)}),
        ("梅村", {"符合": ("己小学",), "不符合": ()}),
        ("荷村", {"荷村业主子女": ("丁小学",), "荷村户籍适龄儿童": ("戊小学",), "都不符合": ()}),
        ("莲花镇", {"丁小学": ("丁小学",), "戊小学": ("戊小学",)}),
    ],
)
def test_a_question_has_its_answers_as_options(address, expected):
    assert labels(address) == expected
    assert BOOK.asks(ask(address)) == ""


@pytest.mark.parametrize("address", ["桃园", "杏村", "柏街3号", "从未听说路", ""])
def test_what_only_the_bureau_can_settle_or_nobody_asked_has_no_options(address):
    assert (labels(address), BOOK.asks(ask(address))) == ({}, "")


def test_a_priority_is_no_condition_and_asks_nothing():
    answer = ask("竹村")

    assert (answer.outcome, answer.question, BOOK.options(answer)) == (Outcome.ONE, "", ())
    assert not any(match.conditions for match in answer.matches)
    assert "“竹村户籍适龄儿童优先”只说明优先招收谁" in answer.sentence


def test_a_priority_that_a_family_does_not_have_is_left_to_the_bureau():
    answer = BOOK.lookup("竹村", "primary", "非竹村户籍")

    assert (answer.outcome, answer.schools, BOOK.options(answer)) == (Outcome.SEVERAL, ("己小学",), ())
    assert "区教育局" in answer.question


def test_that_a_school_is_mainly_for_its_village_is_no_condition():
    text = "以服务本村辖区内适龄儿童就学为主，优先招收本村户籍的适龄儿童"
    answer = read([CatchmentText("primary", "", "梨村小学", text)]).lookup("梨村", "primary")

    assert (answer.outcome, answer.schools, answer.question) == (Outcome.ONE, ("梨村小学",), "")
    assert "不是必须符合的条件" in answer.sentence


@pytest.mark.parametrize(
    ("address", "unit", "typed", "school"),
    [
        ("柏街", "号", "3", "甲小学"),
        ("柏街", "号", "12", "乙小学"),
        ("桐园", "栋", "2", "甲小学"),
        ("桐园", "栋", "11", "乙小学"),
        ("槐路", "段", "二", "乙小学"),
        ("槐路", "段", "1", "甲小学"),
        ("白庙村", "组", "3", "乙小学"),
        ("苇巷", "巷", "2", "乙小学"),
        ("菊路18号", "栋", "3", "乙小学"),
    ],
)
def test_a_number_is_asked_for_with_its_unit_and_decides_when_it_is_typed(address, unit, typed, school):
    answer = ask(address)

    assert answer.outcome is Outcome.SEVERAL
    assert (BOOK.asks(answer), labels(address)) == (unit, {})
    assert ask(address + typed + unit).schools == (school,)


def test_a_number_and_then_a_building_are_asked_for_one_after_the_other():
    assert BOOK.asks(ask("菊路")) == "号"
    assert BOOK.asks(ask("菊路18号")) == "栋"


def test_a_number_is_not_asked_for_where_it_could_not_be_typed_behind_the_address():
    answer = ask("柏街名仕豪庭")

    assert answer.outcome is Outcome.SEVERAL
    assert BOOK.asks(answer) == ""


@pytest.mark.parametrize(
    ("words", "number"),
    [("95", "95号"), (" 95 号", "95号"), ("单号95号", "95号"), ("双号8", "8号"), ("九十五号", "95号"), ("９５", "95号")]
    + [("第5号", "5号"), ("12-1号", "12-1号")]
    + [(words, "") for words in ("abc", "99999", "-5", "0", "", "单号", "单号8", "3栋", "5.5", "很多号", "号")],
)
def test_only_a_number_is_taken_for_a_number(words, number):
    assert BOOK.typed_number(ask("柏街"), words) == number


def test_a_number_has_the_unit_that_was_asked_for():
    assert {BOOK.typed_number(ask("桐园"), words) for words in ("3", "3栋", "3号楼", "3号")} == {"3栋"}
    assert BOOK.typed_number(ask("桃园"), "3") == ""


def test_an_option_narrows_the_answer_and_says_so():
    answer = BOOK.answered(ask("南街"), "双号")

    assert (answer.outcome, answer.schools, answer.sure, answer.said) == (
        Outcome.ONE,
        ("乙小学",),
        Sure.INFERRED,
        "双号",
    )
    assert answer.sentence == "按您的回答“双号”，南街属于乙小学的施教区：文件写明“南街（双号）”。"
    assert {match.school for match in answer.matches} == {"乙小学"}
    assert BOOK.options(answer) == ()


def test_an_option_may_leave_several_schools():
    answer = BOOK.answered(ask("榆街"), "榆街以东")

    assert (answer.outcome, answer.schools) == (Outcome.SEVERAL, ("丙小学", "戊小学"))
    assert answer.question in answer.sentence
    assert "区教育局" in answer.question


@pytest.mark.parametrize(
    ("address", "label", "words"),
    [
        ("杉街", "杉街以北", "按您的回答“杉街以北”，文件没有写明杉街的这一部分由哪所学校接收"),
        ("己路", "乙路以东", "按您的回答“乙路以东”，文件没有写明己路的这一部分由哪所学校接收"),
        ("丙路", "其他路段", "按您的回答“其他路段”，文件没有写明丙路的这一部分由哪所学校接收"),
        ("梅村", "不符合", "按您的回答“不符合”，梅村列在己小学，但须符合条件“梅村户籍适龄儿童”"),
    ],
)
def test_an_option_may_leave_no_school(address, label, words):
    answer = BOOK.answered(ask(address), label)

    assert (answer.outcome, answer.schools, answer.question) == (Outcome.NONE, (), "")
    assert answer.sentence.startswith(words)


def test_a_condition_that_fails_is_shown_with_its_words_and_suggests_nothing():
    answer = BOOK.lookup("梅村", "primary", "非梅村户籍")

    assert (answer.outcome, answer.reason) == (Outcome.NONE, Reason.CONDITION_FAILS)
    assert [(match.school, match.conditions) for match in answer.refused] == [("己小学", ("梅村户籍适龄儿童",))]
    assert answer.refused[0].claim is not None
    assert BOOK.nearest("梅村", "primary") == ()


def test_a_met_condition_is_no_longer_asked_for():
    answer = BOOK.answered(ask("梅村"), "符合")

    assert (answer.outcome, answer.schools) == (Outcome.ONE, ("己小学",))
    assert "还须符合" not in answer.sentence


TWO_STEPS = read(
    [
        CatchmentText("primary", "", "甲小学", "榆街以东"),
        CatchmentText("primary", "", "乙小学", "榆街以西"),
        CatchmentText("primary", "", "丙小学", "榆街以西（含柏路以南榆街）。包括桐路北区"),
        CatchmentText("primary", "", "丁小学", "桐路以西"),
    ]
)


def test_a_second_question_has_options_of_its_own():
    answer = TWO_STEPS.lookup("榆街", "primary")

    north = TWO_STEPS.answered(answer, "柏路以北")
    west = TWO_STEPS.answered(north, "榆街以西")

    assert [option.label for option in TWO_STEPS.options(north)] == ["榆街以东", "榆街以西"]
    assert (west.outcome, west.schools, west.said) == (Outcome.ONE, ("乙小学",), "柏路以北、榆街以西")
    assert TWO_STEPS.answered(answer, "柏路以北、榆街以西") == west
    assert TWO_STEPS.answered(answer, "柏路以北、没有这个") == north
    assert TWO_STEPS.options(west) == ()


def test_what_is_none_of_the_parts_may_still_lie_on_a_boundary():
    answer = TWO_STEPS.answered(TWO_STEPS.lookup("桐路", "primary"), "都不是")

    assert (answer.outcome, answer.schools) == (Outcome.SEVERAL, ("丁小学",))
    assert [option.label for option in TWO_STEPS.options(answer)] == ["桐路以西", "桐路以东"]


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (
            {
                "甲小学": "榆街以北，桐路以东，柏路以南",
                "乙小学": "柏路以南，桐路以西",
                "丙小学": "榆街以南（不含榆街）",
            },
            {"桐路以东": ("甲小学",), "桐路以西": ("乙小学",)},
        ),
        (
            {"甲小学": "榆街以北", "乙小学": "榆街以南"},
            {"榆街以北": ("甲小学",), "榆街以南": ("乙小学",)},
        ),
    ],
)
def test_a_question_is_about_one_line(texts, labels):
    book = read([CatchmentText("primary", "", school, text) for school, text in texts.items()])
    answer = book.lookup("榆街45号", "primary")

    assert {option.label: option.schools for option in book.options(answer)} == labels
    assert all(label in answer.question for label in labels)


def test_a_school_of_which_another_line_speaks_stays_until_that_line_is_asked_for():
    texts = {
        "甲小学": "榆街以北，桐路以东，枫路以西，柏路以南",
        "乙小学": "柏路以南，桐路以西",
        "丙小学": "柏路以南，枫路以东",
        "丁小学": "榆街以南（不含榆街）",
    }
    book = read([CatchmentText("primary", "", school, text) for school, text in texts.items()])
    answer = book.lookup("榆街45号", "primary")

    east = book.answered(answer, "桐路以东")
    west = book.answered(answer, "桐路以西")

    assert (answer.outcome, {option.label for option in book.options(answer)}) == (
        Outcome.SEVERAL,
        {"桐路以东", "桐路以西"},
    )
    assert east.schools == ("甲小学", "丙小学")
    assert {option.label: option.schools for option in book.options(east)} == {
        "枫路以西": ("甲小学",),
        "枫路以东": ("丙小学",),
    }
    assert (west.outcome, set(west.schools)) == (Outcome.SEVERAL, {"乙小学", "丙小学"})


def test_an_unknown_label_changes_nothing():
    assert BOOK.answered(ask("南街"), "三号") == ask("南街")


def test_what_is_known_of_the_household_stays_known():
    answer = BOOK.lookup("荷村", "primary", "非荷村户籍")

    assert {option.label: option.schools for option in BOOK.options(answer, "非荷村户籍")} == {
        "符合": ("丁小学",),
        "不符合": (),
    }


def test_settled_parities_are_asked_as_options():
    rows = [CatchmentText("primary", "", "甲小学", "北街以东"), CatchmentText("primary", "", "乙小学", "北街以西")]
    rulings = [
        Ruling("primary", "甲小学", "北街（单号）", settles=True),
        Ruling("primary", "乙小学", "北街（双号）", settles=True),
    ]
    book = read(rows, "", (), rulings)

    found = book.options(book.lookup("北街", "primary"))

    assert [(option.label, option.schools) for option in found] == [("单号", ("甲小学",)), ("双号", ("乙小学",))]
    assert "区教育局核定“北街（单号）”" in book.answered(book.lookup("北街", "primary"), "单号").sentence
