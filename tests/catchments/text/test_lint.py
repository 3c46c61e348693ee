"""The faults that the lint finds, against the list that a reader made."""

import pytest

from catchments.text import CatchmentText, lint, read
from tests.catchments.faults_found import faults, score
from tests.catchments.worked import book


def test_most_known_faults_of_the_home_text_are_found():
    result = score(faults("yangquan"), lint(book("yangquan")))

    assert result.recall > 0.95
    assert len(result.false_alarms) < 0.2 * result.findings


@pytest.mark.parametrize(
    ("first", "second", "rule", "subject"),
    [
        ("松园、柏苑", "松园、桐苑", "two-schools", "松园"),
        ("松路1-50号", "松路49-99号", "number-overlap", "松路"),
        ("松路1-50号", "松路61-99号", "number-gap", "松路"),
        ("松路以东，柏路以西，桐路以南，桂路以北", "梅园", "unowned-line", "松路"),
        ("松路以东，柏路以东，桐路以南", "梅园", "open-boundary", "甲小学"),
        ("松路以东，柏路以西，桐路以南，桂路以北", "梅园", "no-list", "甲小学"),
        ("面向全区招生。包括松园", "柏苑", "whole-district", "甲小学"),
        ("教育学院宿舍", "教院宿舍", "near-names", "教育学院宿舍/教院宿舍"),
        ("暂停招生", "柏苑", "suspended", "甲小学"),
    ],
)
def test_a_fault_is_found(first, second, rule, subject):
    rows = [CatchmentText("primary", "", "甲小学", first), CatchmentText("primary", "", "乙小学", second)]

    assert (rule, subject) in {(finding.rule, finding.subject) for finding in lint(read(rows))}


def test_a_clean_text_has_no_grave_fault():
    rows = [CatchmentText("primary", "", "甲小学", "松园、柏苑"), CatchmentText("primary", "", "乙小学", "桐庄、桂庭")]

    assert lint(read(rows)) == ()
