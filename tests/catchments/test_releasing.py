"""Rule changes after filing has opened are asked for by one person and take effect when another releases them."""

import pytest
from django.urls import reverse

from catchments.lookup import lookup
from catchments.models import Catchment
from districts import release
from districts.models import Account, Membership, Release, Role
from districts.refusals import Refused

pytestmark = pytest.mark.django_db


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
