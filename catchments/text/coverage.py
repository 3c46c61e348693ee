"""How far the texts reach: a list of addresses asked one by one, counted road by road."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catchments.text.address import first_name
from catchments.text.answers import Answer, Outcome
from catchments.text.book import Book


@dataclass(frozen=True, slots=True)
class RoadCoverage:
    """The answers of one road, estate or village: how many of each outcome, and those that are not one school."""

    road: str
    one: int
    several: int
    none: int
    answers: tuple[Answer, ...]


def coverage(book: Book, level: str, addresses: Iterable[str]) -> tuple[RoadCoverage, ...]:
    """Every address asked once, by road, the road with most gaps first."""
    roads: dict[str, list[Answer]] = {}
    for address in dict.fromkeys(addresses):
        answer = book.lookup(address, level)
        roads.setdefault(answer.place or first_name(address, book.district), []).append(answer)
    found = [_counted(road, answers) for road, answers in roads.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.answers), -one.none, one.road)))


def _counted(road: str, answers: list[Answer]) -> RoadCoverage:
    outcomes = [answer.outcome for answer in answers]
    one, several, none = (outcomes.count(outcome) for outcome in (Outcome.ONE, Outcome.SEVERAL, Outcome.NONE))
    return RoadCoverage(road, one, several, none, tuple(a for a in answers if a.outcome is not Outcome.ONE))
