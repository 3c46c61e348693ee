"""The log: one line in the same transaction as the change that it tells of."""

from typing import Any

from django.db import connection, models

from districts.models import Account, AuditEvent, District

SYSTEM = "system"


def label(subject: models.Model) -> str:
    """How the log points at an object: `enrollment.Application:0b8f…`."""
    return f"{subject._meta.app_label}.{type(subject).__name__}:{subject.pk}"


def record(
    action: str, subject: models.Model, *, by: Account | None, district: District, role: str = "", **detail: Any
) -> AuditEvent:
    """Write one line. `detail` never holds an ID number, a phone or an address.

    Raises RuntimeError outside a transaction: a line that could survive its change would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit line is written in the transaction of its change")
    return AuditEvent.objects.create(
        district=district.code,
        actor=str(by.pk) if by else SYSTEM,
        actor_role=role or (SYSTEM if by is None else "parent" if by.is_family else "staff"),
        action=action,
        subject=label(subject),
        detail=detail,
    )
