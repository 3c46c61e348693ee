"""导入: the national registry's sheet (学籍电子模板) for a campus, in the template's own columns.

Cells are text, so that no program turns an ID number into a number. What nobody has asked for stays empty and is
counted: the clerk completes it in the registry.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from districts import audit, clock
from districts.calendar import Action, require_open
from districts.models import Account, Campus, Season
from districts.permissions import require_right
from districts.rights import Right
from enrollment.models import Placement

TEMPLATE = Path(__file__).parent / "registry-template.csv"


@dataclass(frozen=True)
class Column:
    name: str
    required: bool


@dataclass(frozen=True)
class Sheet:
    """The file, how many children it lists, and required columns that are still empty."""

    content: bytes
    children: int
    unfilled: tuple[str, ...]


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


def sheet(season: Season, campus: Campus, *, by: Account, now: datetime | None = None) -> Sheet:
    """The campus's confirmed children and nobody else; who exported it is logged.

    Raises PermissionDenied, StageClosed.
    """
    with transaction.atomic():
        require_right(by, Right.EXPORT_REGISTRY, district=season.district, season=season)
        require_open(Action.REGISTER, season.windows(), now or clock.now(season))
        placements = list(
            Placement.objects.filter(confirmed_list__season=season, confirmed_list__campus=campus)
            .select_related("application__child", "application__category", "application__account")
            .select_related("application__season")
            .order_by("class_label", "application__receipt_number")
        )
        audit.record(
            "registry.exported", campus, by=by, district=season.district, campus=campus.name, children=len(placements)
        )
    rows = [[VALUES.get(column.name, lambda p: "")(placement) for column in columns()] for placement in placements]
    unfilled = tuple(
        column.name for n, column in enumerate(columns()) if column.required and any(not row[n] for row in rows)
    )
    return Sheet(workbook(rows), len(rows), unfilled)


def workbook(rows: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("学籍电子模板")
    page.append([text_cell(page, column.name, bold=column.required) for column in columns()])
    for row in rows:
        page.append([text_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_cell(page: object, value: str, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that stays text in every program, also when it begins with an equals sign."""
    cell = WriteOnlyCell(page, value)
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell
