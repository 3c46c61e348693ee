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
from catchments.models import Catchment, Ruling
from catchments.rulings import Words
from districts import audit, release
from districts.models import Account, Campus, Release, Season
from districts.refusals import Refused
from districts.rights import Right

KIND = "catchment-rules"
MOST_SHOWN = 50


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


def asked_for(found: Release) -> list[tuple[str, str]]:
    """What the second person reads before deciding: the words, the rows or the schools that the change is made of."""
    season = Season.objects.select_related("district").get(pk=found.payload["season"])
    return SHOWN[found.payload["do"]](season, found.payload)


def _show_ruling(season: Season, payload: dict[str, Any]) -> list[tuple[str, str]]:
    campus = Campus.objects.get(pk=payload["campus"])
    rows = [("校区", campus.name), ("核定文字", payload["words"] or "（不读这几个字）"), ("依据", payload["reason"])]
    if "span" in payload:
        start, end = payload["span"]
        text = Catchment.objects.get(season=season, campus=campus).text
        rows.insert(1, ("原文", text[start:end]))
    return rows


def _show_withdrawal(season: Season, payload: dict[str, Any]) -> list[tuple[str, str]]:
    ruling = Ruling.objects.select_related("campus").get(pk=payload["ruling"], season=season)
    return [("撤销", str(ruling)), ("核定文字", ruling.words), ("原因", payload["because"])]


def _show_texts(season: Season, payload: dict[str, Any]) -> list[tuple[str, str]]:
    texts = [(Campus.objects.select_related("school").get(pk=pk), text) for pk, text in payload["texts"]]
    rows = []
    for change in importing.compare(season, texts).changes:
        name = change.campus.name
        for how, word in (("removed", "删去"), ("added", "新增")):
            rows += [(f"{name}：{word}", words) for kind, words in change.differences if kind == how]
        rows.append((f"{name}：改后全文", change.row.text))
    return rows


def _show_names(season: Season, payload: dict[str, Any]) -> list[tuple[str, str]]:
    rows = places.propose(season.district, payload["file"], b64decode(payload["content"])).rows
    more = [("……", f"共{len(rows)}行")] if len(rows) > MOST_SHOWN else []
    return [(row["name"], row["means"]) for row in rows[:MOST_SHOWN]] + more


def _show_areas(season: Season, payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [("图中的校区", "、".join(drawn.schools(b64decode(payload["content"]))))]


SHOWN: dict[str, Callable[[Season, dict[str, Any]], list[tuple[str, str]]]] = {
    "correct": _show_ruling,
    "add": _show_ruling,
    "settle": _show_ruling,
    "withdraw": _show_withdrawal,
    "import": _show_texts,
    "places": _show_names,
    "areas": _show_areas,
}


@release.carried_out(KIND, "招生开始后改动施教区", Right.RELEASE_RULES, details=asked_for)
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
