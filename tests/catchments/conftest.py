"""Catchment texts are worked on before filing opens: these tests stand there, unless they say otherwise."""

from datetime import timedelta

import pytest

from districts import clock


@pytest.fixture(autouse=True)
def before_filing(request, monkeypatch) -> None:
    if "django_db" in request.keywords:
        season = request.getfixturevalue("season")
        spring = season.stages.order_by("opens_at").first().opens_at - timedelta(days=90)
        monkeypatch.setattr(clock, "now", lambda season: spring)
