"""The queue: a table, claimed with SKIP LOCKED and a lease (docs/decisions/0002).

A job is written in the transaction of its cause, so it exists exactly when its cause does. A handler's own changes and
"done" are one transaction, so killing a worker anywhere leaves a job either undone and untouched or done once.
"""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import connection, transaction

from districts import job_limits, request_context
from districts.models import OutboxJob
from districts.structured_logs import scrubbed

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
BATCH = 5
LEASE_SECONDS = 25
MOST_ATTEMPTS = 8

CLAIM = """
WITH free AS (
    SELECT id FROM districts_outboxjob
    WHERE done_at IS NULL AND dead_at IS NULL AND coalesce(lease_until, '-infinity') < clock_timestamp()
    ORDER BY attempts, id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE districts_outboxjob AS job
SET lease_until = clock_timestamp() + make_interval(secs => %s), attempts = attempts + 1
FROM free WHERE job.id = free.id
RETURNING job.id, job.kind, job.key, job.payload::text, job.attempts, job.request
"""


@dataclass(frozen=True)
class Claimed:
    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempts: int
    request: str


class JobTakenOver(Exception):
    """The lease ran out and somebody else finished the job: undo what we did."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it gets the payload and runs inside a transaction."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue(kind: str, key: str, **payload: Any) -> None:
    """Queue one job; a second call with the same key changes nothing. Must run in the transaction of its cause."""
    enqueue_many(kind, [(key, payload)])


def enqueue_many(kind: str, jobs: Iterable[tuple[str, dict[str, Any]]]) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a job is queued in the transaction of its cause")
    number = request_context.number()
    rows = [OutboxJob(kind=kind, key=f"{kind}:{key}", payload=payload, request=number) for key, payload in jobs]
    OutboxJob.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    transaction.on_commit(nudge)


def nudge() -> None:
    """Tell a worker to look now. Losing this loses nothing but a few seconds: beat looks every five."""
    from districts.tasks import drain_outbox  # the task calls back into this module

    try:
        drain_outbox.apply_async(expires=60, retry=False)
    except Exception as error:  # Redis is down, frozen or restarting: whatever it raises, the row is already safe
        log.warning("no nudge sent (%s); beat will find the job", type(error).__name__)


def claim(batch: int = BATCH) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [batch, LEASE_SECONDS])
        rows = [
            Claimed(pk, kind, key, json.loads(payload), attempts, request)
            for pk, kind, key, payload, attempts, request in cursor.fetchall()
        ]
    return sorted(rows, key=lambda job: job.id)


def run(job: Claimed) -> bool:
    """Do one claimed job; True when it is done. A failure waits 2ⁿ seconds, the eighth makes it dead.

    What it logs belongs to the request that caused it.
    """
    with request_context.in_request(job.request):
        if job.attempts > MOST_ATTEMPTS:  # it never came back to say that it failed
            put_back(job, RuntimeError("the job ended its worker"))
            return False
        try:
            with job_limits.of_one_job(), transaction.atomic():
                HANDLERS[job.kind](job.payload)
                mark_done(job)
        except JobTakenOver:
            return False
        except Exception as error:
            log.exception("job %s failed (attempt %d)", job.key, job.attempts)
            put_back(job, error)
            return False
    return True


def mark_done(job: Claimed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_outboxjob SET done_at = clock_timestamp(), last_error = '' "
            "WHERE id = %s AND done_at IS NULL",
            [job.id],
        )
        if cursor.rowcount != 1:
            raise JobTakenOver(job.key)


def put_back(job: Claimed, error: Exception) -> None:
    dead = job.attempts >= MOST_ATTEMPTS
    if dead:
        log.error("job %s is dead after %d attempts", job.key, job.attempts)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_outboxjob SET last_error = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => %s), "
            "dead_at = CASE WHEN %s THEN clock_timestamp() END "
            "WHERE id = %s AND done_at IS NULL",
            [scrubbed(f"{type(error).__name__}: {error}")[:500], min(2**job.attempts, 60), dead, job.id],
        )


def drain(seconds: float = 60.0) -> int:
    """Do jobs until none is free or `seconds` are over; returns how many were done.

    A first full batch calls one more worker: there may be work for all of them.
    """
    until = monotonic() + seconds
    done = 0
    called_another = False
    while jobs := claim():
        if len(jobs) == BATCH and not called_another:
            called_another = True
            nudge()
        done += sum(run(job) for job in jobs)
        if monotonic() >= until:
            nudge()
            break
    return done


def open_jobs() -> int:
    return OutboxJob.objects.filter(done_at__isnull=True, dead_at__isnull=True).count()
