"""地名地址表: other names of places, standard addresses, what the texts give them, and what changes by year."""

import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from catchments import places
from catchments.lookup import lookup
from catchments.models import Catchment, PlaceName
from catchments.text import Outcome, Sure
from catchments.views.places import plain
from districts.models import AuditEvent, Season, SeatPlan
from districts.tables import BrokenFiles

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts(season, campus) -> None:
    for name, text in {"新华小学": "松间小区、柏后街", "朝阳小学": "竹里、梅溪路（单号）"}.items():
        Catchment.objects.filter(season=season, campus=campus(name)).update(text=text)


def save(district, content: str, sun=None) -> None:
    places.save(district, places.propose(district, "t.csv", content.encode()), by=sun)


def schools(season, address: str) -> list[str]:
    return [serving.campus.name for serving in lookup(season, address).servings]


def test_another_name_of_a_place_is_answered_as_the_place(district, season, texts):
    save(district, "name,means\n望江台,松间小区\n")

    answer = lookup(season, "望江台3号楼")
    assert ([s.campus.name for s in answer.servings], answer.sure) == (["新华小学"], Sure.INFERRED)
    assert answer.assumed == ("望江台→松间小区",)


def test_an_estates_standard_address_is_answered_as_the_estate(district, season, texts):
    save(district, "小区,门牌\n松间小区,桃源路12号\n")

    assert schools(season, "桃源路12号3单元") == ["新华小学"]
    assert schools(season, "桃源路112号") == []


def test_a_new_table_takes_the_place_of_the_one_before(district, season, texts, sun):
    save(district, "name,means\n望江台,松间小区\n", sun)
    save(district, "name,means\n听雨阁,竹里\n", sun)

    assert (schools(season, "望江台3号楼"), schools(season, "听雨阁3号楼")) == ([], ["朝阳小学"])
    assert AuditEvent.objects.filter(action="places.imported").latest("id").detail == {
        "count": 1,
        "added": 1,
        "removed": 1,
    }


def test_a_broken_table_is_refused_whole(district):
    with pytest.raises(BrokenFiles) as caught:
        save(
            district,
            "名称,即,经度,纬度\n望江台,松间小区,,\n,竹里,,\n望江台,松间小区,,\n听雨阁,听雨阁,,\n甲,,x,\n乙,,113.5,\n丙,,37.8,113.5\n",
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "t.csv 第3行 A列：不能为空。",
        "t.csv 第6行 C列：应为度数，如 113.58，现在是“x”。",
        "t.csv 第4行 A列：与第2行重复。",
        "t.csv 第5行 B列：与名称相同。",
        "t.csv 第7行 C列：经度和纬度应同时填写或同时空着。",
        "t.csv 第8行 D列：纬度应在 -90 和 90 之间；经度在前，纬度在后。",
    ]
    assert not PlaceName.objects.exists()


def test_the_database_wants_both_coordinates_or_none(district):
    with pytest.raises(IntegrityError):
        PlaceName.objects.create(district=district, name="甲", longitude=113.5)


def test_the_bureau_imports_on_a_page_and_sees_the_faults(client, district, sun):
    client.force_login(sun)
    url = reverse("bureau-places")

    def upload(content: str):
        file = io.BytesIO(content.encode())
        file.name = "t.csv"
        return client.post(url, {"file": file})

    assert [str(fault) for fault in upload("name\n望江台\n望江台\n").context["faults"]] == [
        "t.csv 第3行 A列：与第2行重复。"
    ]
    upload("name,means\n望江台,松间小区\n")

    assert [str(place) for place in client.get(url, {"q": "松间"}).context["page"]] == ["望江台"]


