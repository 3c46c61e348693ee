"""Browsers' reports about the content policy: a line in the process logs, few of them, nothing about a person."""

import json

import pytest
from django.urls import reverse

from districts.views import csp_reports

pytestmark = pytest.mark.django_db

OLD = {
    "csp-report": {
        "document-uri": "https://enrolment.example/my/?phone=19900000001",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://addon.example/a.js?who=19900000001",
    }
}
BODY = {
    "documentURL": "https://enrolment.example/my/",
    "effectiveDirective": "style-src-attr",
    "blockedURL": "inline",
}
NEW = [{"type": "csp-violation", "body": BODY}]


@pytest.fixture
def send(client):
    def post(sent: object, content_type: str = "application/csp-report", **more: str) -> int:
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        return client.post(reverse("csp-reports"), body, content_type, **more).status_code

    return post


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (OLD, "content policy: script-src-elem blocked https://addon.example on /my/"),
        (NEW, "content policy: style-src-attr blocked inline on /my/"),
    ],
)
def test_a_report_is_one_line_without_questions(send, caplog, sent, line):
    assert send(sent, "application/reports+json" if sent is NEW else "application/csp-report") == 204
    assert [record.getMessage() for record in caplog.records] == [line]


@pytest.mark.parametrize("sent", [b"{", b"\xff", [], {}, [1, None], {"csp-report": "text"}, "text", 5, None])
def test_nonsense_is_no_report(send, caplog, sent):
    assert send(sent) in {204, 400}
    assert [record for record in caplog.records if "content policy" in record.getMessage()] == []


def test_a_large_one_and_another_type_are_not_read(send):
    assert [send(b" " * (csp_reports.MOST_BYTES + 1)), send(OLD, "text/plain")] == [413, 413]


def test_one_address_sends_few_and_all_together_too(send, monkeypatch):
    codes = [send(OLD) for _ in range(csp_reports.OF_ONE_ADDRESS[0] + 1)]
    assert (codes[-2:], send(OLD, REMOTE_ADDR="192.0.2.7")) == ([204, 429], 204)

    monkeypatch.setattr(csp_reports, "OF_ALL", (5, 3600))
    assert send(OLD, REMOTE_ADDR="192.0.2.8") == 429
