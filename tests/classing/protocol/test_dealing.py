"""Rule "classes": what holds for every roster and every seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given

from classing.protocol import Notice, ProtocolError, deal, groups_always_fit
from classing.protocol.division import Cohort
from tests.classing.protocol.cohorts import SEED, a_notice, lines, notices, seeds


def spread(notice: Notice, classes: dict[str, str], factor: int) -> int:
    """The largest difference between two classes in the number of pupils of one level."""
    counts = {label: Counter() for label in notice.classes}
    for line in notice.roster:
        counts[classes[line.code]][line.levels[factor]] += 1
    levels = {line.levels[factor] for line in notice.roster}
    return max(abs(counts[a][level] - counts[b][level]) for a, b in combinations(counts, 2) for level in levels)


def classes_of_groups(notice: Notice, classes: dict[str, str]) -> dict[str, list[str]]:
    groups = defaultdict(list)
    for line in notice.roster:
        groups[line.group].append(classes[line.code])
    return {group: labels for group, labels in groups.items() if group != "-"}


@given(notices(), seeds)
def test_every_pupil_gets_a_class_of_the_notice(notice, seed):
    assume(groups_always_fit(notice))
    classes = deal(notice, seed).classes

    assert (list(classes), set(classes.values())) == ([line.code for line in notice.roster], set(notice.classes))


@given(notices(), seeds)
def test_sizes_differ_by_at_most_one(notice, seed):
    assume(groups_always_fit(notice))
    sizes = Counter(deal(notice, seed).classes.values())

    assert max(sizes.values()) - min(sizes.values()) <= 1


@given(notices(), seeds)
def test_the_sizes_reported_are_those_of_the_classes(notice, seed):
    assume(groups_always_fit(notice))
    dealt = deal(notice, seed)

    assert dealt.sizes == Counter(dealt.classes.values())


@given(notices(kinds="A"), seeds)
def test_without_together_groups_the_sexes_differ_by_at_most_one(notice, seed):
    # Members of apart-groups are seated before the deal, so only the exchanges can bring the sexes back into balance.
    assume(groups_always_fit(notice))
    dealt = deal(notice, seed)
    assume(not any(violation.factor == "f0" for violation in dealt.violations))

    assert spread(notice, dealt.classes, 0) <= 1


@given(notices(kinds=""), seeds)
def test_without_groups_no_rule_of_less_weight_unbalances_the_sexes(notice, seed):
    assert spread(notice, deal(notice, seed).classes, 0) <= 1


@given(notices(kinds=""), seeds)
def test_where_no_rule_stays_open_every_level_differs_by_at_most_one(notice, seed):
    dealt = deal(notice, seed)
    assume(dealt.left == 0)

    assert max(spread(notice, dealt.classes, factor) for factor in range(len(notice.factors))) <= 1


@given(notices(), seeds)
def test_together_groups_stay_together(notice, seed):
    assume(groups_always_fit(notice))
    groups = classes_of_groups(notice, deal(notice, seed).classes)

    assert [group for group, labels in groups.items() if group[0] == "T" and len(set(labels)) > 1] == []


@given(notices(), seeds)
def test_apart_groups_stay_apart(notice, seed):
    assume(groups_always_fit(notice))
    groups = classes_of_groups(notice, deal(notice, seed).classes)

    assert [group for group, labels in groups.items() if group[0] == "A" and len(set(labels)) < len(labels)] == []


@given(notices(), seeds)
def test_the_same_notice_and_seed_give_the_same_classes(notice, seed):
    assume(groups_always_fit(notice))

    assert deal(notice, seed) == deal(Notice.parse(notice.text()), seed)


@given(notices(), seeds)
def test_the_violations_named_add_up_to_what_is_left(notice, seed):
    assume(groups_always_fit(notice))
    dealt = deal(notice, seed)
    weights = dict(notice.factors)

    total = sum(weights[v.factor] * max(v.low - v.count, v.count - v.high) for v in dealt.violations)

    assert total == dealt.left


@given(notices(), seeds)
def test_putting_in_order_never_makes_it_worse(notice, seed):
    assume(groups_always_fit(notice))
    dealt = deal(notice, seed)

    assert dealt.left <= dealt.start


@given(notices(), seeds)
def test_groups_that_always_fit_do_fit(notice, seed):
    assume(groups_always_fit(notice))

    assert set(deal(notice, seed).classes) == {line.code for line in notice.roster}


def test_a_group_may_be_shut_out_by_an_unlucky_seed():
    """Three places and two: the pair must not take two of the three, or the three find no room."""
    roster = lines(["T1", "T1", "T2", "T2", "T2"], ["b"] * 5)
    notice = a_notice(roster=roster)
    shut_out = 0
    for number in range(40):
        try:
            deal(notice, f"{number:064x}")
        except ProtocolError:
            shut_out += 1

    assert (groups_always_fit(notice), 0 < shut_out < 40) == (False, True)


def test_siblings_cannot_be_kept_apart_where_a_pair_fills_the_other_class():
    notice = a_notice(roster=lines(["T1", "T1", "A1", "A1"], "bbgg"))

    with pytest.raises(ProtocolError) as refused:
        deal(notice, SEED)

    assert (groups_always_fit(notice), refused.value.message_zh) == (False, "分组 A1 放不进任何一个班")


def test_twins_in_a_cohort_of_ordinary_size_always_fit():
    assert groups_always_fit(a_notice(roster=lines(["T1", "T1", *"----"], "bbbggg")))


def test_all_pupils_in_together_groups_is_a_deal_too():
    notice = a_notice(roster=lines(["T1", "T1", "T2", "T2"], "bbgg"), rounds=20)

    assert sorted(deal(notice, SEED).sizes.values()) == [2, 2]


def test_every_pupil_comes_into_every_class_with_some_seed():
    notice = a_notice()
    met = defaultdict(set)
    for number in range(60):
        for code, label in deal(notice, f"{number:064x}").classes.items():
            met[code].add(label)

    assert set(map(frozenset, met.values())) == {frozenset({"1", "2"})}


def test_the_seed_must_be_a_seed():
    with pytest.raises(ProtocolError) as refused:
        deal(a_notice(), "5EED" * 16)

    assert refused.value.field == "seed"


def test_a_level_brought_by_a_large_group_widens_its_bounds():
    """Four of five boys stay together in one of two classes: at most four there, and none need be in the other."""
    notice = a_notice(roster=lines(["T1"] * 4 + ["-"] * 4, "bbbbbggg"))
    boys = Cohort(notice).shares[0]

    assert (boys.low, boys.high) == (1, 4)


def test_two_factors_may_use_the_same_token():
    notice = a_notice(factors=(("sex", 64), ("hukou", 8)), roster=lines("----", ["xx", "xy", "yx", "yy"]))

    assert [(share.factor, share.token) for share in Cohort(notice).shares] == [(0, "x"), (1, "x"), (1, "y"), (0, "y")]


def test_more_rounds_give_other_classes():
    notice = a_notice()

    assert deal(notice, SEED).classes != deal(replace(notice, rounds=7), SEED).classes
