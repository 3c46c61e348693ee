"""List pages ask the database the same number of questions for one row and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts import exports
from enrollment import spot_check
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


def queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def grow(season, zhao, at):
    """Add one more verified and one more waiting application."""
    numbers = iter(range(100, 200))

    def more() -> None:
        steps.verified(steps.submitted(steps.family(next(numbers)), season, at("filing")), zhao, at("review"))
        steps.submitted(steps.family(next(numbers)), season, at("filing"))

    return more


@pytest.mark.parametrize(
    ("name", "person"),
    [("school-queue", "zhao"), ("bureau", "sun"), ("supervision", "zhou"), ("supervision-log", "zhou")],
)
def test_a_list_page_asks_the_same_for_many_rows(client, request, grow, name, person):
    client.force_login(request.getfixturevalue(person))
    grow()
    with_one = queries(client, reverse(name))
    grow()
    grow()

    assert queries(client, reverse(name)) == with_one


def test_the_desk_asks_the_same_for_many_children(client, wang, season, at):
    client.force_login(wang)
    steps.submitted(wang, season, at("filing"))
    with_one = queries(client, reverse("desk"))
    steps.submitted(wang, season, at("filing"))
    steps.submitted(wang, season, at("filing"))

    assert queries(client, reverse("desk")) == with_one


def test_a_sample_of_many_asks_the_same(client, season, sun, campus, at, grow):
    client.force_login(sun)
    url = reverse("bureau-campus", args=[campus("新华小学").pk])
    grow()
    spot_check.draw(season, campus("新华小学"), size=1, by=sun, now=at("spot-check"))
    with_one = queries(client, url)
    grow()
    grow()
    spot_check.draw(season, campus("新华小学"), size=2, by=sun, now=at("spot-check"))

    assert queries(client, url) == with_one


def test_the_list_of_ones_exports_asks_the_same_for_many(client, season, zhao, sun, campus, at):
    place = campus("新华小学")
    steps.closed_list(season, place, zhao, sun, at, pupils=1)
    client.force_login(zhao)
    exports.ask("students", season, place, purpose="archive", by=zhao)
    with_one = queries(client, reverse("exports"))
    for _ in range(2):
        exports.ask("students", season, place, purpose="archive", by=zhao)

    assert queries(client, reverse("exports")) == with_one


@pytest.mark.parametrize("name", ["schools", "calendar", "published", "materials"])
def test_public_lists_ask_few_questions(client, season, name):
    assert queries(client, reverse(name)) <= 20
