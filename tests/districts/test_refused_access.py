"""Who tried what is not theirs stands in the log, and nobody can fill the log by trying."""

import ast
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from districts import audit, refused_access, sign_in
from districts.models import AuditEvent
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

# Requirement L7: what each kind of event is called.
EVENTS = {
    "sign-ins": {"account.signed-in", "account.new-device", "account.recovery-code-used"},
    "failed sign-ins": {"account.code-refused", "account.password-refused", "account.factor-refused"},
    "refusals": {"access.refused", "access.forged"},
    "exports": {
        "export.asked",
        "export.released",
        "export.written",
        "export.downloaded",
        "export.deleted",
        "log.exported",
    },
    "erasure": {"erasure.finished"},
    "what protects an account": {
        *("account.factor-added", "account.factor-removed", "account.recovery-codes", "account.password-changed"),
        "account.signed-out-elsewhere",
    },
    "rights": {"people.invited", "people.accepted", "people.changed", "people.ended", "people.reset"},
    "configuration": {"rules.loaded", "catchment.imported", "ruling.made", "ruling.withdrawn", "places.imported"},
}


def refusals() -> list[tuple[str, str, dict]]:
    events = AuditEvent.objects.filter(action__startswith="access.").order_by("id")
    return [(event.action, event.actor_role, event.detail) for event in events]


def words_in_the_code() -> Iterator[str]:
    for floor in ("districts", "catchments", "classing", "enrollment"):
        for file in (settings.BASE_DIR / floor).rglob("*.py"):
            tree = ast.parse(Path(file).read_text(encoding="utf-8"))
            yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def test_every_kind_of_event_has_its_name_a_word_and_a_place_in_the_code():
    named = set().union(*EVENTS.values())

    assert {name for name in named if audit.word(name) == name} == set()
    assert [name for name in sorted(named) if list(words_in_the_code()).count(name) < 2] == []


def test_an_insider_without_the_right_leaves_a_line(client, sun):
    client.force_login(sun)

    client.get(reverse("school-queue"))

    assert refusals() == [("access.refused", "staff", {"route": "school-queue", "method": "GET", "status": 403})]
    assert AuditEvent.objects.get(action="access.refused").actor == str(sun.pk)


def test_a_family_that_asks_for_another_familys_application_leaves_a_line(client, wang, li, season, at):
    application = steps.submitted(wang, season, at("filing"))
    client.force_login(li)

    client.get(reverse("application", args=[application.pk]))

    assert refusals() == [("access.refused", "parent", {"route": "application", "method": "GET", "status": 404})]


def test_a_wrong_address_is_no_attempt(client, li):
    client.force_login(li)

    client.get("/none/")

    assert refusals() == []


def test_nobody_signed_in_leaves_no_line(client, district):
    client.get(reverse("application", args=[uuid4()]))

    assert refusals() == []


def test_a_form_without_its_token_leaves_a_line(district):
    Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"phone": "19900000001"})

    assert refusals() == [("access.forged", "visitor", {"route": "sign-in", "method": "POST", "status": 403})]


def test_one_account_leaves_a_limited_number_of_lines(client, sun):
    client.force_login(sun)

    codes = {client.get(reverse("school-queue")).status_code for _ in range(refused_access.LINES_OF_ONE + 5)}

    assert (codes, len(refusals())) == ({403}, refused_access.LINES_OF_ONE)


def test_strangers_together_leave_a_limited_number_of_lines(district, monkeypatch):
    monkeypatch.setattr(refused_access, "LINES_OF_STRANGERS", 3)
    forger = Client(enforce_csrf_checks=True)

    for number in range(5):
        forger.post(reverse("sign-in"), REMOTE_ADDR=f"192.0.2.{number}")

    assert len(refusals()) == 3


def test_a_log_that_cannot_be_written_does_not_change_the_answer(client, sun, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("no space left")

    client.force_login(sun)
    monkeypatch.setattr(audit, "record", full)

    assert client.get(reverse("school-queue")).status_code == 403


def test_a_wrong_code_leaves_a_line_without_phone_and_code(district):
    sent = sign_in.send_code("19900000001", address="192.0.2.1", district=district)

    with pytest.raises(sign_in.SignInRefused):
        sign_in.check_code(sent.id, phone="19900000001", code="0", district=district)

    event = AuditEvent.objects.get(action="account.code-refused")
    assert (event.actor_role, event.subject, event.detail) == ("visitor", f"districts.SignInCode:{sent.id}", {})


@pytest.mark.parametrize("login", ["sun", "my password by mistake"])
def test_a_wrong_password_leaves_a_line_without_what_was_typed(district, sun, login):
    with pytest.raises(sign_in.SignInRefused):
        sign_in.check_password(login, "wrong", address="192.0.2.1", district=district)

    event = AuditEvent.objects.get(action="account.password-refused")
    assert event.subject == audit.label(sun if login == "sun" else district)
    assert (event.actor_role, event.detail) == ("visitor", {})
