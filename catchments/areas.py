"""Drawn areas of campuses: which of them a point lies in, and how they are drawn on a page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

MOST_POINTS = 20_000
# Enough for a picture: about ten metres.
DRAWN_TO = 0.0001
WIDTH = 640


class BadArea(ValueError):
    """`str()` says what is wrong with the drawing."""


def geometry_of(drawn: Mapping[str, Any]) -> BaseGeometry:
    """A GeoJSON Polygon or MultiPolygon in longitude and latitude. Raises BadArea."""
    if not isinstance(drawn, Mapping) or drawn.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadArea("应为 Polygon 或 MultiPolygon。")
    try:
        found = shape(drawn)
        box = found.bounds
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise BadArea("坐标写法不正确。") from None
    if found.is_empty:
        raise BadArea("没有坐标。")
    if shapely.get_num_coordinates(found) > MOST_POINTS:
        raise BadArea(f"坐标点超过{MOST_POINTS}个，请先简化。")
    if not (-180 <= box[0] <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90):
        raise BadArea("坐标应为经度、纬度（度），先经度后纬度。")
    if not found.is_valid:
        where = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(found))
        raise BadArea(f"图形自相交{f'，在经度{where[1]}、纬度{where[2]}附近' if where else ''}。")
    return found


@dataclass(frozen=True)
class Areas:
    """The areas of a season. `keys` are primary keys of campuses, in the order of the tree."""

    keys: tuple[int, ...]
    tree: shapely.STRtree

    @classmethod
    def of(cls, drawn: Mapping[int, Mapping[str, Any]]) -> Areas:
        return cls(tuple(drawn), shapely.STRtree([geometry_of(one) for one in drawn.values()]))

    def __bool__(self) -> bool:
        return bool(self.keys)

    def around(self, longitude: float, latitude: float) -> set[int]:
        """The campuses whose area holds the point, edges included."""
        point = shapely.Point(longitude, latitude)
        return {self.keys[n] for n in self.tree.query(point, predicate="intersects")}

    def overlapping(self) -> list[tuple[int, int]]:
        """Pairs of campuses whose areas share more than an edge."""
        first, second = self.tree.query(self.tree.geometries, predicate="overlaps")
        inside, around = self.tree.query(self.tree.geometries, predicate="within")
        pairs = {*zip(first, second, strict=True), *zip(inside, around, strict=True)}
        return sorted({tuple(sorted((self.keys[a], self.keys[b]))) for a, b in pairs if a != b})

    def picture(self, campuses: set[int], point: tuple[float, float] | None = None) -> Picture | None:
        """The areas of these campuses, and the point, as paths of an SVG drawing; None when none is drawn."""
        shown = {
            key: geometry for key, geometry in zip(self.keys, self.tree.geometries, strict=True) if key in campuses
        }
        if not shown:
            return None
        inside = {key: geometry.representative_point() for key, geometry in shown.items()}
        west, south, east, north = shapely.total_bounds([*shown.values(), *([shapely.Point(point)] if point else [])])
        # A degree of longitude is shorter than one of latitude, away from the equator.
        narrow = math.cos(math.radians((south + north) / 2))
        scale = WIDTH / max((east - west) * narrow, north - south, DRAWN_TO)

        def at(x: float, y: float) -> tuple[str, str]:
            return f"{(x - west) * narrow * scale:.1f}", f"{(north - y) * scale:.1f}"

        def path(geometry: BaseGeometry) -> str:
            drawn = geometry.simplify(DRAWN_TO)
            rings = [ring for one in getattr(drawn, "geoms", [drawn]) for ring in (one.exterior, *one.interiors)]
            return " ".join("M" + " L".join(" ".join(at(x, y)) for x, y, *_ in ring.coords) + "Z" for ring in rings)

        return Picture(
            width=round((east - west) * narrow * scale, 1),
            height=round((north - south) * scale, 1),
            shapes=tuple((key, path(geometry)) for key, geometry in shown.items()),
            labels=tuple((key, *at(one.x, one.y)) for key, one in inside.items()),
            point=at(*point) if point else None,
        )


@dataclass(frozen=True)
class Picture:
    """An SVG drawing: `shapes` are (campus, path), `labels` (campus, x, y) lie inside them, `point` is the address."""

    width: float
    height: float
    shapes: tuple[tuple[int, str], ...]
    labels: tuple[tuple[int, str, str], ...]
    point: tuple[str, ...] | None
