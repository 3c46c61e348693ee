"""The table of how long what is kept, as people read it."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from districts.calendar import BEIJING
from districts.erasure import DUE
from districts.retention import Agreed, Months, later
from enrollment import retention
from enrollment.states import Status


@pytest.mark.parametrize(
    ("begun", "months", "ended"),
    [
        ((2024, 9, 1), 6, (2025, 3, 1)),
        ((2024, 8, 31), 6, (2025, 2, 28)),
        ((2023, 8, 31), 6, (2024, 2, 29)),
        ((2024, 12, 1), 36, (2027, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(begun, months, ended):
    assert later(datetime(*begun, tzinfo=BEIJING), Months(months)) == datetime(*ended, tzinfo=BEIJING)


def test_hours_are_hours():
    begun = datetime(2024, 9, 1, tzinfo=BEIJING)

    assert later(begun, timedelta(hours=24)) == datetime(2024, 9, 2, tzinfo=BEIJING)


def test_every_status_falls_under_exactly_one_rule():
    assert sorted(status for under in retention.STATUSES.values() for status in under) == sorted(Status)
    assert set(retention.STATUSES) == {rule.code for rule in retention.OF_APPLICATIONS}


def test_what_goes_by_itself_is_exactly_what_the_table_says():
    assert {rule.code for rule in retention.RULES if rule.agreed == Agreed.NOBODY} == set(DUE)


def test_what_stays_has_no_time_and_all_else_has_one():
    assert [rule.code for rule in retention.RULES if (rule.keep is None) != (rule.agreed == Agreed.NEVER)] == []


def test_every_rule_says_what_it_is_about_how_long_and_why():
    assert [rule.code for rule in retention.RULES if not (rule.what and rule.how_long and rule.ground)] == []


def test_the_table_in_the_docs_is_this_one():
    told = (settings.BASE_DIR / "docs" / "retention.md").read_text(encoding="utf-8")

    assert retention.markdown() == "\n".join(line for line in told.splitlines() if line.startswith("|"))


def test_a_season_may_keep_its_admitted_children_longer():
    (rule,) = (rule for rule in retention.of_season(6) if rule.code == "admitted")

    assert (rule.keep, rule.how_long) == (Months(72), "6年")
