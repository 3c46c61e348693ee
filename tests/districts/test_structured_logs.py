"""A line for each event, and nothing about a person in it."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from districts import outbox, request_context, structured_logs
from districts.models import OutboxJob

ID_NUMBER, OLD_ID_NUMBER, MOBILE = "99000120180305002X", "990001800305002", "19912345678"
CANARIES = (
    *(ID_NUMBER, ID_NUMBER.lower(), "990001 20180305 0021", "９９０００１２０１８０３０５００２Ｘ", OLD_ID_NUMBER),
    *(MOBILE, f"+86{MOBILE}", f"86 {MOBILE}", "199 1234 5678", "199-1234-5678"),
)


@pytest.fixture
def lines(monkeypatch):
    """What production would write, as text; call it when everything has been logged."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(structured_logs.formatter(as_json=True))
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_number_of_a_person_is_masked_wherever_it_stands(lines, canary):
    log = logging.getLogger("anything")
    log.warning("child %s", canary)
    log.warning("digits behind %s9", "x")
    log.warning("in a structure", extra={"family": {"numbers": [canary, {"of": canary}]}})
    try:
        raise ValueError(f"no such child: {canary}")
    except ValueError:
        log.exception("failed")

    told = lines()
    assert canary not in json.dumps(told, ensure_ascii=False)
    assert [told[0]["event"], told[1]["event"]] == ["child ***", "digits behind x9"]
    assert told[2]["family"] == {"numbers": ["***", {"of": "***"}]}
    assert told[3]["exception"].endswith("ValueError: no such child: ***")


@pytest.mark.parametrize("name", ["password", "token", "code", "Authorization", "csrf_token", "session_key", "Cookie"])
def test_what_is_secret_by_its_name_is_masked(lines, name):
    logging.getLogger("anything").warning("tried", extra={name: "open sesame", "status_code": 403})

    (line,) = lines()
    assert (line[name], line["status_code"]) == ("***", 403)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("登录验证码 123456，5分钟内有效", "登录验证码 ***，5分钟内有效"),
        ("code=123456&next=/", "code=***&next=/"),
        ('{"password": "open sesame"}', '{"password": "*** sesame"}'),  # pragma: allowlist secret
        ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer ***"),
        ("exit code 1, status 500, 1732209750123 ns", "exit code 1, status 500, 1732209750123 ns"),
        (
            "job notice:0b8fab34-1a34-4234-8234-a23456789012 failed",
            "job notice:0b8fab34-1a34-4234-8234-a23456789012 failed",
        ),
    ],
)
def test_a_secret_in_a_sentence_is_masked_and_a_plain_number_is_not(said, logged):
    assert structured_logs.scrubbed(said) == logged


def test_a_newline_in_a_value_does_not_begin_a_line(lines):
    logging.getLogger("anything").warning("path %s", 'a\n{"event": "forged"}')

    assert [line["event"] for line in lines()] == ['path a\n{"event": "forged"}']


@pytest.mark.django_db
def test_a_row_that_the_database_refused_is_not_in_the_log(lines, season):
    type(season).objects.filter(pk=season.pk).update(title="样标题")
    try:
        with transaction.atomic():
            type(season).objects.filter(pk=season.pk).update(class_cap=None)
    except IntegrityError:
        logging.getLogger("anything").exception("failed")

    (line,) = lines()
    assert "DETAIL: ***" in line["exception"]
    assert "样标题" not in line["exception"]


@pytest.mark.parametrize("name", ["django.request", "celery.worker", "districts.outbox", "_granian"])
def test_every_logger_writes_through_the_scrubbing(lines, name):
    assert settings.LOGGING["formatters"]["line"]["()"] == "districts.structured_logs.formatter"

    logging.getLogger(name).error("child %s", ID_NUMBER)

    assert [(line["logger"], line["event"]) for line in lines()] == [(name, "child ***")]


@pytest.mark.django_db
def test_a_job_and_its_lines_know_the_request_that_caused_them(lines, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, "test", lambda payload: logging.getLogger("paper").warning("written"))
    with request_context.in_request("0123456789abcdef", ip="192.0.2.1"):
        outbox.enqueue("test", "1")

    outbox.drain()

    assert OutboxJob.objects.get().request == "0123456789abcdef"
    assert [(line["event"], line["request"]) for line in lines()] == [("written", "0123456789abcdef")]


@pytest.mark.django_db
def test_why_a_job_failed_is_kept_without_a_persons_number(monkeypatch):
    def fail(payload):
        raise ValueError(f"no such child: {ID_NUMBER}")

    monkeypatch.setitem(outbox.HANDLERS, "test", fail)
    outbox.enqueue("test", "1")

    outbox.drain()

    assert OutboxJob.objects.get().last_error == "ValueError: no such child: ***"
