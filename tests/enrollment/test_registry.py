"""学籍电子模板 and 新生名单: who is in them, which columns, what is masked."""

import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from districts import export_files, exports, outbox
from districts.calendar import StageClosed
from districts.models import Role
from districts.watermark import Mark
from enrollment import spot_check
from enrollment.models import Placement
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
HEAD = 71  # columns of the national template


@pytest.fixture
def xinhua(campus):
    return campus("新华小学")


@pytest.fixture
def held(season, xinhua, zhao, sun, at):
    return steps.held_draw(season, xinhua, zhao, sun, at, pupils=4, classes=2)


@pytest.fixture
def sheet(held, season, xinhua, sun, at):
    """The registry's sheet as a worker writes it."""

    def made(code: str = "registry", role: Role = Role.BUREAU):
        kind = exports.KINDS[code]
        table = kind.table(season, xinhua, kind.columns[role])
        content = export_files.written(kind.form, kind.name, table, Mark.of(sun, at("import"), "DC-AAAAAAAA"))
        return openpyxl.load_workbook(io.BytesIO(content))

    return made


def test_the_registry_sheet_has_the_templates_columns_and_text_cells(sheet):
    page = sheet()["新华小学"]

    head = [cell.value for cell in page[1]][:HEAD]
    assert (head[0], head[-1], page.max_row) == ("学校标识码", "是否进城务工人员随迁子女", 5)
    number = page.cell(2, head.index("身份证件号") + 1)
    assert (number.data_type, number.number_format, len(number.value)) == ("s", "@", 18)


def test_sixteen_columns_of_the_template_are_filled(sheet):
    first = [cell.value for cell in sheet()["新华小学"][2]][:HEAD]

    assert sum(value not in (None, "") for value in first) == 16


def test_the_registry_sheet_lists_the_confirmed_and_nobody_else(season, sheet, at):
    steps.submitted(steps.family(70), season, at("filing"), name="例外人")

    names = [row[1].value for row in sheet()["新华小学"].iter_rows(min_row=2)]

    assert names == ["样甲子"] * 4


def test_a_name_that_looks_like_a_formula_stays_a_text(sheet, held):
    child = Placement.objects.first().application.child
    child.name = "=1+1"
    child.save(update_fields=["name"])

    assert {cell.data_type for row in sheet()["新华小学"].iter_rows() for cell in row if cell.value} == {"s"}


def test_the_registry_workbook_says_what_nobody_has_asked_for(sheet):
    remark = sheet()["导出说明"]["A2"].value

    assert remark.startswith("还没有填全的必填列（25列），请在学籍系统中补充：学校标识码、出生地、籍贯、民族、")
    assert "身份证件号" not in remark


def test_the_registry_is_exported_by_the_bureau_in_its_stage_only(held, season, xinhua, sun, zhao, at):
    with pytest.raises(PermissionDenied):
        exports.ask("registry", season, xinhua, purpose="registry", by=zhao, now=at("import"))
    with pytest.raises(StageClosed):
        exports.ask("registry", season, xinhua, purpose="registry", by=sun, now=at("filing"))

    assert exports.ask("registry", season, xinhua, purpose="registry", by=sun, now=at("import")).rows == 4


def test_a_school_gets_names_masked_and_no_category(sheet):
    page = sheet("students", Role.SCHOOL)["新华小学"]

    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert rows[0] == ["班级", "回执号", "姓名（隐去中间字）", "核对码"]
    assert {row[2] for row in rows[1:]} == {"样*子"}
    assert [row[1] for row in rows[1:]] == [
        placement.application.receipt_number
        for placement in Placement.objects.order_by("class_label", "application__receipt_number")
    ]


def test_the_bureau_gets_campus_and_category_as_well(sheet):
    page = sheet("students", Role.BUREAU)["新华小学"]

    assert [cell.value for cell in page[2]] == ["校区", "班级", "回执号", "姓名（隐去中间字）", "报名类别", "核对码"]


def test_the_whole_district_is_one_workbook_with_a_sheet_for_each_campus(held, season, campus, qian, sun, at):
    other = steps.submitted(steps.family(80), season, at("filing"), address="南深沟1号")
    steps.verified(other, qian, at("review"))
    spot_check.close_list(season, other.campus, by=sun, now=at("spot-check"))
    asked = exports.ask("students", season, None, purpose="archive", by=sun)

    outbox.drain()

    asked.refresh_from_db()
    book = openpyxl.load_workbook(io.BytesIO(exports.FILES.read(asked.file_address)))
    assert {sheet.title: sheet.max_row - 2 for sheet in book} == {"新华小学": 4, "朝阳小学": 1}


@pytest.mark.parametrize("count", [1, 3])
def test_a_table_asks_the_database_the_same_for_many_rows(
    season, xinhua, zhao, sun, at, count, django_assert_num_queries
):
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=count)

    for code in ("registry", "students"):
        kind = exports.KINDS[code]
        with django_assert_num_queries(1):
            assert kind.table(season, xinhua, kind.columns[Role.BUREAU]).rows == count
