"""Names and addresses that mean the same place. The names are invented."""

import pytest

from catchments.text import Alias, CatchmentText, Outcome, Reason, Ruling, Sure, read

ROWS = [
    CatchmentText("primary", "", "甲小学", "包括桐街1-99号（单号）、翠屏豪庭、槐街1-9号、松园1-3栋、古榆街、梅园。"),
    CatchmentText("primary", "", "乙小学", "包括桐街2-98号（双号）、银杏湾、槐街10-98号、松园4-9栋。"),
]
PREFIX = "山南省松江市榕城区"


def ask(address: str, *aliases: tuple[str, str], rulings=(), hukou=None):
    book = read(ROWS, PREFIX, [Alias(*pair) for pair in aliases], rulings)
    return book.lookup(address, "primary", hukou)


@pytest.mark.parametrize(
    "address",
    [
        "竹路12号3号楼",
        "竹路12号",
        "竹路十二号3号楼",
        "竹路12",
        "竹路１２号",
        "竹路 12 号 3 栋",
        "竹路12号院3栋",
        "竹路12号某某楼3栋",
        "榕城区竹路12号",
        f"{PREFIX}上河街道竹路12号",
    ],
)
def test_an_address_is_found_by_the_name_of_its_estate(address):
    answer = ask(address, ("翠屏豪庭", "竹路12号"))

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, ("甲小学",), Sure.INFERRED)
    assert answer.address == address
    assert "→翠屏豪庭”理解" in answer.sentence


@pytest.mark.parametrize(
    "address", ["竹路112号", "竹路1号", "竹路123", "竹路12-3", "竹路2号", "石竹路12号", "竹路12弄"]
)
def test_another_number_or_road_is_not_the_address(address):
    assert ask(address, ("翠屏豪庭", "竹路12号")).outcome is Outcome.NONE


@pytest.mark.parametrize("address", ["竹路12号", "竹路1号"])
def test_a_number_at_the_end_of_an_alias_is_a_whole_number(address):
    expected = ("甲小学",) if address == "竹路1号" else ()

    assert ask(address, ("翠屏豪庭", "竹路1号")).schools == expected
    assert ask("竹路12", ("翠屏豪庭", "竹路1")).schools == ()


def test_what_follows_a_name_is_kept():
    renamed = ("竹路", "槐街")

    assert ask("竹路5号", renamed).schools == ("甲小学",)
    assert ask("竹路20号", renamed).schools == ("乙小学",)
    assert ask("竹路2号", ("松园", "竹路2号")).outcome is Outcome.SEVERAL
    assert ask("竹路2号5栋", ("松园", "竹路2号")).schools == ("乙小学",)


@pytest.mark.parametrize("address", ["金松亭3栋", "松亭小学", "松亭镇", "松亭北路3号"])
def test_a_name_inside_another_name_is_not_that_place(address):
    assert ask(address, ("松亭", "桐街3号")).outcome is Outcome.NONE


@pytest.mark.parametrize("address", ["松亭3栋", "榕城区松亭", "上河街道松亭小区", "长兴路松亭", "长兴路8号松亭"])
def test_a_name_is_found_behind_district_road_and_number(address):
    assert ask(address, ("松亭", "桐街3号")).schools == ("甲小学",)


def test_a_number_that_the_texts_do_not_name_may_have_a_name():
    assert ask("桐街101号").reason is Reason.NUMBER_UNNAMED
    assert ask("桐街101号", ("银杏湾", "桐街101号")).schools == ("乙小学",)


def test_a_place_that_a_text_excepts_or_another_district_has_is_not_looked_for():
    assert ask("松江市梅川区竹路12号", ("翠屏豪庭", "竹路12号")).reason is Reason.ELSEWHERE


def test_an_alias_decides_between_the_schools_that_the_texts_leave():
    assert ask("松园").outcome is Outcome.SEVERAL

    answer = ask("松园", ("松园", "桐街8号"))

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, ("乙小学",), Sure.INFERRED)


def test_an_alias_that_leaves_several_is_better_than_silence_but_decides_nothing():
    assert ask("竹园", ("竹园", "松园")).schools == ("甲小学", "乙小学")
    assert ask("松园", ("松园", "槐街")) == ask("松园")


def test_two_readings_that_lead_to_two_schools_are_named_and_not_decided():
    answer = ask("槐街5号", ("银杏湾", "槐街5号"))

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.SEVERAL, ("甲小学", "乙小学"), Sure.INFERRED)
    assert answer.question == "按“槐街”属于甲小学，按“银杏湾”属于乙小学，请向区教育局核实以哪一所为准。"
    assert answer.question in answer.sentence
    assert [match.quote for match in answer.matches] == ["槐街1-9号", "银杏湾"]


def test_two_meanings_of_one_name_are_named_and_not_decided():
    answer = ask("松亭", ("松亭", "桐街3号"), ("松亭", "桐街4号"))

    assert (answer.outcome, answer.schools) == (Outcome.SEVERAL, ("甲小学", "乙小学"))
    assert "按“桐街3号”属于甲小学，按“桐街4号”属于乙小学" in answer.sentence


def test_an_alias_that_agrees_changes_nothing():
    assert ask("桐街3号翠屏豪庭", ("翠屏豪庭", "桐街3号")) == ask("桐街3号翠屏豪庭")


def test_what_is_settled_counts_under_each_of_its_names():
    settled = [Ruling("primary", "乙小学", "梅园", settles=True)]

    assert ask("梅园", ("梅园", "桐街3号"), rulings=settled).schools == ("乙小学",)
    assert ask("桐街3号", ("梅园", "桐街3号"), rulings=settled).schools == ("乙小学",)


def test_a_question_about_a_place_of_the_gazetteer_can_be_answered():
    book = read(ROWS, PREFIX, [Alias("竹园", "松园")])
    answer = book.lookup("竹园", "primary")

    assert book.asks(answer) == "栋"
    assert book.lookup("竹园5栋", "primary").schools == ("乙小学",)


def test_a_name_among_a_hundred_thousand_is_looked_up_not_searched_for():
    import time

    book = read(ROWS, PREFIX, [Alias(f"名{n}苑", f"竹路{n}号") for n in range(100_000)])
    start = time.process_time()
    for n in range(1000):
        book.lookup(f"榕城区竹路{n}号3栋", "primary")

    assert time.process_time() - start < 0.5
