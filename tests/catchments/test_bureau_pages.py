"""The bureau's pages about texts: a preview before anything is saved, corrections, and what they change."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catchments import rulings
from catchments.lookup import lookup
from catchments.models import Catchment, Ruling
from catchments.rulings import Words
from catchments.views.texts import OUTDATED
from districts.models import Campus, School

pytestmark = pytest.mark.django_db

TABLE = "学段,学校,施教区范围\n小学,新华小学,松间小区、柏后街（单号）\n小学,朝阳小学,竹里\n"


@pytest.fixture
def bureau(client, sun):
    client.force_login(sun)
    return client


@pytest.fixture
def xinhua(season, campus):
    Catchment.objects.filter(season=season, campus=campus("新华小学")).update(text="松间小区、柏后衔。包括竹里。")
    return campus("新华小学")


def file(content: str, name: str = "t.csv") -> io.BytesIO:
    found = io.BytesIO(content.encode())
    found.name = name
    return found


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def text_of(campus_name: str) -> str:
    return Catchment.objects.get(campus__name=campus_name, season__level="primary").text


def test_an_imported_file_is_shown_first_and_saved_only_then(bureau, season):
    url = reverse("bureau-catchments-import")
    shown = bureau.post(url, {"file": file(TABLE)})

    (proposal,) = shown.context["proposals"]
    assert [change.campus.name for change in proposal.changes] == ["新华小学", "朝阳小学"]
    assert text_of("朝阳小学") != "竹里"

    keep = {"table": shown.context["table"], "basis": shown.context["basis"], "save": "1"}
    (sentence,) = said(bureau.post(url, keep, follow=True))
    assert sentence.partition("。")[0] == "保存2个校区的施教区文字（新华小学、朝阳小学）"
    assert (text_of("新华小学"), text_of("朝阳小学")) == ("松间小区、柏后街（单号）", "竹里")


def test_a_text_that_changed_since_the_preview_is_shown_again_and_not_saved(bureau, season):
    url = reverse("bureau-catchments-import")
    shown = bureau.post(url, {"file": file(TABLE)})
    Catchment.objects.filter(season=season, campus__name="新华小学").update(text="梅村")

    keep = {"table": shown.context["table"], "basis": shown.context["basis"], "save": "1"}
    again = bureau.post(url, keep)

    assert (again.context["outdated"], text_of("新华小学")) == (OUTDATED, "梅村")
    assert again.context["proposals"][0].changes[0].before == "梅村"


def test_a_file_of_which_one_level_is_unchanged_is_saved_at_once(bureau, season):
    junior = Catchment.objects.select_related("campus").filter(season__level="junior").first()
    url = reverse("bureau-catchments-import")
    shown = bureau.post(url, {"file": file(f'{TABLE}初中,{junior.campus.name},"{junior.text}"\n')})

    keep = {"table": shown.context["table"], "basis": shown.context["basis"], "save": "1"}
    assert len(said(bureau.post(url, keep, follow=True))) == 1
    assert text_of("朝阳小学") == "竹里"


def test_a_file_without_changes_has_nothing_to_save(bureau, season):
    url = reverse("bureau-catchments-import")
    shown = bureau.post(url, {"file": file(f'学段,学校,施教区范围\n小学,新华小学,"{text_of("新华小学")}"\n')})

    assert (shown.context["table"], shown.context["proposals"][0].changes) == ("", [])


def test_the_preview_says_which_answers_would_change(bureau, season, xinhua):
    shown = bureau.post(reverse("bureau-catchment-paste", args=[xinhua.pk]), {"text": "松间小区、柏后衔。"})

    assert shown.context["proposals"][0].effect.sentence == ("1个住址的查询结果因此改变：竹里：新华小学 → 没有学校。")


def test_what_an_addition_would_change_can_be_seen_first(bureau, season, xinhua):
    form = {"words": "梅溪公寓", "reason": "局务会纪要", "try": "1"}
    shown = bureau.post(reverse("bureau-catchment-add", args=[xinhua.pk]), form)

    assert shown.context["effect"] == "1个住址的查询结果因此改变：梅溪公寓：没有学校 → 新华小学。"
    assert (Ruling.objects.count(), shown.context["addition"]["words"].value()) == (0, "梅溪公寓")


def test_a_broken_file_shows_every_fault_and_saves_nothing(bureau, season):
    before = text_of("新华小学")
    shown = bureau.post(reverse("bureau-catchments-import"), {"file": file(TABLE.replace("竹里", ""))})

    assert [str(fault) for fault in shown.context["faults"]] == ["t.csv 第3行 C列：不能为空。"]
    assert (shown.context["proposals"], text_of("新华小学")) == ([], before)


def test_a_pasted_text_is_shown_first_and_saved_only_then(bureau, season, xinhua):
    url = reverse("bureau-catchment-paste", args=[xinhua.pk])
    shown = bureau.post(url, {"text": "松间小区、柏后街。"})

    (proposal,) = shown.context["proposals"]
    assert [how for how, _ in proposal.changes[0].differences] == ["same", "removed", "added", "same", "removed"]
    assert text_of("新华小学") == "松间小区、柏后衔。包括竹里。"

    keep = {"text": "松间小区、柏后街。", "basis": shown.context["basis"], "save": "1"}
    (sentence,) = said(bureau.post(url, keep, follow=True))
    assert sentence.partition("。")[0] == "保存1个校区的施教区文字（新华小学）"
    assert text_of("新华小学") == "松间小区、柏后街。"


def test_the_same_text_again_is_no_change(bureau, xinhua):
    shown = bureau.post(reverse("bureau-catchment-paste", args=[xinhua.pk]), {"text": text_of("新华小学")})

    assert shown.context["form"].errors == {"text": ["与现在的文字相同，没有改动。"]}


def test_line_breaks_as_a_browser_sends_them_are_no_change(bureau, season, xinhua):
    Catchment.objects.filter(season=season, campus=xinhua).update(text="松间小区。\n柏后街。")
    shown = bureau.post(reverse("bureau-catchment-paste", args=[xinhua.pk]), {"text": "松间小区。\r\n柏后街。"})

    assert shown.context["form"].errors == {"text": ["与现在的文字相同，没有改动。"]}


def test_words_that_were_corrected_are_shown_as_such(bureau, season, xinhua, sun):
    rulings.correct(season, xinhua, (5, 8), Words("柏后街", "文稿校对"), by=sun)
    shown = bureau.get(reverse("bureau-catchment", args=[xinhua.pk])).context["reading"]

    assert [piece.words for piece in shown.pieces if piece.name == "已更正"] == ["柏后衔"]
    assert [line.words for line in shown.lines if line.ruled] == ["柏后街"]


def test_the_link_of_a_clause_fills_in_the_words_to_correct(bureau, xinhua):
    url = reverse("bureau-catchment-correct", args=[xinhua.pk])

    assert bureau.get(url, {"start": 5, "end": 8}).context["form"]["replaced"].value() == "柏后衔"


def test_a_correction_tells_which_answers_it_changes(bureau, season, xinhua):
    url = reverse("bureau-catchment-correct", args=[xinhua.pk])
    form = {"replaced": "柏后衔", "words": "柏后街", "reason": "文稿校对", "start": 5}

    (sentence,) = said(bureau.post(url, form, follow=True))

    assert sentence.partition("。")[0] == "更正新华小学的读法：柏后衔 → 柏后街"
    assert [s.rulings for s in lookup(season, "柏后街8号").servings] == [("柏后街",)]


def test_words_that_are_not_in_the_text_cannot_be_corrected(bureau, xinhua):
    url = reverse("bureau-catchment-correct", args=[xinhua.pk])
    shown = bureau.post(url, {"replaced": "没有的字", "words": "", "reason": "文稿校对"})

    assert shown.context["form"].errors == {"replaced": ["原文里没有这些字。"]}


def test_words_that_stand_twice_are_asked_about(bureau, xinhua):
    Catchment.objects.filter(campus=xinhua).update(text="松间小区、松间小区。")
    shown = bureau.post(
        reverse("bureau-catchment-correct", args=[xinhua.pk]), {"replaced": "松间小区", "words": "", "reason": "校对"}
    )

    assert shown.context["form"].errors == {"replaced": ["原文里有2处，请连同前后的字一起填写。"]}


def test_an_addition_and_its_withdrawal_change_the_answers(bureau, season, xinhua):
    form = {"words": "梅溪公寓", "reason": "局务会纪要"}
    added = bureau.post(reverse("bureau-catchment-add", args=[xinhua.pk]), form, follow=True)
    assert said(added) == ["新华小学补充梅溪公寓。1个住址的查询结果因此改变：梅溪公寓：没有学校 → 新华小学。"]

    withdraw = reverse("bureau-ruling-withdraw", args=[Ruling.objects.get().pk])
    withdrawn = bureau.post(withdraw, {"because": "文件已改"}, follow=True)
    assert said(withdrawn) == ["撤销补充 梅溪公寓。1个住址的查询结果因此改变：梅溪公寓：新华小学 → 没有学校。"]


def test_words_that_are_not_understood_are_refused_at_the_field_and_kept(bureau, xinhua):
    shown = bureau.post(reverse("bureau-catchment-add", args=[xinhua.pk]), {"words": "※※≈≈", "reason": "局务会纪要"})

    assert list(shown.context["addition"].errors) == ["words"]
    assert shown.context["addition"]["words"].value() == "※※≈≈"


def test_the_overview_asks_the_same_for_many_rulings(bureau, season, campus, sun):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bureau.get(reverse("bureau-catchments")).status_code == 200
        return len(captured)

    rulings.add(season, campus("新华小学"), Words("梅溪公寓", "局务会纪要"), by=sun)
    with_one = queries()
    for name in ("朝阳小学", "上站小学校区", "实验小学校区"):
        rulings.add(season, campus(name), Words(f"{name[:2]}竹苑小区", "局务会纪要"), by=sun)

    assert queries() == with_one


def test_a_campus_of_another_district_is_not_there(bureau, far):
    campus = Campus.objects.create(school=School.objects.create(district=far, name="某小学"), name="某小学")

    assert bureau.get(reverse("bureau-catchment", args=[campus.pk])).status_code == 404
