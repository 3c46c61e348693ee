"""Start-up checks: what must not happen in production is said before the first request."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def no_demo_in_production(**kwargs: Any) -> list[CheckMessage]:
    if settings.DEMO:
        return [Error("SUNSHINE_DEMO is on: sign-in codes are shown and the clock can be moved.", id="districts.E001")]
    return []


@register(Tags.security, deploy=True)
def messages_can_be_sent(**kwargs: Any) -> list[CheckMessage]:
    if not settings.SMS_GATEWAY_URL:
        return [Error("SMS_GATEWAY_URL is not set: parents cannot sign in.", id="districts.E002")]
    return []
