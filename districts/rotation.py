"""Carrying what is encrypted or indexed over to the newest keys, while the portal works.

What there is comes from the models: every `Encrypted` value and every `BlindIndex` of every model. Each row tells under
which key it is, so a run needs no notes of its own: one that was cut short goes on where it was.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length, Substr

from districts.encryption import (
    HASH_BYTES,
    HEADER_BYTES,
    BlindIndex,
    Encrypted,
    blind_index,
    header,
    index_key_numbers,
    index_prefix,
)

BATCH = 200
PATIENCE_SECONDS = 60  # for rows that others have locked


class RowsInUse(Exception):
    """Some rows stayed locked by others all the time. Run it again."""


@dataclass(frozen=True)
class Kept:
    """What one model keeps under our keys."""

    model: type[models.Model]
    encrypted: tuple[Encrypted, ...]
    indexes: tuple[BlindIndex, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label

    @cached_property
    def again(self) -> list[BlindIndex]:
        """The indexes that can be made again."""
        return [index for index in self.indexes if index.of]

    def stale(self) -> models.QuerySet:
        """The rows with something under an older key that can be carried over."""
        found = self.model._base_manager.all()
        wanted = Q(pk__in=[])
        for field in self.encrypted:
            cipher = f"{field.name}_cipher"
            found = found.alias(**{f"under_{cipher}": Substr(cipher, 1, HEADER_BYTES, **AS_BYTES)})
            wanted |= Q(**{f"{cipher}__isnull": False}) & ~Q(**{f"under_{cipher}": header()})
        for index in self.again:
            source = f"{index.of.replace('.', '__')}_cipher"
            found = _told(found, index)
            wanted |= Q(**{f"{index.name}__isnull": False, f"{source}__isnull": False}) & ~_current(index)
        return found.filter(wanted)

    def fading(self) -> Iterator[tuple[BlindIndex, int]]:
        """The keyed hashes under an older key that nobody can make again, and how many are still asked."""
        for index in self.indexes:
            rows = _told(self.model._base_manager.filter(**{f"{index.name}__isnull": False}), index)
            rows = rows.exclude(_current(index))
            if index.of:
                rows = rows.filter(**{f"{index.of.replace('.', '__')}_cipher__isnull": True})
            elif index.alive is not None:
                rows = rows.filter(index.alive)
            if count := rows.count():
                yield index, count

    def renew(self, row: models.Model) -> None:
        for field in self.encrypted:
            setattr(row, field.name, getattr(row, field.name))
        for index in self.again:
            value = row
            for name in index.of.split("."):
                value = getattr(value, name)
            if value:
                setattr(row, index.name, blind_index(index.kind, value))

    @property
    def columns(self) -> list[str]:
        return [*(f"{field.name}_cipher" for field in self.encrypted), *(index.name for index in self.again)]

    @property
    def along(self) -> list[str]:
        """The rows that an index is made from, when it is another row."""
        return sorted({index.of.rpartition(".")[0] for index in self.again} - {""})


AS_BYTES = {"output_field": models.BinaryField()}


def _told(rows: models.QuerySet, index: BlindIndex) -> models.QuerySet:
    return rows.alias(
        **{f"length_{index.name}": Length(index.name), f"number_{index.name}": Substr(index.name, 1, 1, **AS_BYTES)}
    )


def _current(index: BlindIndex) -> Q:
    prefix = index_prefix(index_key_numbers()[0])
    current = Q(**{f"length_{index.name}": len(prefix) + HASH_BYTES})
    return current & Q(**{f"number_{index.name}": prefix}) if prefix else current


def everything() -> list[Kept]:
    """Every model that keeps something under our keys."""
    found = []
    for model in apps.get_models():
        encrypted = tuple(value for value in vars(model).values() if isinstance(value, Encrypted))
        indexes = tuple(field for field in model._meta.local_concrete_fields if isinstance(field, BlindIndex))
        if encrypted or indexes:
            found.append(Kept(model, encrypted, indexes))
    return found


def rotate(kept: Kept) -> Iterator[int]:
    """Carry a model's rows over in small transactions; gives how many each took. Raises RowsInUse.

    Rows that somebody is working on are left out and looked at again, so nobody waits for us longer than for one
    batch, and we wait for nobody.
    """
    since = time.monotonic()
    while kept.stale().exists():
        after = None
        while (taken := _batch(kept, after)) is not None:
            after, done = taken
            since = time.monotonic()
            yield done
        if time.monotonic() - since > PATIENCE_SECONDS:
            raise RowsInUse(kept.label)
        time.sleep(0.1)


def _batch(kept: Kept, after: object) -> tuple[object, int] | None:
    """One transaction: (the last key, how many); None when no free row is left behind `after`."""
    with transaction.atomic():
        rows = kept.stale().order_by("pk").select_related(*kept.along)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        taken = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        if not taken:
            return None
        for row in taken:
            kept.renew(row)
        kept.model._base_manager.bulk_update(taken, kept.columns)
    return taken[-1].pk, len(taken)
