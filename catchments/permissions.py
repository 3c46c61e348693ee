"""Who may work on a district's texts. Permission and object are fetched in one call."""

from dataclasses import dataclass

from django.http import Http404

from catchments.models import Catchment, Ruling
from districts import queries
from districts.models import Account, Campus, District, Membership, Season
from districts.models.seasons import Level
from districts.permissions import NotTheirs, membership_or_404
from districts.rights import Right


@dataclass(frozen=True)
class CampusText:
    """A campus of the clerk's district in its newest season; `text` is empty when it has none yet."""

    campus: Campus
    season: Season
    text: str


def bureau_seasons_or_404(account: Account, district: District) -> tuple[District, list[Season]]:
    """The newest season of each level in the clerk's district."""
    membership = membership_or_404(account, district, Right.WORK_ON_TEXTS)
    found = [season for level in Level if (season := queries.current_season(membership.district, level))]
    if not found:
        raise Http404("还没有招生年度")
    return membership.district, found


def campus_text_or_404(account: Account, district: District, campus_id: int) -> CampusText:
    _, seasons = bureau_seasons_or_404(account, district)
    plan = Campus.objects.select_related("school").filter(pk=campus_id, school__district=district)
    for season in seasons:
        if campus := plan.filter(seat_plans__season=season).first():
            catchment = Catchment.objects.filter(season=season, campus=campus).first()
            return CampusText(campus, season, catchment.text if catchment else "")
    raise NotTheirs


def ruling_or_404(account: Account, district: District, pk: int) -> tuple[Ruling, Membership]:
    membership = membership_or_404(account, district, Right.WORK_ON_TEXTS)
    found = (
        Ruling.objects.select_related("season__district", "campus")
        .filter(pk=pk, season__district=membership.district)
        .first()
    )
    if found is None:
        raise NotTheirs
    return found, membership
