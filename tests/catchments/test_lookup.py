"""「查学校」 on the page and over the API."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from catchments.lookup import Outcome, lookup

pytestmark = pytest.mark.django_db


def test_the_answer_quotes_the_words_that_matched(season):
    (found,) = lookup(season, "名仕豪庭3号楼").servings

    assert found.parts[1] == "名仕豪庭"
    assert "".join(found.parts) == found.text
    assert found.sentence == "“名仕豪庭”列在新华小学的施教区范围中。"


def test_a_suspended_school_is_never_the_answer(season):
    assert lookup(season, "泊里村5号").servings[0].campus.name == "阳泉市第十九中学"


def test_an_address_that_no_text_lists_is_said_to_be_so(season):
    answer = lookup(season, "某某路1号")

    assert (answer.outcome, answer.servings) == (Outcome.NONE, ())
    assert answer.sentence.startswith("文件列出的地名中没有找到这个地址。")


def test_asking_takes_one_query(season, django_assert_num_queries):
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

    assert (answer["outcome"], answer["sentence"]) == ("one", "“名仕豪庭”列在新华小学的施教区范围中。")
    (school,) = answer["schools"]
    assert school["text"][school["start"] : school["end"]] == "名仕豪庭"


def test_the_api_refuses_a_question_without_an_address(client, season):
    cache.clear()
    response = client.get(reverse("api-lookup"))

    assert (response.status_code, list(response.json())) == (400, ["address"])
