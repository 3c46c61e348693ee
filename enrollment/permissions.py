"""Who may see or act on an application. Permission and object are fetched in one call.

A stranger gets 404; an insider of the wrong school or role gets 403 with the reason.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from districts import relatives
from districts.models import Account, Campus, District, Membership
from districts.permissions import NotTheirs, has_right, membership_or_404, memberships
from districts.rights import MAY, Right
from enrollment import guardians
from enrollment.models import Application, CoGuardian, EvidencePage, SpotCheckItem


def _applications() -> QuerySet[Application]:
    whole = Application.objects.filter(erasure=None)
    return whole.select_related("child", "season__district", "category", "campus__school", "account")


def _one_or_404(found: QuerySet, pk: UUID) -> Application:
    application = found.filter(pk=pk).first()
    if application is None:
        raise NotTheirs
    return application


def family_application_or_404(account: Account, district: District, pk: UUID) -> Application:
    """The account's own application in this district; a family may have others in other districts."""
    return _one_or_404(_applications().filter(account=account, season__district=district), pk)


def followed_application_or_404(account: Account, district: District, pk: UUID) -> Application:
    """An application in this district that the account follows as second guardian."""
    followed = _applications().filter(child__in=guardians.follows(account).values("child"))
    return _one_or_404(followed.filter(season__district=district), pk)


def invitation_or_404(account: Account, district: District, pk: UUID) -> CoGuardian:
    """An open invitation to the account's number."""
    found = guardians.invitations_to(account, district).filter(pk=pk).first()
    if found is None:
        raise NotTheirs
    return found


def school_application_or_404(account: Account, district: District, pk: UUID) -> tuple[Application, Membership]:
    """A submitted application of the clerk's own school, and the membership that opens it."""
    membership = membership_or_404(account, district, Right.SEE_SCHOOL)
    application = _one_or_404(
        _applications().filter(season__district=membership.district, receipt_number__isnull=False), pk
    )
    if application.campus.school_id != membership.school_id:
        raise PermissionDenied("这份报名属于其他学校，您只能查看本校的报名。")
    return application, membership


def full_application_or_404(account: Account, district: District, pk: UUID) -> Application:
    """A submitted application of the clerk's school or district, whose masked values the clerk may see in full.

    A relative's child raises PermissionDenied.
    """
    membership_or_404(account, district, Right.SEE_FULL_NUMBERS)
    application = _one_or_404(_applications().filter(season__district=district, receipt_number__isnull=False), pk)
    season, school_id = application.season, application.campus.school_id
    if not has_right(account, Right.SEE_FULL_NUMBERS, district=district, school_id=school_id, season=season):
        raise NotTheirs
    forbid_relatives(account, application)
    return application


def forbid_relatives(account: Account, application: Application) -> None:
    """Nobody decides about their own or a declared relative's child. Raises PermissionDenied."""
    if relatives.declared(account, application.child.id_number):
        raise PermissionDenied("这是您申报过的亲属的孩子，请由别人办理。")


def school_campus_or_404(account: Account, district: District, campus_id: int) -> tuple[Campus, Membership]:
    membership = membership_or_404(account, district, Right.SEE_SCHOOL)
    campus = Campus.objects.select_related("school").filter(pk=campus_id, school_id=membership.school_id).first()
    if campus is None:
        raise NotTheirs
    return campus, membership


def bureau_campus_or_404(account: Account, district: District, campus_id: int) -> tuple[Campus, Membership]:
    membership = membership_or_404(account, district, Right.SEE_DISTRICT)
    campus = (
        Campus.objects.select_related("school").filter(pk=campus_id, school__district_id=membership.district_id).first()
    )
    if campus is None:
        raise NotTheirs
    return campus, membership


def bureau_item_or_404(account: Account, district: District, pk: int) -> tuple[SpotCheckItem, Membership]:
    """One item of a spot check in the clerk's district."""
    membership = membership_or_404(account, district, Right.SEE_DISTRICT)
    item = (
        SpotCheckItem.objects.select_related(
            "spot_check", "application__child", "application__category", "application__campus__school"
        )
        .select_related("application__season__district", "application__account")
        .filter(pk=pk, spot_check__season__district=membership.district, application__erasure=None)
        .first()
    )
    if item is None:
        raise NotTheirs
    return item, membership


def evidence_page_or_404(account: Account, district: District, pk: UUID) -> EvidencePage:
    """A document page: for its family, for clerks of its school, for its district's bureau. Asked on every request."""
    page = (
        EvidencePage.objects.select_related("evidence__application__season__district", "evidence__application__campus")
        .filter(pk=pk, evidence__application__season__district=district)
        .first()
    )
    if page is None:
        raise NotTheirs
    application = page.evidence.application
    if application.account_id == account.pk:
        return page
    if application.receipt_number is not None:
        for membership in memberships(account, district):
            if membership.role in MAY[Right.SEE_SCHOOL] and membership.school_id == application.campus.school_id:
                return page
            if membership.role in MAY[Right.SEE_DISTRICT]:
                return page
    raise NotTheirs
