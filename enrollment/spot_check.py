"""抽检: the bureau checks a recorded random sample of what a school verified, then closes the school's list."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from districts import audit, clock
from districts.calendar import Action, require_open
from districts.models import Account, Campus, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment import states
from enrollment.models import Application, ConfirmedList, Placement, SpotCheck, SpotCheckItem
from enrollment.permissions import forbid_relatives
from enrollment.sampling import draw_sample, frame_hash
from enrollment.states import Event, Status


@dataclass(frozen=True)
class Preflight:
    """What stands between a campus's list and its closing."""

    undecided: int
    in_check: int
    unfinished: int
    verified: int

    @property
    def may_close(self) -> bool:
        return not self.undecided and not self.in_check


def draw(
    season: Season, campus: Campus, *, size: int, by: Account, seed: str = "", now: datetime | None = None
) -> SpotCheck:
    """Draw `size` of the campus's verified applications that were not checked before; seed and frame are recorded.

    Raises PermissionDenied, StageClosed, Refused.
    """
    with transaction.atomic():
        require_bureau(season, by, now)
        frame = {
            application.receipt_number: application
            for application in Application.objects.filter(season=season, campus=campus, status=Status.VERIFIED).exclude(
                spot_checks__outcome__in=["open", "confirmed"]
            )
        }
        if not 1 <= size <= len(frame):
            raise Refused({"size": f"可抽检的报名有{len(frame)}份，样本数请填1到{max(len(frame), 1)}。"})
        seed = seed or secrets.token_hex(16)
        check = SpotCheck.objects.create(
            season=season,
            campus=campus,
            seed=seed,
            size=size,
            frame_size=len(frame),
            frame_hash=frame_hash(frame),
            drawn_by=by,
        )
        SpotCheckItem.objects.bulk_create(
            SpotCheckItem(spot_check=check, application=frame[receipt]) for receipt in draw_sample(frame, size, seed)
        )
        audit.record(
            "spot-check.drawn", check, by=by, district=season.district, campus=campus.name, size=size, seed=seed
        )
    return check


def confirm(item: SpotCheckItem, *, by: Account, now: datetime | None = None) -> None:
    """抽检通过."""
    decide(item, SpotCheckItem.Outcome.CONFIRMED, note="", by=by, now=now)


def send_back(item: SpotCheckItem, *, note: str, by: Account, now: datetime | None = None) -> None:
    """退回学校: the school reviews the application again, with the bureau's words before it."""
    if not note.strip():
        raise Refused({"note": "请写明退回学校的原因。"})
    decide(item, SpotCheckItem.Outcome.SENT_BACK, note=note.strip(), by=by, now=now)


def decide(item: SpotCheckItem, outcome: str, *, note: str, by: Account, now: datetime | None) -> None:
    with transaction.atomic():
        item = (
            SpotCheckItem.objects.select_related("spot_check__season__district")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=item.pk)
        )
        season = item.spot_check.season
        require_bureau(season, by, now)
        application = (Application.objects.select_related("child").select_for_update(of=("self",), no_key=True)).get(
            pk=item.application_id
        )
        forbid_relatives(by, application)
        if audit.acted(application, by, ("application.approved", "application.verified")):
            raise PermissionDenied("您审核过这份报名，请由别人抽检。")
        if item.outcome != SpotCheckItem.Outcome.OPEN:
            raise Refused({"": "这一份已经有抽检结论。"})
        if outcome == SpotCheckItem.Outcome.SENT_BACK:
            application.status = states.next_status(Status(application.status), Event.SEND_BACK)
            application.save(update_fields=["status"])
        item.outcome, item.note, item.decided_by, item.decided_at = outcome, note, by, Now()
        item.save(update_fields=["outcome", "note", "decided_by", "decided_at"])
        audit.record(f"spot-check.{outcome}", application, by=by, district=season.district, note=note)


def preflight(season: Season, campus: Campus) -> Preflight:
    """The counts shown before a list is closed (one query and one more)."""
    counts = Application.objects.filter(season=season, campus=campus).aggregate(
        undecided=Count("pk", filter=Q(status=Status.SUBMITTED)),
        unfinished=Count("pk", filter=Q(status__in=[Status.RETURNED, Status.APPROVED])),
        verified=Count("pk", filter=Q(status=Status.VERIFIED)),
    )
    in_check = SpotCheckItem.objects.filter(
        spot_check__season=season, spot_check__campus=campus, outcome=SpotCheckItem.Outcome.OPEN
    ).count()
    return Preflight(in_check=in_check, **counts)


def close_list(season: Season, campus: Campus, *, by: Account, now: datetime | None = None) -> ConfirmedList:
    """确认名单: everybody verified is placed, who did not finish is left to the bureau; happens once.

    Raises PermissionDenied, StageClosed, Refused.
    """
    with transaction.atomic():
        require_bureau(season, by, now)
        Campus.objects.select_for_update(no_key=True).get(pk=campus.pk)
        if ConfirmedList.objects.filter(season=season, campus=campus).exists():
            raise Refused({"": "这所学校的名单已经确认过。"})
        state = preflight(season, campus)
        if not state.may_close:
            raise Refused({"": f"还有{state.undecided}份待学校审核、{state.in_check}份待抽检，不能确认名单。"})
        on_campus = Application.objects.filter(season=season, campus=campus).select_for_update(no_key=True)
        verified = list(on_campus.filter(status=Status.VERIFIED).order_by("receipt_number"))
        confirmed = ConfirmedList.objects.create(
            season=season,
            campus=campus,
            count=len(verified),
            sha256=frame_hash([application.receipt_number for application in verified]),
            closed_by=by,
        )
        Placement.objects.bulk_create(
            Placement(application=application, confirmed_list=confirmed, rule=application.campus_reason)
            for application in verified
        )
        set_all(verified, Event.CONFIRM)
        left = list(on_campus.filter(status__in=[Status.RETURNED, Status.APPROVED]))
        set_all(left, Event.LAPSE)
        for application in left:
            audit.record("application.lapsed", application, by=by, district=season.district)
        audit.record(
            "list.closed",
            confirmed,
            by=by,
            district=season.district,
            campus=campus.name,
            count=len(verified),
            sha256=confirmed.sha256,
        )
    return confirmed


def set_all(applications: list[Application], event: Event) -> None:
    for application in applications:
        application.status = states.next_status(Status(application.status), event)
    Application.objects.bulk_update(applications, ["status"], batch_size=500)


def require_bureau(season: Season, by: Account, now: datetime | None) -> None:
    require_right(by, Right.SPOT_CHECK, district=season.district, season=season)
    require_open(Action.SPOT_CHECK, season.windows(), now or clock.now(season))
