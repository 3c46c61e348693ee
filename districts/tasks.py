"""Celery's thin doors."""

from celery import shared_task

from districts import log_heads, outbox


@shared_task(name="districts.drain")
def drain_outbox() -> None:
    outbox.drain()


@shared_task(name="districts.publish-log-heads")
def publish_log_heads() -> None:
    log_heads.ask()
