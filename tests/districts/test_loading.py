"""A district's own data: whole or not at all."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catchments.models import Catchment
from districts.models import AuditEvent, Campus, Hotline, School, Season, SeatPlan, Stage
from districts.tables import BrokenFiles
from enrollment.loading import load_district
from enrollment.models import Category, Requirement
from tests.conftest import SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "district"))


def faults(folder: Path) -> list[str]:
    with pytest.raises(BrokenFiles) as caught:
        load_district(folder)
    return [str(fault) for fault in caught.value.faults]


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_all_21_rows_of_the_plan_are_campuses_with_their_text(season):
    assert (Campus.objects.count(), Catchment.objects.count()) == (21, 21)
    assert (School.objects.count(), Catchment.objects.filter(season=season).count()) == (19, 15)


def test_a_group_has_its_campuses(campus):
    assert {c.name for c in campus("实验小学校区").school.campuses.all()} == {"上站小学校区", "实验小学校区"}


def test_the_plans_steps_have_the_plans_dates(season):
    steps = [(s.name, s.window().span) for s in season.stages.filter(official=True).order_by("opens_at", "pk")]

    assert steps == [
        ("建档", "8月16日 00:00 至 8月18日 24:00"),
        ("抽检", "8月21日 00:00 至 8月25日 24:00"),
        ("上报", "8月25日 00:00 至 8月25日 24:00"),
        ("导入", "8月28日 00:00 至 8月30日 24:00"),
        ("分班", "8月31日 00:00 至 8月31日 12:00"),
        ("入学", "9月1日 00:00 至 9月7日 24:00"),
    ]


def test_the_caps_are_45_and_50(db):
    assert dict(Season.objects.values_list("level", "class_cap")) == {"primary": 45, "junior": 50}


def test_a_suspended_school_does_not_enrol(season, campus):
    assert not SeatPlan.objects.get(season=season, campus=campus("泊里小学")).enrols


def test_a_local_child_brings_the_three_papers_of_the_plan(season):
    needed = Requirement.objects.filter(category=Category.objects.get(season=season, code="local-own-home"))

    assert [r.kind.name for r in needed] == ["居民户口簿", "房屋产权（所有）证", "出生医学证明"]


def test_a_migrant_child_brings_the_two_papers_of_the_plan(season):
    needed = Requirement.objects.filter(category=Category.objects.get(season=season, code="migrant"))

    assert [r.kind.name for r in needed] == ["监护人及子女的居住证", "居民户口簿"]


def test_the_hotlines_are_the_plans(db):
    assert list(Hotline.objects.values_list("number", flat=True))[:2] == ["0353—3034018", "0353—3034007"]


def test_loading_again_changes_nothing(folder):
    _, tally = load_district(folder)

    assert (tally.created, tally.changed) == (0, 0)
    assert AuditEvent.objects.filter(action="rules.loaded").count() == 1  # the first loading


def test_a_corrected_date_is_the_only_change(folder):
    change(folder / "stages.csv", "filing,建档,yes,2024-08-16 00:00", "filing,建档,yes,2024-08-16 08:00")

    _, tally = load_district(folder)

    assert (tally.created, tally.changed) == (0, 1)
    assert AuditEvent.objects.filter(action="rules.loaded").latest("id").detail == {"created": 0, "changed": 1}


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "stages.csv",
            "2024-08-21 00:00",
            "2024-08-41 00:00",
            "stages.csv 第4行 “opens”列：应为时间，如 2024-08-16 09:00，现在是“2024-08-41 00:00”。",
        ),
        ("stages.csv", "apply mend", "aply mend", "stages.csv 第2行 “actions”列：不认识的环节“aply”，可用的有："),
        (
            "stages.csv",
            "2024-08-19 00:00,apply",
            "2024-08-15 00:00,apply",
            "stages.csv 第2行 “closes”列：结束时间应晚于开始时间。",
        ),
        ("requirements.csv", "hukou", "hukuo", "requirements.csv 第2行 “kind”列：document-kinds.csv 中没有“hukuo”。"),
        ("requirements.csv", ",2", ",two", "requirements.csv 第2行 “least_pages”列：应为整数，现在是“two”。"),
        ("hotlines.csv", "区教育局基教股,", ",", "hotlines.csv 第2行 “name”列：不能为空。"),
        ("hotlines.csv", ",招生咨询、举报", "", "hotlines.csv 第2行 整行：应有3列，现在有2列。"),
        (
            "hotlines.csv",
            "name,",
            "nmae,",
            "hotlines.csv 第1行 表头：应为 name,number,purpose，现在是 nmae,number,purpose。",
        ),
        (
            "seat-plans.csv",
            "泊里小学",
            "泊裡小学",
            "seat-plans.csv 第2行 “school”列：catchments.csv 中没有“泊裡小学”。",
        ),
        ("seat-plans.csv", ",no,", ",maybe,", "seat-plans.csv 第2行 “enrols”列：应为 yes 或 no，现在是“maybe”。"),
        (
            "catchments.csv",
            "primary,,新华小学",
            "primary,,北大街小学",
            "catchments.csv 第7行 “school”列：“北大街小学”重复出现。",
        ),
        (
            "district.yaml",
            "class_cap: 45",
            "class_cap: many",
            "district.yaml 第14行 第16列：class_cap 应为整数，现在是“many”。",
        ),
        ("district.yaml", "bureau:", "buro:", "district.yaml 第5行 第1列：不认识的名称“buro”。"),
        ("district.yaml", "seasons:", "seasons: [", "district.yaml 第"),
    ],
)
def test_a_broken_file_is_refused_with_file_line_and_column(folder, file, old, new, fault):
    change(folder / file, old, new)

    assert faults(folder)[0].startswith(fault)


def test_every_fault_is_named_at_once(folder):
    change(folder / "hotlines.csv", "区教育局基教股,", ",")
    change(folder / "requirements.csv", ",2", ",two")

    assert [fault.split(" ")[0] for fault in faults(folder)] == ["hotlines.csv", "requirements.csv"]


def test_a_broken_folder_changes_nothing_at_all(folder):
    change(folder / "stages.csv", "filing,建档", "filing,登记")
    change(folder / "requirements.csv", ",2", ",two")

    faults(folder)

    assert not Stage.objects.filter(name="登记").exists()


def test_a_missing_file_is_a_fault_like_any_other(folder):
    (folder / "hotlines.csv").unlink()

    assert faults(folder) == ["hotlines.csv 第1行 文件：没有找到这个文件。"]


def test_a_file_in_another_encoding_is_named(folder):
    (folder / "hotlines.csv").write_bytes("name,number,purpose\n教育局,1,问\n".encode("gb18030"))

    assert faults(folder) == ["hotlines.csv 第2行 第20字节：不是 UTF-8 编码，请另存为 UTF-8。"]


def test_a_file_saved_by_excel_with_a_byte_order_mark_is_read(folder):
    path = folder / "hotlines.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert load_district(folder)[1].changed == 0


def test_the_command_prints_the_faults(folder):
    change(folder / "requirements.csv", ",2", ",two")

    with pytest.raises(CommandError, match="没有装载任何内容，请先改正：\nrequirements\\.csv 第2行"):
        call_command("load_district", folder)


def test_an_empty_file_is_a_fault_like_any_other(folder):
    (folder / "hotlines.csv").write_text("")
    (folder / "district.yaml").write_text("\n")

    assert faults(folder) == ["hotlines.csv 第1行 文件：是空的。", "district.yaml 第1行 文件：是空的。"]


def test_a_district_has_seasons(folder):
    content = (folder / "district.yaml").read_text(encoding="utf-8")
    (folder / "district.yaml").write_text(content.partition("seasons:")[0], encoding="utf-8")

    assert faults(folder)[0] == "district.yaml 第2行 第1列：seasons 应列出至少一个招生年度。"


def test_a_factor_of_balance_must_be_one_that_can_be_computed(folder):
    change(folder / "district.yaml", "{性别: 2, 出生半年: 1}", "{出生半年: 2, 成绩: 1}")

    assert faults(folder)[0].endswith("draw_factors 第一项应为性别，可用的有：性别、出生半年；现在是 出生半年、成绩。")
