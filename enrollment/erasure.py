"""删除报名: what families gave goes when its time is over, or at once when they took their application back and ask.

Rows, ciphertext and files go. What stays: a stub (receipt number, school, status), the place in a draw by its code and
class, and counts that name nobody. All of one batch is one transaction; its files are removed by a job of the same
transaction, so that a crash leaves neither a row without its file nor a file that nobody will remove.
"""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Model, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now

from districts import audit, clock, outbox, release
from districts import erasure as technical
from districts.calendar import instant
from districts.models import Account, Consent, District, ErasureRun, Passkey, Release, Season, SignIn, SubmitKey
from districts.permissions import require_right
from districts.refusals import Refused
from districts.retention import Rule
from districts.rights import Right
from enrollment import retention
from enrollment.models import (
    Application,
    Child,
    CoGuardian,
    ErasedCount,
    Evidence,
    EvidencePage,
    Finding,
    MassMessageRecipient,
    Notice,
    OnSiteCheck,
    Placement,
    Publication,
    RosterPlace,
    SpotCheckItem,
)
from enrollment.private_files import EVIDENCE, NOTICES, forget
from enrollment.states import WORDS, Status

BATCH = 100  # a job's lease is 25 seconds


# --- what is due ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One rule of one season: how many applications and pages it concerns, and when."""

    rule: Rule
    ends: datetime
    is_due: bool
    applications: int
    pages: int


def previews(seasons: Iterable[Season], now: datetime | None = None) -> dict[Season, list[Line]]:
    """What a run at `now` would delete of each season, and what a later one (two queries, and the seasons' clocks)."""
    seasons = list(seasons)
    whole = Application.objects.filter(season__in=seasons, erasure=None)
    applications = _by_season_and_status(whole, "season", "status")
    shown = EvidencePage.objects.filter(evidence__application__in=whole)
    pages = _by_season_and_status(shown, "evidence__application__season", "evidence__application__status")
    found: dict[Season, list[Line]] = {}
    for season in seasons:
        ends = retention.season_ends(season.windows())
        arrival = now or clock.now(season)
        found[season] = [
            Line(
                rule,
                rule.ends(ends),
                rule.ends(ends) <= arrival,
                sum(applications[season.pk, status] for status in retention.STATUSES[rule.code]),
                sum(pages[season.pk, status] for status in retention.STATUSES[rule.code]),
            )
            for rule in retention.of_season(season.keep_admitted_years)
            if ends is not None
        ]
    return found


def preview(season: Season, now: datetime | None = None) -> list[Line]:
    return previews([season], now)[season]


def _by_season_and_status(rows: QuerySet, season: str, status: str) -> Counter[tuple[int, str]]:
    counted = rows.order_by().values_list(season, status).annotate(n=Count("pk"))
    return Counter({(pk, of): number for pk, of, number in counted})


def due(season: Season, now: datetime) -> QuerySet[Application]:
    """The season's applications whose time is over at `now`."""
    ends = retention.season_ends(season.windows())
    rules = retention.of_season(season.keep_admitted_years)
    statuses = {
        status
        for rule in rules
        if ends is not None and rule.ends(ends) <= now
        for status in retention.STATUSES[rule.code]
    }
    return Application.objects.filter(season=season, erasure=None, status__in=sorted(statuses))


# --- a season's run: asked for, released, done in batches ------------------------------------------------------------
def ask(season: Season, *, by: Account, now: datetime | None = None) -> Release:
    """申请删除: the applications that are due now. Raises PermissionDenied, Refused."""
    now = now or clock.now(season)
    require_right(by, Right.ASK_FOR_ERASURE, district=season.district, season=season)
    with transaction.atomic():
        lines = [line for line in preview(season, now) if line.is_due and line.applications]
        if not lines:
            raise Refused({"": "这个招生年度现在没有到期的报名。"})
        what = "；".join(f"{line.rule.what}：{line.applications}份，{line.pages}页照片" for line in lines)
        return release.ask(
            "erasure",
            audit.label(season),
            what=f"删除{season}截至{instant(now)}到期的报名。{what}。删除以后不能恢复。",
            payload={"season": season.pk, "due_at": now.isoformat()},
            by=by,
            district=season.district,
        )


