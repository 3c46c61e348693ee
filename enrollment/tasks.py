"""Celery's thin doors to what happens by the clock.

Acknowledged when they start, unlike the outbox's nudges: they may take longer than the broker waits, and one that is
cut short is done again the next time.
"""

import logging

from celery import shared_task
from django.utils import timezone

from districts import erasure
from enrollment import private_files

log = logging.getLogger(__name__)
HOURS = 3600


@shared_task(name="enrollment.sweep_evidence", acks_late=False, time_limit=2 * HOURS)
def sweep_evidence() -> None:
    log.info("%d private files that no row named were removed", len(private_files.sweep(timezone.now())))


@shared_task(name="enrollment.check_evidence", acks_late=False, time_limit=12 * HOURS)
def check_evidence() -> None:
    for fault in private_files.faults():
        log.error("private file damaged: %s", fault)


@shared_task(name="enrollment.erase", acks_late=False, time_limit=2 * HOURS)
def erase() -> None:
    """What goes without anybody's decision; families' applications wait for two people (enrollment/erasure.py)."""
    if done := erasure.run():
        log.info("deleted because its time was over: %s", done.counts)
