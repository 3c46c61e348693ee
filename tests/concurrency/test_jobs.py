"""Every job is done once: with many workers, failing handlers, lost leases, without Redis, and after kill -9."""

import time
from collections import Counter
from threading import Event
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from config import embedded
from districts import outbox, release
from districts.models import OutboxJob, Role, SmsMessage
from enrollment import mass_messages, private_files, publishing, review
from enrollment.mass_messages import Draft
from enrollment.models import Application, MassMessageRecipient, Notice, Publication
from enrollment.states import Status
from tests.concurrency.parallel import PATIENCE_SECONDS, at_once, until
from tests.conftest import staff
from tests.enrollment import steps

PUPILS = 40
FAMILIES = 300


@pytest.fixture
def handler(monkeypatch):
    """Register a handler for jobs of kind "test"; what it is given is the job's number."""

    def register(handle):
        monkeypatch.setitem(outbox.HANDLERS, "test", lambda payload: handle(payload["number"]))

    return register


@pytest.fixture
def no_nudge(monkeypatch):
    """For tests that look at the table alone."""
    monkeypatch.setattr(outbox, "nudge", lambda: None)


def queue(*numbers: int) -> None:
    with transaction.atomic():
        outbox.enqueue_many("test", [(str(number), {"number": number}) for number in numbers])


def let_every_lease_run_out() -> None:
    OutboxJob.objects.update(lease_until=None)


def test_two_drains_at_once_do_each_job_once(handler, no_nudge):
    done: list[int] = []
    handler(done.append)
    queue(*range(200))

    counts = at_once(2, lambda n: outbox.drain())

    assert sum(counts) == 200
    assert Counter(done) == dict.fromkeys(range(200), 1)


def test_a_job_that_fails_stays_open_and_is_done_later(handler, no_nudge):
    done: list[int] = []
    broken = {3}

    def handle(number: int) -> None:
        if number in broken:
            raise OSError("disk full")
        done.append(number)

    handler(handle)
    queue(1, 2, 3, 4)

    assert outbox.drain() == 3
    assert (outbox.open_jobs(), OutboxJob.objects.get(done_at=None).last_error) == (1, "OSError: disk full")
    broken.clear()
    let_every_lease_run_out()
    assert outbox.drain() == 1
    assert sorted(done) == [1, 2, 3, 4]


def test_a_poison_job_dies_after_eight_tries_and_blocks_nobody(handler, no_nudge):
    tried: list[int] = []

    def handle(number: int) -> None:
        tried.append(number)
        if number == 0:
            raise ValueError("poison")

    handler(handle)
    queue(0)
    for number in range(1, 11):
        queue(number)
        at_once(2, lambda n: outbox.drain())
        let_every_lease_run_out()

    assert Counter(tried) == {0: 8} | dict.fromkeys(range(1, 11), 1)
    assert [job.key for job in OutboxJob.objects.filter(dead_at__isnull=False)] == ["test:0"]
    assert outbox.open_jobs() == 0


def test_who_lost_the_lease_while_working_undoes_what_it_did(handler, no_nudge):
    slow_is_working, quick_is_done = Event(), Event()

    def handle(number: int) -> None:
        message = SmsMessage()
        message.phone, message.body = "19900000001", "quick" if slow_is_working.is_set() else "slow"
        message.save(force_insert=True)
        if message.body == "slow":
            slow_is_working.set()
            assert quick_is_done.wait(PATIENCE_SECONDS)

    def slow() -> int:
        return outbox.drain()

    def quick() -> int:
        assert slow_is_working.wait(PATIENCE_SECONDS)
        let_every_lease_run_out()
        count = outbox.drain()
        quick_is_done.set()
        return count

    handler(handle)
    queue(1)

    assert at_once(2, lambda n: (slow, quick)[n]()) == [0, 1]
    assert [message.body for message in SmsMessage.objects.all()] == ["quick"]


