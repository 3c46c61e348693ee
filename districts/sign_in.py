"""Parents sign in with mobile number and code; staff with login and password."""

import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import authenticate
from django.db import connection, transaction

from districts import audit, sms
from districts.encryption import blind_index
from districts.models import Account, District, SignInCode
from districts.rate_limit import allow

MINUTES_VALID = 5
TRIES = 5
# (how many, in how many seconds) for one phone; an attacker's chance stays below 5 in 100 000 a day
PHONE_LIMITS = ((1, 60), (5, 3600), (10, 86400))
ADDRESS_LIMIT = (60, 600)
LOGIN_LIMIT = (10, 600)


class SignInRefused(Exception):
    """`str()` is what the person reads; it never says whether a number or login is known."""


@dataclass(frozen=True)
class SentCode:
    id: UUID


def send_code(phone: str, *, address: str) -> SentCode:
    """Text a fresh six-digit code to `phone` and retire older ones. Same path for known and unknown numbers."""
    index = blind_index("phone", phone)
    if not allow(f"code-address:{address}", most=ADDRESS_LIMIT[0], seconds=ADDRESS_LIMIT[1]):
        raise SignInRefused("操作太频繁，请10分钟后再试。")
    for most, seconds in PHONE_LIMITS:
        if not allow(f"code-phone:{seconds}:{index.hex()}", most=most, seconds=seconds):
            wait = {60: "1分钟", 3600: "1小时", 86400: "1天"}[seconds]
            raise SignInRefused(f"验证码发送太频繁，请{wait}后再试。")
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        row = SignInCode(phone_index=index)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE districts_signincode SET consumed_at = clock_timestamp() "
                "WHERE phone_index = %s AND consumed_at IS NULL",
                [index],
            )
            cursor.execute(
                "INSERT INTO districts_signincode (id, phone_index, code_mac, attempts, expires_at) "
                "VALUES (%s, %s, %s, 0, clock_timestamp() + make_interval(mins => %s))",
                [row.pk, index, _mac(row.pk, code), MINUTES_VALID],
            )
        sms.queue(phone, f"【阳光入学】登录验证码 {code}，{MINUTES_VALID}分钟内有效。工作人员不会向您索要验证码。")
    return SentCode(row.pk)


def check_code(sent: UUID, *, phone: str, code: str, district: District) -> Account:
    """The account for a right code, made at the first sign-in. Raises SignInRefused.

    Both steps are single conditional updates: of many parallel guesses exactly five are looked at, of many parallel
    right ones exactly one signs in.
    """
    index = blind_index("phone", phone)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_signincode SET attempts = attempts + 1 WHERE id = %s AND phone_index = %s "
            "AND attempts < %s AND consumed_at IS NULL AND expires_at > clock_timestamp() RETURNING code_mac",
            [sent, index, TRIES],
        )
        row = cursor.fetchone()
    if row is None:
        raise SignInRefused("验证码已失效，请重新获取。")
    if not hmac.compare_digest(bytes(row[0]), _mac(sent, code)):
        raise SignInRefused("验证码不正确，请核对后重新输入。")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE districts_signincode SET consumed_at = clock_timestamp() WHERE id = %s AND consumed_at IS NULL",
                [sent],
            )
            if cursor.rowcount != 1:
                raise SignInRefused("验证码已使用，请重新获取。")
        account = family_account(phone)
        audit.record("account.signed-in", account, by=account, district=district)
    return account


def family_account(phone: str) -> Account:
    """The account of a mobile number, made when there is none. Two first sign-ins at once make one account."""
    account = Account()
    account.phone = phone
    account.set_unusable_password()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO districts_account (id, login, name, password, is_active, phone_cipher, phone_index) "
            "VALUES (%s, NULL, '', %s, true, %s, %s) ON CONFLICT DO NOTHING",
            [account.pk, account.password, account.phone_cipher, account.phone_index],
        )
    found = Account.objects.filter(phone_index=account.phone_index, is_active=True).first()
    if found is None:
        raise SignInRefused("这个账号已停用，请拨打咨询电话。")
    return found


def check_password(login: str, password: str, *, address: str, district: District) -> Account:
    """The staff account for a right password. Raises SignInRefused."""
    for key, (most, seconds) in (
        (f"password-login:{login[:40]}", LOGIN_LIMIT),
        (f"password-address:{address}", ADDRESS_LIMIT),
    ):
        if not allow(key, most=most, seconds=seconds):
            raise SignInRefused("尝试次数过多，请10分钟后再试。")
    account = authenticate(username=login, password=password)
    if account is None:
        raise SignInRefused("登录名或密码不正确。")
    with transaction.atomic():
        audit.record("account.signed-in", account, by=account, district=district)
    return account


def _mac(sent: UUID, code: str) -> bytes:
    return blind_index(f"sign-in-code:{sent}", code)