@release.carried_out("erasure", "删除到期报名", Right.RELEASE_ERASURE)
def begin(found: Release, by: Account) -> None:
    """The second person agreed: a worker deletes exactly what was due when it was asked for."""
    season = Season.objects.get(pk=found.payload["season"])
    run = ErasureRun.objects.create(
        kind=ErasureRun.Kind.SEASON,
        district=found.district,
        season=season,
        due_at=datetime.fromisoformat(found.payload["due_at"]),
        asked_by=found.asked_by,
        released_by=by,
    )
    outbox.enqueue("erase", f"{run.pk}:0", run=str(run.pk), batch=0)


@outbox.handles("erase")
def erase_batch(payload: dict[str, Any]) -> None:
    """Erase some of a run's applications; the next batch is the next job, and the last one says that it is done."""
    run = (
        ErasureRun.objects.select_for_update(of=("self",))
        .select_related("season__district", "released_by")
        .get(pk=payload["run"])
    )
    batch = payload["batch"]
    locked = due(run.season, run.due_at).order_by("pk").select_for_update(of=("self",), no_key=True)[:BATCH]
    if applications := list(locked):
        erase(applications, run, by=run.released_by, key=f"{run.pk}:{batch}")
        outbox.enqueue("erase", f"{run.pk}:{batch + 1}", run=str(run.pk), batch=batch + 1)
    else:
        finish(run, by=run.released_by)


def erase_at_once(application: Application, *, by: Account) -> None:
    """A family wants an application that it took back to be forgotten now. Raises Refused."""
    with transaction.atomic():
        locked = (
            Application.objects.select_related("season__district")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=application.pk, account=by)
        )
        if locked.status != Status.WITHDRAWN:
            raise Refused({"": "只有已撤回的报名可以立即删除。还在办理的报名请先撤回；草稿可以直接删除。"})
        run = ErasureRun.objects.create(
            kind=ErasureRun.Kind.FAMILY,
            district=locked.season.district,
            season=locked.season,
            due_at=clock.database_now(),
        )
        erase([locked], run, by=by, key=str(run.pk))
        finish(run, by=by)


# --- the deleting itself --------------------------------------------------------------------------------------------
def erase(applications: Sequence[Application], run: ErasureRun, *, by: Account, key: str) -> None:
    """Erase these locked applications and count them. Runs inside the caller's transaction."""
    keys = [application.pk for application in applications]
    pages = EvidencePage.objects.filter(evidence__application__in=keys)
    notices = Notice.objects.filter(placement__in=keys)
    forget(
        key,
        {
            EVIDENCE: list(pages.values_list("address", flat=True).distinct()),
            NOTICES: list(notices.exclude(file_address="").values_list("file_address", flat=True)),
        },
    )
    count(applications)
    run.counts["page"] = run.counts.get("page", 0) + pages.count()
    for application in applications:
        rule = next(code for code, of in retention.STATUSES.items() if application.status in of)
        run.counts[rule] = run.counts.get(rule, 0) + 1
        audit.record("application.erased", application, by=by, district=run.district, rule=rule, run=str(run.pk))
    run.save(update_fields=["counts"])
    for model in (Finding, OnSiteCheck, Evidence):
        model.objects.filter(application__in=keys).delete()
    SpotCheckItem.objects.filter(application__in=keys).update(note="")
    Placement.objects.filter(pk__in=keys).update(rule="")
    notices.update(file_address="", written_at=None)
    children = [application.child_id for application in applications]
    Application.objects.filter(pk__in=keys, status=Status.DRAFT).delete()
    Application.objects.filter(pk__in=keys).update(
        erasure=run,
        child=None,
        account=None,
        child_index=None,
        address_cipher=None,
        category=None,
        guardian_name="",
        guardian_relation="",
        campus_reason="",
        multiples_wish="",
    )
    RosterPlace.objects.filter(placement__in=keys).update(salt_cipher=None)  # lets itself be emptied only after that
    Child.objects.filter(pk__in=children, applications=None).delete()