def test_without_redis_a_family_submits_and_no_job_is_lost(wang, zhao, season, it_is):
    assert not embedded.redis_answers(settings.VAR_DIR)
    application = steps.filled_in(wang, season, it_is("filing"))
    family, clerk = Client(), Client()
    family.force_login(wang)
    clerk.force_login(zhao)
    form = {"key": uuid4(), "seen": steps.seen(application), "declaration": "on"}

    sent = family.post(f"/my/applications/{application.pk}/check/", form)
    asked = Client().post("/sign-in/", {"phone": "19900000007"})
    approved = clerk.post(f"/school/applications/{application.pk}/approve/")

    assert (sent.status_code, asked.status_code, approved.status_code) == (302, 302, 302)
    assert Application.objects.get().status == Status.APPROVED
    assert outbox.open_jobs() == SmsMessage.objects.filter(sent_at=None).count() == 2


def test_a_page_does_not_wait_for_a_redis_that_is_down():
    asking = time.monotonic()

    outbox.nudge()

    assert time.monotonic() - asking < 1


@pytest.mark.journey
def test_a_worker_outlives_a_restart_of_redis(worker, zhao, season, at):
    first, second = (steps.submitted(steps.family(number), season, at("filing")) for number in (1, 2))
    with embedded.redis(settings.VAR_DIR):
        worker.start()
        review.approve(first, by=zhao, now=at("review"))
        until(lambda: outbox.open_jobs() == 0)

    review.approve(second, by=zhao, now=at("review"))
    with embedded.redis(settings.VAR_DIR):
        until(lambda: outbox.open_jobs() == 0)
        worker.stop()

    assert SmsMessage.objects.exclude(sent_at=None).count() == 2


def written() -> int:
    return Notice.objects.exclude(file_address="").count()


@pytest.mark.journey
def test_killing_the_worker_in_the_middle_of_notices_gives_each_child_exactly_one(
    redis, worker, season, campus, zhao, sun, at
):
    place = campus(steps.CAMPUS)
    steps.held_draw(season, place, zhao, sun, at, pupils=PUPILS, classes=2)
    worker.start()
    publishing.publish(season, place, by=zhao, released_by=sun, now=at("draw"))

    until(lambda: written() >= PUPILS // 4)
    worker.kill()
    before = written()
    assert before < PUPILS
    worker.start()

    until(lambda: written() > before, seconds=30)
    until(lambda: outbox.open_jobs() == 0)
    assert Notice.objects.count() == written() == PUPILS
    assert Notice.objects.values("placement").distinct().count() == PUPILS
    assert OutboxJob.objects.filter(kind="notice", done_at__isnull=False).count() == PUPILS
    assert OutboxJob.objects.filter(dead_at__isnull=False).count() == 0
    assert Publication.objects.get().published_at is not None
    assert Notice.objects.values("file_address").distinct().count() == PUPILS
    assert list(private_files.faults()) == []


def sent() -> int:
    return SmsMessage.objects.exclude(sent_at=None).count()


@pytest.mark.journey
def test_killing_the_worker_in_the_middle_of_a_mass_message_writes_to_each_family_once(
    redis, worker, season, district, sun, at
):
    for number in range(FAMILIES):
        steps.draft(steps.family(number), season, at("filing"))
    draft = Draft(season, "请在18日24点前提交。", status=Status.DRAFT)
    asked = mass_messages.ask(draft, seen=mass_messages.preview(draft).seen, by=sun)
    worker.start()
    release.decide(asked, by=staff("head", Role.BUREAU_HEAD, district), agree=True)

    until(lambda: sent() >= FAMILIES // 10)
    worker.kill()
    before = sent()
    assert before < FAMILIES
    worker.start()

    until(lambda: sent() > before, seconds=30)
    until(lambda: outbox.open_jobs() == 0)
    assert SmsMessage.objects.count() == sent() == FAMILIES
    assert OutboxJob.objects.filter(kind="sms", done_at__isnull=False).count() == FAMILIES
    assert MassMessageRecipient.objects.values("account", "sms").distinct().count() == FAMILIES
