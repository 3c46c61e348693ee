"""Signed-in browsers: how long one lasts, who ends it, and what its owner is told."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db import connection, transaction
from django.db.models.functions import Now
from django.dispatch import receiver
from django.http import HttpRequest

from districts import audit, sms
from districts.encryption import blind_index, blind_indexes
from districts.models import Account, District, SignIn

BACKEND = "django.contrib.auth.backends.ModelBackend"
KEY = "sign-in"  # in the session: which row is ours
MINUTES, HOURS = 60, 3600
# Seconds without a page, and in all.
FAMILY_LASTS = (30 * MINUTES, 12 * HOURS)
STAFF_LASTS = (15 * MINUTES, 8 * HOURS)
FACTOR_LASTS = 5 * MINUTES  # before an export or a change of rights it is asked for again
SEEN_EVERY = 30  # seconds: an open page that asks often must not write often
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES = (("Android", "安卓手机"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))
MACHINES += (("Linux", "Linux"),)

LIVE = """ended_at IS NULL AND last_seen_at > clock_timestamp() - make_interval(secs => %(idle)s)
    AND started_at > clock_timestamp() - make_interval(secs => %(all)s)"""
LOOK = f"""
SELECT {LIVE}, last_seen_at < clock_timestamp() - make_interval(secs => %(every)s), factor_at IS NOT NULL,
    coalesce(factor_at > clock_timestamp() - make_interval(secs => %(factor)s), false)
FROM districts_signin WHERE id = %(id)s AND account_id = %(account)s
"""  # noqa: S608  only our own constants


@dataclass(frozen=True)
class State:
    """What a request may rely on."""

    id: UUID
    with_factor: bool
    factor_is_recent: bool


def begin(request: HttpRequest, account: Account) -> None:
    """Sign the browser in under a new session key; whoever was signed in here before is signed out."""
    logout(request)
    login(request, account, backend=BACKEND)


@receiver(user_logged_in)
def note_begin(sender: type, request: HttpRequest, user: Account, **kwargs: object) -> None:
    row = SignIn.objects.create(
        account=user, address=_address(request), browser=request.META.get("HTTP_USER_AGENT", "")[:200]
    )
    request.session[KEY] = str(row.pk)


@receiver(user_logged_out)
def note_end(sender: type, request: HttpRequest, **kwargs: object) -> None:
    if KEY in request.session:
        SignIn.objects.filter(pk=request.session[KEY], ended_at=None).update(ended_at=Now())


def state(request: HttpRequest, account: Account) -> State | None:
    """The browser's sign-in while it lasts, by the database's clock; None when it has ended."""
    row_id = request.session.get(KEY)
    if row_id is None:
        return None
    idle, in_all = _lasts(account)
    values = {"id": row_id, "account": account.pk, "idle": idle, "all": in_all}
    with connection.cursor() as cursor:
        cursor.execute(LOOK, values | {"every": SEEN_EVERY, "factor": FACTOR_LASTS})
        found = cursor.fetchone()
        if found is None or not found[0]:
            return None
        if found[1]:
            cursor.execute("UPDATE districts_signin SET last_seen_at = clock_timestamp() WHERE id = %s", [row_id])
    return State(UUID(row_id), with_factor=found[2], factor_is_recent=found[3])


def note_factor(request: HttpRequest) -> None:
    """The second factor was shown just now: a new session key, and the time of it."""
    request.session.cycle_key()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_signin SET factor_at = clock_timestamp(), last_seen_at = clock_timestamp() WHERE id = %s",
            [request.session[KEY]],
        )


def living(account: Account) -> list[SignIn]:
    """The account's signed-in browsers, the last used first."""
    idle, in_all = _lasts(account)
    return list(
        SignIn.objects.filter(account=account)
        .extra(where=[LIVE % {"idle": idle, "all": in_all}])  # noqa: S610  only our own numbers
        .order_by("-last_seen_at")
    )


def end(account: Account, pk: UUID) -> bool:
    """Sign one of the account's own browsers out; False when it has no such browser."""
    return SignIn.objects.filter(account=account, pk=pk, ended_at=None).update(ended_at=Now()) == 1


def end_all(account: Account, *, but: UUID | None = None) -> int:
    """Sign the account out everywhere, from the next request on."""
    return SignIn.objects.filter(account=account, ended_at=None).exclude(pk=but).update(ended_at=Now())


def before(account: Account, this: UUID) -> SignIn | None:
    """The sign-in before this one, with its second factor."""
    return (
        SignIn.objects.filter(account=account, factor_at__isnull=False).exclude(pk=this).order_by("-started_at").first()
    )


def recognise(account: Account, this: UUID, *, device: str, district: District) -> str:
    """Remember the device of this sign-in; returns what the device is to be known by.

    A device that this account never used, while it used others, is told to the person's phone and to the log.
    """
    known = SignIn.objects.filter(account=account, device_mac__isnull=False).exclude(pk=this)
    is_new = not device or not known.filter(device_mac__in=blind_indexes("device", device)).exists()
    device = device or secrets.token_urlsafe(24)
    with transaction.atomic():
        if is_new and known.exists():
            audit.record("account.new-device", account, by=account, district=district)
            row = SignIn.objects.get(pk=this)
            where = f"{words(row.browser)}，地址{row.address or '不详'}"
            tell(account, f"账号{account.login}刚在新设备登录（{where}）。不是您本人，请立即联系教育局。")
        SignIn.objects.filter(pk=this).update(device_mac=blind_index("device", device))
    return device


def tell(account: Account, sentence: str) -> None:
    """A message to the account's phone: a family's number, that of a member of staff when it is known."""
    holder = account if account.is_family else getattr(account, "mobile", None)
    if holder is not None:
        sms.queue(holder.phone, f"【阳光入学】{sentence}")


def words(browser: str) -> str:
    """「Chrome，Windows」 for what a browser says about itself."""
    parts = [next((word for mark, word in table if mark in browser), "") for table in (BROWSERS, MACHINES)]
    return "，".join(part for part in parts if part) or "不认识的浏览器"


def idle_minutes(account: Account) -> int:
    return _lasts(account)[0] // MINUTES


def _lasts(account: Account) -> tuple[int, int]:
    return FAMILY_LASTS if account.is_family else STAFF_LASTS


def _address(request: HttpRequest) -> str | None:
    address = request.META.get("REMOTE_ADDR", "")
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address
