"""Who may do what. Permission and object are fetched in one call; a stranger gets 404, an insider without right 403."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from districts.models import Account, District, Membership, Season
from districts.rights import MAY, WORDS, Right, Role, words_for


class NotTheirs(Http404):
    """There is no such thing for this person. Answered like any 404; the attempt is logged (refused_access.py)."""


def membership_or_404(account: Account, district: District, right: Right) -> Membership:
    """The account's first membership in `district` that has `right`.

    An insider of the district without it gets 403 with the reason, everybody else 404. `district` is the request's:
    whoever belongs to another district is a stranger here, whatever their role there.
    """
    held = list(memberships(account, district).select_related("district", "school", "season"))
    for membership in held:
        if membership.role in MAY[right]:
            return membership
    if held:
        own = WORDS[Role(held[0].role)]
        raise PermissionDenied(f"这个页面只供“{words_for(right)}”使用，您的身份是“{own}”。")
    raise NotTheirs


def memberships(account: Account, district: District) -> QuerySet[Membership]:
    """What the account is in `district` now, the first one first."""
    return account.memberships.in_force().filter(district=district).order_by("pk")


def _giving(
    account: Account, right: Right, district: District, school_id: int | None, season: Season | None
) -> QuerySet[Membership]:
    """The memberships in force that give `right` here. A school's role does so in that school and nowhere else."""
    held = memberships(account, district).filter(role__in=MAY[right])
    held = held.filter(Q(school__isnull=True) | Q(school=school_id))
    return held.filter(Q(season__isnull=True) | Q(season=season)) if season is not None else held


def has_right(
    account: Account,
    right: Right,
    *,
    district: District,
    school_id: int | None = None,
    season: Season | None = None,
) -> bool:
    """Whether a membership in force gives `right` here: in a school, or without one in the whole district."""
    return _giving(account, right, district, school_id, season).exists()


def require_right(
    account: Account,
    right: Right,
    *,
    district: District,
    school_id: int | None = None,
    season: Season | None = None,
) -> Membership:
    """Use-cases ask again, whoever calls them. The membership that gives it.

    Raises PermissionDenied with the reason.
    """
    found = _giving(account, right, district, school_id, season).first()
    if found is None:
        raise PermissionDenied(f"只有本单位的“{words_for(right)}”可以这样做。")
    return found


def family_or_403(account: Account) -> Account:
    """The account, when it is a family's."""
    if not account.is_family:
        raise PermissionDenied("这个页面只供家长使用。")
    return account


def staff_or_403(account: Account) -> Account:
    """The account, when it is not a family's."""
    if account.is_family:
        raise PermissionDenied("这个页面只供工作人员使用。")
    return account
