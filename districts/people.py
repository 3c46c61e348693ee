"""Who works here: invite, change, end, and let somebody who lost everything begin again.

Whoever can reset a colleague could become that colleague, and whoever makes a colleague in the bureau makes a second
person: both are asked for by one and done when another releases (districts/release.py). The link is shown to the
releaser only.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from districts import addresses, audit, clock, release, sign_ins
from districts.encryption import blind_indexes
from districts.models import Account, District, Invitation, Membership, Release, School, StaffMobile
from districts.permissions import NotTheirs, has_right, membership_or_404, require_right
from districts.refusals import Refused
from districts.release import Handover
from districts.rights import OF_A_SCHOOL, OF_THE_BUREAU, WORDS, Right, Role, right_to_manage

INVITATION_HOURS = 72
RESET_HOURS = 24
WEAK = {
    "password_too_short": "密码至少要12个字符。",
    "password_too_common": "这个密码太常见，请换一个。",
    "password_too_similar": "密码和登录名或姓名太像，请换一个。",
}


def managed_district_or_404(account: Account, district: District) -> District:
    """The district, when the account looks after its staff."""
    return membership_or_404(account, district, Right.MANAGE_PEOPLE).district


def require_manager(by: Account | None, district: District, roles: Iterable[str]) -> None:
    """The one place that says who may manage people of these roles; `by` is None only on the command line."""
    if by is not None:
        for right in {Right.MANAGE_PEOPLE, *(right_to_manage(Role(role)) for role in roles)}:
            require_right(by, right, district=district)


def manageable_roles(by: Account, district: District) -> list[Role]:
    """The roles that the account may give, change and end."""
    return [role for role in Role if has_right(by, right_to_manage(role), district=district)]


def _not_over() -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=Now())


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


def person_or_404(by: Account, district: District, pk: UUID) -> tuple[Account, District]:
    district = managed_district_or_404(by, district)
    found = staff_of(district).filter(pk=pk).first()
    if found is None:
        raise NotTheirs
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

    The bureau's own people wait for a second person: until then there is no link ("").
    Raises PermissionDenied, Refused.
    """
    require_manager(by, district, [role])
    with transaction.atomic():
        account = Account(login=login, name=name)
        account.set_unusable_password()
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError:
            raise Refused({"login": "这个登录名已经有人用了，请换一个。"}) from None
        if mobile:
            contact = StaffMobile(account=account)
            contact.phone = mobile
            contact.save(force_insert=True)
        if by is not None and role in OF_THE_BUREAU:
            what = f"邀请{name}（登录名{login}）任{WORDS[role]}"
            _ask_for_role(account, district, None, role, starts_at, ends_at, what=what, by=by)
            return account, ""
        membership = _employ(account, district, role, school, starts_at, ends_at)
        return account, _welcome(membership, by=by)


def _welcome(membership: Membership, *, by: Account | None) -> str:
    """The first link of somebody who now has a role."""
    account = membership.account
    link = _new_link(account, membership.district, hours=INVITATION_HOURS)
    audit.record("people.invited", membership, by=by, district=membership.district, **_told(membership))
    sign_ins.tell(account, f"{account.name}，请在{INVITATION_HOURS}小时内打开 {link} 设置登录密码。不要转发。")
    return link


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
    starts_at = _first_moment(starts_at, ends_at)
    return Membership.objects.create(
        account=account, district=district, role=role, school=school, starts_at=starts_at, ends_at=ends_at
    )


def _first_moment(starts_at: datetime | None, ends_at: datetime | None) -> datetime:
    """When a role begins: not before now. Raises Refused when it would be over before."""
    now = clock.database_now()
    starts_at = max(starts_at or now, now)
    if ends_at is not None and ends_at <= starts_at:
        raise Refused({"ends": "结束日期应在开始日期之后，并且还没有过去。"})
    return starts_at


