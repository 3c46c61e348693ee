"""名单变更: after a list is closed and before its roster is committed, one child more or less.

One person asks with a reason, another releases; the database refuses any other change (migration 0007). Whoever comes
after the roster is committed is not on the draw's list at all.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from classing.models import Draw, LotDraw
from districts import audit, clock, release
from districts.calendar import Action, is_open, require_open
from districts.identity import mask_name
from districts.models import Account, Campus, Release, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment import states
from enrollment.models import Application, ConfirmedList, ListChange, Placement
from enrollment.permissions import forbid_relatives
from enrollment.review import tell_family
from enrollment.sampling import frame_hash
from enrollment.states import Event, Status

EVENTS = {ListChange.Kind.ADD: Event.ADD, ListChange.Kind.REMOVE: Event.REMOVE}


def ask(
    season: Season,
    campus: Campus,
    *,
    receipt_number: str,
    kind: ListChange.Kind,
    reason: str,
    by: Account,
    now: datetime | None = None,
) -> Release:
    """Ask that a child be added to the closed list, or removed from it. Raises PermissionDenied, StageClosed, Refused.

    What could not be done is refused now, and not by who releases it.
    """
    with transaction.atomic():
        confirmed, application = _changeable(season, campus, receipt_number, kind, people=[by], now=now)
        then = confirmed.count + (1 if kind == ListChange.Kind.ADD else -1)
        what = (
            f"{campus.name}名单确认以后{kind.label}：回执{receipt_number}（{mask_name(application.child.name)}）。"
            f"原因：{reason.strip()}。名单由{confirmed.count}人变为{then}人。"
        )
        payload = {"list": confirmed.pk, "receipt": receipt_number, "kind": str(kind), "reason": reason.strip()}
        return release.ask(
            "list-change", audit.label(application), what=what, payload=payload, by=by, district=season.district
        )


@release.carried_out("list-change", "名单确认后变更", Right.RELEASE_LIST)
def change_released(found: Release, by: Account) -> None:
    """Change the list in the name of who asked, and tell the family."""
    said = found.payload
    confirmed = ConfirmedList.objects.select_related("season__district", "campus").get(pk=said["list"])
    kind = ListChange.Kind(said["kind"])
    confirmed, application = _changeable(
        confirmed.season, confirmed.campus, said["receipt"], kind, people=[found.asked_by, by], now=None
    )
    ListChange.objects.create(
        confirmed_list=confirmed,
        receipt_number=application.receipt_number,
        kind=kind,
        reason=said["reason"],
        release=found,
        count=confirmed.count,
        sha256=confirmed.sha256,
    )
    if kind == ListChange.Kind.ADD:
        Placement.objects.create(application=application, confirmed_list=confirmed, rule=application.campus_reason)
    else:
        Placement.objects.get(application=application).delete()
    on_it = list(confirmed.placements.values_list("application__receipt_number", flat=True))
    confirmed.count, confirmed.sha256 = len(on_it), frame_hash(on_it)
    confirmed.save(update_fields=["count", "sha256"])
    application.status = states.next_status(Status(application.status), EVENTS[kind])
    application.save(update_fields=["status"])
    audit.record(
        f"list.{kind}",
        application,
        by=found.asked_by,
        district=found.district,
        campus=confirmed.campus.name,
        reason=said["reason"],
        count=confirmed.count,
        sha256=confirmed.sha256,
        agreed_by=by.name,
    )
    tell_family(
        application,
        f"教育局已{kind.label}{confirmed.campus.name}新生名单，原因请登录查看，有疑问请拨打咨询电话。",
    )


def _changeable(
    season: Season,
    campus: Campus,
    receipt_number: str,
    kind: ListChange.Kind,
    *,
    people: list[Account],
    now: datetime | None,
) -> tuple[ConfirmedList, Application]:
    """The locked list and the locked application, when the one may change by the other and these people decide it."""
    for person in people:
        require_right(person, Right.CHANGE_LIST, district=season.district, season=season)
    instant = now or clock.now(season)
    if not is_open(Action.SPOT_CHECK, season.windows(), instant):
        require_open(Action.COMMIT_ROSTER, season.windows(), instant)
    confirmed = ConfirmedList.objects.select_for_update(no_key=True).filter(season=season, campus=campus).first()
    if confirmed is None:
        raise Refused({"": "这所学校的名单还没有确认，不用变更。"})
    for held in (Draw, LotDraw):
        if held.objects.filter(season=season, campus=campus).exists():
            raise Refused({"": "新生名册已经封存，名单不能再变更。"})
    application = (
        Application.objects.select_related("child", "account")
        .select_for_update(of=("self",), no_key=True)
        .filter(season=season, campus=campus, receipt_number=receipt_number)
        .first()
    )
    if application is None:
        raise Refused({"receipt_number": f"{campus.name}没有这个回执号，请核对。"})
    for person in people:
        forbid_relatives(person, application)
        if audit.acted(application, person, ("application.approved", "application.verified")):
            raise PermissionDenied("您审核过这份报名，请由别人办理。")
    if EVENTS[kind] not in states.TRANSITIONS[Status(application.status)] or not _was_verified(confirmed, application):
        word = states.WORDS[Status(application.status)]
        raise Refused({"receipt_number": f"这份报名现在是“{word}”，不能{kind.label}。"})
    return confirmed, application


def _was_verified(confirmed: ConfirmedList, application: Application) -> bool:
    """Of the lapsed only those come back who were on the list: the others' originals nobody has seen."""
    if application.status != Status.LAPSED:
        return True
    return confirmed.changes.filter(receipt_number=application.receipt_number).exists()
