"""Section 四（二）1: 年满6周岁（2018年8月31日前出生）, as worked cases that a clerk can read and extend."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from enrollment.eligibility import too_young

with (Path(__file__).parent / "cases" / "age.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['出生日期']} {case['说明']}" for case in CASES])
def test_age_on_the_31st_of_august_decides(case):
    refusal = too_young(date.fromisoformat(case["出生日期"]), date(2018, 8, 31))

    assert ("不能报名" if refusal else "可以报名") == case["结论"]
    assert re.findall(r"到(\d{4})年秋季", refusal.sentence if refusal else "") == [
        year for year in [case["最早可报名的秋季"]] if year
    ]
