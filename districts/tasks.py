"""Celery's thin doors."""

from celery import shared_task

from districts import outbox


@shared_task(name="districts.drain")
def drain_outbox() -> None:
    outbox.drain()
