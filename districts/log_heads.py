"""Once a day the heads of all chains leave the machine: a rewritten log no longer fits what was published.

The day's file lies with the published pages, for everybody; its hash is a line of the log and stands on the
supervisors' page. How to use them: docs/audit.md.
"""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from districts import audit, files, log_chain, outbox
from districts.models import AuditEvent, District

PUBLISHED = "log.heads-published"
LATE = timedelta(hours=26)  # one is due every day


def folder() -> Path:
    return Path(settings.PUBLISHED_ROOT) / "log"


def address(day: str) -> str:
    return f"/published/log/heads-{day}.txt"


def ask(day: date | None = None) -> None:
    """Queue the day's file; asking again on the same day changes nothing."""
    name = (day or timezone.localdate()).isoformat()
    with transaction.atomic():
        outbox.enqueue("log-heads", name, day=name)


@outbox.handles("log-heads")
def publish(payload: dict[str, Any]) -> None:
    content = "".join(f"{head}\n" for head in log_chain.heads()).encode()
    files.replace(folder() / f"heads-{payload['day']}.txt", content)
    for district in District.objects.order_by("pk"):
        audit.record(
            PUBLISHED,
            district,
            by=None,
            district=district,
            day=payload["day"],
            heads=hashlib.sha256(content).hexdigest(),
        )


def newest(district: District) -> AuditEvent | None:
    """The line that tells of the newest published file."""
    return AuditEvent.objects.filter(district=district.code, action=PUBLISHED).order_by("-id").first()


def published() -> list[log_chain.Head]:
    """Every head in every published file that is there."""
    return [head for file in sorted(folder().glob("heads-*.txt")) for head in log_chain.written_heads(file)]
