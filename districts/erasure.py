"""按期限删除 what the portal keeps for its own work: codes, messages, sign-ins. No person decides about these.

A floor registers what it lets be deleted: `@erases("sms")` on the function that finds the rows due at an instant.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.functions import Coalesce, Now

from districts import audit, clock, retention
from districts.models import (
    District,
    ErasureRun,
    Invitation,
    RateWindow,
    SignIn,
    SignInCode,
    SmsMessage,
    SubmitKey,
)

BATCH = 2000

Due = Callable[[datetime], QuerySet]
DUE: dict[str, Due] = {}


def erases(code: str) -> Callable[[Due], Due]:
    """Register the function that gives the rows due at an instant, by the code of their rule."""

    def register(due: Due) -> Due:
        DUE[code] = due
        return due

    return register


def _since(code: str, model: type[Model], event: str) -> None:
    """Rows whose `event` lies longer ago than their rule keeps them."""
    keep = retention.BY_CODE[code].keep
    DUE[code] = lambda now: model._base_manager.filter(**{f"{event}__lte": now - keep})


_since("sign-in-code", SignInCode, "created_at")
_since("session", Session, "expire_date")
_since("rate-window", RateWindow, "window_start")
_since("submit-key", SubmitKey, "created_at")
_since("sms", SmsMessage, "created_at")
_since("invitation", Invitation, "expires_at")


@erases("sign-in")
def sign_ins_due(now: datetime) -> QuerySet:
    ended = SignIn.objects.alias(end=Coalesce("ended_at", "last_seen_at"))
    return ended.filter(end__lte=now - retention.BY_CODE["sign-in"].keep)


def preview(now: datetime | None = None) -> dict[str, int]:
    """How many of what would be deleted, by the code of its rule."""
    now = now or clock.database_now()
    return {code: due(now).count() for code, due in DUE.items()}


def run(now: datetime | None = None) -> ErasureRun | None:
    """Delete what is due, in small transactions that also count; None when nothing was. Resumes a run cut short."""
    now = now or clock.database_now()
    found = ErasureRun.objects.filter(kind=ErasureRun.Kind.TECHNICAL, finished_at=None).first()
    for code, due in DUE.items():
        while (deleted := _batch(code, due(now), found, now)) is not None:
            found = deleted
    if found is not None:
        _finish(found)
    return found


def _batch(code: str, due: QuerySet, found: ErasureRun | None, now: datetime) -> ErasureRun | None:
    """One transaction; None when nothing is left to delete."""
    with transaction.atomic():
        keys = list(due.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        if not keys:
            return None
        found = found or ErasureRun.objects.create(kind=ErasureRun.Kind.TECHNICAL, due_at=now)
        due.model._base_manager.filter(pk__in=keys).delete()
        found.counts[code] = found.counts.get(code, 0) + len(keys)
        found.save(update_fields=["counts"])
    return found


def _finish(found: ErasureRun) -> None:
    """These rows belong to no district, so every district's log has the line."""
    with transaction.atomic():
        found.finished_at = Now()
        found.save(update_fields=["finished_at"])
        for district in District.objects.order_by("pk"):
            audit.record("erasure.finished", found, by=None, district=district, kind=found.kind, counts=found.counts)
