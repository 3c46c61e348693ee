"""The API answers as its OpenAPI description says; `make bench-security` asks ten thousand times."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.urls import reverse
from rest_framework.throttling import SimpleRateThrottle

from catchments.api import PublicView
from config.wsgi import application
from districts.models import RateWindow
from tests.catchments.bench_described import PATHS, call


@pytest.fixture
def described(season) -> Iterator[schemathesis.BaseSchema]:
    """As Django's own test client does it: the end of a request does not end the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with connection.cursor() as cursor:  # thinking up a call may take longer than a page may keep a transaction open
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    yield schemathesis.openapi.from_wsgi(reverse("api-schema"), application)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def unhurried(described, monkeypatch: pytest.MonkeyPatch) -> schemathesis.BaseSchema:
    monkeypatch.setattr(PublicView, "throttle_classes", [])
    return described


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_described(unhurried, path: str):
    told = call(unhurried[path]["GET"], 100)

    assert (told.faults, told.calls) == ([], 100)


def test_every_operation_of_the_description_is_called(described):
    assert [one.ok().label for one in described.get_all_operations()] == [f"GET {path}" for path in PATHS]


def test_the_answer_to_who_asks_too_fast_is_as_described(described, monkeypatch: pytest.MonkeyPatch):
    RateWindow.objects.all().delete()  # the description was asked for, too
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"lookup": "1/min", "names": "1/min"})
    case = described["/api/v1/names"]["GET"].Case(query={"q": "德"})
    assert case.call_and_validate().status_code == 200

    assert case.call_and_validate().status_code == 429


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ("address=德胜东街&level=", {"level": ["“” 不是合法选项。"]}),
        ("address=德胜东街&address=新建路", {"address": ["只能给出一次。"]}),
        ("address=德胜东街&lvel=junior", {"lvel": ["没有这个参数。"]}),
        ("address=德胜东街&longitude=nan&latitude=37", {"longitude": ["请填写合法的数字。"]}),
    ],
)
def test_the_api_refuses_what_it_would_have_to_guess(client, season, asked: str, refused: dict):
    response = client.get(f"{reverse('api-lookup')}?{asked}")

    assert (response.status_code, response.json()["errors"]) == (400, refused)
