"""The second factor of staff: a code of an authenticator app (RFC 6238), a passkey, or a printed recovery code.

A family's passkey is its whole sign-in: it finds the account by itself and the device asks who is holding it.
"""

import base64
import hashlib
import hmac
import json
import secrets
import struct
from typing import Any
from urllib.parse import quote, urlencode

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.http.request import split_domain_port
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from districts import clock
from districts.encryption import blind_indexes
from districts.identity import mask_mobile
from districts.models import Account, Passkey, RecoveryCode, Totp

NAME = "阳光入学"
PERIOD = 30  # seconds
WINDOW = 1  # a phone's clock may be one period early or late
RECOVERY_CODES = 10
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
CHALLENGE = "passkey-challenge"  # in the session, for one answer


def has_any(account: Account) -> bool:
    return account.totps.filter(confirmed_at__isnull=False).exists() or account.passkeys.exists()


# --- authenticator app ----------------------------------------------------------------------------------------------
def code_at(secret: str, step: int) -> str:
    """The six digits of one period (RFC 6238 with SHA-1, which every app understands)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    start = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def step_now() -> int:
    return int(clock.database_now().timestamp()) // PERIOD


def unconfirmed_totp(account: Account) -> Totp:
    """The secret that the person is about to scan; the same one until a code of it was shown."""
    found = account.totps.filter(confirmed_at=None).order_by("created_at").first()
    if found is None:
        found = Totp(account=account)
        found.secret = base64.b32encode(secrets.token_bytes(20)).decode()
        found.save(force_insert=True)
    return found


def confirm_totp(account: Account, code: str) -> bool:
    """Take the scanned secret into use when `code` is of it; an older one goes."""
    totp = unconfirmed_totp(account)
    with transaction.atomic():
        if not _use(totp, code):
            return False
        Totp.objects.filter(pk=totp.pk).update(confirmed_at=Now())
        account.totps.exclude(pk=totp.pk).delete()
    return True


def check_totp(account: Account, code: str) -> bool:
    return any(_use(totp, code) for totp in account.totps.filter(confirmed_at__isnull=False))


def _use(totp: Totp, code: str) -> bool:
    """Whether `code` is right now and newer than every code used before: one conditional update."""
    now = step_now()
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(code_at(totp.secret, step).encode(), code.encode()):
            return Totp.objects.filter(pk=totp.pk, last_step__lt=step).update(last_step=step) == 1
    return False


def give_totp(account: Account) -> Totp:
    """A secret in use without a phone that scanned it: for the demo and for tests. The account's own if it has one."""
    totp = account.totps.filter(confirmed_at__isnull=False).first() or unconfirmed_totp(account)
    Totp.objects.filter(pk=totp.pk, confirmed_at=None).update(confirmed_at=Now())
    return totp


def next_code(totp: Totp) -> str:
    """The code that would be accepted next. For the demo's inbox and for tests, never for a page in production."""
    return code_at(totp.secret, max(step_now(), totp.last_step + 1))


def otpauth(account: Account, totp: Totp) -> str:
    """What the QR code says."""
    return f"otpauth://totp/{quote(f'{NAME}:{account.login}')}?{urlencode({'secret': totp.secret, 'issuer': NAME})}"


# --- recovery codes -------------------------------------------------------------------------------------------------
def new_recovery_codes(account: Account) -> list[str]:
    """Ten fresh codes, to be printed now; the older ones are void."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(8)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        account.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(account=account, code_mac=_macs(account, code)[0]) for code in codes
        )
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def use_recovery_code(account: Account, code: str) -> bool:
    """Whether it is one of the account's, unused until this moment."""
    found = account.recovery_codes.filter(code_mac__in=_macs(account, code), used_at=None)
    return found.update(used_at=Now()) == 1


def _macs(account: Account, code: str) -> list[bytes]:
    return blind_indexes(f"recovery-code:{account.pk}", code)


# --- passkeys -------------------------------------------------------------------------------------------------------
def can_use_passkeys(request: HttpRequest) -> bool:
    """Browsers keep passkeys for host names only, not for bare addresses like 127.0.0.1."""
    host = _host(request)
    return not (host.replace(".", "").isdecimal() or host.startswith("["))


