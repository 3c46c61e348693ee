"""Where an address says nothing: the clauses that take a child by its registration or by its primary school."""

from __future__ import annotations

from catchments.text.conditions import Household, Need, met
from catchments.text.fits import Candidate, Tier
from catchments.text.index import LevelIndex


def by_registration(index: LevelIndex, home: Household, district: tuple[str, ...]) -> list[Candidate]:
    """Clauses that take a village by its registration, for a household registered there."""
    found: list[Candidate] = []
    for scope in (*home.hukou, *home.permits):
        keys = [scope] if scope in index.names else index.stems.get(scope, ())
        core = [scope[:-1]] if scope.endswith("村") and scope[:-1] in index.names else []
        for key in (*keys, *core):
            for entry in index.names[key].entries:
                condition = entry.clause.condition
                wants = condition and any(a.need in (Need.HUKOU, Need.PERMIT) for way in condition.ways for a in way)
                if entry.claim and wants and met(condition, home, entry.claim.names, district):  # type: ignore[arg-type]
                    found.append(Candidate(entry, Tier.WHOLE))
    return found


def by_primary_school(index: LevelIndex, home: Household) -> list[Candidate]:
    """Junior schools fed by the primary school that the child attends, all of it or a part."""
    found = []
    for entry in index.feeders if len(home.attends) > 3 else ():
        quote = entry.clause.quote
        at = quote.find(home.attends)
        if at < 0 or (at > 12 and "、" not in quote[:at]):
            continue
        partly = quote[at + len(home.attends) :].strip("。；，（）() ")
        question = (
            f"{home.attends}只有一部分学生对应该校：{quote}。住址是否符合？" if partly and "毕业" not in partly else ""
        )
        found.append(Candidate(entry, Tier.OPEN if question else Tier.WHOLE, (quote,) if question else (), question))
    return found
