"""Who may enrol. Pure; each refusal names its rule."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Refusal:
    """`field` is the form's field that the sentence belongs to, `rule` the plan's section."""

    field: str
    sentence: str
    rule: str


def too_young(birth_date: date, born_by: date) -> Refusal | None:
    """Section 四（二）1: 年满6周岁（born on or before `born_by`, the day itself included)."""
    if birth_date <= born_by:
        return None
    school_year = birth_date.year + 6 if birth_date <= born_by.replace(year=birth_date.year) else birth_date.year + 7
    return Refusal(
        "birth_date",
        f"本次招收{born_by.year}年{born_by.month}月{born_by.day}日（含当日）以前出生、年满6周岁的儿童。"
        f"按出生日期，孩子到{school_year}年秋季可以报名。",
        "招生方案 四（二）1",
    )
