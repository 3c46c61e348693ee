"""Parents sign in with mobile number and code, or a passkey; staff with login, password and a second factor."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from districts import audit, factors, refused_access, sms
from districts.encryption import blind_indexes, is_one_of
from districts.identity import mask_mobile
from districts.models import Account, District, SignIn, SignInCode
from districts.rate_limit import allow, forget
from districts.sign_ins import before, end, end_all, note_factor, recognise, tell

logger = logging.getLogger(__name__)

MINUTES_VALID = 5
TRIES = 5
# (how many, in how many seconds) for one phone; an attacker's chance stays below 5 in 100 000 a day
PHONE_LIMITS = ((1, 60), (5, 3600), (10, 86400))
ADDRESS_LIMIT = (60, 600)
# Of a whole district: messages cost money, and somebody asks for codes to many numbers from many addresses.
DISTRICT_CODES_LIMIT = (20_000, 3600)
LOGIN_LIMIT = (10, 600)
DISTRICT_LIMIT = (600, 600)  # of a whole district's staff: somebody tries many logins from many addresses
# Wrong ones; a right one wipes the count. Three periods are open at a time: below 2 in 10 000 a day.
FACTOR_LIMITS = ((5, 300), (50, 86400))


class Purpose(StrEnum):
    """What a code is for: it opens nothing else."""

    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    NEW_PHONE = "new-phone"


CODE_WORDS = {Purpose.SIGN_IN: "登录", Purpose.CONFIRM: "安全", Purpose.NEW_PHONE: "更换手机号"}


class SignInRefused(Exception):
    """`str()` is what the person reads; it never says whether a number or login is known."""


@dataclass(frozen=True)
class SentCode:
    id: UUID


def send_code(phone: str, *, address: str, district: District, purpose: Purpose = Purpose.SIGN_IN) -> SentCode:
    """Text a fresh six-digit code to `phone` and retire older ones. Same path for known and unknown numbers."""
    indexes = blind_indexes("phone", phone)
    if not allow(f"code-address:{address}", most=ADDRESS_LIMIT[0], seconds=ADDRESS_LIMIT[1]):
        raise SignInRefused("操作太频繁，请10分钟后再试。")
    for most, seconds in PHONE_LIMITS:
        if not allow(f"code-phone:{seconds}:{indexes[-1].hex()}", most=most, seconds=seconds):
            wait = {60: "1分钟", 3600: "1小时", 86400: "1天"}[seconds]
            raise SignInRefused(f"验证码发送太频繁，请{wait}后再试。")
    most, seconds = DISTRICT_CODES_LIMIT
    if not allow(f"code-district:{district.code}", most=most, seconds=seconds):
        logger.error("no more sign-in codes for %s this hour: %d were sent", district.code, most)
        raise SignInRefused("现在登录的人太多，请过一会儿再试。登记先后不影响录取。")
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        row = SignInCode(phone_index=indexes[0])
        row.phone = phone
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE districts_signincode SET consumed_at = clock_timestamp(), phone_cipher = NULL "
                "WHERE phone_index = ANY(%s) AND consumed_at IS NULL",
                [indexes],
            )
            cursor.execute(
                "INSERT INTO districts_signincode (id, phone_index, phone_cipher, code_mac, attempts, expires_at) "
                "VALUES (%s, %s, %s, %s, 0, clock_timestamp() + make_interval(mins => %s))",
                [row.pk, row.phone_index, row.phone_cipher, _macs(row.pk, code, purpose)[0], MINUTES_VALID],
            )
        sms.queue(
            phone,
            f"【阳光入学】{CODE_WORDS[purpose]}验证码 {code}，{MINUTES_VALID}分钟内有效。工作人员不会向您索要验证码。",
        )
    return SentCode(row.pk)


def awaited_phone(sent: UUID) -> str:
    """The number that a code was sent to, while it is awaited; empty afterwards."""
    row = SignInCode.objects.filter(pk=sent, consumed_at=None).first()
    return row.phone if row else ""


def check_code(sent: UUID, *, phone: str, code: str, district: District) -> Account:
    """The account for a right code, made at the first sign-in. Raises SignInRefused."""
    with _right_code(sent, phone=phone, code=code, purpose=Purpose.SIGN_IN, district=district):
        account = family_account(phone)
        audit.record("account.signed-in", account, by=account, district=district)
    return account


@contextmanager
def _right_code(sent: UUID, *, phone: str, code: str, purpose: Purpose, district: District) -> Iterator[None]:
    """Compare the code; what stands inside happens in one transaction with its use. Raises SignInRefused.

    A wrong one is written down.

    Both steps are single conditional updates: of many parallel guesses exactly five are looked at, of many parallel
    right ones exactly one gets in.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_signincode SET attempts = attempts + 1 WHERE id = %s AND phone_index = ANY(%s) "
            "AND attempts < %s AND consumed_at IS NULL AND expires_at > clock_timestamp() RETURNING code_mac",
            [sent, blind_indexes("phone", phone), TRIES],
        )
        row = cursor.fetchone()
    if row is None:
        raise SignInRefused("验证码已失效，请重新获取。")
    if not is_one_of(row[0], _macs(sent, code, purpose)):
        refused_access.write("account.code-refused", SignInCode(pk=sent), by=None, district=district)
        raise SignInRefused("验证码不正确，请核对后重新输入。")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE districts_signincode SET consumed_at = clock_timestamp(), phone_cipher = NULL "
                "WHERE id = %s AND consumed_at IS NULL",
                [sent],
            )
            if cursor.rowcount != 1:
                raise SignInRefused("验证码已使用，请重新获取。")
        yield


