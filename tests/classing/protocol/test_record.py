"""The record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from classing.protocol import ProtocolError, deal, digest, dumps, order, record
from tests.classing.protocol.cohorts import a_notice, a_transcript, an_order_notice

NOTICE = a_notice()
TRANSCRIPT = a_transcript(NOTICE)


def test_a_record_holds_both_texts_and_what_follows_from_them():
    made = record(NOTICE, TRANSCRIPT)
    seed = TRANSCRIPT.seed("sha256")

    assert {name: value for name, value in made.items() if name != "stats"} == {
        "format": "fairdraw/1",
        "notice": NOTICE.text(),
        "transcript": TRANSCRIPT.text(),
        "seed": seed,
        "digest_sm3": digest("sm3", TRANSCRIPT.text()),
        "result": [[code, label] for code, label in sorted(deal(NOTICE, seed).classes.items())],
    }


def test_the_result_of_an_order_is_the_codes_in_order():
    notice = an_order_notice()
    transcript = a_transcript(notice)

    assert record(notice, transcript)["result"] == list(order(notice, transcript.seed("sha256")).order)


def test_what_is_appended_stands_beside_it():
    made = record(NOTICE, TRANSCRIPT, lots={"1": 2}, late=[], signatures=["x"])

    assert {name: made[name] for name in ("lots", "late", "signatures")} == {
        "lots": {"1": 2},
        "late": [],
        "signatures": ["x"],
    }


def test_a_record_of_a_transcript_that_does_not_fit_cannot_be_made():
    with pytest.raises(ProtocolError):
        record(replace(NOTICE, cap=40), TRANSCRIPT)


def test_rules_that_stayed_open_are_named():
    # Two boys from one kindergarten and two girls from another, in two classes, with sex weighing as much: both hold
    # only crosswise, and a third factor that pairs them crosswise cannot hold as well.
    levels = [("b", "x", "m"), ("b", "y", "n"), ("g", "x", "n"), ("g", "y", "m")]
    roster = tuple(replace(line, levels=level) for line, level in zip(NOTICE.roster[:4], levels, strict=True))
    notice = a_notice(factors=(("sex", 4), ("nursery", 2), ("birth", 1)), roster=roster)
    transcript = a_transcript(notice)
    stats = record(notice, transcript)["stats"]

    assert (stats["left"], {rule["factor"] for rule in stats["open"]}) == (4, {"birth"})


def test_a_written_record_is_read_back_as_it_was():
    made = record(NOTICE, TRANSCRIPT)

    assert json.loads(dumps(made)) == made


def test_the_order_of_keys_does_not_matter():
    made = record(NOTICE, TRANSCRIPT, lots={"result": [], "transcript": ""})
    shuffled = {name: made[name] for name in sorted(made, reverse=True)} | {
        "stats": dict(sorted(made["stats"].items()))
    }

    assert dumps(shuffled) == dumps(made)


def test_chinese_is_written_as_it_is():
    assert "上站小学校" in dumps(record(NOTICE, TRANSCRIPT)).split("\\n")[3]
