"""How often something may be asked for, counted in PostgreSQL in one statement."""

from django.db import connection

from districts.models import RateWindow

COUNT = """
INSERT INTO districts_ratewindow AS seen (key, window_start, count) VALUES (%(key)s, clock_timestamp(), 1)
ON CONFLICT (key) DO UPDATE SET
    window_start = CASE WHEN seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s)
                        THEN clock_timestamp() ELSE seen.window_start END,
    count = CASE WHEN seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s)
                 THEN 1 ELSE seen.count + 1 END
WHERE seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s) OR seen.count < %(most)s
RETURNING count
"""


def allow(key: str, *, most: int, seconds: int) -> bool:
    """Count one more for `key`; False when `most` were already counted within `seconds`."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "most": most, "seconds": seconds})
        return cursor.fetchone() is not None


def forget(keys: list[str]) -> None:
    """Begin to count anew: what was limited has succeeded."""
    RateWindow.objects.filter(key__in=keys).delete()
