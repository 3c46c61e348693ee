"""Stages are half-open intervals of Beijing time."""

from datetime import UTC, datetime, timedelta

import pytest

from districts.calendar import BEIJING, Action, StageClosed, Window, current, instant, is_open, require_open

OPENS = datetime(2024, 8, 16, tzinfo=BEIJING)
CLOSES = datetime(2024, 8, 19, tzinfo=BEIJING)
FILING = Window("filing", "建档", OPENS, CLOSES, frozenset({Action.APPLY}))
LATER = Window("late", "补登", CLOSES, CLOSES + timedelta(days=1), frozenset({Action.APPLY}))
MICRO = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "inside"),
    [(OPENS - MICRO, False), (OPENS, True), (CLOSES - MICRO, True), (CLOSES, False), (CLOSES + MICRO, False)],
)
def test_a_stage_includes_its_opening_and_not_its_closing_instant(now, inside):
    assert is_open(Action.APPLY, [FILING], now) == inside


def test_the_zone_of_the_clock_does_not_matter():
    assert is_open(Action.APPLY, [FILING], OPENS.astimezone(UTC))


def test_touching_stages_never_overlap():
    assert require_open(Action.APPLY, [FILING, LATER], CLOSES) == LATER


def test_before_the_stage_the_refusal_says_when_it_opens():
    with pytest.raises(StageClosed, match="「建档」尚未开始，开放时间为 8月16日 00:00 至 8月18日 24:00。"):
        require_open(Action.APPLY, [FILING], OPENS - MICRO)


def test_after_the_stage_the_refusal_says_when_it_was_open():
    with pytest.raises(StageClosed, match="「建档」已经结束，开放时间为 8月16日 00:00 至 8月18日 24:00。"):
        require_open(Action.APPLY, [FILING], CLOSES)


def test_between_two_windows_the_next_one_is_named():
    gap = Window("late", "补登", CLOSES + timedelta(days=1), CLOSES + timedelta(days=2), frozenset({Action.APPLY}))

    with pytest.raises(StageClosed, match="「补登」尚未开始"):
        require_open(Action.APPLY, [FILING, gap], CLOSES)


def test_an_action_that_no_stage_allows_is_closed():
    with pytest.raises(StageClosed, match="本招生年度没有安排这一环节。"):
        require_open(Action.DRAW, [FILING], OPENS)


def test_of_overlapping_stages_the_one_that_opened_last_is_current():
    review = Window("review", "审核", OPENS - timedelta(days=1), CLOSES, frozenset())

    assert current([FILING, review], OPENS) == FILING
    assert current([FILING], CLOSES) is None


def test_a_closing_midnight_is_the_end_of_the_day_before():
    assert (instant(CLOSES, closing=True), instant(CLOSES)) == ("8月18日 24:00", "8月19日 00:00")
