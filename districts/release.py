"""复核: what needs a second person is asked for by one and carried out when another releases it.

A floor registers what it lets be released: `@carried_out("publication", Right.RELEASE_PUBLICATION)` on the function
that does it. It runs in the transaction of the release, so that both happen or neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from districts import audit
from districts.models import Account, District, Release, School
from districts.permissions import NotTheirs, has_right, memberships, require_right
from districts.refusals import Refused
from districts.rights import MAY, Right


@dataclass(frozen=True)
class Handover:
    """A one-time link for somebody, shown once to the person who released it: not to the one who asked."""

    person: Account
    link: str
    sent: bool


CarryOut = Callable[[Release, Account], Handover | None]


@dataclass(frozen=True)
class Kind:
    """What may be released, by whom, and what then happens; what a refusal takes away again; what the second person
    reads before deciding, as (what it is, its words)."""

    name: str
    right: Right
    carry_out: CarryOut
    take_back: Callable[[Release], None] | None = None
    details: Callable[[Release], list[tuple[str, str]]] | None = None


KINDS: dict[str, Kind] = {}


def carried_out(
    code: str,
    name: str,
    right: Right,
    *,
    refused: Callable[[Release], None] | None = None,
    details: Callable[[Release], list[tuple[str, str]]] | None = None,
) -> Callable[[CarryOut], CarryOut]:
    """Register the function that does what was released: it takes the release and the person who released it."""

    def register(carry_out: CarryOut) -> CarryOut:
        KINDS[code] = Kind(name, right, carry_out, refused, details)
        return carry_out

    return register


def ask(
    kind: str,
    subject: str,
    *,
    what: str,
    payload: dict[str, Any],
    by: Account,
    district: District,
    school: School | None = None,
) -> Release:
    """Ask for a second person. The caller has checked that `by` may ask; `subject` is what cannot be asked twice.

    Raises Refused when it is asked already.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                found = Release.objects.create(
                    district=district,
                    school=school,
                    kind=kind,
                    subject=subject,
                    what=what,
                    payload=payload,
                    asked_by=by,
                )
        except IntegrityError:
            raise Refused({"": "这件事已经申请过，正在等另一位工作人员复核。"}) from None
        audit.record("release.asked", found, by=by, district=district, what=what, matter=KINDS[kind].name)
    return found


def decide(found: Release, *, by: Account, agree: bool, note: str = "") -> Handover | None:
    """Release it and carry it out, or refuse it with a reason; returns what the person has to hand over.

    Raises PermissionDenied, Refused, and what carrying it out raises.
    """
    with transaction.atomic():
        locked = Release.objects.select_for_update(of=("self",)).select_related("district", "asked_by").get(pk=found.pk)
        kind = KINDS[locked.kind]
        require_right(by, kind.right, district=locked.district, school_id=locked.school_id)
        if by.pk == locked.asked_by_id:
            raise Refused({"": "申请人不能复核自己的申请，请另一位工作人员办理。"})
        if locked.outcome != Release.Outcome.OPEN:
            raise Refused({"": f"这件事{locked.get_outcome_display()}，不用再办。"})
        if not agree and not note.strip():
            raise Refused({"note": "请写明不同意的原因。"})
        locked.outcome = Release.Outcome.RELEASED if agree else Release.Outcome.REFUSED
        Release.objects.filter(pk=locked.pk).update(
            outcome=locked.outcome, decided_by=by, decided_at=Now(), note=note.strip()
        )
        audit.record(
            "release.released" if agree else "release.refused",
            locked,
            by=by,
            district=locked.district,
            what=locked.what,
            matter=kind.name,
        )
        if agree:
            return kind.carry_out(locked, by)
        if kind.take_back is not None:
            kind.take_back(locked)
    return None


def concerning(account: Account, district: District) -> QuerySet[Release]:
    """What the account may decide in `district`, and what it asked for itself there; the open ones first."""
    wanted = Q(asked_by=account)
    for membership in memberships(account, district):
        kinds = [code for code, kind in KINDS.items() if membership.role in MAY[kind.right]]
        of = Q(kind__in=kinds)
        wanted |= of & Q(school=membership.school_id) if membership.school_id else of
    open_first = models.Case(models.When(outcome="open", then=0), default=1)
    found = Release.objects.filter(wanted, district=district).defer("payload")  # may be a whole table
    found = found.select_related("asked_by", "decided_by", "school", "district")
    return found.order_by(open_first, "-asked_at")


def release_or_404(account: Account, district: District, pk: UUID) -> Release:
    found = concerning(account, district).filter(pk=pk).first()
    if found is None:
        raise NotTheirs
    return found


def details(found: Release) -> list[tuple[str, str]]:
    """What is asked for, in full, while it can still be decided."""
    shown = KINDS[found.kind].details
    return shown(found) if shown is not None and found.outcome == Release.Outcome.OPEN else []


def may_decide(account: Account, found: Release) -> bool:
    return (
        found.outcome == Release.Outcome.OPEN
        and found.asked_by_id != account.pk
        and has_right(account, KINDS[found.kind].right, district=found.district, school_id=found.school_id)
    )
