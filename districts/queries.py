"""What many pages read about the district."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404

from districts.models import Account, AuditEvent, Campus, District, Membership, School, Season
from districts.models.seasons import Level
from districts.rights import Role


def newest_season(district: District, level: str = Level.PRIMARY) -> Season | None:
    """The newest season of `level`, without its stages."""
    seasons = Season.objects.filter(district=district, level=level)
    return seasons.select_related("district").order_by("-year").first()


def current_season(district: District, level: str = Level.PRIMARY) -> Season | None:
    """The newest season of `level`, its stages loaded."""
    seasons = Season.objects.filter(district=district, level=level)
    return seasons.select_related("district").prefetch_related("stages").order_by("-year").first()


def season_or_404(district: District, level: str = Level.PRIMARY) -> Season:
    """The newest season of `level`; a district that has none yet has no pages about one."""
    found = current_season(district, level)
    if found is None:
        raise Http404("还没有招生年度")
    return found


def seasons(district: District) -> QuerySet[Season]:
    return Season.objects.filter(district=district).prefetch_related("stages").order_by("-year", "-level")


def campuses(season: Season) -> QuerySet[Campus]:
    """The campuses that take part in `season`, suspended ones too, in the plan's order."""
    return Campus.objects.filter(seat_plans__season=season).select_related("school").order_by("position")


def enrolling_campuses(season: Season) -> QuerySet[Campus]:
    return campuses(season).filter(seat_plans__season=season, seat_plans__enrols=True)


def schools(season: Season) -> QuerySet[School]:
    return (
        School.objects.filter(campuses__seat_plans__season=season)
        .prefetch_related(Prefetch("campuses", campuses(season)))
        .distinct()
    )


def history(subject_label: str) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(subject=subject_label).order_by("id")


def log_of(district: District) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(district=district.code).order_by("-id")


def heads(district: District) -> QuerySet[Account]:
    """Who is head of the bureau now, each with the mobile on which staff are told things."""
    now = Membership.objects.in_force().filter(role=Role.BUREAU_HEAD, district=district)
    return Account.objects.filter(Exists(now.filter(account=OuterRef("pk"))), is_active=True).select_related("mobile")


def actor_names(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Who acted, by name: staff only, for a family stays 家长."""
    staff = {event.actor for event in events if event.actor_role == "staff"}
    return {str(account.pk): account.name for account in Account.objects.filter(pk__in=staff)}
