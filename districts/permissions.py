"""Who may do what. Permission and object are fetched in one call; a stranger gets 404, an insider without right 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from districts.models import Account, District, Membership, Role


def membership_or_404(account: Account, role: Role, district: District | None = None) -> Membership:
    """The account's membership in `role`. A person with another role gets 403 with the reason, anyone else 404."""
    held = list(account.memberships.in_force().select_related("district", "school").order_by("pk"))
    for membership in held:
        if membership.role == role and (district is None or membership.district_id == district.pk):
            return membership
    if held:
        raise PermissionDenied(f"这个页面只供“{role.label}”使用，您的身份是“{held[0].get_role_display()}”。")
    raise Http404


def require_role(account: Account, role: Role, *, district: District, school_id: int | None = None) -> None:
    """Use-cases ask again, whoever calls them. Raises PermissionDenied with the reason."""
    allowed = account.memberships.in_force().filter(role=role, district=district)
    if school_id is not None:
        allowed = allowed.filter(school_id=school_id)
    if not allowed.exists():
        raise PermissionDenied(f"只有本单位的“{role.label}”可以这样做。")
