"""How a clause fits a part of an address: tiers, candidates, segments of a road, towns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from catchments.text.address import Part
from catchments.text.clauses import Claim, Segment
from catchments.text.index import Entry
from catchments.text.numbers import Detail, Fit
from catchments.text.vocabulary import OPPOSITE, ROAD_END, TOWN_END


class Tier(IntEnum):
    """How strongly a clause claims the address."""

    LINE = 0  # the address stands on a boundary line of which nothing more is said
    OPEN = 1  # only a part of the place is named, and the address does not say which part
    WHOLE = 2  # the place is named
    SPECIFIC = 3  # the number or the part is named
    DEEP = 4  # the building behind the number is named


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that may give the address to its school."""

    entry: Entry
    tier: Tier
    open_conditions: tuple[str, ...] = ()
    question: str = ""
    weak: bool = False  # only a priority, and the household does not have it

    @property
    def preferred(self) -> bool:
        """Whether the clause only says whom the school prefers."""
        return self.entry.clause.condition is not None and self.entry.clause.condition.priority

    def excepted_by(self, exception: Entry) -> bool:
        """Whether the exception is about this clause: what a ruling gives, only the same ruling takes back."""
        ruling = self.entry.clause.ruling
        return exception.school == self.entry.school and (ruling is None or exception.clause.ruling is ruling)


@dataclass(slots=True)
class Findings:
    """What the clauses say about one part of an address."""

    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    missed: list[Entry] = field(default_factory=list)
    excluded: list[Entry] = field(default_factory=list)
    excepted: list[Entry] = field(default_factory=list)
    across: list[Entry] = field(default_factory=list)  # lines of the opposite side of the one typed
    settled: bool = False  # the bureau settled this place: only its rulings count

    @property
    def usable(self) -> list[Candidate]:
        """The candidates that no exception of their school takes back."""
        if not self.excepted:
            return self.candidates
        return [c for c in self.candidates if c.tier >= Tier.SPECIFIC or not any(map(c.excepted_by, self.excepted))]


def fineness(name: str) -> int:
    """How closely a name places a home: a town 0, a road 1, an estate or a village 2."""
    if TOWN_END.search(name):
        return 0
    return 1 if ROAD_END.search(name) else 2


def within_town(town: Findings, others: Sequence[tuple[Part, Findings]]) -> tuple[Part, Findings] | None:
    """A village or road in the town of which another school has a part: its school or, for the rest, the town's."""
    for part, findings in others:
        open_ = [c for c in findings.usable if c.tier is Tier.OPEN]
        if open_ and fineness(part.typed) and not town.settled and max(c.tier for c in findings.usable) is Tier.OPEN:
            findings.candidates += [replace(c, tier=Tier.OPEN) for c in town.usable if c.tier is Tier.WHOLE]
            return part, findings
    return None


def other_town(claim: Claim, town: str) -> bool:
    """Whether the claim lies in another town than the one typed."""
    return bool(town and claim.town) and _town(town) != _town(claim.town)


def _town(name: str) -> str:
    return name.removesuffix("办事处").removesuffix("道").removesuffix("街").removesuffix("镇").removesuffix("乡")


def deep(claim: Claim, details: Sequence[Detail]) -> bool:
    """Whether the claim names the building behind the number, not only the number."""
    return any(term.inner and term.fit(details) is Fit.HIT and term.unit == "号" for term in claim.numbers.terms)  # type: ignore[union-attr]


def assumed(candidate: Candidate, part: Part) -> bool:
    """Whether the number lies on an open end that the text does not expressly take in."""
    claim = candidate.entry.claim
    if not claim or not claim.numbers:
        return False
    hits = [term for term in claim.numbers.terms if term.fit(part.details) is Fit.HIT]
    return bool(hits) and all(term.assumed(part.details) for term in hits)


def same_unit(claim: Claim | None, details: Sequence[Detail]) -> bool:
    """Whether the claim counts in the unit that the address gives."""
    if not claim or not claim.numbers:
        return False
    units = {term.unit for term in (*claim.numbers.terms, *claim.numbers.holes)}
    return bool(details) and details[0].unit in units


def segment_fit(said: Segment, typed: Segment | None) -> Fit:
    if typed is None or not said.side or not typed.side:
        return Fit.HIT if typed and set(said.refs) == set(typed.refs) else Fit.OPEN
    if said.refs[0] != typed.refs[0]:
        return Fit.OPEN
    if said.side == typed.side:
        return Fit.HIT
    return Fit.MISS if OPPOSITE.get(said.side) == typed.side else Fit.OPEN
