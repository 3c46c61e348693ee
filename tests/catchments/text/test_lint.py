"""The faults that the lint finds, against the list that a reader made."""

import pytest

from catchments.text import CatchmentText, lint, read
from tests.catchments.faults_found import faults, judged, score
from tests.catchments.worked import book


def test_most_known_faults_of_the_home_text_are_found():
    result = score(faults("yangquan"), lint(book("yangquan")))

    assert result.recall > 0.95
    assert len(result.false_alarms) < 0.2 * result.findings


def test_every_finding_about_no_known_fault_was_judged_a_true_fault():
    result = score(faults("yangquan"), lint(book("yangquan")))
    found = {(finding.rule.value, finding.subject) for finding in result.false_alarms}

    assert found == {which for which, verdict in judged("yangquan").items() if verdict == "true"}


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
        ("松路1-49号（单号）、61-99号（单号）", "柏苑", "number-gap", "松路"),
        ("松苑一至三期", "松苑五期、六期", "number-gap", "松苑"),
        ("松路57弄1-18号", "松路57弄25-46号", "number-gap", "松路57号内"),
        ("松路57弄1-18号", "松路57弄15-46号", "number-overlap", "松路57号内"),
        ("松苑A1-A6栋", "松苑A5-A9栋", "number-overlap", "松苑A"),
        ("松路以西，柏路以西，桐路以南。包括桂路（松路以东段）", "柏苑", "other-side", "桂路"),
        ("松路以西，松路以南，桐路以东，桂路以北", "柏苑", "open-boundary", "甲小学"),
        ("松村户籍适龄儿童", "柏村、桐村", "village-residence", "各村"),
        ("松村", "柏村", "village-residence", "各村"),
    ],
)
def test_a_fault_is_found(first, second, rule, subject):
    rows = [CatchmentText("primary", "", "甲小学", first), CatchmentText("primary", "", "乙小学", second)]

    assert (rule, subject) in {(finding.rule, finding.subject) for finding in lint(read(rows))}


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        # one side of the area runs along two roads
        ("松路以东，柏路以东，桐路以西，桂路以南，梅路以北。包括松园", "柏苑", "open-boundary"),
        # the bracket says that the line belongs to the school
        ("松路以西（含松路），松路以南，桐路以东，桂路以北。包括松路", "柏苑", "listed-line"),
        # a street corner and a town have no houses
        ("松路口以东，柏镇以西，桐河以南，桂铁路以北。包括松园", "柏苑", "unowned-line"),
        # the same road, its ending written twice
        ("松街以东（含松街）", "松街路以西", "unowned-line"),
        # told apart by a digit
        ("松片区A-05地块", "松片区A-06地块", "near-names"),
        # odd numbers are no hole between even ones
        ("松路2-88号（双）", "松路1-99号（单）、90-98号（双）", "number-gap"),
        # both schools say that parents may choose
        ("多校划片：松园，可在甲小学、乙小学中任选一所", "多校划片：松园，可在甲小学、乙小学中任选一所", "two-schools"),
        # a stretch each
        ("松村3组（柏路以西）", "松村3组（柏路以东）", "number-overlap"),
    ],
)
def test_what_is_no_fault_is_not_found(first, second, rule):
    rows = [CatchmentText("primary", "", "甲小学", first), CatchmentText("primary", "", "乙小学", second)]

    assert [finding.subject for finding in lint(read(rows)) if finding.rule == rule] == []


@pytest.mark.parametrize(
    ("first", "second", "question"),
    [
        ("松路1-50号", "松路49-99号", "松路49号至50号同时列入甲小学、乙小学，由哪一所接收？"),
        ("松路1-49号单号", "松路61-99号单号", "松路49号与61号之间的单号由哪一所接收？"),
        (
            "原松厂以东，柏路以西，桐河以南，桂河以北。包括兰园",
            "梅园",
            "原松厂只作为分界线，现在是什么地方？请用现有的路名写明，并写明那里的住户由哪一所接收。",
        ),
        (
            "松村户籍适龄儿童",
            "柏村、桐村",
            "柏村、桐村没有写明以户籍还是实际居住为准（其他村写明了），租住在村里的学生是否接收？",
        ),
    ],
)
def test_a_question_names_what_a_clerk_has_to_settle(first, second, question):
    rows = [CatchmentText("primary", "", "甲小学", first), CatchmentText("primary", "", "乙小学", second)]

    assert question in {finding.question for finding in lint(read(rows))}


def test_a_clean_text_has_no_grave_fault():
    rows = [CatchmentText("primary", "", "甲小学", "松园、柏苑"), CatchmentText("primary", "", "乙小学", "桐庄、桂庭")]

    assert lint(read(rows)) == ()
