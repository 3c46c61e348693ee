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
        ("1-15号单号、2至28号（双）（12甲、16号除外）", [1, 15, 2, 28], [16, 17, 30]),
        ("1-20号（11号除外）、22-30号双号", [1, 15, 20, 22], [11, 21, 23]),
        ("1-57号、2-64号双号", [57, 2, 64], [65, 66]),
        ("16号-68号（含56号、不含60号）", [16, 56, 68], [60, 70]),
        ("12甲、12-1号、12-2号、16号", [16], [12, 13, 14, 15]),
        ("2-98号（逢双）", [2, 98], [3, 97]),
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


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("1-1栋至2-6栋", [("幢", 2, "")], [("幢", 3, "")]),
        ("3-1、3-2、3-3栋", [("幢", 3, "")], [("幢", 1, ""), ("幢", 2, "")]),
        ("A1-A6栋、B2栋及以后", [("幢", 6, "A"), ("幢", 9, "B")], [("幢", 7, "A"), ("幢", 1, "B"), ("幢", 2, "")]),
        ("甲、乙栋", [("幢", 0, "乙")], [("幢", 0, "丙")]),
        ("A、B、C座", [("幢", 0, "B")], [("幢", 0, "D")]),
        ("1#-12#楼", [("幢", 12, "")], [("幢", 13, "")]),
        ("1、2、3号住宅楼", [("幢", 2, "")], [("幢", 4, "")]),
        ("第1、3网格，第5-8网格", [("网格", 6, "")], [("网格", 4, "")]),
        ("第一至第四居民小组", [("组", 3, "")], [("组", 5, "")]),
        ("101号至末尾（单）", [("号", 103, "")], [("号", 104, "")]),
        ("第三村民小组", [("组", 3, "")], [("组", 4, "")]),
        ("一期洋房、二期高层", [("期", 2, "")], [("期", 3, "")]),
    ],
)
def test_buildings_periods_groups_and_grids_are_counted(words, inside, outside):
    found = numbers(words)

    assert [detail for detail in inside if found.fit([Detail(*detail)]) is not Fit.HIT] == []
    assert [detail for detail in outside if found.fit([Detail(*detail)]) is Fit.HIT] == []


def test_what_follows_a_number_without_a_separator_lies_inside_it():
    lane, farm, doors = numbers("57弄19支弄"), numbers("一分场、三分场六队"), numbers("34号附1号-附130号")

    assert lane.fit([Detail("号", 57), Detail("支弄", 19), Detail("号", 3)]) is Fit.HIT
    assert lane.fit([Detail("号", 57), Detail("号", 19)]) is not Fit.HIT
    assert farm.fit([Detail("分场", 1), Detail("组", 2)]) is Fit.HIT
    assert farm.fit([Detail("分场", 3), Detail("组", 2)]) is Fit.MISS
    assert doors.fit([Detail("号", 34), Detail("号", 130)]) is Fit.HIT
    assert doors.fit([Detail("号", 35)]) is Fit.MISS


def test_a_unit_lies_inside_its_building_and_an_exception_inside_its_lane():
    units, lane = numbers("1号楼1单元至3单元、2号楼4-6单元"), numbers("1500弄（除1-8号外）")

    assert units.fit([Detail("幢", 2), Detail("单元", 5)]) is Fit.HIT
    assert units.fit([Detail("幢", 2), Detail("单元", 1)]) is Fit.MISS
    assert lane.fit([Detail("号", 1500), Detail("号", 9)]) is Fit.HIT
    assert lane.fit([Detail("号", 1500), Detail("号", 8)]) is Fit.MISS
    assert lane.fit([Detail("号", 8)]) is Fit.MISS


def test_a_single_lane_is_not_odd_or_even_but_the_houses_in_it_are():
    found = numbers("120弄、124弄1号至33号单号")

    assert found.fit([Detail("号", 120), Detail("号", 9)]) is Fit.HIT
    assert found.fit([Detail("号", 124), Detail("号", 15)]) is Fit.HIT
    assert found.fit([Detail("号", 124), Detail("号", 16)]) is Fit.MISS


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("12-1号", [(1, "")], [(2, ""), (0, "甲")]),
        ("12-1、12-3号", [(1, ""), (3, "")], [(2, "")]),
        ("12-1号至12-5号", [(1, ""), (5, "")], [(6, "")]),
        ("12甲号", [(0, "甲")], [(0, "乙"), (1, "")]),
        ("12号甲", [(0, "甲")], [(0, "乙")]),
        ("12A号", [(0, "A")], [(0, "B")]),
        ("12号之三", [(3, "")], [(1, "")]),
        ("12号之一至之五、之七", [(1, ""), (5, ""), (7, "")], [(6, "")]),
        ("12号附1", [(1, "")], [(2, "")]),
        ("12号", [(1, ""), (2, ""), (0, "甲")], []),
        ("12-1号至15-3号", [(1, ""), (9, "")], []),
        ("2-40号（12-1号除外）", [(2, "")], [(1, "")]),
    ],
)
def test_a_door_behind_a_house_number_is_compared_where_the_text_names_doors(words, inside, outside):
    found = numbers(words)

    assert [one for one in inside if found.fit([*house(12), Detail("号", *one)]) is not Fit.HIT] == []
    assert [one for one in outside if found.fit([*house(12), Detail("号", *one)]) is not Fit.MISS] == []


@pytest.mark.parametrize("words", ["12-1号", "12甲号", "12号之三", "12号附1"])
def test_a_text_of_doors_does_not_say_that_the_house_itself_is_meant(words):
    assert numbers(words).fit(house(12)) is Fit.OPEN
    assert numbers(f"{words}、12号").fit(house(12)) is Fit.HIT


@pytest.mark.parametrize(
    "words", ["12-1号", "12甲号", "2号附5号", "12号附1号至附3号", "12号附1号、附3号", "57弄(1至18号)"]
)
def test_doors_are_printed_as_they_are_read(words):
    assert numbers(words).printed() == words
    assert numbers(numbers(words).printed()) == numbers(words)


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
