"""The places of clauses as somebody would type them: with the ends of the numbers, the parts and the sides named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catchments.text.clauses import Claim
from catchments.text.normalise import fold
from catchments.text.numbers import CN, UNITS, Numbers, Term, number

_HIGHEST = 9999
_TYPED = re.compile(
    rf"(?:(?:门牌)?号码?[:是为]?|(?P<side>[单双])(?:号|数)?|第)?(?P<n>\d{{1,6}}|[{CN}]{{1,6}})(?P<behind>(?:-\d{{1,4}})?)"
    r"(?P<unit>(?!-)\D{0,3}?)(?:[院门])?"
)
# Units as people say them, where the engine has one name for several.
_SPOKEN = {"幢": "栋"}


def typed_number(asked: str, words: str) -> str:
    """A number as a family types it into the field for this unit, as 「95号」; "" when it is no sensible number."""
    text = "".join(fold(words).split())
    match = _TYPED.fullmatch(text)
    if (
        not asked
        or not match
        or match["unit"] not in ("", "号", *(unit for unit in UNITS if UNITS[unit] == UNITS.get(asked)))
    ):
        return ""
    raw = match["n"]
    value = int(raw) if raw.isdigit() else number(raw)
    if not 1 <= value <= _HIGHEST or (match["side"] and value % 2 != "双单".index(match["side"])):
        return ""
    return f"{value}{match['behind']}{asked}"


def spoken(unit: str) -> str:
    """A unit as it is typed behind a number."""
    return _SPOKEN.get(unit, unit)


def number_asked(numbers: Numbers) -> Iterator[tuple[str, str]]:
    """(unit, words) of numbers that may be typed behind a name; then of those behind a number that was typed already."""
    terms = (*numbers.terms, *numbers.holes)
    for one in (*terms, *(inner for term in terms for inner in term.inner)):
        for words in _ends(one):
            yield one.unit, words


def _ends(term: Term) -> list[str]:
    """The lowest and the highest number that a term holds, as typed."""
    if term.door:
        return [f"附{value}号" if value else term.label for value in dict.fromkeys((term.low, term.high or 0))]
    if term.label and not term.low:
        return [term.label + spoken(term.unit)]
    lane = term.unit == "号" and any(inner.unit == "号" and not inner.door for inner in term.inner)
    first = max(term.low, 1)
    low = first if term.holds(first) else first + 1
    high = low if term.high is None else term.high if term.holds(term.high) else term.high - 1
    return [f"{term.label}{value}{'弄' if lane else spoken(term.unit)}" for value in dict.fromkeys((low, high))]


def claim_typed(claim: Claim) -> list[str]:
    """The addresses of a claim, the first being the plainest way to write its name."""
    name = claim.names[0]
    side = f"（{claim.segment.printed()}）" if claim.segment else ""
    terms = (*claim.numbers.terms, *claim.numbers.holes) if claim.numbers else ()
    numbers = [
        words + behind
        for term in terms
        for words in _ends(term)
        for behind in ([inner for one in term.inner for inner in _ends(one)] or [""])
    ]
    return [f"{name}{side}{words}" for words in dict.fromkeys(numbers or [""])]
