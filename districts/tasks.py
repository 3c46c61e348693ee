"""Celery's thin doors."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from districts import exports, job_limits, log_heads, outbox


@worker_process_init.connect
def limit_this_worker(**kwargs: Any) -> None:
    job_limits.of_this_process()


@shared_task(name="districts.drain")
def drain_outbox() -> None:
    outbox.drain()


@shared_task(name="districts.publish-log-heads")
def publish_log_heads() -> None:
    log_heads.ask()


@shared_task(name="districts.delete-exports")
def delete_exports() -> None:
    exports.delete_old()
