"""Invented notices and ceremonies for the tests of the draw; the strategies build them with every kind of group."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from classing.protocol import (
    NOTHING_BEFORE,
    Commit,
    Notice,
    OrderNotice,
    Reveal,
    RosterLine,
    Transcript,
    Witness,
    commitment,
)

WITNESSES = (Witness("W1", "区教育局 王"), Witness("W2", "纪检组 李"), Witness("W3", "家长代表 张"))
WEIGHTS = (64, 8, 4, 2)  # the first outweighs four times the sum of the others: sex is never given up for them
SEED = "5eed" * 16


def a_line(code: int | str = "100001", group: str = "-", levels: Sequence[str] = ("b",), leaf: str = "") -> RosterLine:
    return RosterLine(str(code), group, tuple(levels), leaf or f"{int(code):064x}")


def lines(groups: Sequence[str], levels: Sequence[Sequence[str]]) -> tuple[RosterLine, ...]:
    return tuple(a_line(100_001 + row, group, levels[row]) for row, group in enumerate(groups))


def a_notice(**changes) -> Notice:
    """Six pupils in two classes, one factor."""
    notice = Notice(
        suite="sha256",
        draw="2026-01",
        school="上站小学校",
        classes=("1", "2"),
        cap=45,
        factors=(("sex", 64),),
        rounds=0,
        prev=NOTHING_BEFORE,
        software="0" * 64,
        witnesses=WITNESSES,
        balls=6,
        beacon="none",
        roster=lines("------", "bbbggg"),
    )
    return replace(notice, **changes)


def an_order_notice(**changes) -> OrderNotice:
    """Six applicants for three seats."""
    notice = OrderNotice(
        suite="sha256",
        draw="2026-02",
        school="上站小学校",
        seats=3,
        groups="all",
        prev=NOTHING_BEFORE,
        software="0" * 64,
        witnesses=WITNESSES,
        balls=6,
        beacon="none",
        roster=lines("------", ["-"] * 6),
    )
    return replace(notice, **changes)


def a_transcript(notice: Notice | OrderNotice, chance: int = 1, void: Sequence[str] = ()) -> Transcript:
    """A ceremony that kept every rule; the witnesses in `void` handed in an envelope that nobody could read."""
    source = random.Random(chance)
    commits, reveals = [], []
    for witness in notice.witnesses:
        digits, nonce = f"{source.randrange(10**20):020}", f"{source.getrandbits(128):032x}"
        commit = Commit(witness.id, commitment(notice.suite, notice.draw, witness.id, digits, nonce))
        commits.append(commit)
        reveals.append(Reveal.void(commit) if witness.id in void else Reveal(witness.id, digits, nonce))
    balls = "".join(source.choice("0123456789") for _ in range(notice.balls))
    beacon = "none" if notice.beacon == "none" else "beacon value 1"
    return Transcript(notice.hash(), tuple(commits), balls, tuple(reveals), beacon)


seeds = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


@st.composite
def groupings(draw: st.DrawFn, n: int, kinds: str, most: int) -> list[str]:
    """A group for each of n rows: now and then two or three rows share one."""
    groups = ["-"] * n
    for number in range(draw(st.integers(0, n // 4))) if kinds else ():
        size, kind = draw(st.integers(1, most)), draw(st.sampled_from(kinds))
        for row in draw(st.lists(st.integers(0, n - 1), min_size=size, max_size=size, unique=True)):
            groups[row] = f"{kind}{number:02}"
    return groups


@st.composite
def notices(draw: st.DrawFn, kinds: str = "TA") -> Notice:
    """Any small cohort: up to forty pupils, eight classes, four factors, groups of the given kinds."""
    n = draw(st.integers(6, 40))
    k = draw(st.integers(2, min(8, n // 2)))
    factors = draw(st.integers(1, 4))
    # One seed instead of one draw for each pupil: hypothesis shrinks the shape, chance fills it.
    chance = random.Random(draw(st.integers(0, 2**32)))
    kinds_of_level = [chance.randint(1, 6) for _ in range(factors)]
    levels = [["abcdef"[chance.randrange(kind)] for kind in kinds_of_level] for _ in range(n)]
    groups = draw(groupings(n, kinds, most=2))
    codes = chance.sample(range(100_000, 1_000_000), n)
    leaves = [f"{chance.getrandbits(256):064x}" for _ in range(n)]
    return a_notice(
        suite=draw(st.sampled_from(("sha256", "sm3"))),
        classes=tuple(f"{number}班" for number in range(1, k + 1)),
        factors=tuple((f"f{number}", WEIGHTS[number]) for number in range(factors)),
        rounds=draw(st.sampled_from((0, 0, 50))),
        roster=tuple(a_line(codes[row], groups[row], levels[row], leaves[row]) for row in range(n)),
    )


@st.composite
def order_notices(draw: st.DrawFn) -> OrderNotice:
    n = draw(st.integers(1, 30))
    chance = random.Random(draw(st.integers(0, 2**32)))
    groups = draw(groupings(n, "TA", most=min(3, n)))
    leaves = [f"{chance.getrandbits(256):064x}" for _ in range(n)]
    return an_order_notice(
        suite=draw(st.sampled_from(("sha256", "sm3"))),
        seats=draw(st.integers(1, n + 2)),
        groups=draw(st.sampled_from(("all", "skip", "alone"))),
        roster=tuple(a_line(100_000 + row, groups[row], "-", leaves[row]) for row in range(n)),
    )
