"""范围图: areas come in as GeoJSON, one feature for each campus, all of them or none."""

import json

from django.db import transaction

from catchments.areas import BadArea, geometry_of
from catchments.models import Area
from catchments.opening import require_two_people
from districts import audit, queries
from districts.models import Account, Season
from districts.permissions import require_right
from districts.rights import Right

MOST_BYTES = 10 * 1024 * 1024


class BadDrawing(ValueError):
    """`str()` says which feature is wrong, and how. Nothing was saved."""


def save(season: Season, content: bytes, *, by: Account | None) -> int:
    """Put these areas in place of those before; returns how many there are now.

    `content` is a FeatureCollection whose features name a campus in `properties.school` and are drawn in longitude and
    latitude. `by` is None on the command line. Raises PermissionDenied, BadDrawing, Refused.
    """
    features = _features(content)
    with transaction.atomic():
        if by is not None:
            require_right(by, Right.WORK_ON_TEXTS, district=season.district, season=season)
        require_two_people(season)
        campuses = {campus.name: campus for campus in queries.campuses(season)}
        found: dict[str, Area] = {}
        for number, feature in enumerate(features, 1):
            properties = feature.get("properties") if isinstance(feature, dict) else None
            name = str((properties or {}).get("school", "")).strip()
            if name not in campuses:
                raise BadDrawing(f"第{number}个图形：本年度没有学校“{name}”（properties.school）。")
            if name in found:
                raise BadDrawing(f"第{number}个图形：“{name}”重复。")
            try:
                geometry_of(feature.get("geometry"))
            except BadArea as error:
                raise BadDrawing(f"第{number}个图形（{name}）：{error}") from None
            found[name] = Area(season=season, campus=campuses[name], geometry=feature["geometry"])
        Area.objects.filter(season=season).delete()
        Area.objects.bulk_create(found.values())
        audit.record("areas.imported", season, by=by, district=season.district, count=len(found))
    return len(found)


def schools(content: bytes) -> list[str]:
    """The campuses that a drawing names. Raises BadDrawing."""
    return [str((feature.get("properties") or {}).get("school", "")) for feature in _features(content)]


def _features(content: bytes) -> list[object]:
    if len(content) > MOST_BYTES:
        raise BadDrawing(f"文件大于{MOST_BYTES // 2**20} MB。")
    try:
        root = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadDrawing("不是 UTF-8 编码。") from None
    except json.JSONDecodeError as error:
        raise BadDrawing(f"第{error.lineno}行第{error.colno}列：不是正确的 JSON。") from None
    except RecursionError:
        raise BadDrawing("嵌套过深，不能读取。") from None
    features = root.get("features") if isinstance(root, dict) and root.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise BadDrawing("应为 GeoJSON 的 FeatureCollection，至少有一个图形。")
    return features
