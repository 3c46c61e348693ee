"""公示: class lists as static pages that need neither Django nor the database to be read.

Everything a page says can be recomputed from the record beside it. Names are masked; codes lead a family to its line.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string

from classing import ceremony
from classing.models import Draw, LotDraw
from districts import audit, clock, outbox, release
from districts.calendar import BEIJING, Action, require_open
from districts.files import replace
from districts.identity import mask_name
from districts.models import Account, Campus, Release, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment import notices
from enrollment.models import Placement, Publication

STYLESHEET = "css/portal.css"
ERASED = "（姓名已按期删除）"


def ask_to_publish(season: Season, campus: Campus, *, by: Account, now: datetime | None = None) -> Release:
    """申请公布: what is published cannot be taken back, so a second person releases it.

    Raises PermissionDenied, StageClosed, Refused.
    """
    with transaction.atomic():
        _require_publishable(season, campus, by, now or clock.now(season))
        placed = Placement.objects.filter(confirmed_list__season=season, confirmed_list__campus=campus)
        count = placed.count()
        return release.ask(
            "publication",
            audit.label(campus),
            what=f"公布{campus}{season}的分班结果，共{count}人，同时生成{count}份入学通知书。公布以后不能撤回。",
            payload={"season": season.pk, "campus": campus.pk},
            by=by,
            district=season.district,
            school=campus.school,
        )


@release.carried_out("publication", "公布分班结果", Right.RELEASE_PUBLICATION)
def publish_released(found: Release, by: Account) -> None:
    season = Season.objects.select_related("district").get(pk=found.payload["season"])
    campus = Campus.objects.select_related("school").get(pk=found.payload["campus"])
    publish(season, campus, by=found.asked_by, released_by=by)


def publish(
    season: Season, campus: Campus, *, by: Account, released_by: Account, now: datetime | None = None
) -> Publication:
    """张榜公布: queue the campus's page and its children's notices, once.

    Raises PermissionDenied, StageClosed, Refused.
    """
    with transaction.atomic():
        instant = now or clock.now(season)
        _require_publishable(season, campus, by, instant)
        require_right(
            released_by, Right.RELEASE_PUBLICATION, district=season.district, school_id=campus.school_id, season=season
        )
        if released_by.pk == by.pk:
            raise Refused({"": "公布要由另一位工作人员复核。"})
        publication = Publication.objects.create(season=season, campus=campus, requested_by=by, released_by=released_by)
        outbox.enqueue("class-list", str(publication.pk), publication=publication.pk)  # before the many notices
        count = notices.issue(season, campus, on=instant.astimezone(BEIJING).date())
        audit.record(
            "classes.published", publication, by=by, district=season.district, campus=campus.name, notices=count
        )
    return publication


def _require_publishable(season: Season, campus: Campus, by: Account, instant: datetime) -> None:
    """Inside the caller's transaction; the campus is locked until its end."""
    require_right(by, Right.PUBLISH, district=season.district, school_id=campus.school_id, season=season)
    require_open(Action.DRAW, season.windows(), instant)
    Campus.objects.select_for_update(no_key=True).get(pk=campus.pk)
    if not LotDraw.objects.filter(season=season, campus=campus).exists():
        raise Refused({"": "班主任抽签完成后才能公布。"})
    if Publication.objects.filter(season=season, campus=campus).exists():
        raise Refused({"": "分班结果已经公布。"})


def folder(season: Season) -> Path:
    """A district's own folder, and in it one of each season: no district writes into another's."""
    return Path(settings.PUBLISHED_ROOT) / season.district.code / f"{season.year}-{season.level}"


def address(publication: Publication) -> str:
    """Outside of Django's addresses: the same on every host, and below no district's path."""
    season = publication.season
    return f"/published/{season.district.code}/{season.year}-{season.level}/{publication.campus.position + 1:02d}/"


@outbox.handles("class-list")
def write_class_list(payload: dict[str, Any]) -> None:
    """Write a campus's page, its record and its texts, each replaced whole; the index follows in its own job."""
    publication = Publication.objects.select_related("season__district", "campus").get(pk=payload["publication"])
    season, campus = publication.season, publication.campus
    draw = Draw.objects.filter(season=season, campus=campus).first()
    held = LotDraw.objects.get(season=season, campus=campus)
    place = folder(season) / f"{campus.position + 1:02d}"
    if draw is not None:
        replace(place / "record.json", ceremony.public_record(draw, held).encode())
        replace(place / "notice.txt", draw.notice.encode())
        replace(place / "transcript.txt", draw.transcript.encode())
    page = render_to_string("published/class-list.html", class_list(publication, draw, held)).encode()
    replace(place / "index.html", page)
    Publication.objects.filter(pk=publication.pk).update(
        page_sha256=hashlib.sha256(page).hexdigest(), published_at=Now()
    )
    outbox.enqueue("published-index", f"{publication.pk}", season=season.pk)


def class_list(publication: Publication, draw: Draw | None, held: LotDraw) -> dict[str, Any]:
    """The page's facts: for each class its team and its pupils as (code, masked name), in code order."""
    season, campus = publication.season, publication.campus
    pupils: dict[str, list[tuple[str, str]]] = {}
    for placement in Placement.objects.filter(
        confirmed_list__season=season, confirmed_list__campus=campus
    ).select_related("application__child", "roster_place"):
        code = placement.roster_place.code if draw else placement.application.receipt_number[-4:]
        child = placement.application.child
        pupils.setdefault(placement.class_label, []).append((code, mask_name(child.name) if child else ERASED))
    lots = held.lots.select_related("team").prefetch_related("team__teachers")
    classes = [
        {"label": lot.class_label, "team": lot.team, "pupils": sorted(pupils.get(lot.class_label, []))}
        for lot in sorted(lots, key=lambda lot: (len(lot.class_label), lot.class_label))
    ]
    return {
        "season": season,
        "campus": campus,
        "draw": draw,
        "classes": classes,
        "total": sum(map(len, pupils.values())),
    }


@outbox.handles("published-index")
def write_index(payload: dict[str, Any]) -> None:
    """Write the season's index; one at a time, so that a later one is never overwritten by an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('published-index'), %s)", [payload["season"]])
    season = Season.objects.select_related("district").get(pk=payload["season"])
    published = (
        Publication.objects.filter(season=season, published_at__isnull=False)
        .select_related("campus", "season")
        .order_by("campus__position")
    )
    replace(folder(season).parent / "portal.css", Path(finders.find(STYLESHEET)).read_bytes())
    replace(folder(season).parent / "verify.py", ceremony.VERIFIER.read_bytes())
    page = render_to_string("published/index.html", {"season": season, "publications": published})
    replace(folder(season) / "index.html", page.encode())
