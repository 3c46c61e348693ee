"""Rule "order"."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given

from classing.protocol import ProtocolError, order
from tests.classing.protocol.cohorts import SEED, an_order_notice, lines, order_notices, seeds


def by_ticket(notice, seed=SEED):
    def ticket(line):
        return hashlib.sha256(f"ticket|{seed}|{line.leaf}".encode()).hexdigest()

    return [line.code for line in sorted(notice.roster, key=ticket)]


@given(order_notices(), seeds)
def test_everybody_stands_in_the_order_once(notice, seed):
    assert sorted(order(notice, seed).order) == [line.code for line in notice.roster]


@given(order_notices(), seeds)
def test_everybody_is_admitted_or_waits(notice, seed):
    drawn = order(notice, seed)

    assert sorted(drawn.admitted + drawn.waiting) == [line.code for line in notice.roster]


@given(order_notices(), seeds)
def test_those_waiting_keep_the_drawn_order(notice, seed):
    drawn = order(notice, seed)

    assert list(drawn.waiting) == [code for code in drawn.order if code in drawn.waiting]


@given(order_notices(), seeds)
def test_only_whole_groups_make_extra_seats(notice, seed):
    drawn = order(notice, seed)

    assert drawn.extra == max(0, len(drawn.admitted) - notice.seats) <= (2 if notice.groups == "all" else 0)


def test_applicants_stand_in_the_order_of_their_tickets():
    notice = an_order_notice()

    assert list(order(notice, SEED).order) == by_ticket(notice)


def test_the_seats_go_to_the_first():
    notice = an_order_notice()

    assert order(notice, SEED).admitted == order(notice, SEED).order[:3]


def test_siblings_who_draw_alone_each_have_a_ticket():
    notice = an_order_notice(groups="alone", roster=lines(["T1", "T1", *"----"], "------"))

    assert list(order(notice, SEED).order) == by_ticket(notice)


@pytest.mark.parametrize("groups", ["all", "skip"])
def test_a_group_stands_where_its_first_code_stands(groups):
    notice = an_order_notice(groups=groups, roster=lines(["T1", "-", "-", "-", "-", "T1"], "------"))
    expected = [code for code in by_ticket(notice) if code != "100006"]
    expected.insert(expected.index("100001") + 1, "100006")

    assert list(order(notice, SEED).order) == expected


def a_group_at_the_last_seat(groups):
    """Twins whose turn comes second when two seats are there for four applicants."""
    for number in range(100):
        notice = an_order_notice(seats=2, groups=groups, roster=lines(["T1", "T1", "-", "-"], "----"))
        drawn = order(notice, f"{number:064x}")
        if drawn.order[1:3] == ("100001", "100002"):
            return drawn
    raise AssertionError("no such order")


def test_with_all_a_group_is_admitted_whole_at_the_last_seat():
    drawn = a_group_at_the_last_seat("all")

    assert (drawn.admitted, drawn.extra) == (drawn.order[:3], 1)


def test_with_skip_a_group_waits_and_the_next_moves_up():
    drawn = a_group_at_the_last_seat("skip")

    assert (drawn.admitted, drawn.waiting) == ((drawn.order[0], drawn.order[3]), ("100001", "100002"))


def test_being_kept_apart_means_nothing_in_an_order():
    apart = an_order_notice(roster=lines(["A1", "A1", *"----"], "------"))

    assert order(apart, SEED) == order(an_order_notice(), SEED)


def test_more_seats_than_applicants_leaves_nobody_waiting():
    assert order(an_order_notice(seats=10), SEED).waiting == ()


def test_the_seed_must_be_a_seed():
    with pytest.raises(ProtocolError):
        order(an_order_notice(), "seed")
