"""What was refused leads back, and what is not public yet is not shown."""

import pytest
from django.urls import reverse

from enrollment import class_draw, publishing
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["school-approve", "school-return", "school-verify"])
def test_the_address_of_a_refused_decision_opened_again_shows_the_case(client, wang, season, zhao, at, name):
    application = steps.submitted(wang, season, at("filing"))
    client.force_login(zhao)

    response = client.get(reverse(name, args=[application.pk]))

    assert response["Location"] == reverse("school-application", args=[application.pk])


def test_the_address_of_a_refused_step_opened_again_shows_the_campus(client, sun, campus):
    client.force_login(sun)
    pk = campus("新华小学").pk

    assert client.get(reverse("bureau-draw-check", args=[pk]))["Location"] == reverse("bureau-campus", args=[pk])


def test_the_roster_is_committed_on_a_page_that_shows_the_counts_first(client, season, campus, zhao, sun, at):
    xinhua = campus("新华小学")
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=3)
    client.force_login(sun)

    page = client.get(reverse("bureau-commit-roster", args=[xinhua.pk]))

    assert (page.context["row"].confirmed.count, page.context["classes"], page.context["row"].teams) == (3, 1, 0)


def test_a_class_is_the_familys_to_see_when_it_is_published(client, season, campus, zhao, sun, at, it_is):
    xinhua = campus("新华小学")
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=1)
    steps.teams(season, xinhua, zhao, at, count=1)
    class_draw.commit_roster(season, xinhua, by=sun, now=at("roster"))
    client.force_login(steps.family(0))
    it_is("draw")
    before = client.get(reverse("desk")).context["applications"][0]["tag"].word

    publishing.publish(season, xinhua, by=zhao, released_by=sun, now=at("draw"))

    after = client.get(reverse("desk")).context["applications"][0]["tag"].word
    assert (before, after) == ("名单已确认", "已分班")
