"""Changes of texts, rulings, names and areas: done at once, or asked for and done when another releases them.

A change is plain data, so that it can wait: {"do": "add", "campus": 7, "words": …, "reason": …}.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from catchments import drawn, importing, opening, places, rulings
from catchments.effects import Effect, effect_of
from catchments.models import Ruling
from catchments.rulings import Words
from districts import audit, release
from districts.models import Account, Campus, Release, Season
from districts.refusals import Refused
from districts.rights import Right

KIND = "catchment-rules"


class _OnlyTried(Exception):
    """Takes back what was tried."""


def trial(season: Season, payload: dict[str, Any], *, by: Account, also: Sequence[Season] = ()) -> Effect:
    """What a change would do to the answers of `season` and `also`; nothing is kept of it.

    Raises PermissionDenied, Refused, and what the change raises.
    """
    try:
        with transaction.atomic(), opening.agreed_by_two():
            with effect_of([season, *also]) as effect:
                DOINGS[payload["do"]](season, payload, by)
            raise _OnlyTried
    except _OnlyTried:
        return effect


def change(season: Season, what: str, payload: dict[str, Any], *, by: Account, also: Sequence[Season] = ()) -> str:
    """Make a change, or ask for it when it needs a second person; returns what came of it as a sentence.

    Raises PermissionDenied, Refused, and what the change raises.
    """
    if not opening.has_opened(season):
        with effect_of([season, *also]) as effect:
            DOINGS[payload["do"]](season, payload, by)
        return f"{what}。{effect.sentence}"
    effect = trial(
        season, payload, by=by, also=also
    )  # what could not be done is refused now, and not by who releases it
    asked = f"{what}。{effect.sentence}"
    payload = {"season": season.pk} | payload
    mark = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    subject = f"{audit.label(season)}:{mark}"
    release.ask(KIND, subject, what=asked[:600], payload=payload, by=by, district=season.district)
    return f"招生已经开始，要由另一位工作人员复核后生效：{what}。"


@release.carried_out(KIND, "招生开始后改动施教区", Right.RELEASE_RULES)
def change_released(found: Release, by: Account) -> None:
    """Do what was asked for, in the name of who asked."""
    season = Season.objects.select_related("district").get(pk=found.payload["season"])
    with opening.agreed_by_two():
        DOINGS[found.payload["do"]](season, found.payload, found.asked_by)


def _said(payload: dict[str, Any]) -> Words:
    return Words(payload["words"], payload["reason"], payload.get("finding", ""))


def _correct(season: Season, payload: dict[str, Any], by: Account) -> None:
    campus = Campus.objects.get(pk=payload["campus"])
    rulings.correct(season, campus, tuple(payload["span"]), _said(payload), by=by)


def _add(season: Season, payload: dict[str, Any], by: Account) -> None:
    rulings.add(season, Campus.objects.get(pk=payload["campus"]), _said(payload), by=by)


def _settle(season: Season, payload: dict[str, Any], by: Account) -> None:
    rulings.settle(season, Campus.objects.get(pk=payload["campus"]), _said(payload), by=by)


def _withdraw(season: Season, payload: dict[str, Any], by: Account) -> None:
    ruling = Ruling.objects.select_related("season__district").get(pk=payload["ruling"], season=season)
    rulings.withdraw(ruling, payload["because"], by=by)


def _import(season: Season, payload: dict[str, Any], by: Account) -> None:
    texts = [(Campus.objects.select_related("school").get(pk=pk), text) for pk, text in payload["texts"]]
    proposal = importing.compare(season, texts)
    if proposal.basis != payload["basis"]:
        raise Refused({"": "申请以后施教区文字又有改动，请重新申请。"})
    importing.save([proposal], by=by)


def _places(season: Season, payload: dict[str, Any], by: Account) -> None:
    proposal = places.propose(season.district, payload["file"], b64decode(payload["content"]))
    places.save(season.district, proposal, by=by)


def _areas(season: Season, payload: dict[str, Any], by: Account) -> None:
    drawn.save(season, b64decode(payload["content"]), by=by)


DOINGS: dict[str, Callable[[Season, dict[str, Any], Account], None]] = {
    "correct": _correct,
    "add": _add,
    "settle": _settle,
    "withdraw": _withdraw,
    "import": _import,
    "places": _places,
    "areas": _areas,
}
