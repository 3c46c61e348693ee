"""地名地址表: names and standard addresses of a district, imported as a table, found again when somebody types one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from catchments.models import PlaceName
from catchments.opening import require_two_people
from catchments.text.address import District as Pieces
from catchments.text.normalise import fold
from districts import audit, tables
from districts.models import Account, District
from districts.models.seasons import Level
from districts.permissions import require_right
from districts.queries import current_season
from districts.rights import Right
from districts.sheets import Column, read_sheet
from districts.tables import BadValue, BrokenFiles, Fault, Row

MOST_CHARACTERS = 100


def short_text(cell: str) -> str:
    if len(cell.strip()) > MOST_CHARACTERS:
        raise BadValue(f"最多{MOST_CHARACTERS}个字。")
    return cell.strip()


def name_of(cell: str) -> str:
    return tables.text(short_text(cell))


def degrees(cell: str) -> float | None:
    if not cell.strip():
        return None
    try:
        found = float(cell)
    except ValueError:
        raise BadValue(f"应为度数，如 113.58，现在是“{cell}”。") from None
    if not -180 <= found <= 180:
        raise BadValue(f"应在 -180 和 180 之间，现在是“{cell}”。")
    return found


COLUMNS = {
    "name": Column(name_of, ("名称", "地址", "标准地址", "门楼牌", "小区", "address")),
    "means": Column(short_text, ("即", "又名", "原名", "门牌", "路名门牌"), required=False),
    "longitude": Column(degrees, ("经度", "lon", "lng"), required=False),
    "latitude": Column(degrees, ("纬度", "lat"), required=False),
}


@dataclass(frozen=True)
class PlaceProposal:
    """A table as read: what it would add and take away. Nothing is saved yet."""

    rows: Sequence[Row]
    added: int
    removed: int
    unused: tuple[str, ...]


def propose(district: District, name: str, content: bytes) -> PlaceProposal:
    """Read the whole table (columns name, means, longitude, latitude). Raises BrokenFiles with every fault."""
    faults: list[Fault] = []
    sheet = read_sheet(name, content, COLUMNS, faults)
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        key = (row["name"], row["means"])
        if key in seen:
            faults.append(row.fault("name", f"与第{seen[key]}行重复。"))
        seen.setdefault(key, row.places["name"][0])
        if row["name"] == row["means"]:
            faults.append(row.fault("means", "与名称相同。"))
        if (row["longitude"] is None) != (row["latitude"] is None):
            faults.append(row.fault("longitude", "经度和纬度应同时填写或同时空着。"))
        elif row["latitude"] is not None and abs(row["latitude"]) > 90:
            faults.append(row.fault("latitude", "纬度应在 -90 和 90 之间；经度在前，纬度在后。"))
    if faults:
        raise BrokenFiles(faults)
    now = set(PlaceName.objects.filter(district=district).values_list("name", "means"))
    return PlaceProposal(sheet.rows, len(set(seen) - now), len(now - set(seen)), sheet.unused)


def save(district: District, proposal: PlaceProposal, *, by: Account | None) -> None:
    """Put the table in place of the one before. `by` is None on the command line. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        if by is not None:
            require_right(by, Right.WORK_ON_TEXTS, district=district)
        for level in Level:
            if (season := current_season(district, level)) is not None:
                require_two_people(season)
        PlaceName.objects.filter(district=district).delete()
        PlaceName.objects.bulk_create(
            (PlaceName(district=district, key=key_of(row["name"], district), **row.values) for row in proposal.rows),
            batch_size=2000,
        )
        audit.record(
            "places.imported",
            district,
            by=by,
            district=district,
            count=len(proposal.rows),
            added=proposal.added,
            removed=proposal.removed,
        )


def key_of(name: str, district: District) -> str:
    """One way to write a name: usual characters, no spaces, without province, city and district before it."""
    folded = fold(name).replace(" ", "")
    prefix = Pieces.of(district.full_name).prefix
    return folded[match.end() :] if prefix and (match := prefix.match(folded)) else folded


def keys_of(address: str, district: District) -> list[str]:
    """The keys under which a typed address may stand in the table: as typed, and up to each of its house numbers."""
    whole = key_of(address[:MOST_CHARACTERS], district)
    return [whole, *(whole[: match.end()] for match in re.finditer(r"\d号(?!楼)", whole))]
