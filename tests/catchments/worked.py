"""The worked cases: addresses with what a clerk answers, read from CSV files that a bureau officer can check."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catchments.text import Answer, Book, CatchmentText, read

HERE = Path(__file__).parent
DISTRICTS = {
    "invented": "",
    "invented2": "",
    "invented3": "",
    "invented4": "",
    "invented5": "",
    "invented6": "",
    "yangquan": "山西省阳泉市城区",
    "gz_panyu_2026_primary": "广东省广州市番禺区",
    "gz_yuexiu_2026_primary": "广东省广州市越秀区",
    "cd_jinjiang_2025_primary": "四川省成都市锦江区",
    "xian_lianhu_2026": "陕西省西安市莲湖区",
    "xining_chengzhong_primary": "青海省西宁市城中区",
    "cd_chongzhou_2025_primary": "四川省成都市崇州市",
    "cd_dayi_2025_primary": "四川省成都市大邑县",
    "cd_shuangliu_2025_primary": "四川省成都市双流区",
    "hz_gongshu_2019": "浙江省杭州市拱墅区",
    "xian_beilin_2026_primary": "陕西省西安市碑林区",
    "xian_weiyang_2026": "陕西省西安市未央区",
    "xian_yanta_2026_primary": "陕西省西安市雁塔区",
}


@dataclass(frozen=True)
class Case:
    """One row of a cases file."""

    file: str
    level: str
    address: str
    hukou: str
    outcome: str
    schools: frozenset[str]
    open: bool  # the address may lie outside every clause

    def right(self, answer: Answer) -> bool:
        """Whether outcome and schools are those of the case."""
        if frozenset(answer.schools) != self.schools:
            return False
        return answer.outcome == self.outcome or (self.open and answer.outcome == "one" and answer.sure != "exact")

    def wrong_one(self, answer: Answer) -> bool:
        """Whether a single school is given where the case has another."""
        return answer.outcome == "one" and bool(self.schools) and not set(answer.schools) <= self.schools


def texts(name: str) -> list[CatchmentText]:
    """The official texts of a file."""
    with (HERE / "texts" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [CatchmentText(r["level"], r["group"], r["school"], r["text"]) for r in csv.DictReader(file)]


@cache
def book(name: str) -> Book:
    """The book of a file's texts, read once."""
    return read(texts(name), DISTRICTS[name])


def cases(path: Path) -> list[Case]:
    """All cases of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_case(path.stem, row) for row in csv.DictReader(file)]


def _case(name: str, row: dict[str, str]) -> Case:
    schools = frozenset(row["schools"].split("|")) - {""}
    return Case(name, row["level"], row["address"], row["hukou"], row["outcome"], schools - {"NONE"}, "NONE" in schools)


def case_files() -> list[Path]:
    """All cases files, sorted."""
    return sorted((HERE / "cases").glob("*.csv"))


def book_name(path: Path) -> str:
    """The texts that a cases file is about: `cases-NAME.csv` and `own-NAME.csv` are about NAME."""
    return path.stem.split("-", 1)[1]
