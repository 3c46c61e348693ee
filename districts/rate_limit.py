"""How often something may be asked for, counted in PostgreSQL in one statement."""

from django.db import connection

from districts.models import RateWindow

COUNT = """
INSERT INTO districts_ratewindow AS seen (key, window_start, count)
SELECT %(key)s, clock_timestamp(), 1 FROM set_config('synchronous_commit', %(commit)s, true)
ON CONFLICT (key) DO UPDATE SET
    window_start = CASE WHEN seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s)
                        THEN clock_timestamp() ELSE seen.window_start END,
    count = CASE WHEN seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s)
                 THEN 1 ELSE seen.count + 1 END
WHERE seen.window_start < clock_timestamp() - make_interval(secs => %(seconds)s) OR seen.count < %(most)s
RETURNING count
"""


def allow(key: str, *, most: int, seconds: int, lasting: bool = True) -> bool:
    """Count one more for `key`; False when `most` were already counted within `seconds`.

    Unless `lasting`, nobody waits until the disk has it: if the database falls, the last half second is not counted.
    """
    asked = {"key": key, "most": most, "seconds": seconds, "commit": "on" if lasting else "off"}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, asked)
        return cursor.fetchone() is not None


def forget(keys: list[str]) -> None:
    """Begin to count anew: what was limited has succeeded."""
    RateWindow.objects.filter(key__in=keys).delete()
