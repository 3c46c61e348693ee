"""Two implementations, written apart from one specification, must never disagree."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from classing import verify
from classing.protocol import (
    ProtocolError,
    Transcript,
    deal,
    dumps,
    groups_always_fit,
    merkle_root,
    order,
    parse_notice,
    record,
)
from tests.classing.protocol.cohorts import a_notice, a_transcript, an_order_notice, notices, order_notices, seeds

MARKS = st.sampled_from(list("0123456789abcT-A|:, \n\t\u3000\u200b\u0308班x"))
NOTICES = st.sampled_from([a_notice().text(), an_order_notice().text(), a_notice(suite="sm3", draw="MOCK-1").text()])
TRANSCRIPTS = st.sampled_from([a_transcript(a_notice(balls=0)).text(), a_transcript(a_notice(), void=["W2"]).text()])


@given(notices(), st.integers(0, 2**32))
def test_the_verifier_agrees_with_every_class_draw(notice, chance):
    assume(groups_always_fit(notice))
    made = json.loads(dumps(record(notice, a_transcript(notice, chance, void=["W2"] if chance % 2 else []))))

    assert [outcome.detail for outcome in verify.verify(made) if not outcome.passed] == []


@given(order_notices(), st.integers(0, 2**32))
def test_the_verifier_agrees_with_every_order(notice, chance):
    made = json.loads(dumps(record(notice, a_transcript(notice, chance))))

    assert [outcome.detail for outcome in verify.verify(made) if not outcome.passed] == []


@given(order_notices(), seeds)
def test_both_admit_the_same(notice, seed):
    drawn = order(notice, seed)
    again = verify.put_in_order(verify.read_notice(notice.text()), seed)

    assert (tuple(again.admitted), tuple(again.waiting)) == (drawn.admitted, drawn.waiting)


@given(notices(), seeds)
def test_both_leave_the_same_rules_open(notice, seed):
    assume(groups_always_fit(notice))
    dealing = verify.Dealing(verify.read_notice(notice.text()), seed)
    dealing.run()

    assert dealing.total == deal(notice, seed).left


@st.composite
def mangled(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few characters or lines changed."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        if draw(st.booleans()):
            text = text[:at] + draw(st.text(MARKS, max_size=3)) + text[at + length :]
        else:
            rows = text.split("\n")
            row = draw(st.integers(0, len(rows) - 1))
            rows[row : row + 1] = [rows[row]] * draw(st.integers(0, 2))
            text = "\n".join(rows)
    return text


def rooted(text: str) -> str:
    """The notice with its root made right again, so that more than the root is tested."""
    leaves = [line[-64:] for line in text.split("\nroster:\n")[-1].split("\n")[:-2]]
    try:
        root = merkle_root("sm3" if "suite: sm3" in text else "sha256", leaves)
    except (ProtocolError, ValueError):
        return text
    rows = text.split("\n")
    return "\n".join(f"root: {root}" if row.startswith("root: ") else row for row in rows)


def accepted(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ProtocolError, verify.Wrong):
        return False
    return True


def verifier_notice(text: str) -> None:
    """All that the verifier demands of a notice by itself."""
    case = verify.Case({"notice": text})
    verify.check_notice(case)
    verify.check_roster(case)
    for _, check in verify.FOR_ORDER if case.notice.ordering else verify.FOR_CLASSES:
        check(case)
    verify.check_root(case)
    verify.demand(len(case.notice.witnesses) >= 3, "监督员不足三人")


def verifier_transcript(text: str) -> None:
    found = verify.read_transcript(text)
    names = [witness for witness, _ in found.commits]
    verify.demand(3 <= len(names) <= verify.MAX_WITNESSES and verify.distinct(names), "监督员")
    verify.demand([reveal[0] for reveal in found.reveals] == names, "监督员")


@given(mangled(NOTICES).map(rooted))
def test_both_accept_and_refuse_the_same_notices(text):
    assert accepted(parse_notice, text) == accepted(verifier_notice, text)


@given(mangled(TRANSCRIPTS))
def test_both_accept_and_refuse_the_same_transcripts(text):
    assert accepted(Transcript.parse, text) == accepted(verifier_transcript, text)
