"""文字核对: the text's faults with the words side by side; what the bureau settles changes lookups."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from catchments import rulings
from catchments.findings import findings
from catchments.lookup import lookup
from catchments.models import Catchment, Ruling
from catchments.rulings import Words
from catchments.text import Outcome
from districts.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def seasons(district) -> list[Season]:
    return list(Season.objects.filter(district=district).select_related("district").order_by("-level"))


@pytest.fixture
def disputed(season, campus) -> None:
    """Two schools' texts name the same estate."""
    for name, text in {"新华小学": "松间小区、竹里", "朝阳小学": "柏后街、松间小区"}.items():
        Catchment.objects.filter(season=season, campus=campus(name)).update(text=text)


def of(found: list, rule: str, subject: str):
    (one,) = [one for one in found if (one.finding.rule, one.finding.subject) == (rule, subject)]
    return one


def test_a_place_in_two_texts_is_found_with_the_words_side_by_side(seasons, disputed):
    one = of(findings(seasons), "two-schools", "松间小区")

    assert [(e.campus, e.before, e.words, e.after) for e in one.excerpts] == [
        ("新华小学", "", "松间小区", "、竹里"),
        ("朝阳小学", "柏后街、", "松间小区", ""),
    ]
    assert (one.severity, one.settled) == ("会使住址有两所学校或没有学校", False)


def test_a_finding_keeps_its_key_while_its_words_do(seasons, disputed, season, campus):
    key = of(findings(seasons), "two-schools", "松间小区").key
    Catchment.objects.filter(season=season, campus=campus("朝阳小学")).update(text="梅村、柏后街、松间小区")

    assert of(findings(seasons), "two-schools", "松间小区").key == key


def test_deciding_a_finding_changes_the_lookup_and_settles_it(client, seasons, disputed, season, campus, sun):
    assert lookup(season, "松间小区3号楼").outcome == Outcome.SEVERAL
    key = of(findings(seasons), "two-schools", "松间小区").key
    client.force_login(sun)

    answer = {"campus": campus("朝阳小学").pk, "words": "松间小区", "reason": "局务会纪要"}
    response = client.post(reverse("bureau-finding", args=[key]), answer, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "核定松间小区归朝阳小学。1个住址的查询结果因此改变：松间小区：新华小学或朝阳小学（不能确定） → 朝阳小学。"
    ]
    assert [s.campus.name for s in lookup(season, "松间小区3号楼").servings] == ["朝阳小学"]
    assert of(findings(seasons), "two-schools", "松间小区").settled


def test_a_decision_about_something_else_does_not_settle_a_finding(client, seasons, disputed, campus, sun):
    key = of(findings(seasons), "two-schools", "松间小区").key
    client.force_login(sun)

    answer = {"campus": campus("朝阳小学").pk, "words": "火星路", "reason": "局务会纪要"}
    response = client.post(reverse("bureau-finding", args=[key]), answer)

    assert response.context["form"].errors == {
        "words": ["没有写到“松间小区”。与它无关的改动，请到那所学校的文字页上补充。"]
    }


def test_what_a_decision_would_change_can_be_seen_first(client, seasons, disputed, season, campus, sun):
    key = of(findings(seasons), "two-schools", "松间小区").key
    client.force_login(sun)

    answer = {"campus": campus("朝阳小学").pk, "words": "松间小区", "reason": "局务会纪要", "try": "1"}
    response = client.post(reverse("bureau-finding", args=[key]), answer)

    assert response.context["form"].effect == (
        "1个住址的查询结果因此改变：松间小区：新华小学或朝阳小学（不能确定） → 朝阳小学。"
    )
    assert not Ruling.objects.exists()


def test_leaving_the_text_as_it_is_settles_without_changing_anything(client, seasons, disputed, season, sun):
    key = of(findings(seasons), "two-schools", "松间小区").key
    client.force_login(sun)

    client.post(reverse("bureau-finding", args=[key]), {"campus": "leave", "words": "松间小区", "reason": "已核对"})

    assert lookup(season, "松间小区3号楼").outcome == Outcome.SEVERAL
    assert of(findings(seasons), "two-schools", "松间小区").settled
    assert Ruling.objects.get().kind == Ruling.Kind.NO_CHANGE


def test_a_withdrawn_decision_opens_the_finding_again(seasons, disputed, season, campus, sun):
    one = of(findings(seasons), "two-schools", "松间小区")
    ruling = rulings.settle(season, campus("朝阳小学"), Words("松间小区", "局务会纪要", one.key), by=sun)
    rulings.withdraw(ruling, "文件已改", by=sun)

    assert not of(findings(seasons), "two-schools", "松间小区").settled


def test_a_decision_without_words_or_reason_says_so_at_the_field(client, seasons, disputed, campus, sun):
    key = of(findings(seasons), "two-schools", "松间小区").key
    client.force_login(sun)

    response = client.post(reverse("bureau-finding", args=[key]), {"campus": campus("朝阳小学").pk, "words": " "})

    assert response.context["form"].errors == {
        "words": ["请填写归这所学校的范围。"],
        "reason": ["请写明依据。"],
    }


def test_the_real_text_has_its_findings_in_a_list_that_filters(client, seasons, sun):
    client.force_login(sun)
    every = findings(seasons)
    response = client.get(reverse("bureau-findings"), {"rule": "two-schools", "state": "open"})

    assert response.context["total"] == len(every)
    assert response.context["count"] == sum(one.finding.rule == "two-schools" for one in every)


def test_the_command_lists_what_is_open_and_gives_json(seasons, disputed, season, campus, sun):
    out = io.StringIO()
    call_command("lint_catchments", "--district", "yangquan-chengqu", "--season", "2024", "--json", stdout=out)
    found = json.loads(out.getvalue())
    (one,) = [one for one in found if (one["rule"], one["subject"]) == ("two-schools", "松间小区")]
    assert [(quote["school"], quote["span"]) for quote in one["quotes"]] == [("新华小学", [0, 4]), ("朝阳小学", [4, 8])]

    rulings.settle(season, campus("朝阳小学"), Words("松间小区", "局务会纪要", one["key"]), by=sun)
    out = io.StringIO()
    call_command("lint_catchments", "--district", "yangquan-chengqu", "--season", "2024", "--open", stdout=out)
    assert out.getvalue().splitlines()[-1] == f"共{len(found) - 1}条，已核定0条。"
