"""Rule changes after filing has opened are asked for by one person and take effect when another releases them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from catchments import drawn, importing, opening, places, releasing, rulings
from catchments.lookup import lookup
from catchments.models import Area, Catchment, PlaceName
from catchments.rulings import Words
from districts import release
from districts.models import Account, Membership, Release, Role
from districts.refusals import Refused
from tests.conftest import SAMPLE

pytestmark = pytest.mark.django_db
SAID = Words("梅溪公寓", "局务会纪要")


@pytest.fixture
def wu(district) -> Account:
    """A second clerk of the bureau."""
    account = Account.objects.create(login="wu", name="wu", password="!")
    Membership.objects.create(account=account, role=Role.BUREAU, district=district)
    return account


@pytest.fixture
def bureau(client, sun, it_is):
    it_is("filing")
    client.force_login(sun)
    return client


@pytest.fixture
def xinhua(season, campus):
    Catchment.objects.filter(season=season, campus=campus("新华小学")).update(text="松间小区、柏后街。")
    return campus("新华小学")


def schools(season, address: str) -> list[str]:
    return [serving.campus.name for serving in lookup(season, address).servings]


def add(bureau, xinhua, words: str = "梅溪公寓"):
    return bureau.post(
        reverse("bureau-catchment-add", args=[xinhua.pk]), {"words": words, "reason": "局务会纪要"}, follow=True
    )


def test_an_addition_waits_for_a_second_person(bureau, season, xinhua, wu):
    said = [str(message) for message in add(bureau, xinhua).context["messages"]]

    assert said == ["招生已经开始，要由另一位工作人员复核后生效：新华小学补充梅溪公寓。"]
    assert schools(season, "梅溪公寓2号楼") == []
    asked = Release.objects.get()
    assert asked.what == "新华小学补充梅溪公寓。1个住址的查询结果因此改变：梅溪公寓：没有学校 → 新华小学。"

    release.decide(asked, by=wu, agree=True)
    assert schools(season, "梅溪公寓2号楼") == ["新华小学"]


def test_the_same_change_is_asked_for_once_but_others_beside_it(bureau, season, xinhua):
    add(bureau, xinhua)
    add(bureau, xinhua)
    add(bureau, xinhua, "竹苑小区")

    assert Release.objects.count() == 2


def test_a_new_text_waits_too_and_is_refused_when_another_came_between(bureau, season, xinhua, wu):
    url = reverse("bureau-catchment-paste", args=[xinhua.pk])
    shown = bureau.post(url, {"text": "松间小区。"})
    bureau.post(url, {"text": "松间小区。", "basis": shown.context["basis"], "save": "1"})
    assert Catchment.objects.get(season=season, campus=xinhua).text == "松间小区、柏后街。"

    Catchment.objects.filter(season=season, campus=xinhua).update(text="梅村。")
    with pytest.raises(Refused, match="申请以后施教区文字又有改动"):
        release.decide(Release.objects.get(), by=wu, agree=True)


def test_what_could_not_be_done_is_refused_when_it_is_asked_for(bureau, xinhua):
    shown = add(bureau, xinhua, "※※≈≈")

    assert (list(shown.context["addition"].errors), Release.objects.count()) == (["words"], 0)


def test_before_filing_opens_a_change_takes_effect_at_once(client, season, xinhua, sun):
    client.force_login(sun)
    add(client, xinhua)

    assert (schools(season, "梅溪公寓2号楼"), Release.objects.count()) == (["新华小学"], 0)


TABLE = "名称,即\n样家公寓,新华楼\n".encode()


def drawing(school: str) -> bytes:
    ring = [[113.58, 37.85], [113.59, 37.85], [113.59, 37.86], [113.58, 37.86], [113.58, 37.85]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"school": school}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def one_more_text(season, campus):
    return [importing.compare(season, [(campus, "松间小区。")])]


AFTER_OPENING = {
    "correct": lambda season, campus, by: rulings.correct(season, campus, (0, 4), SAID, by=by),
    "add": lambda season, campus, by: rulings.add(season, campus, SAID, by=by),
    "settle": lambda season, campus, by: rulings.settle(season, campus, SAID, by=by),
    "import": lambda season, campus, by: importing.save(one_more_text(season, campus), by=by),
    "places": lambda season, campus, by: places.save(
        season.district, places.propose(season.district, "t.csv", TABLE), by=by
    ),
    "areas": lambda season, campus, by: drawn.save(season, drawing(campus.name), by=by),
}


@pytest.mark.parametrize("change", AFTER_OPENING)
def test_no_use_case_changes_answers_by_one_person_once_filing_has_opened(season, xinhua, sun, it_is, change):
    it_is("filing")

    with pytest.raises(Refused) as refused:
        AFTER_OPENING[change](season, xinhua, sun)

    assert str(refused.value) == opening.TWO_PEOPLE


def test_every_change_that_can_wait_is_among_them():
    assert set(AFTER_OPENING) | {"withdraw"} == set(releasing.DOINGS)


def test_a_ruling_is_not_withdrawn_by_one_person_once_filing_has_opened(season, xinhua, sun, it_is):
    ruling = rulings.add(season, xinhua, SAID, by=sun)
    it_is("filing")

    with pytest.raises(Refused, match="招生已经开始"):
        rulings.withdraw(ruling, "写错了", by=sun)


def test_a_command_does_not_change_answers_once_filing_has_opened(season, it_is, tmp_path):
    it_is("filing")
    (tmp_path / "t.csv").write_bytes(TABLE)

    with pytest.raises(CommandError, match="没有导入任何内容：招生已经开始"):
        call_command("import_places", tmp_path / "t.csv", district=season.district.code)


def test_a_districts_files_do_not_change_a_text_once_filing_has_opened(season, xinhua, it_is):
    it_is("filing")

    with pytest.raises(CommandError, match="施教区文字有改动：招生已经开始"):
        call_command("load_district", SAMPLE)

    assert Catchment.objects.get(season=season, campus=xinhua).text == "松间小区、柏后街。"


def test_a_table_of_names_waits_for_a_second_person(bureau, season, wu):
    file = SimpleUploadedFile("names.csv", TABLE)
    said = bureau.post(reverse("bureau-places"), {"file": file}, follow=True).context["messages"]
    assert [str(message) for message in said] == [
        "招生已经开始，要由另一位工作人员复核后生效：导入地名地址表1行：新增1，去掉0。"
    ]
    assert PlaceName.objects.count() == 0

    release.decide(Release.objects.get(), by=wu, agree=True)

    assert schools(season, "样家公寓") == ["新华小学"]


def read_by_the_second(client, wu) -> list[tuple[str, str]]:
    client.force_login(wu)
    return client.get(reverse("release", args=[Release.objects.get().pk])).context["details"]


def test_the_second_person_reads_the_words_of_a_ruling(bureau, client, xinhua, wu):
    add(bureau, xinhua)

    assert read_by_the_second(client, wu) == [
        ("校区", "新华小学"), ("核定文字", "梅溪公寓"), ("依据", "局务会纪要"),
    ]  # fmt: skip


def test_the_second_person_reads_what_a_new_text_takes_away(bureau, client, xinhua, wu):
    url = reverse("bureau-catchment-paste", args=[xinhua.pk])
    shown = bureau.post(url, {"text": "松间小区。"})
    bureau.post(url, {"text": "松间小区。", "basis": shown.context["basis"], "save": "1"})

    assert read_by_the_second(client, wu) == [
        ("新华小学：删去", "、柏后街"), ("新华小学：改后全文", "松间小区。"),
    ]  # fmt: skip


def test_the_second_person_reads_the_rows_of_a_table(bureau, client, wu):
    bureau.post(reverse("bureau-places"), {"file": SimpleUploadedFile("names.csv", TABLE)})

    assert read_by_the_second(client, wu) == [("样家公寓", "新华楼")]


def test_the_second_person_reads_which_schools_a_drawing_has(bureau, client, xinhua, wu):
    bureau.post(reverse("bureau-areas"), {"file": SimpleUploadedFile("areas.json", drawing("新华小学"))})

    assert read_by_the_second(client, wu) == [("图中的校区", "新华小学")]


def test_areas_wait_for_a_second_person(bureau, season, xinhua, wu):
    file = SimpleUploadedFile("areas.json", drawing("新华小学"))
    bureau.post(reverse("bureau-areas"), {"file": file})
    assert Area.objects.count() == 0

    release.decide(Release.objects.get(), by=wu, agree=True)

    assert Area.objects.get().campus == xinhua
