"""The instant by which deadlines are decided: the database's clock, never this machine's."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from districts.models import DemoClock, Season


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def now(season: Season) -> datetime:
    """The season's time: the database's clock; in demo mode moved to where the visitor set it."""
    if settings.DEMO:
        return database_now() + demo_offset(season)
    return database_now()


def demo_offset(season: Season) -> timedelta:
    moved = DemoClock.objects.filter(season=season).first()
    return moved.offset if moved else timedelta(0)


def move_demo_clock(season: Season, to: datetime) -> None:
    """Let the season's time be `to` from this moment on. Demo mode only; refuses anywhere else."""
    if not settings.DEMO:
        raise RuntimeError("the season's clock can be moved in demo mode only")
    DemoClock.objects.update_or_create(season=season, defaults={"offset": to - database_now()})