def _new_link(account: Account, district: District, *, hours: int) -> str:
    """A fresh one-time link; older ones are void."""
    account.invitations.filter(used_at=None).update(expires_at=Now())
    token = secrets.token_urlsafe(32)
    row = Invitation(account=account, token_mac=_macs(token)[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO districts_invitation (id, account_id, token_mac, expires_at) "
            "VALUES (%s, %s, %s, clock_timestamp() + make_interval(hours => %s))",
            [row.pk, account.pk, row.token_mac, hours],
        )
    return addresses.page(district, "staff-invitation", token)


def invited(token: str, district: District) -> Account | None:
    """Whose link it is, while it is good; only in the person's own district."""
    here = Exists(Membership.objects.filter(account=OuterRef("account"), district=district))
    found = Invitation.objects.select_related("account").filter(
        here, token_mac__in=_macs(token), used_at=None, expires_at__gt=Now(), account__is_active=True
    )
    return row.account if (row := found.first()) else None


def accept(token: str, password: str, *, district: District) -> Account:
    """Set the password by a link that is still good; it opens nothing afterwards. Raises Refused."""
    account = invited(token, district)
    if account is None:
        raise Refused({"": "这个链接已经用过或已失效，请联系教育局重新发一个。"})
    check_password_is_good(password, account)
    with transaction.atomic():
        row = Invitation.objects.filter(token_mac__in=_macs(token), used_at=None, expires_at__gt=Now())
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


def _macs(token: str) -> list[bytes]:
    return blind_indexes("invitation", token)


# --- change and end -------------------------------------------------------------------------------------------------
def end_membership(membership: Membership, *, by: Account | None) -> None:
    """From now on the role opens nothing, and the person is signed out everywhere. Raises PermissionDenied, Refused."""
    require_manager(by, membership.district, [membership.role])
    _not_yourself(membership.account, by)
    with transaction.atomic():
        _not_the_last_head(membership)
        _end(membership)
        audit.record("people.ended", membership, by=by, district=membership.district, **_told(membership))
        sign_ins.end_all(membership.account)


def change_membership(
    membership: Membership,
    *,
    role: Role,
    school: School | None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by: Account | None,
) -> Membership | None:
    """Another role, school or time in place of this one; None when it waits for a second person.

    Raises PermissionDenied, Refused.
    """
    require_manager(by, membership.district, [membership.role, role])
    _not_yourself(membership.account, by)
    with transaction.atomic():
        if by is not None and role in OF_THE_BUREAU:
            account, old = membership.account, membership.get_role_display()
            what = f"{account.name}（登录名{account.login}）由{old}改任{WORDS[role]}"
            _ask_for_role(account, membership.district, membership, role, starts_at, ends_at, what=what, by=by)
            return None
        return _change(membership, role, school, starts_at, ends_at, by=by)


def _change(
    membership: Membership,
    role: Role,
    school: School | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    *,
    by: Account | None,
) -> Membership:
    if role != Role.BUREAU_HEAD or starts_at or ends_at:
        _not_the_last_head(membership)
    _end(membership)
    new = _employ(membership.account, membership.district, role, school, starts_at, ends_at)
    audit.record("people.changed", new, by=by, district=membership.district, **_told(new))
    sign_ins.end_all(membership.account)
    return new


def _told(membership: Membership) -> dict[str, str]:
    """What the log says of a role: staff by name."""
    return {"person": membership.account.name, "role_given": WORDS[Role(membership.role)]}


def _not_the_last_head(membership: Membership) -> None:
    """Without a head nobody could look after the bureau's people any more. Raises Refused."""
    if membership.role != Role.BUREAU_HEAD:
        return
    # Two heads who end each other at the same moment wait here for one another.
    district = District.objects.select_for_update(no_key=True).get(pk=membership.district_id)
    heads = district.memberships.in_force().filter(role=Role.BUREAU_HEAD, account__is_active=True)
    if list(heads.values_list("pk", flat=True)) == [membership.pk]:
        raise Refused({"": "这是最后一位教育局负责人，先增加一位，再更改或结束。"})


def _end(membership: Membership) -> None:
    """End it at this moment, by the database's clock; one that has not begun is taken away."""
    row = Membership.objects.filter(_not_over(), pk=membership.pk)
    if not row.exists():
        raise Refused({"": "这个任职已经结束。"})
    if row.filter(starts_at__gte=Now()).delete()[0] == 0:
        row.update(ends_at=Now())


# --- what a second person releases ----------------------------------------------------------------------------------
def _ask_for_role(
    account: Account,
    district: District,
    replaces: Membership | None,
    role: Role,
    starts_at: datetime | None,
    ends_at: datetime | None,
    *,
    what: str,
    by: Account,
) -> Release:
    _first_moment(starts_at, ends_at)  # what could not be done is refused now, and not by who releases it
    payload = {
        "account": str(account.pk),
        "replaces": replaces.pk if replaces else None,
        "role": str(role),
        "starts_at": starts_at.isoformat() if starts_at else None,
        "ends_at": ends_at.isoformat() if ends_at else None,
    }
    return release.ask("people-role", audit.label(account), what=what, payload=payload, by=by, district=district)


def _withdraw_account(found: Release) -> None:
    """Somebody who was never let in leaves no account behind."""
    if found.payload["replaces"] is None:
        Account.objects.get(pk=found.payload["account"]).delete()


@release.carried_out("people-role", "教育局人员任职", Right.RELEASE_PEOPLE, refused=_withdraw_account)
def _give_role(found: Release, by: Account) -> Handover | None:
    """The role that was asked for; with it the first link, when the person is new."""
    account = Account.objects.get(pk=found.payload["account"])
    _not_yourself(account, by)
    role = Role(found.payload["role"])
    starts_at, ends_at = (
        datetime.fromisoformat(said) if (said := found.payload[name]) else None for name in ("starts_at", "ends_at")
    )
    if found.payload["replaces"] is None:
        require_manager(found.asked_by, found.district, [role])
        membership = _employ(account, found.district, role, None, starts_at, ends_at)
        return Handover(account, _welcome(membership, by=found.asked_by), sent=hasattr(account, "mobile"))
    before = Membership.objects.select_related("account", "district").filter(pk=found.payload["replaces"]).first()
    if before is None:
        raise Refused({"": "这个任职已经结束。"})
    require_manager(found.asked_by, found.district, [before.role, role])
    _change(before, role, None, starts_at, ends_at, by=found.asked_by)
    return None


def ask_to_reset(account: Account, district: District, *, by: Account) -> Release:
    """Ask that somebody who lost phone or password may begin again. Raises PermissionDenied, Refused."""
    _require_resettable(account, district, by)
    what = (
        f"重置{account.name}（登录名{account.login}）的登录方式：原来的密码、动态码、通行密钥和恢复码作废。"
        "同意后由您把新链接当面交给本人，请先核对证件。"
    )
    payload = {"account": str(account.pk)}
    return release.ask("people-reset", audit.label(account), what=what, payload=payload, by=by, district=district)


@release.carried_out("people-reset", "重置登录方式", Right.RELEASE_PEOPLE)
def _reset(found: Release, by: Account) -> Handover:
    """A new link, to be handed over in person.

    Password, authenticator, passkeys and recovery codes are void at once, and all browsers signed out. The link is
    never sent to a phone: whoever has taken the phone would have the account.
    """
    account = Account.objects.get(pk=found.payload["account"])
    _not_yourself(account, by)
    _require_resettable(account, found.district, found.asked_by)
    account.totps.all().delete()
    account.passkeys.all().delete()
    account.recovery_codes.all().delete()
    account.set_unusable_password()
    account.save(update_fields=["password"])
    sign_ins.end_all(account)
    link = _new_link(account, found.district, hours=RESET_HOURS)
    audit.record(
        "people.reset",
        account,
        by=found.asked_by,
        district=found.district,
        person=account.name,
        agreed_by=by.name,
    )
    sign_ins.tell(account, f"账号{account.login}的登录方式刚由教育局重置。不是您本人要求，请立即联系教育局。")
    return Handover(account, link, sent=False)


def _require_resettable(account: Account, district: District, by: Account) -> None:
    held = account.memberships.filter(_not_over())
    require_manager(by, district, held.filter(district=district).values_list("role", flat=True))
    _not_yourself(account, by)
    if not account.memberships.filter(district=district).exists() or held.exclude(district=district).exists():
        raise PermissionDenied("只能重置本单位人员的登录方式，在其他区县也有任职的不能。")


def _not_yourself(account: Account, by: Account | None) -> None:
    if by is not None and by.pk == account.pk:
        raise Refused({"": "不能更改自己的任职和登录方式，请由另一位负责人员办理。"})
