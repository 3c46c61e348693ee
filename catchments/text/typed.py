"""The places of clauses as somebody would type them: with the ends of the numbers, the parts and the sides named."""

from __future__ import annotations

from collections.abc import Iterator

from catchments.text.clauses import Claim
from catchments.text.numbers import Numbers, Term

# Units as people say them, where the engine has one name for several.
_SPOKEN = {"幢": "栋"}


def spoken(unit: str) -> str:
    """A unit as it is typed behind a number."""
    return _SPOKEN.get(unit, unit)


def numbers_typed(numbers: Numbers) -> Iterator[tuple[str, str]]:
    """(unit, words) for both ends of every range and for every hole: 「1-9号（单号）」 → (号, 1号), (号, 9号)."""
    for term in (*numbers.terms, *numbers.holes):
        for words in _ends(term):
            yield term.unit, words
            for inner in term.inner:
                for more in _ends(inner):
                    yield inner.unit, words + more


def inner_typed(numbers: Numbers) -> Iterator[tuple[str, str]]:
    """(unit, words) for what stands behind a number that was typed already: the building, the house in a lane."""
    for term in numbers.terms:
        for inner in term.inner:
            for words in _ends(inner):
                yield inner.unit, words


def _ends(term: Term) -> list[str]:
    """The lowest and the highest number that a term holds, as typed."""
    if term.label and not term.low:
        return [term.label + spoken(term.unit)]
    low = next(value for value in (max(term.low, 1), max(term.low, 1) + 1) if term.holds(value) or value > term.low)
    high = low if term.high is None else next((v for v in (term.high, term.high - 1) if term.holds(v)), low)
    return [f"{term.label}{value}{spoken(term.unit)}" for value in dict.fromkeys((low, high))]


def claim_typed(claim: Claim) -> list[str]:
    """The addresses of a claim, the first being the plainest way to write its name."""
    name = claim.names[0]
    side = f"（{claim.segment.printed()}）" if claim.segment else ""
    numbers = [words for _, words in numbers_typed(claim.numbers)] if claim.numbers else []
    return [f"{name}{side}{words}" for words in dict.fromkeys(numbers or [""])]
