"""What another version of the texts changes: the places that a book names, asked in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catchments.text.answers import Answer
from catchments.text.book import Book
from catchments.text.typed import claim_typed
from catchments.text.vocabulary import ROAD_END


@dataclass(frozen=True, slots=True)
class Change:
    """An address that has another outcome or other schools than before."""

    address: str
    before: Answer
    after: Answer


def named_places(book: Book, level: str) -> tuple[str, ...]:
    """Every place of a level as an address that one could type, in the order of the texts.

    A range of numbers is named by both its ends, a road that is only a boundary by its name.
    """
    return tuple(dict.fromkeys(_places(book, level)))


def _places(book: Book, level: str) -> Iterator[str]:
    for entry in book.entries_of(level):
        for clause in entry.clauses:
            for claim in clause.claims:
                yield from claim_typed(claim)
            yield from (line.name for line in clause.lines if ROAD_END.search(line.name))


def changes(before: Book, after: Book, level: str, addresses: Iterable[str]) -> tuple[Change, ...]:
    """The addresses that the two books answer differently, in the order given, each once."""
    asked = (
        Change(address, before.lookup(address, level), after.lookup(address, level))
        for address in dict.fromkeys(addresses)
    )
    return tuple(change for change in asked if _said(change.before) != _said(change.after))


def _said(answer: Answer) -> tuple[str, frozenset[str]]:
    return answer.outcome, frozenset(answer.schools)
