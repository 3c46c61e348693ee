"""Where a page leads afterwards is decided here, whatever an address asks for (security requirement C7)."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from districts import factors, sign_in

pytestmark = pytest.mark.django_db

HOST = "testserver"
ELSEWHERE = (
    *("https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example/%2e%2e"),
    *("/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "https:evil.example"),
    *("https:/evil.example", "https:///evil.example", "http:\\\\evil.example", "HtTpS://evil.example"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,evil", "vbscript:msgbox", "ftp://evil.example"),
    *("\thttps://evil.example", " //evil.example", "\n//evil.example", "/\t/evil.example", "/\n/evil.example"),
    *(
        "\x00//evil.example",
        "\x08//evil.example",
        "ｈttps://evil.example",
        "https://evil。example",
        "//evil%E3%80%82example",
    ),
    *(
        f"https://{HOST}@evil.example",
        f"https://{HOST}.evil.example",
        f"//{HOST}:80@evil.example",
        f"//{HOST}\\@evil.example",
    ),
    *(
        "https://[::1",
        "//[evil.example",
        "http://evil.example:99999999/",
        "mailto:evil@evil.example",
        "//evil.example?next=/",
    ),
)


def stays(location: str) -> bool:
    """As a browser reads it: control characters before it, tabs and newlines go, a backslash is a slash."""
    read = "".join(c for c in location.lstrip("".join(map(chr, range(33)))) if c not in "\t\r\n").replace("\\", "/")
    try:
        parts = urlsplit(read)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in {"http", "https"} and parts.netloc == HOST
    return not read.startswith("//")


def leads_to(response) -> list[str]:
    """The redirect's address, and what it passes on as `next`."""
    location = response["Location"]
    return [location, *parse_qs(urlsplit(location).query).get("next", [])]


def with_next(name: str, target: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': target})}"


def test_the_payloads_lead_elsewhere_when_nobody_looks():
    assert len(ELSEWHERE) >= 30
    assert [one for one in ELSEWHERE if stays(one)] == ["ｈttps://evil.example"]  # a strange path of this site


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_sign_in_leads_elsewhere(client, district, sun, target, monkeypatch):
    monkeypatch.setattr(sign_in, "allow", lambda *args, **kwargs: True)
    monkeypatch.setattr(sign_in, "check_code", lambda *args, **kwargs: sign_in.family_account("19900000001"))
    client.post(with_next("sign-in", target), {"phone": "19900000001"})
    parent = client.post(reverse("sign-in-code"), {"code": "123456"})

    sun.set_password("a long enough password")
    sun.save(update_fields=["password"])
    factors.give_totp(sun)
    staff = Client()
    asked = staff.post(with_next("staff-sign-in", target), {"login": "sun", "password": "a long enough password"})
    code = factors.next_code(sun.totps.get())
    inside = staff.post(with_next("staff-factor", target), {"code": code})

    assert [inside.status_code, parent.status_code, asked.status_code] == [302, 302, 302]
    assert [one for response in (parent, asked, inside) for one in leads_to(response) if not stays(one)] == []


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_step_of_somebody_signed_in_leads_elsewhere(client, sun, target, monkeypatch):
    factors.give_totp(sun)
    client.force_login(sun)

    confirmed = client.post(with_next("staff-confirm", target), {"code": factors.next_code(sun.totps.get())})
    strangers = [Client().get(with_next(name, target)) for name in ("staff-enrol", "staff-enrol-passkey")]

    assert [response.status_code for response in (confirmed, *strangers)] == [302, 302, 302]
    assert [one for response in (confirmed, *strangers) for one in leads_to(response) if not stays(one)] == []


def test_an_address_of_this_site_is_kept(client, sun):
    factors.give_totp(sun)
    client.force_login(sun)

    response = client.post(with_next("staff-confirm", "/bureau/people/"), {"code": factors.next_code(sun.totps.get())})

    assert response["Location"] == "/bureau/people/"
