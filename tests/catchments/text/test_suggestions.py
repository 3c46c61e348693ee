"""Names while somebody types. The names are invented."""

import random
import time

import pytest

from catchments.text import Alias, CatchmentText, read
from catchments.text.address import District
from catchments.text.index import LevelIndex, Name
from catchments.text.suggestions import Suggestions

BOOK = read(
    [
        CatchmentText(
            "primary",
            "",
            "甲小学",
            "松林路以东。包括松林北路、松河小区、柏树村、翠屏豪庭、大松园、镇南街、东（西）营房。",
        ),
        CatchmentText("primary", "", "乙小学", "松涛河以南。包括柏树湾、青松园、桐街1-9号。"),
        CatchmentText("junior", "", "丙中学", "包括榆园。"),
    ],
    "山南省松江市榕城区",
    [Alias("松亭", "桐街3号")],
)


def names(typed: str, most: int = 8) -> tuple[str, ...]:
    return BOOK.names(typed, "primary", most)


def test_names_that_begin_as_typed_come_first_and_places_before_lines():
    assert names("松") == ("松亭", "松林北路", "松河小区", "松林路", "松涛河", "大松园", "青松园")


def test_a_name_is_found_by_a_piece_from_its_midst():
    assert names("屏豪") == ("翠屏豪庭",)
    assert names("营房") == ("东营房", "西营房")


@pytest.mark.parametrize("typed", ["翠平", "翠平毫", "翠平豪庭"])
def test_a_name_is_found_by_its_sound(typed):
    assert names(typed) == ("翠屏豪庭",)


def test_a_name_is_found_in_spite_of_a_slip():
    assert names("翠屏金庭") == ("翠屏豪庭",)


@pytest.mark.parametrize("typed", ["柏树", "山南省松江市榕城区柏树", "榕城区 柏树", "榕城区上河街道柏树", "上河镇柏树"])
def test_district_and_subdistrict_are_skipped(typed):
    assert names(typed) == ("柏树村", "柏树湾")


def test_a_name_that_begins_like_a_subdistrict_is_found():
    assert names("镇南") == ("镇南街",)


def test_no_more_names_are_given_than_asked_for():
    assert names("松", 2) == ("松亭", "松林北路")


@pytest.mark.parametrize("typed", ["", " ", "榕城区", "上河街道", "从未听说路", "榆", "柏树村3组", "（", "1"])
def test_nothing_is_suggested_for_what_no_name_resembles(typed):
    assert names(typed) == ()


def test_a_level_has_its_own_names():
    assert BOOK.names("榆", "初中") == ("榆园",)
    assert BOOK.names("榆", "nursery") == ()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("松林南路3号", ("松林北路", "松林路")),
        ("榕城区上河街道柏树花园2栋", ("柏树村", "柏树湾")),
        ("长兴路翠平花园", ("翠屏豪庭",)),
        ("桐街101号", ()),
        ("我家住在松林路附近", ("松林路",)),
        ("从未听说小区", ()),
        ("", ()),
    ],
)
def test_an_unknown_address_has_the_nearest_names(address, expected):
    assert BOOK.nearest(address, "primary") == expected


def test_names_are_found_at_once_among_a_hundred_thousand():
    rng = random.Random(1)
    words = {"".join(rng.choices("松柏桐榆槐柳杏桃梅荷竹兰菊云山石河", k=5)) + "小区" for _ in range(100_000)}
    index = LevelIndex()
    index.names = {word: Name(word, listed=True) for word in words}
    found = Suggestions(index, (), District())
    start = time.process_time()

    for typed in ("松", "松柏", "小区", "柏桐榆", "嵩百", "松柏桐金小区", "金"):
        found.names(typed, 8)

    assert (time.process_time() - start) / 7 < 0.001
