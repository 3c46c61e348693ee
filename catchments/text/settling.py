"""What the bureau settled against all texts: its rulings alone count for the place that they take in."""

from __future__ import annotations

from collections.abc import Sequence

from catchments.text.clauses import Claim
from catchments.text.fits import Findings, Tier
from catchments.text.numbers import Detail, Fit
from catchments.text.vocabulary import OPPOSITE


def settle(findings: Findings) -> None:
    """Leave only the rulings where they decide: one takes the address in, or together they take in all of its place.

    A ruling whose numbers miss the address, or whose condition is not known to be met, leaves the texts as they are.
    """
    findings.missed = [entry for entry in findings.missed if not entry.clause.settles]
    ruled = [c for c in findings.candidates if c.entry.clause.settles and c.tier > Tier.LINE and not c.open_conditions]
    if any(c.tier >= Tier.WHOLE for c in ruled) or cover([c.entry.claim for c in ruled if c.entry.claim]):
        findings.candidates = ruled
        findings.refused, findings.missed, findings.excluded = [], [], []
        findings.settled = True


def cover(claims: Sequence[Claim]) -> bool:
    """Whether claims of parts of one place take in the whole of it: all its numbers, or both sides of a line."""
    if any(claim.partial for claim in claims):
        return False
    sides = {(claim.segment.refs, claim.segment.side) for claim in claims if claim.segment and not claim.numbers}
    if any((refs, OPPOSITE.get(side)) in sides for refs, side in sides):
        return True
    numbers = [claim.numbers for claim in claims if claim.numbers and not claim.segment]
    terms = [term for one in numbers for term in (*one.terms, *one.holes)]
    units = {term.unit for term in terms}
    if len(units) != 1 or any(term.label for term in terms):
        return False
    ends = {1, *(end for term in terms for end in (term.low, term.high) if end is not None)}
    tried = {value for end in ends for value in range(end - 2, end + 3) if value > 0}  # both parities around every end
    unit = units.pop()
    return all(any(one.fit([Detail(unit, value)]) is Fit.HIT for one in numbers) for value in tried)
