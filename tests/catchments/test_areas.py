"""范围图: a drawn area decides only what the text leaves open."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from catchments import drawn, places
from catchments.areas import Areas, BadArea, geometry_of
from catchments.lookup import lookup
from catchments.models import Area, Catchment
from catchments.text import Outcome, Sure

pytestmark = pytest.mark.django_db


def square(west: float, south: float, size: float = 0.01) -> dict:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(**drawn_by_school: dict) -> bytes:
    features = [
        {"type": "Feature", "properties": {"school": name}, "geometry": geometry}
        for name, geometry in drawn_by_school.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def areas(season, campus) -> None:
    """新华小学 lies west of 朝阳小学; the text gives 松间小区 to both."""
    for name, text in {"新华小学": "松间小区、柏后街", "朝阳小学": "竹里、松间小区"}.items():
        Catchment.objects.filter(season=season, campus=campus(name)).update(text=text)
    drawn.save(season, collection(新华小学=square(113.50, 37.80), 朝阳小学=square(113.51, 37.80)), by=None)


def test_the_area_decides_between_the_schools_that_the_text_names(season, areas):
    answer = lookup(season, "松间小区3号楼", point=(113.515, 37.805))

    assert (answer.outcome, [s.campus.name for s in answer.servings]) == (Outcome.ONE, ["朝阳小学"])
    assert (answer.sure, answer.by_area) == (Sure.INFERRED, True)
    assert answer.sentence == "文件的文字不能确定这个住址，按教育局公布的范围图，它在朝阳小学的范围内。"


def test_the_area_never_contradicts_what_the_text_says(season, areas):
    answer = lookup(season, "柏后街3号", point=(113.515, 37.805))

    assert ([s.campus.name for s in answer.servings], answer.by_area) == (["新华小学"], False)


def test_the_area_answers_where_the_text_is_silent(season, areas):
    assert [s.campus.name for s in lookup(season, "无名路3号", point=(113.505, 37.805)).servings] == ["新华小学"]
    assert lookup(season, "无名路3号", point=(114.0, 37.8)).outcome == Outcome.NONE


def test_a_point_on_the_line_between_two_areas_decides_nothing(season, areas):
    assert lookup(season, "松间小区3号楼", point=(113.51, 37.805)).outcome == Outcome.SEVERAL


def test_an_address_of_another_district_is_not_given_a_school_by_the_map(season, areas):
    assert lookup(season, "山西省太原市小店区无名路3号", point=(113.505, 37.805)).outcome == Outcome.NONE


def test_the_table_of_standard_addresses_gives_the_point(district, season, areas):
    table = "地址,经度,纬度\n松间小区3号,113.505,37.805\n"
    places.save(district, places.propose(district, "t.csv", table.encode()), by=None)

    answer = lookup(season, "阳泉市城区松间小区3号2单元501室")
    assert [s.campus.name for s in answer.servings] == ["新华小学"]
    assert [key for key, _ in answer.picture.shapes] == [answer.servings[0].campus.pk]


def test_the_api_takes_coordinates(client, season, areas):
    answer = client.get(
        reverse("api-lookup"), {"address": "松间小区", "longitude": "113.515", "latitude": "37.805"}
    ).json()
    assert ([school["school"] for school in answer["schools"]], answer["by_area"]) == (["朝阳小学"], True)

    half = client.get(reverse("api-lookup"), {"address": "松间小区", "longitude": "113.515"})
    assert (half.status_code, half.json()["errors"]) == (400, {"longitude": ["经度和纬度应同时给出。"]})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "第1行第2列：不是正确的 JSON。"),
        (b"[]", "应为 GeoJSON 的 FeatureCollection，至少有一个图形。"),
        (collection(没有的小学=square(113, 37)), "第1个图形：本年度没有学校“没有的小学”（properties.school）。"),
        (
            collection(新华小学=square(113, 37), 朝阳小学=square(37, 113)),
            "第2个图形（朝阳小学）：坐标应为经度、纬度（度），先经度后纬度。",
        ),
        (
            collection(新华小学={"type": "Point", "coordinates": [1, 2]}),
            "第1个图形（新华小学）：应为 Polygon 或 MultiPolygon。",
        ),
        (
            collection(新华小学={"type": "Polygon", "coordinates": [[[0, 0], [1]]]}),
            "第1个图形（新华小学）：坐标写法不正确。",
        ),
    ],
)
def test_a_wrong_drawing_is_refused_whole_and_named(season, areas, content, message):
    with pytest.raises(drawn.BadDrawing) as refused:
        drawn.save(season, content, by=None)
    assert str(refused.value) == message
    assert Area.objects.count() == 2


def test_a_ring_that_crosses_itself_is_refused():
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    with pytest.raises(BadArea, match=r"图形自相交，在经度0\.5、纬度0\.5附近。"):
        geometry_of(bow)


def test_areas_that_overlap_are_named():
    areas = Areas.of(
        {1: square(113.50, 37.80), 2: square(113.505, 37.80), 3: square(113.52, 37.80), 4: square(113.52, 37.80)}
    )

    assert areas.overlapping() == [(1, 2), (3, 4)]


def test_the_picture_keeps_the_shape():
    picture = Areas.of({7: square(113.5, 37.8)}).picture({7}, (113.505, 37.805))

    assert picture.width / picture.height == pytest.approx(0.79, abs=0.01)  # cos 37.8°
    assert [float(number) for number in picture.point] == pytest.approx(
        [picture.width / 2, picture.height / 2], abs=0.2
    )


def test_the_command_imports_and_refuses(season, tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_bytes(collection(新华小学=square(113.5, 37.8)))
    options = ["--district", "阳泉市城区", "--season", "2024", "--level", "primary"]
    call_command("import_areas", *options, path)
    assert Area.objects.get().campus.name == "新华小学"

    path.write_bytes(b"{}")
    with pytest.raises(CommandError, match="没有导入任何内容：应为 GeoJSON"):
        call_command("import_areas", *options, path)
