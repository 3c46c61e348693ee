"""Which request the work in hand belongs to: for the log of changes and for the process logs, also in its jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# `request` is its number, `ip` where it came from. A job has only the number; commands have neither.
_context: ContextVar[dict[str, str]] = ContextVar("request", default={})  # noqa: B039  never changed in place


@contextmanager
def in_request(number: str, *, ip: str = "") -> Iterator[None]:
    """Lines written inside belong to this request."""
    told = {"request": number, "ip": ip}
    token = _context.set({name: value for name, value in told.items() if value})
    try:
        yield
    finally:
        _context.reset(token)


def current() -> dict[str, str]:
    return _context.get()


def number() -> str:
    """The request's number; empty outside of one."""
    return current().get("request", "")
