"""审核: the school looks at each document, approves or returns single items, and verifies originals on site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from districts import audit, clock, sms
from districts.calendar import Action, require_open
from districts.models import Account
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment import guardians, states
from enrollment.filing import needed_evidence
from enrollment.models import Application, Evidence, Finding, OnSiteCheck, ReturnReason
from enrollment.permissions import forbid_relatives
from enrollment.states import Event, Status

SECTIONS = {"child": "孩子信息", "guardian": "监护人", "category": "报名类别", "address": "家庭住址和学校"}


@dataclass(frozen=True)
class ReturnedItem:
    """One item sent back: a section of SECTIONS, or `document` with the evidence."""

    section: str
    reason: ReturnReason
    note: str = ""
    evidence: Evidence | None = None


def look_at(application: Application, *, by: Account) -> None:
    """Log that a clerk opened the family's documents; families can see this."""
    with transaction.atomic():
        audit.record("application.viewed", application, by=by, district=application.season.district)


def version(application: Application) -> str:
    """What a reviewer looked at: a family that sends its application again makes another one of it."""
    return application.submitted_at.isoformat()


def approve(application: Application, *, by: Account, seen: str = "", now: datetime | None = None) -> None:
    """线上审核通过: every document accepted; the family is asked to come with the originals.

    `seen` is the version that the clerk's page showed. Raises PermissionDenied, StageClosed, NotAllowed, Refused.
    """
    with transaction.atomic():
        locked = lock_for_school(application, by=by, seen=seen, now=now)
        locked.status = states.next_status(Status(locked.status), Event.APPROVE)
        locked.evidence.filter(accepted_at__isnull=True).update(accepted_at=Now(), accepted_by=by)
        locked.save(update_fields=["status"])
        audit.record("application.approved", locked, by=by, district=locked.season.district)
        tell_family(locked, f"线上审核已通过，请带证件原件到{locked.campus.name}现场核验。")


def return_items(
    application: Application,
    items: Sequence[ReturnedItem],
    *,
    by: Account,
    seen: str = "",
    now: datetime | None = None,
) -> None:
    """退回补正: opens exactly these items for the family, each with its reason.

    Raises PermissionDenied, StageClosed, NotAllowed, Refused (nothing chosen, or the same item twice).
    """
    if not items:
        raise Refused({"": "请至少选择一项要退回的内容，并选择原因。"})
    if len({(item.section, item.evidence and item.evidence.pk) for item in items}) != len(items):
        raise Refused({"": "同一项目只能退回一次。"})
    with transaction.atomic():
        locked = lock_for_school(application, by=by, seen=seen, now=now)
        locked.status = states.next_status(Status(locked.status), Event.RETURN)
        returned = [item.evidence.pk for item in items if item.evidence]
        locked.evidence.filter(pk__in=returned).update(accepted_at=None, accepted_by=None)
        locked.evidence.exclude(pk__in=returned).filter(accepted_at__isnull=True).update(
            accepted_at=Now(), accepted_by=by
        )
        Finding.objects.bulk_create(
            Finding(
                application=locked,
                section=item.section,
                evidence=item.evidence,
                reason=item.reason,
                note=item.note,
                found_by=by,
            )
            for item in items
        )
        locked.save(update_fields=["status"])
        audit.record(
            "application.returned",
            locked,
            by=by,
            district=locked.season.district,
            items=[{"section": item.section, "reason": item.reason.code} for item in items],
        )
        tell_family(locked, f"有{len(items)}项材料需要补正，请登录查看并重新提交。")


def verify_on_site(
    application: Application, *, originals: Sequence[str], by: Account, seen: str = "", now: datetime | None = None
) -> None:
    """现场核验: record which originals were seen; all that the category needs must be.

    `originals` are document kind codes. Raises PermissionDenied, StageClosed, NotAllowed, Refused.
    """
    with transaction.atomic():
        locked = lock_for_school(application, by=by, seen=seen, now=now)
        then = states.next_status(Status(locked.status), Event.VERIFY)
        unseen = [e.kind.name for e in needed_evidence(locked) if e.kind.code not in originals]
        if unseen:
            raise Refused({"originals": "还有原件没有核验：" + "、".join(unseen) + "。缺少原件时请退回该项。"})
        locked.status = then
        locked.save(update_fields=["status"])
        OnSiteCheck.objects.update_or_create(
            application=locked, defaults={"originals": sorted(originals), "checked_by": by, "checked_at": Now()}
        )
        audit.record(
            "application.verified", locked, by=by, district=locked.season.district, originals=sorted(originals)
        )


def lock_for_school(application: Application, *, by: Account, seen: str, now: datetime | None) -> Application:
    """The locked row, for a clerk of its school, while reviewing is open when the request arrives.

    Of two clerks the second waits here and then reads what the first one did.
    """
    arrival = now or clock.now(application.season)
    locked = (
        Application.objects.select_related("season__district", "category", "campus__school", "account", "child")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=application.pk)
    )
    season, school_id = locked.season, locked.campus.school_id
    require_right(by, Right.REVIEW, district=season.district, school_id=school_id, season=season)
    forbid_relatives(by, locked)
    require_open(Action.REVIEW, locked.season.windows(), arrival)
    if seen and seen != version(locked):
        raise Refused({"": "您打开页面以后，家长又提交了新的内容。请看过下面的最新内容再办理。"})
    return locked


def tell_family(application: Application, sentence: str) -> None:
    """A message built from the stored decision. It names no child: phones are shared."""
    for phone in guardians.phones(application):
        sms.queue(phone, f"【阳光入学】回执{application.receipt_number}：{sentence}")
