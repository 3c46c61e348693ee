"""Once filing has opened, families rely on the answers: what decides them changes only when two people agreed.

Every use-case that changes a text, a ruling, a name or an area asks here, whoever calls it, pages and commands alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from districts import clock
from districts.calendar import Action, windows_for
from districts.models import Season
from districts.refusals import Refused

TWO_PEOPLE = "招生已经开始，要由另一位工作人员复核后才能改动。请在“施教区”页面上申请。"
_agreed: ContextVar[bool] = ContextVar("agreed", default=False)


def has_opened(season: Season) -> bool:
    """Whether the first window of filing has opened."""
    windows = windows_for(Action.APPLY, season.windows())
    return bool(windows) and clock.now(season) >= min(window.opens for window in windows)


@contextmanager
def agreed_by_two() -> Iterator[None]:
    """For what is carried out on a release, or only tried and taken back (catchments/releasing.py)."""
    token = _agreed.set(True)
    try:
        yield
    finally:
        _agreed.reset(token)


def require_two_people(season: Season) -> None:
    """Raises Refused when filing has opened and nobody released what is being done."""
    if not _agreed.get() and has_opened(season):
        raise Refused({"": TWO_PEOPLE})
