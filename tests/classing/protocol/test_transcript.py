"""The transcript: what happened in the hall, and whether it fits the notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classing.protocol import Commit, ProtocolError, Reveal, Transcript, Witness, check_reveal, digest
from tests.classing.protocol.cohorts import WITNESSES, a_notice, a_transcript

NOTICE = a_notice()
TRANSCRIPT = a_transcript(NOTICE)
TEXT = TRANSCRIPT.text()


def test_a_transcript_that_kept_every_rule_fits_its_notice():
    assert TRANSCRIPT.check(NOTICE) is None


def test_a_transcript_is_read_back_as_it_was_written():
    assert Transcript.parse(TEXT) == TRANSCRIPT


def test_the_seed_is_the_hash_of_the_text():
    assert TRANSCRIPT.seed("sm3") == digest("sm3", TEXT)


def test_plain_tuples_will_do_for_commits_and_reveals():
    plain = Transcript(
        TRANSCRIPT.notice_hash,
        tuple(map(tuple, TRANSCRIPT.commits)),
        TRANSCRIPT.balls,
        tuple(map(tuple, TRANSCRIPT.reveals)),
        "none",
    )

    assert plain.text() == TEXT


def test_with_no_public_digits_the_line_is_empty():
    notice = a_notice(balls=0)
    transcript = a_transcript(notice)
    transcript.check(notice)

    assert transcript.text().split("\n")[5] == "balls: "


def test_an_unreadable_envelope_is_replaced_by_its_seal():
    transcript = a_transcript(NOTICE, void=["W2"])
    transcript.check(NOTICE)

    assert transcript.text().split("\n")[7] == f"reveal: W2 VOID {transcript.commits[1].commitment}"


def test_a_voided_witness_is_recorded():
    assert a_transcript(NOTICE, void=["W2"]).voided == ("W2",)


def test_a_void_line_must_name_the_seal_itself():
    commits = TRANSCRIPT.commits

    with pytest.raises(ProtocolError) as refused:
        check_reveal("sha256", NOTICE.draw, commits[0], Reveal("W1", "VOID", commits[1].commitment))

    assert refused.value.field == "reveal"


def test_a_reveal_that_was_not_sealed_is_refused_at_once():
    commit, reveal = TRANSCRIPT.commits[0], TRANSCRIPT.reveals[0]

    with pytest.raises(ProtocolError) as refused:
        check_reveal("sha256", NOTICE.draw, commit, reveal._replace(digits="1" * 20))

    assert refused.value.message_zh == "监督员 W1 开封的数与承诺不符"


def test_a_reveal_of_another_witness_is_refused():
    with pytest.raises(ProtocolError):
        check_reveal("sha256", NOTICE.draw, TRANSCRIPT.commits[0], TRANSCRIPT.reveals[1])


@pytest.mark.parametrize(
    ("notice", "field"),
    [
        (replace(NOTICE, school="下站小学校"), "notice"),
        (replace(NOTICE, draw="2026-09"), "notice"),
    ],
)
def test_a_transcript_does_not_fit_another_notice(notice, field):
    with pytest.raises(ProtocolError) as refused:
        TRANSCRIPT.check(notice)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("notice", "field"),
    [
        (replace(NOTICE, draw="2026-09"), "reveal"),
        (replace(NOTICE, witnesses=WITNESSES[::-1]), "commit"),
        (replace(NOTICE, witnesses=(*WITNESSES, Witness("W4", "公证员"))), "commit"),
        (replace(NOTICE, balls=5), "balls"),
        (replace(NOTICE, beacon="中国福利彩票双色球 2026080 期"), "beacon"),
    ],
)
def test_naming_the_right_hash_is_not_enough(notice, field):
    transcript = replace(TRANSCRIPT, notice_hash=notice.hash())

    with pytest.raises(ProtocolError) as refused:
        transcript.check(notice)

    assert refused.value.field == field


def test_a_promised_beacon_may_not_be_left_out():
    notice = a_notice(beacon="中国福利彩票双色球 2026080 期")

    with pytest.raises(ProtocolError) as refused:
        replace(a_transcript(notice), beacon="none").check(notice)

    assert refused.value.field == "beacon"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"notice_hash": "ab"}, "notice"),
        ({"commits": TRANSCRIPT.commits[:2]}, "commit"),
        ({"commits": (*TRANSCRIPT.commits, TRANSCRIPT.commits[0])}, "commit"),
        ({"commits": (*TRANSCRIPT.commits[:2], Commit("W3", "ab"))}, "commit"),
        ({"balls": "12345x"}, "balls"),
        ({"reveals": TRANSCRIPT.reveals[:2]}, "reveal"),
        ({"reveals": TRANSCRIPT.reveals[::-1]}, "reveal"),
        ({"reveals": (*TRANSCRIPT.reveals[:2], Reveal("W3", "1" * 19, "0" * 32))}, "reveal"),
        ({"reveals": (*TRANSCRIPT.reveals[:2], Reveal("W3", "VOID", "0" * 32))}, "reveal"),
        ({"beacon": ""}, "beacon"),
    ],
)
def test_a_transcript_refuses_what_the_specification_does_not_allow(change, field):
    with pytest.raises(ProtocolError) as refused:
        replace(TRANSCRIPT, **change)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("fairdraw/1 ", "fairdraw/2 "),
        TEXT.replace("end\n", "note: x\nend\n"),
        TEXT.replace("balls: ", "balls:"),
        TEXT.replace("commit: W2", "commit:  W2"),
        TEXT.replace("commit: W2", "commit: W2 x"),
        TEXT.replace("reveal: W2", "reveal: W2 "),
        TEXT.replace("beacon: none\n", ""),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_a_text_that_is_not_canonical_is_refused(text):
    with pytest.raises(ProtocolError):
        Transcript.parse(text)
