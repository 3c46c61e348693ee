"""导入: the national registry's sheet (学籍电子模板), in the template's own columns.

What nobody has asked for stays empty and is named on the second sheet: the clerk completes it in the registry.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from districts import exports
from districts.calendar import Action
from districts.export_files import Form, Sheet, Table
from districts.models import Campus, Season
from districts.rights import OF_THE_BUREAU, Right
from enrollment import queries
from enrollment.models import Placement

TEMPLATE = Path(__file__).parent / "registry-template.csv"


@dataclass(frozen=True)
class Column:
    name: str
    required: bool


@cache
def columns() -> tuple[Column, ...]:
    with TEMPLATE.open(encoding="utf-8", newline="") as file:
        return tuple(Column(row["column"], row["required"] == "yes") for row in csv.DictReader(file))


VALUES: dict[str, Callable[[Placement], str]] = {
    "姓名": lambda p: p.application.child.name,
    "性别": lambda p: p.application.child.sex,
    "出生日期": lambda p: f"{p.application.child.birth_date:%Y%m%d}",
    "身份证件类型": lambda p: "居民身份证",
    "身份证件号": lambda p: p.application.child.id_number,
    "班级": lambda p: p.class_label,
    "入学年月": lambda p: f"{p.application.season.year}09",
    "入学方式": lambda p: "就近入学",
    "现住址": lambda p: p.application.address,
    "联系电话": lambda p: p.application.account.phone,
    "是否烈士或优抚子女": lambda p: yes_no(p.application.category.group == "教育优待"),
    "成员1姓名": lambda p: p.application.guardian_name,
    "成员1关系": lambda p: p.application.guardian_relation,
    "成员1联系电话": lambda p: p.application.account.phone,
    "成员1是否监护人": lambda p: "是",
    "是否进城务工人员随迁子女": lambda p: yes_no(p.application.category.group == "随迁子女"),
}


def yes_no(value: bool) -> str:
    return "是" if value else "否"


def count(season: Season, campus: Campus | None) -> int:
    return queries.placed(season, campus).count()


@exports.offered(
    "registry",
    "学籍电子模板",
    Right.EXPORT_REGISTRY,
    form=Form.TEMPLATE,
    columns=dict.fromkeys(OF_THE_BUREAU, tuple(column.name for column in columns())),
    count=count,
    action=Action.REGISTER,
)
def table(season: Season, campus: Campus | None, names: Sequence[str]) -> Table:
    """The confirmed children and nobody else, a sheet for each campus."""
    found = queries.placed(season, campus).select_related("application__category", "application__account")
    sheets = [
        Sheet(place.name, [[VALUES.get(name, empty)(placement) for name in names] for placement in of_campus])
        for place, of_campus in groupby(found, key=lambda placement: placement.confirmed_list.campus)
    ]
    required = frozenset(column.name for column in columns() if column.required)
    unfilled = [
        name
        for n, name in enumerate(names)
        if name in required and any(not row[n] for sheet in sheets for row in sheet.rows)
    ]
    remark = f"还没有填全的必填列（{len(unfilled)}列），请在学籍系统中补充：{'、'.join(unfilled)}。"
    return Table(names, sheets, required, [remark] if unfilled else [])


def empty(placement: Placement) -> str:
    return ""
