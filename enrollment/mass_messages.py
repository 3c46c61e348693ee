"""群发短信: the bureau writes one text to many families; another person looks at it and releases it.

Recipients are chosen by a rule, never one by one. A family with several children gets one message.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Count, Q, QuerySet

from districts import audit, outbox, placeholders, release, sms
from districts.identity import mask_mobile
from districts.models import Account, Campus, Release, Season, SmsMessage
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment.models import Application, Category, MassMessage, MassMessageRecipient
from enrollment.states import LIVE, WORDS, Status

# Nothing of a child's: phones are shared.
PLACEHOLDERS = {"回执号": "receipt_number", "学校": "campus__name", "类别": "category__name"}
SIGNED = "【阳光入学】"
SHOWN = 3
# So many are handed to the queue at a time: sign-in codes that come in between do not wait for all of them.
AT_A_TIME = 20


@dataclass(frozen=True)
class Draft:
    """A text and who is to get it: all families with an application that fits; without a status those that filed."""

    season: Season
    text: str
    campus: Campus | None = None
    category: Category | None = None
    status: str = ""

    def words(self) -> str:
        """The rule as people read it."""
        status = WORDS[Status(self.status)] if self.status else "已提交"
        return f"{self.campus or '全区'}，{self.category or '所有类别'}，{status}"


@dataclass(frozen=True)
class Preview:
    """What is looked at before asking: how many families, three of them, and how long the messages are."""

    families: int
    samples: list[tuple[str, str]]
    parts: int
    all_parts: int
    unknown: list[str]
    seen: str


def preview(draft: Draft) -> Preview:
    bodies = _bodies(draft)
    lengths = [sms.parts(body) for body in bodies.values()]
    first = list(bodies)[:SHOWN]
    phones = Account.objects.in_bulk(first)
    seen = hashlib.sha256(f"{draft.words()}|{draft.text}|{sorted(bodies)}".encode()).hexdigest()
    return Preview(
        families=len(bodies),
        samples=[(mask_mobile(phones[pk].phone), bodies[pk]) for pk in first],
        parts=max(lengths, default=0),
        all_parts=sum(lengths),
        unknown=placeholders.unknown(draft.text, PLACEHOLDERS),
        seen=seen,
    )


def ask(draft: Draft, *, seen: str, by: Account) -> Release:
    """Ask that the message be sent; `seen` is of the preview that the person looked at.

    Raises PermissionDenied, Refused.
    """
    require_right(by, Right.WRITE_MESSAGES, district=draft.season.district, season=draft.season)
    shown = preview(draft)
    if shown.families == 0:
        raise Refused({"": "没有符合条件的家庭。"})
    if shown.seen != seen:
        raise Refused({"": "内容或者收到短信的家庭有变化，请再核对一遍预览。"})
    payload = {
        "season": draft.season.pk,
        "campus": draft.campus and draft.campus.pk,
        "category": draft.category and draft.category.pk,
        "status": str(draft.status),
        "text": draft.text,
    }
    return release.ask(
        "mass-message",
        f"{audit.label(draft.season)}:{shown.seen[:16]}",
        what=f"给{shown.families}个家庭（{draft.words()}）各发一条短信：{SIGNED}{draft.text}",
        payload=payload,
        by=by,
        district=draft.season.district,
    )


@release.carried_out("mass-message", "群发短信", Right.RELEASE_MESSAGES)
def send_released(found: Release, by: Account) -> None:
    """Write every family's message, and let the queue begin with the first."""
    said = found.payload
    season = Season.objects.select_related("district").get(pk=said["season"])
    campus = Campus.objects.get(pk=said["campus"]) if said["campus"] else None
    category = Category.objects.get(pk=said["category"]) if said["category"] else None
    require_right(found.asked_by, Right.WRITE_MESSAGES, district=season.district, season=season)
    draft = Draft(season, said["text"], campus, category, said["status"])
    bodies = _bodies(draft)
    message = MassMessage.objects.create(
        season=season, campus=campus, category=category, status=draft.status, text=draft.text, release=found
    )
    families = Account.objects.in_bulk(bodies)
    texts = [_message(message, families[pk], body) for pk, body in bodies.items()]
    SmsMessage.objects.bulk_create(texts, batch_size=1000)
    MassMessageRecipient.objects.bulk_create(
        (
            MassMessageRecipient(message=message, account_id=pk, sms=text)
            for pk, text in zip(bodies, texts, strict=True)
        ),
        batch_size=1000,
    )
    outbox.enqueue("mass-message", str(message.pk), message=str(message.pk), after=0)
    audit.record(
        "mass-message.sent",
        message,
        by=found.asked_by,
        district=season.district,
        families=len(bodies),
        agreed_by=by.name,
    )


def _message(message: MassMessage, family: Account, body: str) -> SmsMessage:
    """One family's, under an id made of both: there cannot be a second one, not at the gateway either."""
    text = SmsMessage(pk=uuid5(message.pk, str(family.pk)))
    text.phone, text.body = family.phone, body
    return text


@outbox.handles("mass-message")
def send_some(payload: dict[str, Any]) -> None:
    """Queue the next few messages, and behind them the job that queues those after."""
    waiting = MassMessageRecipient.objects.filter(
        message=payload["message"], pk__gt=payload["after"], sms__isnull=False
    ).order_by("pk")[:AT_A_TIME]
    if not waiting:
        return
    outbox.enqueue_many("sms", [(str(one.sms_id), {"message": str(one.sms_id)}) for one in waiting])
    last = waiting[len(waiting) - 1].pk
    outbox.enqueue("mass-message", f"{payload['message']}:{last}", message=payload["message"], after=last)


def sent(season: Season) -> QuerySet[MassMessage]:
    """What was released, the newest first, each with `total` families and how many messages are `done`."""
    gone = Q(recipients__sms__isnull=True) | Q(recipients__sms__sent_at__isnull=False)
    return (
        MassMessage.objects.filter(season=season)
        .select_related("campus", "category", "release__asked_by", "release__decided_by")
        .annotate(total=Count("recipients"), done=Count("recipients", filter=gone))
        .order_by("-released_at")
    )


def _bodies(draft: Draft) -> Mapping[UUID, str]:
    """Account → its message. What a family's several applications say differently stands side by side."""
    found = Application.objects.filter(
        season=draft.season, status__in=[draft.status] if draft.status else LIVE, account__is_active=True
    )
    if draft.campus:
        found = found.filter(campus=draft.campus)
    if draft.category:
        found = found.filter(category=draft.category)
    said: dict[UUID, dict[str, list[str]]] = {}
    for account, *facts in found.order_by("receipt_number", "pk").values_list("account", *PLACEHOLDERS.values()):
        values = said.setdefault(account, {name: [] for name in PLACEHOLDERS})
        for name, fact in zip(PLACEHOLDERS, facts, strict=True):
            if fact and fact not in values[name]:
                values[name].append(fact)
    return {
        account: SIGNED + placeholders.fill(draft.text, {name: "、".join(facts) for name, facts in values.items()})
        for account, values in said.items()
    }
