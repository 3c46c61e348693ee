"""The ceremony keeps to its order, whatever the use-cases above it do."""

import pytest

from classing import ceremony
from classing.ceremony import CeremonyRefused, class_labels, lots_transcript
from classing.models import Draw
from classing.protocol import RosterLine, digest, lots

pytestmark = pytest.mark.django_db


def lines(groups: list[str]) -> list[RosterLine]:
    return [
        RosterLine(f"{n:06d}", group, ("AB" if n % 2 else "CD", "EF"), digest("sha256", str(n)))
        for n, group in enumerate(groups)
    ]


@pytest.fixture
def commit(season, campus):
    def make(groups: list[str], classes: int = 2) -> Draw:
        return ceremony.commit(
            season,
            campus("新华小学"),
            number="test-1",
            classes=classes,
            roster=lines(groups),
            witnesses=("甲", "乙", "丙"),
        )

    return make


def test_groups_that_may_not_fit_are_found_before_the_notice_is_public(commit):
    with pytest.raises(CeremonyRefused, match="多胞胎分组可能放不进班级"):
        commit(["T1", "T1", "T2", "T2", "T3", "T3"])

    assert not Draw.objects.exists()


def test_a_stranger_to_the_notice_cannot_seal(commit):
    with pytest.raises(CeremonyRefused, match="公告中没有这位监督员。"):
        ceremony.seal(commit(["-"] * 4), "w9", "1" * 20)


def test_the_draw_is_sealed_when_the_last_witness_has_sealed(commit):
    draw = commit(["-"] * 4)
    states = []
    for witness in ("w1", "w2", "w3"):
        ceremony.seal(draw, witness, "1" * 20)
        states.append(draw.status)

    assert states == ["committed", "committed", "sealed"]


def test_the_same_digits_of_two_witnesses_do_not_look_alike(commit):
    draw = commit(["-"] * 4)

    assert ceremony.seal(draw, "w1", "1" * 20).commitment != ceremony.seal(draw, "w2", "1" * 20).commitment


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "12345a", "１２３４５６"])
def test_the_public_digits_are_six(commit, digits):
    draw = commit(["-"] * 4)
    for witness in ("w1", "w2", "w3"):
        ceremony.seal(draw, witness, "1" * 20)

    with pytest.raises(CeremonyRefused, match="请输入现场摇出的6位数字。"):
        ceremony.open_and_deal(draw, digits)


def test_the_lots_can_be_drawn_again_from_their_transcript():
    text = lots_transcript("0" * 64, "123456", [1, 2, 3], class_labels(3))

    assert text == f"fairdraw/1 lots\nseed: {'0' * 64}\nballs: 123456\nteams: 1 2 3\nclasses: 1班 2班 3班\nend\n"
    assert sorted(lots(class_labels(3), [1, 2, 3], digest("sha256", text)).values()) == ["1班", "2班", "3班"]
