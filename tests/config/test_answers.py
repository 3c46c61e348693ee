"""Every answer of the real web process has every header, and what breaks is said safely (production's settings)."""

import json
import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models.functions import Now
from django.test import Client

from config import headers
from districts import sign_ins
from districts.models import AuditEvent, SignIn
from tests.config import observatory, stack
from tests.config.stack import ID_NUMBER
from tests.enrollment.views.test_strangers import FOR, address  # noqa: F401  `address` is a fixture

EXPECTED = headers.of_answers(tls=True)
NUMBER = re.compile("[0-9a-f]{16}")
TOO_MUCH = b"name=" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
INSIDE = ("Traceback", "django", "ValueError", ".py", ID_NUMBER)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def web(committed_db, tmp_path) -> Iterator[stack.Web]:
    with stack.web(tmp_path, LOOKUP_RATE="2") as running:
        yield running


def cookie_of(account) -> str:
    client = Client()
    client.force_login(account)
    SignIn.objects.filter(pk=client.session[sign_ins.KEY]).update(factor_at=Now())
    return f"__Host-sessionid={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def missing(answer: stack.Answer, **own: str) -> dict[str, str]:
    """The headers that are not as they should be, with what they are; `own` are those that the answer sets itself."""
    wanted = EXPECTED | {name.replace("_", "-"): value for name, value in own.items()}
    return {name: answer.header(name) for name, value in wanted.items() if answer.header(name) != value}


def test_every_route_answers_everybody_with_every_header(web, address, wang, zhao, sun):  # noqa: F811
    people = {"nobody": "", "family": cookie_of(wang), "school": cookie_of(zhao), "bureau": cookie_of(sun)}
    faults, statuses = {}, set()
    ways = [*product(people, ("GET",)), ("nobody", "POST")]
    for (who, method), name in product(ways, sorted(FOR)):
        cookie = people[who]
        answer = web.ask(address(name), method, Cookie=cookie)
        statuses.add(answer.status)
        files = name in ("evidence-page", "evidence-thumb", "export-file") and answer.status == 200
        own = {"Content_Security_Policy": "default-src 'none'; sandbox"} if files else {}
        if found := missing(answer, **own):
            faults[who, name, method] = found

    assert faults == {}
    assert {200, 302, 403, 404, 405} <= statuses
    assert not statuses & {500, 503}


