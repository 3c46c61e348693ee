"""Small presentational helpers of the templates; built into every template by the settings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm, CheckboxInput, Field, FileInput
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils import timezone
from django.utils.html import format_html_join

from districts import request_context
from districts.calendar import BEIJING, instant
from districts.identity import mask_mobile, mask_name
from districts.watermark import Mark

register = template.Library()
register.filter("masked_name", mask_name)
register.filter("masked_mobile", mask_mobile)

WEEKDAYS = "一二三四五六日"
SHAPES = {
    "day": "{0.month}月{0.day}日",
    "weekday": "{0.month}月{0.day}日 星期{1}",
    "year": "{0.year}年{0.month}月{0.day}日",
    "full": "{0.year}年{0.month}月{0.day}日 {0:%H:%M}",
    "time": "{0:%H:%M}",
}


@register.filter
def shanghai(when: datetime | None, shape: str = "") -> str:
    """「8月16日 09:00」 in Beijing time; `shape` is a key of SHAPES, or "closing" for a closing instant."""
    if not when:
        return ""
    if shape in SHAPES:
        local = when.astimezone(BEIJING)
        return SHAPES[shape].format(local, WEEKDAYS[local.weekday()])
    return instant(when, closing=shape == "closing")


@register.filter
def lines(value: Any) -> list[Any]:
    """A list as it is, a text as its lines, safe markup as one line."""
    if isinstance(value, list | tuple):
        return list(value)
    if value is None or value == "":
        return []
    return [value] if hasattr(value, "__html__") else str(value).splitlines()


@register.filter
def dial(number: str) -> str:
    """「0353—3034018」 as a phone dials it: digits only."""
    return "".join(c for c in number if c.isascii() and c.isdecimal())


@register.filter
def grouped(text: str) -> str:
    """A hash or a seed in groups of eight, to be read aloud; copied, it is still one word."""
    return format_html_join("", "<span>{}</span>", ((text[n : n + 8],) for n in range(0, len(text), 8)))


@register.filter
def counting(items: Iterable[Any], state: str) -> int:
    """How many of the items are in `state`."""
    return sum(item.state == state for item in items)


@register.simple_tag(takes_context=True)
def page_errors(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(id of the element to go to, message) of everything wrong on the page: its `errors`, or those of its `form`."""
    if errors := context.get("errors"):
        return list(errors)
    form = context.get("form")
    if not isinstance(form, BaseForm):
        return []
    found = [("", message) for message in form.non_field_errors()]
    return found + [(first_element(field), message) for field in form for message in messages(field)]


@register.filter
def messages(field: BoundField) -> list[str]:
    """What is wrong with a field; 「请填写孩子姓名」 where Django would say of every field that it is required."""
    if not field.errors:
        return []
    return [
        asked(field) if error.message == Field.default_error_messages["required"] else text
        for error in field.errors.as_data()
        for text in error.messages
    ]


def asked(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, FileInput):
        return f"请上传{field.label}"
    if isinstance(widget, CheckboxInput):
        return f"请勾选“{field.label}”"
    return f"请选择{field.label}" if isinstance(widget, ChoiceWidget) else f"请填写{field.label}"


def first_element(field: BoundField) -> str:
    """Groups of radios and tick boxes have no element with the field's own id: their first option is meant."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("components/watermark.html", takes_context=True)
def watermark(context: Mapping[str, Any]) -> dict[str, Mark | None]:
    """Who is looking, when, and the number of the request, on a page with families' data; nothing for a family."""
    account = context["request"].user
    if not account.is_authenticated or account.is_family:
        return {"mark": None}
    return {"mark": Mark.of(account, timezone.now(), request_context.number())}
