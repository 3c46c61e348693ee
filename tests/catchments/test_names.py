"""The plain match of names that the official text lists."""

import csv

import pytest

from catchments.names import fold, listed_names, serving
from tests.conftest import SAMPLE

with (SAMPLE / "catchments.csv").open(encoding="utf-8") as file:
    PRIMARY = {row["school"]: row["text"] for row in csv.DictReader(file) if row["level"] == "primary"}


def names(text: str) -> list[str]:
    return [name for name, _ in listed_names(text)]


def test_the_list_is_taken_apart_at_its_commas():
    assert names("铁路以南。包括观象台、三角线、环卫处宿舍等。") == ["观象台", "三角线", "环卫处宿舍"]


def test_a_bracket_is_not_part_of_a_name():
    assert names("包括桃南东路（新泉路以西段）、新建路等。") == ["桃南东路", "新建路"]


def test_villages_are_named_without_their_condition():
    assert names("含小河村、泊里村户籍及持以上两村居住证的适龄儿童，可根据学校学位情况。") == ["小河村", "泊里村"]


def test_every_name_knows_where_it_stands_in_the_text():
    for text in PRIMARY.values():
        assert all(text[start : start + len(name)] == name for name, start in listed_names(text))


@pytest.mark.parametrize(
    ("address", "schools"),
    [
        ("德胜东街12号院3号楼2单元501室", ["上站小学校区"]),
        ("山西省阳泉市城区名仕豪庭5号楼", ["新华小学"]),
        ("大阳泉村18号", ["北岭小学"]),
        ("小河村", ["阳泉市第十九中学"]),
        ("北大街31号", ["北大街小学"]),
        ("某某路1号", []),
        ("", []),
    ],
)
def test_known_addresses_of_the_2024_plan(address, schools):
    assert [hit.key for hit in serving(address, PRIMARY)] == schools


def test_the_longest_listed_name_wins():
    assert [hit.name for hit in serving("新华西街1—6区", PRIMARY)] == ["新华西街1—6区"]


def test_full_width_digits_and_spaces_do_not_matter():
    assert fold("德胜东街 １２号") == "德胜东街12号"


def test_a_place_that_two_texts_list_has_two_answers():
    texts = {"甲": "包括长街等。", "乙": "包括长街等。"}

    assert [hit.key for hit in serving("长街1号", texts)] == ["甲", "乙"]
