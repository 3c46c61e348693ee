"""Conditions on persons and what is known of a household. The names are invented."""

import pytest

from catchments.text import CatchmentText, Outcome, read
from catchments.text.conditions import household, met, read_condition

BOOK = read(
    [
        CatchmentText("primary", "", "甲小学", "含松村、柏村户籍及持以上两村居住证的适龄儿童"),
        CatchmentText("primary", "", "乙小学", "兰花城城区户籍适龄儿童；梅苑非柳镇桐村户籍的适龄儿童"),
        CatchmentText("primary", "", "桐村小学", "以服务本村辖区内适龄儿童就学为主，优先招收本村户籍的适龄儿童。"),
    ],
    "山南省松江市城区",
)


@pytest.mark.parametrize(
    ("address", "hukou", "schools"),
    [
        ("松村", "松村户籍", ("甲小学",)),
        ("松村", "持松村居住证", ("甲小学",)),
        ("松村", "无松村户籍，无居住证", ()),
        ("松村", "", ("甲小学",)),
        ("兰花城3号楼", "矿区户籍", ()),
        ("兰花城3号楼", "城区户籍", ("乙小学",)),
        ("兰花城3号楼", "人户一致", ("乙小学",)),
        ("梅苑", "桐村户籍", ()),
        ("梅苑", "城区户籍", ("乙小学",)),
        ("不知何处", "柏村户籍", ("甲小学",)),
    ],
)
def test_a_condition_decides(address, hukou, schools):
    assert BOOK.lookup(address, "primary", hukou).schools == schools


def test_an_open_condition_is_named_and_the_answer_is_not_exact():
    answer = BOOK.lookup("松村", "primary")

    assert answer.sure == "inferred"
    assert any(match.conditions for match in answer.matches)


def test_a_priority_shuts_nobody_out():
    answer = BOOK.lookup("桐村", "primary", "无本村户籍，在村实际居住")

    assert answer.schools == ("桐村小学",)
    assert (answer.outcome, answer.sure) == (Outcome.SEVERAL, "inferred")


def test_blank_is_not_known_and_not_refused():
    assert met(read_condition("松村户籍"), household(""), ("松村",), ()) is None


def test_a_junior_school_is_found_by_the_primary_school_that_feeds_it():
    book = read([CatchmentText("junior", "", "甲中学", "松林小学。柏树小学（小学毕业生）")])

    assert book.lookup("不知何处", "junior", "就读于松林小学").schools == ("甲中学",)
    assert book.lookup("不知何处", "junior", "就读于桐山小学").schools == ()
