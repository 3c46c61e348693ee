"""The portal's private files: which there are, which rows name them, and whether they are all there and unaltered.

A file is written first and its row second: a crash in between leaves a file that nobody names, never a row without its
file. `manage.py sweep_evidence` removes such files, and those of rows that were deleted; `manage.py check_evidence`
reads and hashes every file again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Model

from districts import outbox
from districts.exports import FILES as EXPORTS
from districts.models import Export
from districts.private_files import Damaged, Folder
from enrollment.models import EvidencePage, Notice

EVIDENCE = Folder("evidence")
NOTICES = Folder("notices")
UNNAMED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Named:
    """The rows that name a folder's files."""

    folder: Folder
    model: type[Model]
    column: str
    owner: str  # the path to what the file belongs to

    def addresses(self) -> Iterator[tuple[str, UUID]]:
        found = self.model._base_manager.exclude(**{self.column: ""}).order_by()
        return found.values_list(self.column, self.owner).distinct().iterator()


NAMED = (
    Named(EVIDENCE, EvidencePage, "address", "evidence__application_id"),
    Named(EXPORTS, Export, "file_address", "pk"),
    Named(NOTICES, Notice, "file_address", "pk"),
)


def stale(named: Named) -> Iterator[tuple[str, UUID]]:
    """(address, owner) of the files that lie at an older key's address or are encrypted with an older key."""
    return ((address, owner) for address, owner in named.addresses() if not named.folder.is_current(address))


def renew(named: Named) -> Iterator[str]:
    """Keep each such file under the newest keys and let its rows name it there; gives a sentence for each, empty if
    all went well. The old file stays until it is swept, so whoever is about to read it still can.
    """
    for address, owner in list(stale(named)):
        try:
            fresh = named.folder.renew(address, owner=owner)
        except Damaged as damaged:
            rows = named.model._base_manager.filter(**{named.column: address})
            yield str(damaged) if rows.exists() else ""  # removed by its family a moment ago
        else:
            named.model._base_manager.filter(**{named.column: address}).update(**{named.column: fresh})
            yield ""


def forget(key: str, addresses: dict[Folder, list[str]]) -> None:
    """Queue the removal of files, in the transaction that deletes the rows which named them."""
    payload = {folder.name: found for folder, found in addresses.items() if found}
    if payload:
        outbox.enqueue("erase-files", key, **payload)


@outbox.handles("erase-files")
def remove(payload: dict[str, list[str]]) -> None:
    """Remove the files that no row names any more."""
    for named in NAMED:
        for address in payload.get(named.folder.name, []):
            if not named.model._base_manager.filter(**{named.column: address}).exists():
                named.folder.remove(address)


def sweep(now: datetime) -> list[Path]:
    """Remove the files that no row names and that are older than a day; returns them."""
    removed: list[Path] = []
    for named in NAMED:
        removed += named.folder.sweep({address for address, _ in named.addresses()}, before=now - UNNAMED_FOR)
    return removed


def faults() -> Iterator[str]:
    """A sentence for each file that is missing or altered."""
    for named in NAMED:
        for address, owner in named.addresses():
            if fault := _fault(named.folder, address, owner):
                yield fault


def _fault(folder: Folder, address: str, owner: UUID) -> str:
    try:
        folder.verify(address, owner=owner)
    except Damaged as damaged:
        return str(damaged)
    return ""


def count() -> int:
    return sum(1 for named in NAMED for _ in named.addresses())
