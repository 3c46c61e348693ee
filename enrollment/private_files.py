"""The portal's private files: which there are, which rows name them, and whether they are all there and unaltered.

A file is written first and its row second: a crash in between leaves a file that nobody names, never a row without its
file. `manage.py sweep_evidence` removes such files, and those of rows that were deleted; `manage.py check_evidence`
reads and hashes every file again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from districts.private_files import Damaged, Folder
from enrollment.models import EvidencePage, Notice

EVIDENCE = Folder("evidence")
NOTICES = Folder("notices")
UNNAMED_FOR = timedelta(hours=24)


def rows() -> dict[Folder, QuerySet]:
    """(address, owner) of every file that there must be."""
    return {
        EVIDENCE: EvidencePage.objects.order_by().values_list("address", "evidence__application_id").distinct(),
        NOTICES: Notice.objects.exclude(file_address="").values_list("file_address", "pk"),
    }


def sweep(now: datetime) -> list[Path]:
    """Remove the files that no row names and that are older than a day; returns them."""
    removed: list[Path] = []
    for folder, named in rows().items():
        removed += folder.sweep({address for address, _ in named.iterator()}, before=now - UNNAMED_FOR)
    return removed


def faults() -> Iterator[str]:
    """A sentence for each file that is missing or altered."""
    for folder, named in rows().items():
        for address, owner in named.iterator():
            if fault := _fault(folder, address, owner):
                yield fault


def _fault(folder: Folder, address: str, owner: UUID) -> str:
    try:
        folder.verify(address, owner=owner)
    except Damaged as damaged:
        return str(damaged)
    return ""


def count() -> int:
    return sum(named.count() for named in rows().values())
