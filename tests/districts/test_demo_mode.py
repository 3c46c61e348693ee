"""The clock can be moved in demo mode only, and production has no such path."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import NoReverseMatch, reverse

from districts import checks, clock
from districts.models import DemoClock
from enrollment import demo

pytestmark = pytest.mark.django_db
MOVED = timedelta(days=-800)


def test_outside_demo_mode_a_stored_offset_is_ignored(season):
    DemoClock.objects.create(season=season, offset=MOVED)

    assert abs(clock.now(season) - clock.database_now()) < timedelta(minutes=1)


def test_in_demo_mode_the_clock_stands_where_the_visitor_set_it(season, settings, at):
    settings.DEMO = True

    clock.move_demo_clock(season, to=at("draw"))

    assert abs(clock.now(season) - at("draw")) < timedelta(minutes=1)


def test_outside_demo_mode_the_clock_cannot_be_moved(season, at):
    with pytest.raises(RuntimeError, match="demo mode only"):
        clock.move_demo_clock(season, to=at("draw"))


def test_outside_demo_mode_there_are_no_demo_accounts(district):
    with pytest.raises(RuntimeError, match="demo mode only"):
        demo.make_people(district)


@pytest.mark.parametrize("name", ["demo-clock", "demo-outbox"])
def test_outside_demo_mode_the_routes_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/demo/clock/", "/demo/outbox/"])
def test_outside_demo_mode_the_addresses_answer_404(client, district, path):
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


def test_outside_demo_mode_no_page_shows_the_bar(client, season):
    assert client.get(reverse("home")).context["demo"] is None


def test_the_deployment_check_refuses_demo_mode(settings):
    settings.DEMO = True

    assert [error.id for error in checks.no_demo_in_production()] == ["districts.E001"]


def test_with_a_real_database_server_the_demo_switch_does_nothing():
    production = {
        "SUNSHINE_DEMO": "1",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "SECRET_KEY": "x" * 50,
        "FIELD_KEY": "A" * 43 + "=",
        "INDEX_KEY": "B" * 42 + "A=",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    program = "from config import settings; print(settings.DEMO)"

    shown = subprocess.run(
        [sys.executable, "-c", program], env=production, cwd=django_settings.BASE_DIR, capture_output=True, text=True
    )

    assert (shown.stdout, shown.returncode) == ("False\n", 0)
