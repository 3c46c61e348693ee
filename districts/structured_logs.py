"""The process logs: one line for each event, as JSON, without anything about a person (security requirements L8, P5).

Not the log of changes (districts/audit.py), which is kept; these lines tell operators how the portal runs. Whatever
writes a line, ours, Django, Celery or a library, it goes through `scrub` here.
"""

import re
from typing import Any

import structlog
from structlog.types import EventDict, Processor

from districts import request_context

MASK = "***"
SECRET = r"(?:pass(?:word|wd)?|token|secret|authorization|cookie|session(?:id)?|otp|api_?key|密码)"  # noqa: S105  words for one
CODE = r"(?:code|验证码|动态码)"
SECRET_NAME = re.compile(rf"(?:^|[_-]){SECRET}(?:$|[_-])|^{CODE}s?$", re.IGNORECASE)
VALUE = r"[^\s\"'&,;，。]+"
# What PostgreSQL says about a row that it refuses is the row: "Failing row contains (…)", "Key (…)=(…) already exists".
ROW_OF_A_TABLE = re.compile(r"\b(?:DETAIL|CONTEXT):.*?(?=\n\s*\n|\n\w+:|\Z)", re.DOTALL)
PATTERNS = (
    (ROW_OF_A_TABLE, f"DETAIL: {MASK}"),
    (re.compile(rf"({SECRET}[\"']?\s*[:=：]\s*[\"']?(?:Bearer\s+)?){VALUE}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(rf"({CODE}[\"']?\s*[:=：]\s*[\"']?|(?:验证码|动态码)\s*[是为]?\s*)\d+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"(Bearer\s+)\S+", re.IGNORECASE), rf"\1{MASK}"),
    # 18 and 15 digits of an ID number, also written in groups; longer runs of digits tell nobody anything either.
    (re.compile(r"\d{15,}[XxＸｘ]?|(?<!\d)\d{6}[ -]\d{8}[ -]\d{3}[\dXxＸｘ](?!\d)"), MASK),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), MASK),
)


def scrubbed(text: str) -> str:
    """The text without ID numbers, mobile numbers, secrets, and rows of tables."""
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def scrub(logger: Any, method: str, event: EventDict) -> EventDict:
    """Mask what is secret by its name, and what looks like a person's number by its shape. The last processor."""
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: Any) -> Any:
    if SECRET_NAME.search(name):
        return MASK
    if isinstance(value, dict):
        return {str(key): _masked(str(key), one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_masked("", one) for one in value]
    if isinstance(value, int) and scrubbed(str(value)) != str(value):
        return MASK
    return value if isinstance(value, (int, float, type(None))) else scrubbed(str(value))


def with_request(logger: Any, method: str, event: EventDict) -> EventDict:
    """Which request the line belongs to: by its number. Django adds the request itself, whose address has questions."""
    event.pop("request", None)
    return event | request_context.current()


def formatter(*, as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    """For logging's dictConfig. On one machine a person reads along; elsewhere a program does."""
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=False)
    if as_json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            with_request,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.StackInfoRenderer(),
            scrub,
            renderer,
        ],
    )