def count(applications: Sequence[Application]) -> None:
    """Add them to the statistics that stay."""
    cells = Counter((one.season_id, one.campus_id, one.category_id, one.status) for one in applications)
    for (season, campus, category, status), number in cells.items():
        cell, _ = ErasedCount.objects.get_or_create(
            season_id=season, campus_id=campus, category_id=category, status=status, defaults={"count": 0}
        )
        ErasedCount.objects.filter(pk=cell.pk).update(count=F("count") + number)


FEWER = 5  # below it a number could point at somebody


@dataclass(frozen=True)
class Counted:
    """A cell of the statistics as people read it."""

    season: str
    campus: str
    category: str
    status: str
    number: str


def statistics(district: District) -> list[Counted]:
    """What stays known of the erased applications of a district; small numbers are not told."""
    cells = ErasedCount.objects.filter(season__district=district).select_related("season", "campus", "category")
    return [
        Counted(
            str(cell.season),
            str(cell.campus or "未选学校"),
            cell.category.name if cell.category else "未选类别",
            WORDS[Status(cell.status)],
            str(cell.count) if cell.count >= FEWER else f"少于{FEWER}",
        )
        for cell in cells.order_by("-season__year", "campus__position", "category__position", "status")
    ]


def finish(run: ErasureRun, *, by: Account) -> None:
    """The line in the log, and published pages without the erased children's masked names."""
    run.finished_at = Now()
    run.save(update_fields=["finished_at"])
    audit.record("erasure.finished", run, by=by, district=run.district, kind=run.kind, counts=run.counts)
    if run.counts.get(retention.ADMITTED.code):
        for publication in Publication.objects.filter(season=run.season):
            outbox.enqueue("class-list", f"{publication.pk}:{run.pk}", publication=publication.pk)


# --- what goes without anybody's decision, on this floor -------------------------------------------------------------
@technical.erases(retention.CHILD.code)
def children_due(now: datetime) -> QuerySet[Child]:
    """Children of whom no application is left, as after the deletion of a draft."""
    applied = Application.objects.filter(child=OuterRef("pk"))
    return Child.objects.filter(~Exists(applied), created_at__lte=now - retention.CHILD.keep)


@technical.erases(retention.GUARDIAN_INVITATION.code)
def invitations_due(now: datetime) -> QuerySet[CoGuardian]:
    return CoGuardian.objects.filter(accepted_at=None, expires_at__lte=now - retention.GUARDIAN_INVITATION.keep)


@technical.erases(retention.CONSENT.code)
def consents_due(now: datetime) -> QuerySet[Consent]:
    """The consents of accounts that are about to go: what was agreed to is gone already."""
    return Consent.objects.filter(account__in=_bare_accounts(now, besides={Consent}))


@technical.erases(retention.FAMILY_ACCOUNT.code)
def accounts_due(now: datetime) -> QuerySet[Account]:
    return _bare_accounts(now)


# What an account leaves of itself, and what goes with it.
OF_ITSELF = {SignIn, SubmitKey, Passkey, MassMessageRecipient}


def _bare_accounts(now: datetime, *, besides: Set[type[Model]] = frozenset()) -> QuerySet[Account]:
    """Families' accounts that nothing names any more but their sign-ins, and those are long over."""
    before = now - retention.FAMILY_ACCOUNT.keep
    ended = SignIn.objects.alias(end=Coalesce("ended_at", "last_seen_at"))
    recent = ended.filter(account=OuterRef("pk"), end__gt=before)
    found = Account.objects.filter(~Exists(recent), phone_index__isnull=False, created_at__lte=before)
    for relation in Account._meta.related_objects:
        if relation.related_model not in {*OF_ITSELF, *besides}:
            named = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.filter(~Exists(named))
    return found