def check_family_passkey(request: HttpRequest, answer: str, *, address: str, district: District) -> Account:
    """The family whose passkey answered. Raises SignInRefused, with the same words whatever was wrong."""
    if not allow(f"passkey-address:{address}", most=ADDRESS_LIMIT[0], seconds=ADDRESS_LIMIT[1]):
        raise SignInRefused("操作太频繁，请10分钟后再试。")
    with transaction.atomic():
        account = factors.family_of_passkey(request, answer)
        if account is None:
            raise SignInRefused("没有通过验证。可以再试一次，或者用手机号和验证码登录。")
        audit.record("account.signed-in", account, by=account, district=district, how="passkey")
    return account


def family_account(phone: str) -> Account:
    """The account of a mobile number, made when there is none. Two first sign-ins at once make one account."""
    indexes = blind_indexes("phone", phone)
    found = Account.objects.filter(phone_index__in=indexes).first() or _new_family_account(phone)
    if not found.is_active:
        raise SignInRefused("这个账号已停用，请拨打咨询电话。")
    return found


def _new_family_account(phone: str) -> Account:
    account = Account()
    account.phone = phone
    account.set_unusable_password()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO districts_account (id, login, name, password, is_active, phone_cipher, phone_index) "
            "VALUES (%s, NULL, '', %s, true, %s, %s) ON CONFLICT DO NOTHING",
            [account.pk, account.password, account.phone_cipher, account.phone_index],
        )
    return Account.objects.get(phone_index=account.phone_index)


def check_password(login: str, password: str, *, address: str, district: District) -> Account:
    """The account of the district's own staff for a right password: half of a sign-in. Raises SignInRefused.

    A wrong one is written down, with the account if there is one, and never what was typed: it may be a password in the
    wrong field.
    """
    for key, (most, seconds) in (
        (f"password-login:{login[:40].lower()}", LOGIN_LIMIT),
        (f"password-address:{address}", ADDRESS_LIMIT),
        (f"password-district:{district.code}", DISTRICT_LIMIT),
    ):
        if not allow(key, most=most, seconds=seconds):
            logger.warning("too many passwords: %s", key.partition(":")[0])
            raise SignInRefused("尝试次数过多，请10分钟后再试。")
    known = Account.objects.filter(memberships__district=district, login=login).first()
    # Django hashes also for a name that nobody has: names of another district answer as late as unknown ones.
    account = authenticate(username=login if known else "", password=password)
    if account is None:
        refused_access.write("account.password-refused", known or district, by=None, district=district)
        raise SignInRefused("登录名或密码不正确。")
    return account


def check_factor(
    request: HttpRequest, account: Account, *, code: str = "", passkey: str = "", district: District
) -> None:
    """The second factor: six digits of the app, a recovery code, or a passkey's answer. Raises SignInRefused.

    A wrong one after a right password is written down: somebody may know the password.
    """
    keys = [f"factor-account:{seconds}:{account.pk}" for _, seconds in FACTOR_LIMITS]
    for key, (most, seconds) in zip(keys, FACTOR_LIMITS, strict=True):
        if not allow(key, most=most, seconds=seconds):
            logger.warning("too many second factors for one account")
            raise SignInRefused("尝试次数过多，请稍后再试。")
    if passkey:
        right = factors.check_passkey(request, account, passkey)
    elif len(code) == 6:
        right = factors.check_totp(account, code)
    else:
        right = factors.use_recovery_code(account, code)
    with transaction.atomic():
        if not right:
            audit.record("account.factor-refused", account, by=account, district=district)
        elif code and len(code) != 6:
            audit.record("account.recovery-code-used", account, by=account, district=district)
            tell(account, f"账号{account.login}刚用恢复码登录。不是您本人，请立即联系教育局。")
    if not right:
        raise SignInRefused("没有通过验证。动态码每30秒换一个，同一个码只能用一次。")
    forget(keys)


