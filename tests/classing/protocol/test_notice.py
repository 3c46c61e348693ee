"""The notice: what it refuses, and that it is read as strictly as it is written."""

from __future__ import annotations

import pytest
from hypothesis import given

from classing.protocol import Notice, OrderNotice, ProtocolError, Witness, parse_notice
from classing.protocol.grammar import Lines
from tests.classing.protocol.cohorts import WITNESSES, a_line, a_notice, an_order_notice, lines, notices, order_notices

TEXT = a_notice().text()


@given(notices())
def test_a_notice_is_read_back_as_it_was_written(notice):
    assert parse_notice(notice.text()) == notice


@given(order_notices())
def test_an_order_notice_is_read_back_as_it_was_written(notice):
    assert parse_notice(notice.text()) == notice


@given(notices())
def test_the_order_in_which_pupils_were_collected_does_not_matter(notice):
    assert a_notice_like(notice, roster=notice.roster[::-1]).text() == notice.text()


def a_notice_like(notice: Notice, **changes) -> Notice:
    return Notice(**{name: getattr(notice, name) for name in notice.__dataclass_fields__} | changes)


def test_a_mock_draw_is_known_by_its_id():
    assert [a_notice(draw="MOCK-1").mock, a_notice(draw="2026-MOCK-1").mock] == [True, False]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"suite": "md5"}, "suite"),
        ({"draw": ""}, "draw"),
        ({"draw": "a b"}, "draw"),
        ({"draw": "a|b"}, "draw"),
        ({"draw": "a\u200bb"}, "draw"),
        ({"school": "上站小学校 "}, "school"),
        ({"school": "上站\n小学校"}, "school"),
        ({"school": "上站\u2028小学校"}, "school"),
        ({"school": "A\u0308"}, "school"),
        ({"classes": ("1",)}, "k"),
        ({"classes": tuple("1234567")}, "k"),
        ({"classes": ("1", "1")}, "classes"),
        ({"classes": ("1", "2 班")}, "classes"),
        ({"cap": 2}, "cap"),
        ({"cap": 0}, "cap"),
        ({"factors": ()}, "factors"),
        ({"factors": (("sex", 0),)}, "factors"),
        ({"factors": (("s:x", 1),)}, "factors"),
        ({"factors": (("sex", True),)}, "factors"),
        ({"factors": (("sex", 2), ("hukou", 1))}, "levels"),
        ({"rounds": -1}, "rounds"),
        ({"rounds": 10_000_000}, "rounds"),
        ({"prev": "none"}, "prev"),
        ({"software": "0" * 63 + "A"}, "software"),
        ({"witnesses": WITNESSES[:2]}, "witness"),
        ({"witnesses": (*WITNESSES, Witness("W1", "公证员"))}, "witness"),
        ({"balls": 1_000}, "balls"),
        ({"beacon": ""}, "beacon"),
        ({"roster": (a_line(),)}, "n"),
        ({"roster": (a_line(), a_line(leaf="ab" * 32))}, "code"),
        ({"roster": (a_line(), a_line("100002", leaf=a_line().leaf))}, "leaf"),
        ({"roster": lines(["T1"] * 4 + ["-"] * 2, "bbbggg")}, "group"),
        ({"roster": lines(["A1"] * 3 + ["-"] * 3, "bbbggg")}, "group"),
    ],
)
def test_a_notice_refuses_what_the_specification_does_not_allow(change, field):
    with pytest.raises(ProtocolError) as refused:
        a_notice(**change)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seats": 0}, "seats"),
        ({"groups": "together"}, "groups"),
        ({"roster": ()}, "n"),
        ({"roster": lines("--", "bg")}, "levels"),
    ],
)
def test_an_order_notice_refuses_what_the_specification_does_not_allow(change, field):
    with pytest.raises(ProtocolError) as refused:
        an_order_notice(**change)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "end\n",
        TEXT[:-4],
        TEXT.split("balls")[0],
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("notice\n", "notice \n"),
        TEXT.replace("fairdraw/1", "fairdraw/2"),
        TEXT.replace("n: 6", "n: 06"),
        TEXT.replace("n: 6", "n: 7"),
        TEXT.replace("n: 6", "n: ６"),
        TEXT.replace("k: 2", "k: 3"),
        TEXT.replace("k: 2\n", ""),
        TEXT.replace("classes: 1 2", "classes: 1  2"),
        TEXT.replace("classes: 1 2", "classes: 1 2 "),
        TEXT.replace("cap: 45", "cap: +45"),
        TEXT.replace("cap: 45", "cap: 4_5"),
        TEXT.replace("cap: 45\n", "cap: 45\ncap: 45\n"),
        TEXT.replace("sex:64", "sex"),
        TEXT.replace("sex:64", "sex:064"),
        TEXT.replace("balls: 6\nbeacon: none", "beacon: none\nballs: 6"),
        TEXT.replace("roster:\n", "note: x\nroster:\n"),
        TEXT.replace("roster:\n", "roster:\n\n"),
        TEXT.replace(" - b ", "  - b "),
        TEXT.replace(" - b ", " b "),
        TEXT.replace("100001 ", "100002 ", 1),
        TEXT.replace("root: ", "root: 0"),
        TEXT.replace(f"{0x186A1:064x}", f"{1:064x}"),
    ],
)
def test_a_text_that_is_not_canonical_is_refused(text):
    with pytest.raises(ProtocolError):
        parse_notice(text)


def test_a_notice_whose_pupils_are_out_of_order_is_refused():
    head, roster = TEXT.split("roster:\n")
    first, second, *rest = roster.split("\n")

    with pytest.raises(ProtocolError) as refused:
        Notice.parse(f"{head}roster:\n" + "\n".join([second, first, *rest]))

    assert refused.value.field == "roster"


def test_an_order_notice_is_not_taken_for_one_of_classes():
    with pytest.raises(ProtocolError):
        Notice.parse(an_order_notice().text())


def test_a_notice_of_classes_is_not_taken_for_one_of_order():
    with pytest.raises(ProtocolError):
        OrderNotice.parse(TEXT)


def test_an_absurdly_long_text_is_refused():
    with pytest.raises(ProtocolError) as refused:
        Lines("x" * 16_000_001)

    assert refused.value.message_zh == "文本过大"
