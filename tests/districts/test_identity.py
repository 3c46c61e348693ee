"""GB 11643 numbers, mobile numbers, masks."""

import csv
from datetime import date
from pathlib import Path

import pytest

from districts.identity import (
    InvalidIdentity,
    check_digit,
    disagreements,
    is_mobile,
    mask_address,
    mask_mobile,
    mask_name,
    mask_number,
    mask_numbers_in,
    normalise,
    parse,
)

BOY = "990000201803050012"[:17]
NUMBER = BOY + check_digit(BOY)
CASES = Path(__file__).parent / "cases"


def refusal(number: str) -> str:
    with pytest.raises(InvalidIdentity) as caught:
        parse(number)
    return str(caught.value)


def test_the_standards_own_example_has_check_digit_x():
    assert check_digit("11010519491231002") == "X"


def test_a_number_carries_birth_date_and_sex():
    identity = parse(NUMBER)

    assert (identity.birth_date, identity.sex) == (date(2018, 3, 5), "男")


@pytest.mark.parametrize("typed", ["１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x "])
def test_full_width_digits_spaces_and_a_small_x_are_understood(typed):
    assert normalise(typed) == "11010519491231002X"


def test_every_single_wrong_digit_is_found():
    for place in range(18):
        for digit in set("0123456789") - {NUMBER[place]}:
            with pytest.raises(InvalidIdentity):
                parse(NUMBER[:place] + digit + NUMBER[place + 1 :])


def test_neighbouring_digits_in_the_wrong_order_are_found():
    for place in range(17):
        swapped = NUMBER[:place] + NUMBER[place + 1] + NUMBER[place] + NUMBER[place + 2 :]
        if swapped != NUMBER:
            with pytest.raises(InvalidIdentity):
                parse(swapped)


def test_a_short_number_says_how_many_digits_it_has():
    assert refusal(NUMBER[:17]) == "身份证号应为18位，现在是17位，请对照户口簿核对。"


def test_letters_inside_are_refused():
    assert refusal("99000A201803050012") == "身份证号只能有数字，最后一位可以是字母X，请对照户口簿核对。"


def test_an_impossible_date_is_refused():
    first17 = "99000020180230001"

    assert refusal(first17 + check_digit(first17)) == "身份证号第7至14位不是一个日期，请对照户口簿核对。"


def test_what_agrees_is_not_complained_about():
    assert disagreements(parse(NUMBER), birth_date=date(2018, 3, 5), sex="男") == {}


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("13800000000", True),
        ("19912345678", True),
        ("12800000000", False),
        ("1380000000", False),
        ("２３８００００００００", False),
    ],
)
def test_a_mobile_number_has_eleven_digits_and_begins_with_13_to_19(number, valid):
    assert is_mobile(number) == valid


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (mask_number, "11010519491231002X", "110105********002X"),
        (mask_number, "12345", "*****"),
        (mask_mobile, "13812345678", "138****5678"),
        (mask_mobile, "1381234", "*******"),
        (mask_numbers_in, "电话13812345678，号11010519491231002x", "电话138****5678，号110105********002x"),
        (mask_numbers_in, "工单20240816001234", "工单20240816001234"),
        (mask_name, "样", "样"),
        (mask_name, "样甲", "样*"),
        (mask_name, "样甲子", "样*子"),
        (mask_name, "样甲乙子", "样**子"),
    ],
)
def test_masks_show_enough_to_recognise_and_no_more(mask, plain, shown):
    assert mask(plain) == shown


def addresses() -> list[tuple[str, str]]:
    with (CASES / "masked-addresses.csv").open(encoding="utf-8", newline="") as file:
        return [(row["address"], row["shown"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("address", "shown"), addresses())
def test_an_address_is_shown_as_far_as_it_decides_the_school(address, shown):
    assert mask_address(address) == shown


def test_nothing_is_shown_of_no_address():
    assert mask_address("") == ""


def test_a_long_text_that_is_no_address_is_masked_at_once():
    assert mask_address("一" * 5000 + "单元") == "***"
