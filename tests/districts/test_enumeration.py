"""Nobody learns from an answer whose number or login is known. Timing: `make bench-security`."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from districts import sign_in
from districts.encryption import blind_index
from districts.models import Account, Invitation

KNOWN, UNKNOWN = "19900000001", "19900000077"


def ask_for_a_code(client, known: bool) -> HttpResponse:
    return client.post(reverse("sign-in"), {"phone": KNOWN if known else UNKNOWN})


def give_a_wrong_code(client, known: bool) -> HttpResponse:
    ask_for_a_code(client, known)
    return client.post(reverse("sign-in-code"), {"code": "000000"})


def give_a_wrong_password(client, known: bool) -> HttpResponse:
    return client.post(reverse("staff-sign-in"), {"login": "known" if known else "other", "password": "wrong"})


def open_a_void_link(client, known: bool) -> HttpResponse:
    return client.get(reverse("staff-invitation", args=["used-link" if known else "made-up-1"]))


def all_that_is_told(response: HttpResponse) -> tuple[int, dict[str, str], str]:
    """Status, headers and page, without what differs anyway: number and time of the request, tokens, what was typed."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    for typed in (KNOWN, UNKNOWN, "199****0001", "199****0077", 'value="known"', 'value="other"'):
        page = page.replace(typed, "…")
    return response.status_code, {**response.headers, "X-Request-Id": "", "Expires": ""}, page


@pytest.fixture(autouse=True)
def somebody_is_known(district, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in.secrets, "randbelow", lambda below: 123456)
    sign_in.family_account(KNOWN)
    staff = Account.objects.create_staff("known", "a long enough password", "样")
    used = Invitation(account=staff, expires_at=timezone.now() + timedelta(hours=1), used_at=timezone.now())
    used.token_mac = blind_index("invitation", "used-link")
    used.save()


@pytest.mark.parametrize(
    "step", [ask_for_a_code, give_a_wrong_code, give_a_wrong_password, open_a_void_link], ids=lambda step: step.__name__
)
def test_known_and_unknown_are_answered_alike(client, step):
    known = all_that_is_told(step(client, True))
    client.cookies.clear()

    assert all_that_is_told(step(client, False)) == known
