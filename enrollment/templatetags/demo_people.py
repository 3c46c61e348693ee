"""The demo's accounts, for the demo's own sign-in page."""

from django import template
from django.conf import settings

from enrollment import demo

register = template.Library()


@register.simple_tag
def demo_people() -> list[tuple[str, str, str]]:
    """(role, sign-in name, how) of the staff; nobody outside demo mode."""
    return demo.table()[1:] if settings.DEMO else []
