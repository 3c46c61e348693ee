"""House numbers: ranges, parity, open ends, holes, inner numbers."""

import pytest

from catchments.text.normalise import brackets, fold
from catchments.text.number_reading import read_numbers
from catchments.text.numbers import Detail, Fit, number, numeral, with_implied_parity


def numbers(words: str):
    text = fold(words)
    reading = read_numbers(text, 0, len(text), brackets(text), "某某路")
    assert reading is not None
    return reading.numbers


def house(value: int) -> list[Detail]:
    return [Detail("号", value)]


@pytest.mark.parametrize(
    ("words", "value"),
    [("７", None), ("十", 10), ("二十三", 23), ("一百零一", 101), ("九十一", 91), ("一六八", 168), ("110", 110)],
)
def test_a_numeral_is_read(words, value):
    assert number(fold(words)) == (value if value is not None else 7)


@pytest.mark.parametrize("value", [1, 9, 10, 11, 20, 21, 99])
def test_a_number_written_in_a_name_is_read_again(value):
    assert number(numeral(value)) == value


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("1--68号（不含68号）", [1, 2, 67], [68, 69]),
        ("69——91单号", [69, 91], [70, 92, 93]),
        ("（单号93号、双号68号以后）"[1:-1], [93, 95, 68, 70], [91, 66, 69]),
        ("单号：21-最大号；双号：18-最大号", [21, 999, 18], [19, 16]),
        ("2—22、34-56、60-68号（双号）", [2, 34, 68], [3, 24, 59]),
        ("1-15（单号）、2-30（双号）", [15, 16], [17, 32, 0]),
        ("19号之后", [20], [19]),
        ("16号以后（不含103号）", [16, 102], [15, 103]),
        ("7号（含）以上", [7, 8], [6]),
        ("106号以前（不含106号）", [1, 105], [106]),
        ("1、3、5号", [1, 3, 5], [2, 4]),
        ("49号、50号以后单双号", [49, 50, 51], [48]),
        ("125-最大号，其中不含145号", [125, 147], [145]),
        ("211号及以后", [211, 500], [210]),
        ("甲1号", [], [2]),
    ],
)
def test_a_number_lies_inside_or_outside(words, inside, outside):
    found = numbers(words)

    assert [value for value in inside if found.fit(house(value)) is not Fit.HIT] == []
    assert [value for value in outside if found.fit(house(value)) is Fit.HIT] == []


def test_a_building_behind_a_number_is_looked_at():
    found = numbers("66号（1、3、4号楼）")

    assert found.fit([Detail("号", 66), Detail("幢", 3)]) is Fit.HIT
    assert found.fit([Detail("号", 66), Detail("幢", 2)]) is Fit.MISS
    assert found.fit([Detail("号", 66)]) is Fit.OPEN


def test_numbers_inside_a_section_of_a_road_belong_to_that_section():
    found = numbers("四段1-337号单号")

    assert found.fit([Detail("段", 4), Detail("号", 3)]) is Fit.HIT
    assert found.fit([Detail("段", 3), Detail("号", 3)]) is Fit.MISS
    assert found.fit([Detail("段", 4), Detail("号", 4)]) is Fit.MISS


def test_ranges_of_both_sides_of_a_road_imply_each_others_parity():
    one = with_implied_parity([numbers("2号—40号、1号—17号")])[0]

    assert one.fit(house(16)) is Fit.HIT
    assert one.fit(house(19)) is Fit.MISS


def test_a_range_alone_covers_both_sides():
    one = with_implied_parity([numbers("1-67号")])[0]

    assert one.fit(house(32)) is Fit.HIT


def test_a_bridge_number_is_no_house_number():
    text = fold("2号桥")

    assert read_numbers(text, 0, len(text), {}, "") is None
