"""What the pages read. A constant number of queries for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from classing.models import Draw, LotDraw, Team
from districts import queries as district_queries
from districts.models import Account, Campus, School, Season
from enrollment.models import (
    Application,
    Category,
    ConfirmedList,
    Finding,
    ListChange,
    Notice,
    Placement,
    Publication,
    SpotCheck,
    SpotCheckItem,
)
from enrollment.states import Status


def of_family(account: Account, season: Season) -> QuerySet[Application]:
    return (
        Application.objects.filter(account=account, season=season)
        .exclude(status=Status.WITHDRAWN)
        .select_related("child", "campus", "category", "season", "placement__notice")
        .order_by("created_at")
    )


def withdrawn_of_family(account: Account, season: Season) -> QuerySet[Application]:
    """What the family took back and has not had erased."""
    found = Application.objects.filter(account=account, season=season, status=Status.WITHDRAWN)
    return found.select_related("child", "campus").order_by("created_at")


def of_school(school: School, season: Season) -> QuerySet[Application]:
    """What the school may see: submitted applications of its campuses, in the order they came."""
    return (
        Application.objects.filter(
            campus__school=school, season=season, receipt_number__isnull=False, erasure__isnull=True
        )
        .select_related("child", "campus", "category")
        .order_by("submitted_at", "pk")
    )


def counts_by_status(applications: QuerySet[Application]) -> dict[str, int]:
    rows = applications.order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}


def open_findings(application: Application) -> QuerySet[Finding]:
    return application.findings.filter(closed_at__isnull=True).select_related("reason", "evidence__kind")


def past_findings(application: Application) -> QuerySet[Finding]:
    return application.findings.filter(closed_at__isnull=False).select_related("reason", "evidence__kind")


def spot_check_notes(application: Application) -> QuerySet[SpotCheckItem]:
    return application.spot_checks.filter(outcome=SpotCheckItem.Outcome.SENT_BACK).order_by("decided_at")


@dataclass(frozen=True)
class CampusProgress:
    """One campus on the bureau's table."""

    campus: Campus
    counts: dict[str, int]
    in_check: int
    confirmed: ConfirmedList | None
    teams: int
    draw: Draw | None
    lots_drawn: bool
    publication: Publication | None
    notices_written: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, *statuses: Status) -> int:
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def waiting(self) -> int:
        return self.of(Status.SUBMITTED)

    @property
    def with_family(self) -> int:
        return self.of(Status.RETURNED, Status.APPROVED)

    @property
    def verified(self) -> int:
        return self.of(Status.VERIFIED)

    @property
    def listed(self) -> int:
        return self.of(Status.CONFIRMED, Status.CLASSED)


def categories(season: Season) -> list[Category]:
    """The season's categories with what each needs; those of one group stand together, where the group begins."""
    found = list(Category.objects.filter(season=season).prefetch_related("requirements__kind"))
    first = {category.group: place for place, category in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda category: first[category.group])


@dataclass(frozen=True)
class Seats:
    """How a campus's places stand: `classes` is None when the plan leaves the number open."""

    classes: int | None
    class_cap: int
    applied: int

    @property
    def seats(self) -> int | None:
        return self.classes * self.class_cap if self.classes else None


def seats(season: Season, campuses: Sequence[Campus]) -> list[Seats]:
    """The places of these campuses and how many families have applied, in the same order (two queries)."""
    plans = dict(season.seat_plans.filter(campus__in=campuses).values_list("campus", "classes"))
    applied = dict(
        Application.objects.filter(season=season, campus__in=campuses, receipt_number__isnull=False)
        .exclude(status=Status.WITHDRAWN)
        .values_list("campus")
        .annotate(n=Count("pk"))
    )
    return [Seats(plans.get(one.pk), season.class_cap, applied.get(one.pk, 0)) for one in campuses]


