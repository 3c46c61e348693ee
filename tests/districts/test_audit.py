"""The log only grows."""

import pytest
from django.db import DatabaseError, connection, transaction

from districts import audit
from districts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(wang, district):
    line = audit.record("test.happened", wang, by=wang, district=district, role="", count=1)
    connection.check_constraints()  # as when the transaction commits
    return line


def test_a_line_names_who_what_and_when(line, wang, district):
    line.refresh_from_db()

    assert (line.actor, line.actor_role, line.action, line.subject, line.detail, line.district) == (
        str(wang.pk),
        "parent",
        "test.happened",
        f"districts.Account:{wang.pk}",
        {"count": 1},
        district.code,
    )
    assert line.at is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE districts_auditevent SET action = 'other'",
        "DELETE FROM districts_auditevent",
        "TRUNCATE districts_auditevent",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(line, statement):
    with pytest.raises(DatabaseError, match="the audit log only grows"), transaction.atomic():
        connection.cursor().execute(statement)

    assert AuditEvent.objects.filter(pk=line.pk, action="test.happened").exists()


def test_a_line_outside_the_transaction_of_its_change_is_refused(wang, district, monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

    with pytest.raises(RuntimeError, match="an audit line is written in the transaction of its change"):
        audit.record("test.happened", wang, by=wang, district=district)


def test_what_nobody_did_is_done_by_the_system(wang, district):
    assert audit.record("test.happened", wang, by=None, district=district).actor == "system"


def test_a_line_of_a_request_has_its_address_and_number(client, wang, district, monkeypatch):
    monkeypatch.setattr(
        "enrollment.views.public.is_open", lambda *_: audit.record("test.seen", wang, by=wang, district=district)
    )
    answer = client.get("/", REMOTE_ADDR="10.0.0.7")

    line = AuditEvent.objects.get(action="test.seen")
    assert (line.ip, line.request) == ("10.0.0.7", answer["X-Request-Id"])


def test_a_line_of_a_job_has_neither_address_nor_number(line):
    line.refresh_from_db()
    assert (line.ip, line.request) == (None, "")
