"""§4 rule "classes": deal the pupils, put the deal in order, shuffle, and name the classes by lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from classing.protocol.digest import digest
from classing.protocol.division import Cohort, Division
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import check_hex
from classing.protocol.notice import Notice
from classing.protocol.stream import Stream

REPETITIONS_PER_PUPIL = 5
GROUP_TICKETS = 20


@dataclass(frozen=True)
class Violation:
    """A rule that could not be kept: the class has `count` pupils of the level instead of `low` to `high`."""

    factor: str
    level: str
    label: str
    count: int
    low: int
    high: int


@dataclass(frozen=True)
class DealResult:
    """Every pupil's class, and what is told about the deal for information."""

    classes: Mapping[str, str]
    sizes: Mapping[str, int]
    violations: tuple[Violation, ...]
    start: int
    steps: int
    left: int
    accepted: int


def deal(notice: Notice, seed: str) -> DealResult:
    """Form the classes. The same notice and seed give the same classes, everywhere and for ever."""
    check_hex("seed", seed)
    cohort = Cohort(notice)
    division = Division(cohort)
    _place_groups(division, Stream(notice.suite, "group", seed))
    _deal_round(division, seed)
    start = division.total
    shuffle = _Shuffle(division, Stream(notice.suite, "shuffle", seed))
    steps = shuffle.put_in_order()
    accepted = sum(shuffle.trial() for _ in range(notice.rounds))
    names = _names(notice, seed)
    return DealResult(
        classes={line.code: names[c] for line, c in zip(notice.roster, division.home, strict=True)},
        sizes=_as_listed(notice, dict(zip(names, division.sizes(), strict=True))),
        violations=_violations(division, names),
        start=start,
        steps=steps,
        left=division.total,
        accepted=accepted,
    )


def groups_always_fit(notice: Notice) -> bool:
    """Whether step 2 finds a class for every group whatever the seed; for the pre-flight page before publication.

    The worst case is counted: earlier pupils placed so that they spoil as many classes as they can.
    """
    cohort = Cohort(notice)
    places = sorted(Division(cohort).room)
    placed = 0
    for members in cohort.together:
        if placed >= sum(max(0, room - len(members) + 1) for room in places):
            return False
        placed += len(members)
    for members in cohort.apart:
        for earlier in range(len(members)):
            if placed - earlier >= sum(places[: notice.k - earlier]):
                return False
            placed += 1
    return True


def _place_groups(division: Division, stream: Stream) -> None:
    """§4 step 2: together-groups by lot into classes with room, then the members of apart-groups one by one."""
    cohort = division.cohort
    for movers in chain(cohort.together, ([row] for members in cohort.apart for row in members)):
        fitting = [c for c, room in enumerate(division.room) if room >= len(movers) and division.welcomes(movers[0], c)]
        if not fitting:
            group = cohort.notice.roster[movers[0]].group
            raise ProtocolError("group", f"分组 {group} 放不进任何一个班", f"no class can take group {group}")
        c = fitting[stream.below(len(fitting))]
        for row in movers:
            division.place(row, c)


def _deal_round(division: Division, seed: str) -> None:
    """§4 step 3: everybody else by level of the first factor and lot, dealt round the classes like cards."""
    notice = division.cohort.notice

    def card(row: int) -> tuple[str, str]:
        line = notice.roster[row]
        return line.levels[0], digest(notice.suite, f"ticket|{seed}|{line.leaf}")

    c = 0
    for row in sorted((row for row in division.cohort.rows if division.home[row] < 0), key=card):
        while not division.room[c]:
            c = (c + 1) % notice.k
        division.place(row, c)
        c = (c + 1) % notice.k


class _Shuffle:
    """§4 steps 4 and 5, which draw from one stream."""

    def __init__(self, division: Division, stream: Stream) -> None:
        self._division = division
        self._stream = stream
        self._single = division.cohort.single
        self._together = division.cohort.together
        self._factors = len(division.cohort.notice.factors)
        self._pools = division.cohort.pools()

    def put_in_order(self) -> int:
        """§4 step 4: exchange pupils until every published rule holds; returns the number of repetitions."""
        most = REPETITIONS_PER_PUPIL * self._division.cohort.notice.n
        steps = 0
        while self._division.total > 0 and steps < most:
            steps += 1
            self._repair_one()
        return steps

    def _repair_one(self) -> None:
        division, stream = self._division, self._stream
        pairs = division.violated()
        level, c = pairs[stream.below(len(pairs))]
        over = division.counts[level][c] > division.cohort.shares[level].high
        candidates = [
            row for row in self._single if division.home[row] == c and (level in division.cohort.levels[row]) == over
        ]
        if not candidates:
            return
        candidate = candidates[stream.below(len(candidates))]
        offset = stream.below(len(self._single))
        partner = self._first_that_helps(candidate, offset)
        if partner is not None:
            division.exchange(candidate, partner)
            return
        # No single exchange helps from here: wander without getting worse, so that the next repetition may find one.
        for _ in self._single:
            self.trial()

    def _first_that_helps(self, candidate: int, offset: int) -> int | None:
        division = self._division
        home = division.home[candidate]
        for row in chain(self._single[offset:], self._single[:offset]):
            helps = division.home[row] != home and division.gain(candidate, row) < 0
            if helps and division.may_exchange([candidate], [row]):
                return row
        return None

    def trial(self) -> bool:
        """§4 step 5: one trial exchange; true if pupils changed classes."""
        division = self._division
        movers = self._draw_movers()
        partners = self._draw_partners(movers)
        if not partners or len(set(partners)) < len(partners):
            return False
        there = division.home[partners[0]]
        if there == division.home[movers[0]] or any(division.home[row] != there for row in partners):
            return False
        if not division.may_exchange(movers, partners):
            return False
        before = division.total
        for mover, partner in zip(movers, partners, strict=True):
            division.exchange(mover, partner)
        if division.total > before:
            for mover, partner in zip(movers, partners, strict=True):
                division.exchange(mover, partner)
            return False
        return True

    def _draw_movers(self) -> list[int]:
        x = self._stream.below(len(self._single) + GROUP_TICKETS * len(self._together))
        if x < len(self._single):
            return [self._single[x]]
        return self._together[(x - len(self._single)) // GROUP_TICKETS]

    def _draw_partners(self, movers: list[int]) -> list[int]:
        """One partner for each mover, or none at all if a mover's pool is empty."""
        partners = []
        for mover in movers:
            pool = self._pools[mover][self._stream.below(self._factors + 1)]
            if not pool:
                return []
            partners.append(pool[self._stream.below(len(pool))])
        return partners


def _names(notice: Notice, seed: str) -> list[str]:
    """§4 step 6: the label of internal class 0, 1, 2 …"""
    return sorted(notice.classes, key=lambda label: digest(notice.suite, f"class|{seed}|{label}"))


def _as_listed(notice: Notice, sizes: Mapping[str, int]) -> dict[str, int]:
    return {label: sizes[label] for label in notice.classes}


def _violations(division: Division, names: list[str]) -> tuple[Violation, ...]:
    cohort = division.cohort
    found = []
    for level, c in division.violated():
        share = cohort.shares[level]
        factor = cohort.notice.factors[share.factor][0]
        found.append(Violation(factor, share.token, names[c], division.counts[level][c], share.low, share.high))
    return tuple(found)