def refusals(web: stack.Web) -> dict[str, tuple[stack.Answer, int]]:
    """Each kind of refusal and fault, with the status that it should have."""
    style = staticfiles_storage.url("css/portal.css")
    large = {"Content_Type": FORM, "Referer": f"https://{stack.HOST}/sign-in/"}
    large["Cookie"] = web.ask("/sign-in/").cookies[0].partition(";")[0]
    report = {"Content_Type": "application/csp-report"}
    return {
        "static file": (web.ask(style), 200),
        "unchanged": (web.ask(style, If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT"), 304),
        "static file that is not there": (web.ask("/static/none.css"), 404),
        "other host": (web.ask("/", Host="elsewhere.example"), 400),
        "no token": (web.ask("/sign-in/", "POST", b"phone=1", Content_Type=FORM), 403),
        "no such page": (web.ask("/none/"), 404),
        "no such method": (web.ask("/", "OPTIONS"), 405),
        "too much": (web.ask("/sign-in/", "POST", TOO_MUCH, **large), 413),
        "without TLS": (web.ask("/", X_Forwarded_Proto="http"), 301),
        "to sign in": (web.ask("/my/"), 302),
        "broken": (web.ask("/broken/"), 500),
        "database away": (web.ask("/database-away/"), 503),
        "report": (web.ask("/api/csp-reports", "POST", b"{}", **report), 204),
        "no report": (web.ask("/api/csp-reports", "POST", b"{", **report), 400),
        "API": (web.ask("/api/v1/names"), 200),
        "API: no such address": (web.ask("/api/v1/none"), 404),
        "API: no question": (web.ask("/api/v1/lookup"), 400),
        "API: no such method": (web.ask("/api/v1/lookup", "PUT"), 405),
        "API: one too many": (web.ask("/api/v1/lookup"), 429),
        "API: broken": (web.ask("/api/v1/broken"), 500),
        "API: database away": (web.ask("/api/v1/database-away"), 503),
    }


def test_every_kind_of_refusal_and_fault_is_said_safely_and_has_every_header(web):
    asked = refusals(web)

    assert {name: answer.status for name, (answer, _) in asked.items()} == {name: s for name, (_, s) in asked.items()}
    assert {name: found for name, (answer, _) in asked.items() if (found := missing(answer))} == {}
    texts = {name: answer.text for name, (answer, _) in asked.items() if not name.startswith("static")}
    assert [(name, word) for name, word in product(texts, INSIDE) if word in texts[name]] == []
    for name in ("other host", "no token", "no such page", "too much", "broken", "database away"):
        number = asked[name][0].header("X-Request-Id")
        assert NUMBER.fullmatch(number)
        assert f"<span>{number[:8]}</span><span>{number[8:]}</span>" in texts[name], name
    for name in [name for name in asked if name.startswith("API: ")]:
        answer, status = asked[name]
        told = json.loads(answer.text)
        assert (answer.header("Content-Type"), told["status"]) == ("application/problem+json", status)
        assert told["request"] == answer.header("X-Request-Id")
    assert 0 < int(asked["API: one too many"][0].header("Retry-After")) <= 60
    assert asked["API: database away"][0].header("Retry-After") == "30"


def test_without_its_database_everything_is_answered_with_503_and_every_header(committed_db, tmp_path):
    with stack.web(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none") as web:
        answers = [
            web.ask(path, Cookie=cookie)
            for path in ("/", "/my/", "/none/", "/api/v1/names")
            for cookie in ("", "__Host-sessionid=x")
        ]
        style = web.ask(staticfiles_storage.url("css/portal.css"))

    assert [(answer.status, answer.header("Retry-After"), missing(answer)) for answer in answers] == [
        (503, "30", {})
    ] * 8
    assert "您填写的内容还在浏览器里" in answers[0].text
    assert json.loads(answers[-1].text)["status"] == 503
    assert "Traceback" not in answers[0].text
    assert style.status == 200


def test_what_broke_is_one_scrubbed_line_of_json_with_the_requests_number(web):
    answer = web.ask("/broken/", X_Request_Id="0123456789abcdef")

    lines = [json.loads(line) for line in web.logged().splitlines() if line.startswith("{")]
    (fault,) = [line for line in lines if "exception" in line]
    assert (answer.header("X-Request-Id"), fault["request"], fault["level"]) == ("0123456789abcdef",) * 2 + ("error",)
    assert "ValueError: no child has ***" in fault["exception"]
    assert ID_NUMBER not in web.logged()


def test_the_observatory_would_give_every_point_that_an_answer_can_have(web):
    over_http = web.ask("/", X_Forwarded_Proto="http")
    first, form = (observatory.grade(web.ask(path), over_http) for path in ("/", "/sign-in/"))

    print(
        f"\nMDN HTTP Observatory: / {first.score}, /sign-in/ {form.score}, at most {observatory.MOST}: {form.modifiers}"
    )
    assert (first.score, form.score) == (observatory.MOST - 5, observatory.MOST)  # the first page sets no cookie


def test_the_observatory_would_see_a_fault(web):
    answer = web.ask("/sign-in/")
    weaker = [
        (name, value.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"))
        for name, value in answer.headers
    ]

    assert observatory.grade(stack.Answer(200, weaker, answer.body), answer).score == 100 - 20 - 20


def test_cookies_are_bound_to_this_host_and_to_tls(web):
    (csrf,) = web.ask("/sign-in/").cookies
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', web.ask("/sign-in/", Cookie=csrf).text)[1]
    session = web.ask(
        "/sign-in/",
        "POST",
        f"phone=19900000001&csrfmiddlewaretoken={token}".encode(),
        Content_Type=FORM,
        Cookie=csrf.partition(";")[0],
        Referer=f"https://{stack.HOST}/sign-in/",
    )

    assert session.status == 302
    cookies = {cookie.partition("=")[0]: set(cookie.split("; ")[1:]) for cookie in (csrf, *session.cookies)}
    assert sorted(cookies) == ["__Host-csrftoken", "__Host-sessionid"]
    assert all({"Path=/", "Secure", "SameSite=Lax"} <= said for said in cookies.values())
    assert not any(part.startswith("Domain") for said in cookies.values() for part in said)
    assert "HttpOnly" in cookies["__Host-sessionid"]


def test_a_forged_forwarding_header_is_not_where_a_request_comes_from(web):
    for number in range(3):
        web.ask("/sign-in/", "POST", b"x=1", Content_Type=FORM, X_Forwarded_For=f"203.0.113.{number}, 192.0.2.77")

    assert {event.ip for event in AuditEvent.objects.filter(action="access.forged")} == {"192.0.2.77"}