def complete(request: HttpRequest, account: Account, *, device: str, district: District) -> tuple[SignIn | None, str]:
    """Password and second factor were right: signed in. Returns the sign-in before, and the name of this device."""
    this = request.sign_in.id
    note_factor(request)
    with transaction.atomic():
        audit.record("account.signed-in", account, by=account, district=district)
    return before(account, this), recognise(account, this, device=device, district=district)


# --- what an owner does with the account ----------------------------------------------------------------------------
def note_enrolled(account: Account, *, district: District) -> None:
    """A second factor was added: into the log, and to the person's phone."""
    with transaction.atomic():
        audit.record("account.factor-added", account, by=account, district=district)
        if account.is_family:
            tell(account, "您的报名账号刚添加了通行密钥。不是您本人，请登录后在“账号与安全”里删除，并拨打咨询电话。")
        else:
            tell(account, f"账号{account.login}刚登记了新的第二重验证。不是您本人，请立即联系教育局。")


def new_recovery_codes(account: Account, *, district: District) -> list[str]:
    with transaction.atomic():
        audit.record("account.recovery-codes", account, by=account, district=district)
        return factors.new_recovery_codes(account)


def remove_passkey(account: Account, pk: UUID, *, district: District) -> bool:
    """False when it is the only second factor of staff that is left; families always have their phone."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)  # two removals at once must not take the last two
        others = account.passkeys.exclude(pk=pk).exists() or account.totps.filter(confirmed_at__isnull=False).exists()
        if not others and not account.is_family:
            return False
        account.passkeys.filter(pk=pk).delete()
        audit.record("account.factor-removed", account, by=account, district=district)
    return True


def confirm_by_code(account: Account, sent: UUID, *, code: str, district: District) -> None:
    """A family proves again that it holds its phone. Raises SignInRefused."""
    with _right_code(sent, phone=account.phone, code=code, purpose=Purpose.CONFIRM, district=district):
        audit.record("account.confirmed", account, by=account, district=district)


def confirm_by_passkey(request: HttpRequest, account: Account, answer: str, *, district: District) -> None:
    """A family proves again who it is by its passkey. Raises SignInRefused."""
    with transaction.atomic():
        if not factors.check_passkey(request, account, answer):
            raise SignInRefused("没有通过验证，请再试一次。")
        audit.record("account.confirmed", account, by=account, district=district, how="passkey")


def change_phone(account: Account, phone: str, sent: UUID, *, code: str, but: UUID, district: District) -> None:
    """From now on the family signs in with `phone`, to which the code was sent; all browsers but this one are out.

    The caller has made sure that the old number, or a passkey, was shown just now. That a number has an account is said
    only to whoever holds it. Raises SignInRefused.
    """
    taken = "这个手机号已经有自己的账号，不能换成它。请用它直接登录，或者拨打咨询电话。"
    with _right_code(sent, phone=phone, code=code, purpose=Purpose.NEW_PHONE, district=district):
        if Account.objects.filter(phone_index__in=blind_indexes("phone", phone)).exists():
            raise SignInRefused(taken)
        locked = Account.objects.select_for_update().get(pk=account.pk)
        tell(locked, f"您的报名账号已改用手机号{mask_mobile(phone)}登录。不是您本人，请立即拨打咨询电话。")
        locked.phone = phone
        try:
            with transaction.atomic():
                locked.save(update_fields=["phone_cipher", "phone_index"])
        except IntegrityError:  # its first sign-in came in between
            raise SignInRefused(taken) from None
        audit.record("account.phone-changed", locked, by=locked, district=district)
        end_all(locked, but=but)


def end_browser(account: Account, pk: UUID, *, district: District) -> bool:
    """Sign one of one's own browsers out; False when there is no such browser."""
    with transaction.atomic():
        if not end(account, pk):
            return False
        audit.record("account.signed-out-elsewhere", account, by=account, district=district)
    return True


def end_other_browsers(account: Account, *, but: UUID, district: District) -> int:
    with transaction.atomic():
        ended = end_all(account, but=but)
        if ended:
            audit.record("account.signed-out-elsewhere", account, by=account, district=district, browsers=ended)
    return ended


def _macs(sent: UUID, code: str, purpose: Purpose) -> list[bytes]:
    return blind_indexes(f"{purpose}-code:{sent}", code)
