"""The table is the queue."""

import pytest
from django.db import transaction

from districts import outbox
from districts.models import OutboxJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """What the test's own handler has been given."""
    seen: list[dict] = []
    monkeypatch.setitem(outbox.HANDLERS, "test", seen.append)
    return seen


@pytest.fixture
def failing(monkeypatch):
    def fail(payload):
        OutboxJob.objects.filter(kind="witness").delete()
        raise ValueError("no paper")

    monkeypatch.setitem(outbox.HANDLERS, "test", fail)


def free_at_once():
    OutboxJob.objects.update(lease_until=None)


def test_a_job_is_done_once(done):
    outbox.enqueue("test", "1", number=1)

    assert (outbox.drain(), outbox.drain()) == (1, 0)
    assert done == [{"number": 1}]


def test_the_same_key_is_queued_once(done):
    outbox.enqueue("test", "1", number=1)
    outbox.enqueue("test", "1", number=2)

    outbox.drain()

    assert done == [{"number": 1}]


def test_a_job_needs_the_transaction_of_its_cause(monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

    with pytest.raises(RuntimeError, match="a job is queued in the transaction of its cause"):
        outbox.enqueue("test", "1")


def test_a_job_of_a_cause_that_was_rolled_back_does_not_exist(done):
    with transaction.atomic():
        outbox.enqueue("test", "1")
        transaction.set_rollback(True)

    assert OutboxJob.objects.count() == 0


def test_a_failed_job_undoes_what_it_did_and_waits(failing):
    OutboxJob.objects.create(kind="witness", key="witness", lease_until="2999-01-01T00:00Z")
    outbox.enqueue("test", "1")

    outbox.drain()

    job = OutboxJob.objects.get(kind="test")
    assert OutboxJob.objects.filter(kind="witness").exists()
    assert (job.attempts, job.done_at, job.last_error) == (1, None, "ValueError: no paper")
    assert outbox.claim() == []


def test_after_eight_tries_a_job_is_dead_and_others_go_on(failing, monkeypatch):
    seen: list[dict] = []
    monkeypatch.setitem(outbox.HANDLERS, "other", seen.append)
    outbox.enqueue("test", "1")
    for _ in range(8):
        free_at_once()
        outbox.drain()
    outbox.enqueue("other", "1")
    free_at_once()

    outbox.drain()

    assert OutboxJob.objects.get(kind="test").dead_at is not None
    assert seen == [{}]


def test_a_job_whose_lease_ran_out_is_taken_by_another(done):
    outbox.enqueue("test", "1")
    (first,) = outbox.claim()
    free_at_once()
    (second,) = outbox.claim()

    assert (outbox.run(second), outbox.run(first)) == (True, False)


def test_without_redis_a_job_is_queued_all_the_same(done, monkeypatch, caplog):
    from districts.tasks import drain_outbox

    def refuse(**options):
        raise ConnectionError("redis is down")

    monkeypatch.setattr(drain_outbox, "apply_async", refuse)
    outbox.enqueue("test", "1")

    outbox.nudge()

    assert outbox.open_jobs() == 1
    assert [record.message for record in caplog.records] == ["no nudge sent (ConnectionError); beat will find the job"]
