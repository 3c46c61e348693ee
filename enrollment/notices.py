"""入学通知书: one for each placed child, written by a worker, checked by anyone with its code."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Now

from classing.models import Lot
from districts import addresses, documents, outbox
from districts.calendar import Action, windows_for
from districts.identity import mask_name
from districts.models import Campus, District, Season
from enrollment.filing import RECEIPT_ALPHABET
from enrollment.models import Notice, Placement
from enrollment.private_files import NOTICES

CODE_LENGTH = 12


@dataclass(frozen=True)
class Checked:
    """What anyone with the code learns: enough to compare with the paper, nothing more."""

    name: str
    campus: str
    year: int
    class_label: str
    issued_on: date
    rehearsal: bool


def issue(season: Season, campus: Campus, *, on: date) -> int:
    """Write the notices' rows and queue their files, in the transaction that publishes the classes."""
    placements = Placement.objects.filter(
        confirmed_list__season=season, confirmed_list__campus=campus, notice__isnull=True
    ).exclude(class_label="")
    rows = Notice.objects.bulk_create(
        [Notice(placement=placement, code=new_code(), issued_on=on) for placement in placements], batch_size=500
    )
    outbox.enqueue_many("notice", ((str(row.pk), {"notice": str(row.pk)}) for row in rows))
    return len(rows)


def new_code() -> str:
    letters = "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


@outbox.handles("notice")
def write(payload: dict[str, Any]) -> None:
    """Render one notice and keep it in a private file. Run twice it leaves one notice with one code."""
    notice = (
        Notice.objects.select_related("placement__application__child", "placement__confirmed_list__season__district")
        .select_related("placement__confirmed_list__campus__school")
        .get(pk=payload["notice"])
    )
    content = documents.pdf("documents/admission-notice.html", facts(notice))
    address = NOTICES.keep(content, owner=notice.pk)
    Notice.objects.filter(pk=notice.pk).update(file_address=address, written_at=Now())


def facts(notice: Notice) -> dict[str, Any]:
    """What the paper says."""
    placement = notice.placement
    season, campus = placement.confirmed_list.season, placement.confirmed_list.campus
    arrival = windows_for(Action.ARRIVE, season.windows())
    lot = Lot.objects.select_related("team").filter(
        lot_draw__season=season, lot_draw__campus=campus, class_label=placement.class_label
    )
    address = addresses.page(season.district, "verify-code", notice.code)
    return {
        "notice": notice,
        "child": placement.application.child,
        "campus": campus,
        "season": season,
        "placement": placement,
        "team": getattr(lot.first(), "team", None),
        "arrival": arrival[0] if arrival else None,
        "hotlines": season.district.hotlines.all(),
        "address": address,
        "qr": documents.qr_code(address),
    }


def check(code: str, district: District) -> Checked | None:
    """What is known of a verification code; None for a code that was never issued in the district."""
    notice = (
        Notice.objects.select_related("placement__application__child", "placement__confirmed_list__campus")
        .select_related("placement__confirmed_list__season")
        .filter(code=code, placement__confirmed_list__season__district=district)
        .first()
    )
    if notice is None:
        return None
    child = notice.placement.application.child
    return Checked(
        mask_name(child.name) if child else "已按保存期限删除",
        notice.placement.confirmed_list.campus.name,
        notice.placement.confirmed_list.season.year,
        notice.placement.class_label,
        notice.issued_on,
        notice.placement.confirmed_list.season.rehearsal,
    )
