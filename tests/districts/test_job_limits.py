"""A job that does not end or fills the memory costs itself, not its worker."""

import subprocess
import sys
import threading
import time

import pytest
from django.db import transaction

from districts import job_limits, outbox
from districts.models import OutboxJob

pytestmark = pytest.mark.django_db

FILL_THE_MEMORY = """
import resource
from districts import job_limits
job_limits.of_this_process()
try:
    bytearray(job_limits.MEMORY + 1)
except MemoryError:
    print("refused")
print(len(bytearray(1024)))
"""


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(job_limits, "SECONDS", 0.2)


def test_a_job_that_does_not_end_is_ended_and_tried_again_later(short, monkeypatch):
    def turn(payload):
        while True:
            time.sleep(0.01)

    monkeypatch.setitem(outbox.HANDLERS, "test", turn)
    outbox.enqueue("test", "1")
    begun = time.monotonic()

    assert outbox.drain() == 0

    assert time.monotonic() - begun < 10
    assert OutboxJob.objects.get().last_error.startswith("TookTooLong: ")


def test_a_library_that_swallows_the_end_is_ended_again(short):
    def stubborn():
        try:
            time.sleep(30)
        except job_limits.TookTooLong:
            time.sleep(30)

    with pytest.raises(job_limits.TookTooLong), job_limits.of_one_job():
        stubborn()


def test_after_a_job_nothing_is_interrupted(short):
    with job_limits.of_one_job():
        pass

    time.sleep(0.4)


def test_in_a_thread_a_job_runs_without_the_alarm(short):
    ran = []

    def work():
        with job_limits.of_one_job():
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ran == [True]


def test_a_process_has_no_more_memory_than_it_may():
    told = subprocess.run([sys.executable, "-c", FILL_THE_MEMORY], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["refused", "1024"]


def test_a_limit_is_shorter_than_the_lease():
    assert job_limits.SECONDS < outbox.LEASE_SECONDS


def test_a_job_that_always_ends_its_worker_is_left_alone_after_the_eighth_time(monkeypatch):
    ran = []
    monkeypatch.setitem(outbox.HANDLERS, "test", ran.append)
    with transaction.atomic():
        outbox.enqueue("test", "1")
    OutboxJob.objects.update(attempts=outbox.MOST_ATTEMPTS)  # it was begun so often and never came back

    outbox.drain()

    job = OutboxJob.objects.get()
    assert (ran, job.dead_at is not None, job.last_error) == ([], True, "RuntimeError: the job ended its worker")
