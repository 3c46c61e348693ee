"""§4 the state of a deal: who is in which class, and what each rule of fair share still lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from classing.protocol.notice import Notice


@dataclass(frozen=True)
class Share:
    """§4 fair share: how many pupils of one level every class should get."""

    factor: int
    token: str
    low: int
    high: int
    weight: int

    def violation(self, count: int) -> int:
        return max(self.low - count, 0, count - self.high) * self.weight


class Cohort:
    """What the notice says about the pupils, by row number: levels, fair shares and groups."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.rows = range(notice.n)
        numbers: dict[tuple[int, str], int] = {}
        # Row by row, factor by factor: a level's number is its place of first appearance.
        self.levels: list[list[int]] = [
            [numbers.setdefault((factor, token), len(numbers)) for factor, token in enumerate(line.levels)]
            for line in notice.roster
        ]
        self.together = self._members("T")
        self.apart = self._members("A")
        grouped = {row for members in self.together for row in members}
        self.single = [row for row in self.rows if row not in grouped]
        self.shares = [self._share(level, factor, token) for (factor, token), level in numbers.items()]

    def _members(self, kind: str) -> list[list[int]]:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for row, line in enumerate(self.notice.roster):
            if line.group.startswith(kind):
                groups[line.group].append(row)
        return [groups[group] for group in sorted(groups)]

    def _share(self, level: int, factor: int, token: str) -> Share:
        k = self.notice.k
        carriers = sum(level in levels for levels in self.levels)
        low, high = carriers // k, -(-carriers // k)
        brought = max((sum(level in self.levels[row] for row in members) for members in self.together), default=0)
        if brought > high:
            low, high = min(low, (carriers - brought) // (k - 1)), brought
        return Share(factor, token, low, high, self.notice.factors[factor][1])

    def pools(self) -> list[list[list[int]]]:
        """§4 step 5: for every row and factor f, the pupils outside together-groups alike in all but f; last, all."""
        pools: list[list[list[int]]] = [[] for _ in self.rows]
        for factor in range(len(self.notice.factors)):
            alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
            keys = [tuple(levels[:factor] + levels[factor + 1 :]) for levels in self.levels]
            for row in self.single:
                alike[keys[row]].append(row)
            for row in self.rows:
                pools[row].append(alike[keys[row]])
        for row in self.rows:
            pools[row].append(self.single)
        return pools


class Division:
    """Pupils in classes 0 … k−1; the counts of levels in classes and the total violation are kept up to date."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        n, k = cohort.notice.n, cohort.notice.k
        self.room = [n // k + (c < n % k) for c in range(k)]
        self.home: list[int] = [-1] * n
        self.counts: list[list[int]] = [[0] * k for _ in cohort.shares]
        self.total = sum(k * share.violation(0) for share in cohort.shares)
        # A class never holds more than its places, so a share's violation is a short table.
        self._violation = [[share.violation(count) for count in range(max(self.room) + 1)] for share in cohort.shares]
        self._siblings: list[list[int]] = [[] for _ in cohort.rows]
        for members in cohort.apart:
            for row in members:
                self._siblings[row] = [other for other in members if other != row]

    def place(self, row: int, c: int) -> None:
        """Give a pupil without a class one of the places of class c."""
        self.home[row] = c
        self.room[c] -= 1
        for level in self.cohort.levels[row]:
            count = self.counts[level][c]
            self.total += self._violation[level][count + 1] - self._violation[level][count]
            self.counts[level][c] = count + 1

    def gain(self, row: int, other: int) -> int:
        """By how much the total would grow if two pupils of different classes changed places."""
        mine, theirs = self.home[row], self.home[other]
        grown = 0
        for leaving, coming in zip(self.cohort.levels[row], self.cohort.levels[other], strict=True):
            if leaving != coming:
                grown += self._moved(leaving, mine, theirs) + self._moved(coming, theirs, mine)
        return grown

    def _moved(self, level: int, c: int, d: int) -> int:
        """By how much the total would grow if one carrier of the level went from class c to class d."""
        table, counts = self._violation[level], self.counts[level]
        here, there = counts[c], counts[d]
        return table[here - 1] - table[here] + table[there + 1] - table[there]

    def exchange(self, row: int, other: int) -> None:
        """Let two pupils of different classes change places."""
        self.total += self.gain(row, other)
        mine, theirs = self.home[row], self.home[other]
        for leaving, coming in zip(self.cohort.levels[row], self.cohort.levels[other], strict=True):
            if leaving != coming:
                self.counts[leaving][mine] -= 1
                self.counts[leaving][theirs] += 1
                self.counts[coming][mine] += 1
                self.counts[coming][theirs] -= 1
        self.home[row], self.home[other] = theirs, mine

    def welcomes(self, row: int, c: int, leaving: Collection[int] = ()) -> bool:
        """Whether class c holds nobody from whom this pupil is to be kept apart, once the leaving ones have left."""
        return all(self.home[other] != c or other in leaving for other in self._siblings[row])

    def may_exchange(self, movers: Sequence[int], partners: Sequence[int]) -> bool:
        """Whether movers and partners could change classes without putting an apart-group together."""
        here, there = self.home[movers[0]], self.home[partners[0]]
        return all(self.welcomes(row, there, partners) for row in movers) and all(
            self.welcomes(row, here, movers) for row in partners
        )

    def violated(self) -> list[tuple[int, int]]:
        """The (level, class) pairs out of bounds, level by level and class by class."""
        return [
            (level, c)
            for level, share in enumerate(self.cohort.shares)
            for c, count in enumerate(self.counts[level])
            if count < share.low or count > share.high
        ]

    def sizes(self) -> list[int]:
        sizes = Counter(self.home)
        return [sizes[c] for c in range(self.cohort.notice.k)]
