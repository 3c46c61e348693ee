"""Who works here: invite, change, end, and let somebody who lost everything begin again."""

import secrets
from datetime import datetime
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.urls import reverse

from districts import audit, clock, sign_ins, sms
from districts.encryption import blind_index
from districts.models import Account, District, Invitation, Membership, School, StaffMobile
from districts.permissions import membership_or_404, require_right
from districts.refusals import Refused
from districts.rights import OF_A_SCHOOL, Right, Role

INVITATION_HOURS = 72
RESET_HOURS = 24
WEAK = {
    "password_too_short": "密码至少要12个字符。",
    "password_too_common": "这个密码太常见，请换一个。",
    "password_too_similar": "密码和登录名或姓名太像，请换一个。",
}


def managed_district_or_404(account: Account) -> District:
    """The district whose staff the account looks after."""
    return membership_or_404(account, Right.MANAGE_PEOPLE).district


def _require_manager(by: Account | None, district: District) -> None:
    """The one place that says who may manage people; `by` is None only on the command line."""
    if by is not None:
        require_right(by, Right.MANAGE_PEOPLE, district=district)


# --- who there is ---------------------------------------------------------------------------------------------------
def staff_of(district: District) -> QuerySet[Account]:
    """Everybody who has or had a role here, with those roles as `roles_here` and whether the password is set."""
    here = Membership.objects.filter(district=district).select_related("school").order_by("-pk")
    open_link = Invitation.objects.filter(account=OuterRef("pk"), used_at=None, expires_at__gt=Now())
    return (
        Account.objects.filter(Exists(here.filter(account=OuterRef("pk"))))
        .prefetch_related(Prefetch("memberships", here, to_attr="roles_here"))
        .annotate(has_open_link=Exists(open_link))
        .order_by("login")
    )


def person_or_404(by: Account, pk: UUID) -> tuple[Account, District]:
    district = managed_district_or_404(by)
    found = staff_of(district).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, district


# --- invite ---------------------------------------------------------------------------------------------------------
def invite(
    district: District,
    *,
    login: str,
    name: str,
    role: Role,
    school: School | None = None,
    mobile: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Account | None,
) -> tuple[Account, str]:
    """A new member of staff, and the link by which that person sets a password: shown once, sent to `mobile`.

    Raises PermissionDenied, Refused.
    """
    _require_manager(by, district)
    with transaction.atomic():
        account = Account(login=login, name=name)
        account.set_unusable_password()
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError:
            raise Refused({"login": "这个登录名已经有人用了，请换一个。"}) from None
        membership = _employ(account, district, role, school, starts_at, ends_at)
        if mobile:
            contact = StaffMobile(account=account)
            contact.phone = mobile
            contact.save(force_insert=True)
        link = _new_link(account, hours=INVITATION_HOURS)
        audit.record("people.invited", membership, by=by, district=district, role_given=str(role))
        if mobile:
            sms.queue(mobile, f"【阳光入学】{name}，请在{INVITATION_HOURS}小时内打开 {link} 设置登录密码。不要转发。")
    return account, link


def _employ(
    account: Account,
    district: District,
    role: Role,
    school: School | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Membership:
    if (role in OF_A_SCHOOL) != (school is not None):
        raise Refused({"school": "学校的角色请选择学校，其他角色不选。"})
    if school is not None and school.district_id != district.pk:
        raise Refused({"school": "请选择本区的学校。"})
    now = clock.database_now()
    starts_at = max(starts_at or now, now)
    if ends_at is not None and ends_at <= starts_at:
        raise Refused({"ends": "结束日期应在开始日期之后，并且还没有过去。"})
    return Membership.objects.create(
        account=account, district=district, role=role, school=school, starts_at=starts_at, ends_at=ends_at
    )


def _new_link(account: Account, *, hours: int) -> str:
    """A fresh one-time link; older ones are void."""
    account.invitations.filter(used_at=None).update(expires_at=Now())
    token = secrets.token_urlsafe(32)
    row = Invitation(account=account, token_mac=_mac(token))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO districts_invitation (id, account_id, token_mac, expires_at) "
            "VALUES (%s, %s, %s, clock_timestamp() + make_interval(hours => %s))",
            [row.pk, account.pk, row.token_mac, hours],
        )
    return urljoin(settings.PUBLIC_URL, reverse("staff-invitation", args=[token]))


