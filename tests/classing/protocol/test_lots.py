"""班主任抽签: which team gets which class."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classing.protocol import ProtocolError, lots
from tests.classing.protocol.cohorts import SEED, seeds

LABELS = ["1", "2", "3", "4"]


def drawn(prefix: str) -> list[str]:
    return sorted(LABELS, key=lambda label: hashlib.sha256(f"{prefix}|{label}".encode()).hexdigest())


def test_teams_get_the_labels_in_the_order_of_their_lots():
    assert lots(LABELS, [1, 2, 3, 4], SEED) == dict(zip([1, 2, 3, 4], drawn(f"lot|{SEED}"), strict=True))


def test_teams_stand_by_their_number_and_not_as_they_were_given():
    assert lots(LABELS, [10, 9, 2, 1], SEED) == dict(zip([1, 2, 9, 10], drawn(f"lot|{SEED}"), strict=True))


def test_a_teacher_of_the_own_child_leads_to_the_next_order():
    forbidden = {(1, drawn(f"lot|{SEED}")[0])}
    rounds = (drawn(f"lot|{SEED}|{number}") for number in range(1, 100))
    expected = next(order for order in rounds if (1, order[0]) not in forbidden)

    assert lots(LABELS, [1, 2, 3, 4], SEED, forbidden) == dict(zip([1, 2, 3, 4], expected, strict=True))


@given(seeds, st.sets(st.tuples(st.sampled_from([1, 2, 3, 4]), st.sampled_from(LABELS)), max_size=3))
def test_no_forbidden_pair_is_ever_drawn(seed, forbidden):
    assert set(lots(LABELS, [1, 2, 3, 4], seed, forbidden).items()) & forbidden == set()


def test_the_suite_decides_the_lots():
    assert lots(LABELS, [1, 2, 3, 4], SEED, suite="sm3") != lots(LABELS, [1, 2, 3, 4], SEED, suite="sha256")


def test_teams_that_cannot_all_be_matched_are_refused_instead_of_drawing_for_ever():
    with pytest.raises(ProtocolError) as refused:
        lots(LABELS, [1, 2, 3, 4], SEED, {(team, label) for team in (1, 2) for label in LABELS[:3]})

    assert refused.value.field == "forbidden"


@pytest.mark.parametrize(
    ("labels", "teams", "field"),
    [
        (LABELS, [1, 2, 3], "teams"),
        (LABELS, [1, 1, 2, 3], "teams"),
        (["1", "1"], [1, 2], "labels"),
        (["1"], ["1"], "teams"),
    ],
)
def test_lots_refuse_what_makes_no_matching(labels, teams, field):
    with pytest.raises(ProtocolError) as refused:
        lots(labels, teams, SEED)

    assert refused.value.field == field
