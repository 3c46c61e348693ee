"""「查学校」 on the page and over the API."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from catchments.lookup import lookup
from catchments.models import Catchment
from catchments.text import Outcome

pytestmark = pytest.mark.django_db


def test_the_answer_quotes_the_words_that_matched(season):
    answer = lookup(season, "名仕豪庭3号楼")

    (found,) = answer.servings
    assert [words for words, marked in found.pieces if marked] == ["名仕豪庭"]
    assert "".join(words for words, _ in found.pieces) == found.text
    assert answer.sentence == "名仕豪庭属于新华小学的施教区：文件写明“名仕豪庭”。"


def test_a_suspended_school_is_never_the_answer(season):
    assert [s.campus.name for s in lookup(season, "泊里村5号").servings] == ["阳泉市第十九中学"]


def test_conditions_that_still_have_to_be_met_are_said(season):
    (found,) = lookup(season, "滨河世纪城3号楼").servings

    assert found.conditions == ("城区户籍适龄儿童",)


def test_a_road_that_is_only_a_boundary_is_asked_about_and_never_guessed(season):
    answer = lookup(season, "南大街12号")

    assert (answer.outcome, [s.campus.name for s in answer.servings]) == (
        Outcome.SEVERAL,
        ["上站小学校区", "实验小学校区"],
    )
    assert answer.question == "具体位置在泉中路以东，还是在泉中路以西？"


def test_the_reason_kept_with_an_application_says_what_it_rests_on(season, campus):
    one, several, none = (lookup(season, address) for address in ("名仕豪庭3号楼", "南大街12号", "某某路1号"))

    assert one.reason_for(campus("新华小学")) == one.sentence
    assert several.reason_for(campus("上站小学校区")) == (
        "上站小学校区的施教区范围写到“南大街以北”、“泉中路以东”，文件不能直接确定，由家长选择，待学校审核确认。"
    )
    assert none.reason_for(campus("新华小学")) == "施教区文件没有写到这个住址，学校由家长选择，待学校审核确认。"


def test_a_school_beside_the_answer_is_said_to_be_the_familys_choice(season, campus):
    answer = lookup(season, "名仕豪庭3号楼")

    assert answer.reason_for(campus("朝阳小学")) == (
        "这个住址，文件写到的是新华小学；家长选择朝阳小学，待学校审核确认。"
    )


def test_an_address_that_no_text_lists_is_said_to_be_so(season):
    answer = lookup(season, "某某路1号")

    assert (answer.outcome, answer.servings) == (Outcome.NONE, ())
    assert answer.sentence == "施教区文件没有写到这个地址，请检查路名或小区名，或向区教育局咨询。"


def test_asking_takes_one_query(season, django_assert_num_queries):
    lookup(season, "某某路1号")  # the book is in memory from now on

    with django_assert_num_queries(1):
        lookup(season, "名仕豪庭3号楼")


def test_anyone_may_ask_the_page(client, season):
    response = client.get(reverse("lookup"), {"address": "名仕豪庭3号楼"})

    assert [s.campus.name for s in response.context["answer"].servings] == ["新华小学"]
    assert "<mark>名仕豪庭</mark>" in response.content.decode()


def test_an_empty_question_says_what_is_missing(client, season):
    response = client.get(reverse("lookup"), {"address": " "})

    assert response.context["form"].errors == {"address": ["请填写家庭住址。"]}


def test_the_api_gives_the_same_answer(client, season):
    cache.clear()
    answer = client.get(reverse("api-lookup"), {"address": "名仕豪庭3号楼"}).json()

    assert (answer["outcome"], answer["sentence"]) == ("one", "名仕豪庭属于新华小学的施教区：文件写明“名仕豪庭”。")
    (school,) = answer["schools"]
    ((start, end),) = school["spans"]
    assert school["text"][start:end] == "名仕豪庭"


def test_the_api_refuses_a_question_without_an_address(client, season):
    cache.clear()
    response = client.get(reverse("api-lookup"))

    assert (response.status_code, list(response.json()["errors"])) == (400, ["address"])


def test_the_number_that_decides_is_typed_in_a_field_of_its_own(client, season, campus):
    Catchment.objects.filter(season=season, campus=campus("新华小学")).update(text="松间路（1—35号）")
    Catchment.objects.filter(season=season, campus=campus("朝阳小学")).update(text="松间路（36号以后）")
    asked = {"address": "松间路", "level": "primary"}

    assert client.get(reverse("lookup"), asked).context["answer"].asks == "号"
    found = client.get(reverse("lookup"), asked | {"number": "单号95号"}, follow=True)
    assert [s.campus.name for s in found.context["answer"].servings] == ["朝阳小学"]


@pytest.mark.parametrize("number", ["abc", "", "-5", "99999"])
def test_what_is_no_number_is_said_at_the_field(client, season, campus, number):
    Catchment.objects.filter(season=season, campus=campus("新华小学")).update(text="松间路（1—35号）")
    Catchment.objects.filter(season=season, campus=campus("朝阳小学")).update(text="松间路（36号以后）")

    shown = client.get(reverse("lookup"), {"address": "松间路", "level": "primary", "number": number})

    assert (shown.context["number_wrong"], shown.context["answer"].asks) == (True, "号")