def test_coverage_counts_what_standard_addresses_get(client, district, season, texts, sun):
    save(district, "name\n柏后街1号\n柏后街2号\n梅溪路\n梅溪路8号\n青山路1号\n")
    client.force_login(sun)

    response = client.get(reverse("bureau-coverage"))

    assert [(bar["label"], bar["value"], bar["total"]) for bar in response.context["bars"]] == [
        ("一所学校", 2, 5),
        ("几所学校，文件不能直接确定", 1, 5),
        ("没有学校", 2, 5),
    ]
    roads = {road.road: (road.one, road.several, road.none) for road in response.context["page"]}
    assert roads == {"柏后街": (2, 0, 0), "梅溪路": (0, 1, 1), "青山路": (0, 0, 1)}


def test_coverage_as_a_table_lists_only_what_is_not_one_school(client, district, season, texts, sun):
    save(district, "name\n柏后街1号\n梅溪路\n=1+1路\n")
    client.force_login(sun)

    lines = client.get(reverse("bureau-coverage"), {"format": "csv"}).content.decode("utf-8-sig").splitlines()

    assert [line.split(",")[1:4] for line in lines[1:] if "梅溪路" in line] == [
        ["梅溪路", "几所学校，文件不能直接确定", "朝阳小学（不能确定）"]
    ]
    assert not any(cell.startswith("=") for line in lines for cell in line.split(","))


def test_without_a_table_the_places_of_the_texts_are_counted(client, season, texts, sun):
    client.force_login(sun)

    response = client.get(reverse("bureau-coverage"))

    assert (response.context["from_table"], response.context["total"] > 50) == (False, True)


@pytest.fixture
def next_year(season, texts) -> Season:
    """2025: 松间小区 moves to another school; nothing else changes."""
    following = Season.objects.create(
        district=season.district, year=2025, level=season.level, title="2025年小学", plan_number="x", class_cap=45
    )
    moved = {"新华小学": "柏后街", "朝阳小学": "竹里、梅溪路（单号）、松间小区"}
    for plan in season.seat_plans.select_related("campus"):
        SeatPlan.objects.create(season=following, campus=plan.campus, enrols=plan.enrols)
        text = Catchment.objects.get(season=season, campus=plan.campus).text
        Catchment.objects.create(season=following, campus=plan.campus, text=moved.get(plan.campus.name, text))
    return following


def test_the_years_are_compared_by_the_addresses_whose_school_changes(client, season, next_year, sun):
    client.force_login(sun)

    response = client.get(reverse("bureau-catchment-changes"))

    assert (response.context["before"], response.context["after"]) == (season, next_year)
    assert [(c.address, c.before.schools, c.after.schools) for c in response.context["page"]] == [
        ("松间小区", ("新华小学",), ("朝阳小学",))
    ]


def test_the_commands_count_and_compare(district, season, next_year, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("地址\n柏后街1号\n青山路1号\n", encoding="utf-8")
    options = ["--district", "yangquan-chengqu", "--season"]
    out = io.StringIO()
    call_command("cover_catchments", *options, "2024", table, stdout=out)
    assert out.getvalue().splitlines()[-1] == "共2个住址：一所学校 1，几所 0，没有学校 1"
    out = io.StringIO()
    call_command("diff_catchments", *options, "2025", "--from", "2024", stdout=out)
    assert out.getvalue().splitlines() == [
        "松间小区\t新华小学 → 朝阳小学",
        "2024年小学一年级招生入学 → 2025年小学：1个住址的学校有变化。",
    ]
    out = io.StringIO()
    call_command("import_places", "--district", "yangquan-chengqu", table, stdout=out)
    assert out.getvalue() == "已导入2行：新增2，去掉0。\n"


def test_lookup_tolerates_an_alias_that_needs_confirming(district, season, texts):
    save(district, "name,means\n梅溪路9号,松间小区\n")

    answer = lookup(season, "梅溪路9号")
    assert (answer.outcome, [s.campus.name for s in answer.servings]) == (Outcome.SEVERAL, ["朝阳小学", "新华小学"])


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "＝1+1", "@x", "＋1", "|x", "%x", "\t=1"])
def test_no_cell_of_a_download_is_taken_for_a_formula(cell):
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "柏后街1号", "1-3号"])
def test_other_cells_stay_as_they_are(cell):
    assert plain(cell) == cell
