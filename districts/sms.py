"""Messages to phones: a row in the transaction of their cause, sent by a worker."""

import json
import urllib.request
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from districts import outbox
from districts.models import SmsMessage

GATEWAY_SECONDS = 5


def parts(body: str) -> int:
    """As how many messages a text in Chinese is sent and paid: UCS-2, 70 characters, or 67 each (3GPP TS 23.040)."""
    length = len(body.encode("utf-16-le")) // 2
    return 1 if length <= 70 else ceil(length / 67)


class StayThere(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere is a failure: the key and a family's number would go along."""

    def redirect_request(self, *args: Any) -> None:
        return None


gateway = urllib.request.build_opener(StayThere)


def queue(phone: str, body: str) -> SmsMessage:
    message = SmsMessage()
    message.phone, message.body = phone, body
    message.save(force_insert=True)
    outbox.enqueue("sms", str(message.pk), message=str(message.pk))
    return message


@outbox.handles("sms")
def deliver(payload: dict[str, Any]) -> None:
    """Hand the message to the gateway. Its id goes along, so that a repeat after a lost answer is not sent again."""
    message = SmsMessage.objects.get(pk=payload["message"])
    if not settings.SMS_KEPT_HERE:
        post_to_gateway(str(message.pk), message.phone, message.body)
    SmsMessage.objects.filter(pk=message.pk).update(sent_at=Now())


def post_to_gateway(key: str, phone: str, body: str) -> None:
    """POST {key, phone, body} as JSON to the district's gateway; raises on anything but success."""
    request = urllib.request.Request(  # noqa: S310  the address is the operator's setting, not a visitor's
        settings.SMS_GATEWAY_URL,
        data=json.dumps({"key": key, "phone": phone, "body": body}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"},
    )
    with gateway.open(request, timeout=GATEWAY_SECONDS):
        pass
