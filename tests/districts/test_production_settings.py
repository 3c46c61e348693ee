"""What visitors' browsers are told in production. A process of its own: the settings are read once."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from config import headers

ROOT = Path(__file__).parents[2]
NGINX = (ROOT / "config" / "nginx.conf").read_text(encoding="utf-8")
ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client
connection.ensure_connection = lambda: None
settings.MIDDLEWARE.remove("districts.middleware.CurrentDistrict")
names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_DOMAIN")
client = Client(raise_request_exception=False)
answers = [client.get("/no/such/page", headers={"x-forwarded-proto": proto}) for proto in ("https", "http")]
print(json.dumps({
    "settings": {name: getattr(settings, name) for name in names},
    "answers": [[answer.status_code, dict(answer.headers)] for answer in answers],
}))
"""


@pytest.fixture(scope="module")
def production() -> dict:
    made_up = dict(
        line.split("=", 1)
        for line in (ROOT / ".ci" / "production.env").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "CRITICAL"}
    environment |= made_up | {"ALLOWED_HOSTS": "testserver", "SUNSHINE_VAR": os.environ["SUNSHINE_VAR"]}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


def test_cookies_are_host_bound_and_secure_behind_tls(production: dict):
    assert production["settings"] == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_DOMAIN": None,
    }


def test_every_answer_behind_tls_asks_for_tls_for_two_years(production: dict):
    (_, told), (status, redirected) = production["answers"]

    assert told["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert (status, redirected["Location"]) == (301, "https://testserver/no/such/page")


def test_every_answer_behind_tls_has_the_headers(production: dict):
    for _, told in production["answers"]:
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"


def test_the_content_policy_has_no_hole():
    policy = dict(part.strip().partition(" ")[::2] for part in headers.PAGES.split(";"))

    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert re.findall(r"unsafe|\*|https?:", " ".join(policy.values())) == []


def test_no_answer_opens_itself_to_other_sites(client, season):
    for address in (reverse("home"), reverse("api-schema")):
        answer = client.get(address, headers={"origin": "https://elsewhere.example"})
        assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


def test_pages_with_a_familys_data_are_not_cached(client, wang, season):
    client.force_login(wang)

    assert "no-store" in client.get(reverse("desk")).headers["Cache-Control"].replace(" ", "").split(",")


def test_signing_out_clears_the_browser(client, wang, season):
    client.force_login(wang)

    assert client.post(reverse("sign-out")).headers["Clear-Site-Data"] == '"cache", "storage"'


def test_nginx_speaks_tls_12_and_13_only():
    assert re.findall(r"ssl_protocols ([^;]+);", NGINX) == ["TLSv1.2 TLSv1.3"]


def test_nginx_lists_no_folder():
    assert re.findall(r"autoindex|alias .*\.\.", NGINX) == []


def test_nginx_writes_no_question_down():
    (written,) = re.findall(r"log_format paths '([^']+)'", NGINX)

    assert re.findall(r"\$(?:request|request_uri|args|query_string|http_referer)\b", written) == []