def campus_progress(season: Season, campuses: QuerySet[Campus] | None = None) -> list[CampusProgress]:
    """Every enrolling campus of the season, in nine queries however many there are."""
    campuses = district_queries.enrolling_campuses(season) if campuses is None else campuses
    counts: dict[int, dict[str, int]] = {}
    submitted = Application.objects.filter(season=season, receipt_number__isnull=False).exclude(status=Status.WITHDRAWN)
    for row in submitted.values("campus", "status").annotate(n=Count("pk")):
        counts.setdefault(row["campus"], {})[row["status"]] = row["n"]
    in_check = dict(
        SpotCheckItem.objects.filter(spot_check__season=season, outcome=SpotCheckItem.Outcome.OPEN)
        .values_list("spot_check__campus")
        .annotate(n=Count("pk"))
    )
    teams = dict(Team.objects.filter(season=season).values_list("campus").annotate(n=Count("pk")))
    written = dict(
        Placement.objects.filter(confirmed_list__season=season, notice__written_at__isnull=False)
        .values_list("confirmed_list__campus")
        .annotate(n=Count("pk"))
    )
    by_campus = {
        model: {row.campus_id: row for row in model.objects.filter(season=season)}
        for model in (ConfirmedList, Draw, LotDraw, Publication)
    }
    return [
        CampusProgress(
            campus=campus,
            counts=counts.get(campus.pk, {}),
            in_check=in_check.get(campus.pk, 0),
            confirmed=by_campus[ConfirmedList].get(campus.pk),
            teams=teams.get(campus.pk, 0),
            draw=by_campus[Draw].get(campus.pk),
            lots_drawn=campus.pk in by_campus[LotDraw],
            publication=by_campus[Publication].get(campus.pk),
            notices_written=written.get(campus.pk, 0),
        )
        for campus in campuses
    ]


def spot_checks(season: Season, campus: Campus) -> QuerySet[SpotCheck]:
    return (
        SpotCheck.objects.filter(season=season, campus=campus)
        .annotate(
            open_items=Count("items", filter=Q(items__outcome="open")),
            confirmed_items=Count("items", filter=Q(items__outcome="confirmed")),
            returned_items=Count("items", filter=Q(items__outcome="sent-back")),
        )
        .prefetch_related("items__application__child", "items__application__category")
    )


def never_checked(season: Season, campus: Campus) -> int:
    """How many verified applications a new sample could be drawn from."""
    seen = SpotCheckItem.objects.filter(application=OuterRef("pk"), outcome__in=["open", "confirmed"])
    verified = Application.objects.filter(season=season, campus=campus, status=Status.VERIFIED)
    return verified.exclude(Exists(seen)).count()


def list_changes(season: Season, campus: Campus) -> QuerySet[ListChange]:
    """How a closed list has changed, the newest first."""
    changes = ListChange.objects.filter(confirmed_list__season=season, confirmed_list__campus=campus)
    return changes.select_related("release__asked_by", "release__decided_by").order_by("-pk")


def publications(season: Season) -> QuerySet[Publication]:
    return (
        Publication.objects.filter(season=season, published_at__isnull=False)
        .select_related("campus", "season__district")
        .order_by("campus__position")
    )


def being_written(season: Season) -> int:
    """How many published pages and notices the workers still have to write."""
    notices = Notice.objects.filter(placement__confirmed_list__season=season, written_at__isnull=True)
    return Publication.objects.filter(season=season, published_at__isnull=True).count() + notices.count()


def teams(season: Season, campus: Campus) -> QuerySet[Team]:
    return Team.objects.filter(season=season, campus=campus).prefetch_related("teachers").select_related("lot")


def placed(season: Season, campus: Campus | None) -> QuerySet[Placement]:
    """The confirmed children of a campus, or of all, campus by campus, class by class."""
    found = Placement.objects.filter(confirmed_list__season=season)
    if campus is not None:
        found = found.filter(confirmed_list__campus=campus)
    return found.select_related("confirmed_list__campus", "application__child", "application__season").order_by(
        "confirmed_list__campus__position", "confirmed_list__campus", "class_label", "application__receipt_number"
    )