def invited(token: str) -> Account | None:
    """Whose link it is, while it is good."""
    found = Invitation.objects.select_related("account").filter(
        token_mac=_mac(token), used_at=None, expires_at__gt=Now(), account__is_active=True
    )
    return row.account if (row := found.first()) else None


def accept(token: str, password: str, *, district: District) -> Account:
    """Set the password by a link that is still good; it opens nothing afterwards. Raises Refused."""
    account = invited(token)
    if account is None:
        raise Refused({"": "这个链接已经用过或已失效，请联系教育局重新发一个。"})
    check_password_is_good(password, account)
    with transaction.atomic():
        row = Invitation.objects.filter(token_mac=_mac(token), used_at=None, expires_at__gt=Now())
        if row.update(used_at=Now()) != 1:
            raise Refused({"": "这个链接已经用过或已失效，请联系教育局重新发一个。"})
        account.set_password(password)
        account.save(update_fields=["password"])
        audit.record("people.accepted", account, by=account, district=district)
    return account


def check_password_is_good(password: str, account: Account) -> None:
    """At least 12 characters and none of the common ones (settings.AUTH_PASSWORD_VALIDATORS). Raises Refused."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused({"password": "".join(WEAK[one.code] for one in error.error_list)}) from None


def change_password(account: Account, password: str, *, district: District) -> None:
    """A new password by its owner. Raises Refused."""
    check_password_is_good(password, account)
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        audit.record("account.password-changed", account, by=account, district=district)
        sign_ins.tell(account, f"账号{account.login}的密码刚被修改。不是您本人，请立即联系教育局。")


def _mac(token: str) -> bytes:
    return blind_index("invitation", token)


# --- change and end -------------------------------------------------------------------------------------------------
def end_membership(membership: Membership, *, by: Account | None) -> None:
    """From now on the role opens nothing, and the person is signed out everywhere. Raises PermissionDenied, Refused."""
    _require_manager(by, membership.district)
    _not_yourself(membership.account, by)
    with transaction.atomic():
        _end(membership)
        audit.record("people.ended", membership, by=by, district=membership.district)
        sign_ins.end_all(membership.account)


def change_membership(
    membership: Membership,
    *,
    role: Role,
    school: School | None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Account | None,
) -> Membership:
    """Another role, school or time in place of this one. Raises PermissionDenied, Refused."""
    _require_manager(by, membership.district)
    _not_yourself(membership.account, by)
    with transaction.atomic():
        _end(membership)
        new = _employ(membership.account, membership.district, role, school, starts_at, ends_at)
        audit.record("people.changed", new, by=by, district=membership.district, role_given=str(role))
        sign_ins.end_all(membership.account)
    return new


def _end(membership: Membership) -> None:
    """End it at this moment, by the database's clock; one that has not begun is taken away."""
    row = Membership.objects.filter(pk=membership.pk).filter(Q(ends_at=None) | Q(ends_at__gt=Now()))
    if not row.exists():
        raise Refused({"": "这个任职已经结束。"})
    if row.filter(starts_at__gte=Now()).delete()[0] == 0:
        row.update(ends_at=Now())


def reset(account: Account, district: District, *, by: Account | None) -> str:
    """Let somebody who lost phone or password begin again: a new link, to be handed over in person.

    Password, authenticator, passkeys and recovery codes are void at once, and all browsers signed out. The link is
    never sent to a phone: whoever has taken the phone would have the account. Raises PermissionDenied, Refused.
    """
    _require_manager(by, district)
    _not_yourself(account, by)
    if not account.memberships.filter(district=district).exists():
        raise PermissionDenied("只能重置本单位人员的登录方式。")
    with transaction.atomic():
        account.totps.all().delete()
        account.passkeys.all().delete()
        account.recovery_codes.all().delete()
        account.set_unusable_password()
        account.save(update_fields=["password"])
        sign_ins.end_all(account)
        link = _new_link(account, hours=RESET_HOURS)
        audit.record("people.reset", account, by=by, district=district)
        sign_ins.tell(account, f"账号{account.login}的登录方式刚由教育局重置。不是您本人要求，请立即联系教育局。")
    return link


def _not_yourself(account: Account, by: Account | None) -> None:
    if by is not None and by.pk == account.pk:
        raise Refused({"": "不能更改自己的任职和登录方式，请由另一位负责人员办理。"})