def passkey_to_make(request: HttpRequest, account: Account) -> str:
    """What the browser needs to make a passkey, as JSON; its challenge waits in the session."""
    name = mask_mobile(account.phone) if account.is_family else account.login
    user = PublicKeyCredentialUserEntity(id=account.pk.bytes, name=name, display_name=account.name or name)
    alone = {
        "resident_key_requirement": ResidentKeyRequirement.REQUIRED,
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
    options, request.session[CHALLENGE] = _server(request).register_begin(
        user, _credentials(account), **alone if account.is_family else {}
    )
    return json.dumps(dict(options.public_key))


def keep_passkey(request: HttpRequest, account: Account, answer: str, *, name: str) -> bool:
    """Check the browser's new passkey and keep its public key."""
    challenge = request.session.pop(CHALLENGE, None)
    try:
        data = _server(request).register_complete(challenge, RegistrationResponse.from_dict(json.loads(answer)))
        with transaction.atomic():
            Passkey.objects.create(
                account=account,
                name=name,
                credential_id=data.credential_data.credential_id,
                credential=bytes(data.credential_data),
                sign_count=data.counter,
            )
    except (ValueError, TypeError, KeyError, AttributeError, IntegrityError):
        return False
    return True


def passkey_to_show(request: HttpRequest, account: Account) -> str:
    """What the browser needs to show one of the account's passkeys, as JSON; empty when it has none."""
    credentials = _credentials(account)
    if not credentials or not can_use_passkeys(request):
        return ""
    # A family has no password before it: the device must ask who is holding it.
    asks = UserVerificationRequirement.REQUIRED if account.is_family else None
    options, request.session[CHALLENGE] = _server(request).authenticate_begin(credentials, user_verification=asks)
    return json.dumps(dict(options.public_key))


def passkey_to_find(request: HttpRequest) -> str:
    """What the browser needs to offer any family passkey that it has for this site, as JSON; names no account."""
    options, request.session[CHALLENGE] = _server(request).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    return json.dumps(dict(options.public_key))


def check_passkey(request: HttpRequest, account: Account, answer: str) -> bool:
    """Whether the answer is signed by a passkey of the account, for the challenge that this session was given."""
    return _signer(request, account.passkeys.all(), answer) is not None


def family_of_passkey(request: HttpRequest, answer: str) -> Account | None:
    """The family whose passkey signed the answer to the challenge of this session."""
    families = Passkey.objects.filter(account__phone_index__isnull=False, account__is_active=True)
    key = _signer(request, families.select_related("account"), answer, names_account=True)
    return key.account if key else None


def _signer(
    request: HttpRequest, keys: QuerySet[Passkey], answer: str, *, names_account: bool = False
) -> Passkey | None:
    """Which of the keys signed; a challenge is good for one answer."""
    challenge = request.session.pop(CHALLENGE, None)
    try:
        response = AuthenticationResponse.from_dict(json.loads(answer))
        key = keys.get(credential_id=response.raw_id)
        _server(request).authenticate_complete(challenge, [AttestedCredentialData(bytes(key.credential))], response)
    except Exception:
        return None
    if names_account and response.response.user_handle != key.account_id.bytes:
        return None
    count = response.response.authenticator_data.counter
    # A counter that stands still or runs back tells of a copied key; keys that do not count always say 0.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_passkey SET sign_count = %(count)s WHERE id = %(id)s "
            "AND (sign_count < %(count)s OR (sign_count = 0 AND %(count)s = 0))",
            {"count": count, "id": key.pk},
        )
        return key if cursor.rowcount == 1 else None


def _credentials(account: Account) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(data)) for data in account.passkeys.values_list("credential", flat=True)]


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _server(request: HttpRequest) -> Fido2Server:
    here = f"{request.scheme}://{request.get_host()}"
    return Fido2Server(PublicKeyCredentialRpEntity(name=NAME, id=_host(request)), verify_origin=lambda it: it == here)


def describe(account: Account) -> dict[str, Any]:
    """What the account's own page shows."""
    return {
        "totp": account.totps.filter(confirmed_at__isnull=False).first(),
        "passkeys": list(account.passkeys.order_by("created_at")),
        "codes_left": account.recovery_codes.filter(used_at=None).count(),
    }
