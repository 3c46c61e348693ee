"""§1 the notice: everything that decides the draw except the seed, published before anybody can know the seed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from classing.protocol.commitment import merkle_root
from classing.protocol.digest import digest, hasher
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import (
    Lines,
    check_canonical,
    check_distinct,
    check_hex,
    check_line,
    check_number,
    check_word,
    parse_number,
)
from classing.protocol.roster import RosterLine, Witness, check_sorted

NOTHING_BEFORE = "0" * 64
MOCK_PREFIX = "MOCK-"
HEAD_CLASSES = "fairdraw/1 notice"
HEAD_ORDER = "fairdraw/1 notice order"

MIN_WITNESSES = 3
MAX_WITNESSES = 30
MAX_BALLS = 100
MAX_PUPILS = 5_000
MAX_APPLICANTS = 100_000
MAX_FACTORS = 16
MAX_WEIGHT = 1_000_000
MAX_ROUNDS = 1_000_000

GroupRule = Literal["all", "skip", "alone"]


class _NoticeText(ABC):
    """What both kinds of notice share: the frame around the lines of the rule."""

    head: ClassVar[str]
    most: ClassVar[int]

    suite: str
    draw: str
    school: str
    prev: str
    software: str
    witnesses: tuple[Witness, ...]
    balls: int
    beacon: str
    roster: tuple[RosterLine, ...]

    def text(self) -> str:
        return self._text

    def hash(self) -> str:
        """H of the notice text: the number on the poster, on every receipt, and in the transcript."""
        return self._hash

    @property
    def n(self) -> int:
        return len(self.roster)

    @property
    def mock(self) -> bool:
        return self.draw.startswith(MOCK_PREFIX)

    @cached_property
    def root(self) -> str:
        return merkle_root(self.suite, [line.leaf for line in self.roster])

    @cached_property
    def _hash(self) -> str:
        return digest(self.suite, self._text)

    @cached_property
    def _text(self) -> str:
        lines = [
            self.head,
            f"suite: {self.suite}",
            f"draw: {self.draw}",
            f"school: {self.school}",
            f"n: {self.n}",
            *self._rule_lines(),
            f"prev: {self.prev}",
            f"software: {self.software}",
            *(witness.text() for witness in self.witnesses),
            f"balls: {self.balls}",
            f"beacon: {self.beacon}",
            f"root: {self.root}",
            "roster:",
            *(line.text() for line in self.roster),
            "end",
        ]
        return "".join(f"{line}\n" for line in lines)

    @abstractmethod
    def _rule_lines(self) -> list[str]:
        """The lines between `n` and `prev`."""

    def _check_frame(self) -> None:
        hasher(self.suite)
        check_word("draw", self.draw)
        check_line("school", self.school)
        check_hex("prev", self.prev)
        check_hex("software", self.software)
        check_number("balls", self.balls, 0, MAX_BALLS)
        check_line("beacon", self.beacon)
        object.__setattr__(self, "witnesses", tuple(self.witnesses))
        check_number("witness", len(self.witnesses), MIN_WITNESSES, MAX_WITNESSES)
        check_distinct("witness", (witness.id for witness in self.witnesses))

    def _check_roster(self, least: int) -> None:
        # Sorting here makes the order in which a caller collected the pupils unable to matter.
        object.__setattr__(self, "roster", tuple(sorted(self.roster, key=lambda line: line.code)))
        check_number("n", self.n, least, self.most)
        check_distinct("code", (line.code for line in self.roster))
        check_distinct("leaf", (line.leaf for line in self.roster))


@dataclass(frozen=True)
class Notice(_NoticeText):
    """A notice of rule "classes" (电脑随机分班)."""

    suite: str
    draw: str
    school: str
    classes: tuple[str, ...]
    cap: int
    factors: tuple[tuple[str, int], ...]
    rounds: int
    prev: str
    software: str
    witnesses: tuple[Witness, ...]
    balls: int
    beacon: str
    roster: tuple[RosterLine, ...]

    head = HEAD_CLASSES
    most = MAX_PUPILS

    def __post_init__(self) -> None:
        self._check_frame()
        self._check_roster(least=2)
        self._check_classes()
        self._check_factors()
        self._check_groups()
        check_number("rounds", self.rounds, 0, MAX_ROUNDS)

    @property
    def k(self) -> int:
        return len(self.classes)

    @property
    def largest_class(self) -> int:
        return -(-self.n // self.k)

    @classmethod
    def parse(cls, text: str) -> Notice:
        """Read a notice text, believing it only if it is exactly what this notice would print."""
        lines = Lines(text)
        lines.exactly(cls.head)
        suite, draw, school = lines.value("suite"), lines.value("draw"), lines.value("school")
        n, k = lines.number("n"), lines.number("k")
        classes = tuple(lines.value("classes").split(" "))
        cap = lines.number("cap")
        factors = tuple(_parse_factor(part) for part in lines.value("factors").split(" "))
        rounds = lines.number("rounds")
        frame = _Frame.read(lines, suite, n)
        if k != len(classes):
            raise ProtocolError(
                "k", f"k 为{k}，班级却有{len(classes)}个", f"k is {k} but {len(classes)} labels are listed"
            )
        notice = cls(
            suite, draw, school, classes, cap, factors, rounds,
            frame.prev, frame.software, frame.witnesses, frame.balls, frame.beacon, frame.roster,
        )  # fmt: skip
        check_canonical("notice", text, notice.text())
        return notice

    def _rule_lines(self) -> list[str]:
        return [
            f"k: {self.k}",
            f"classes: {' '.join(self.classes)}",
            f"cap: {self.cap}",
            f"factors: {' '.join(f'{name}:{weight}' for name, weight in self.factors)}",
            f"rounds: {self.rounds}",
        ]

    def _check_classes(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))
        for label in self.classes:
            check_word("classes", label, longest=32)
        check_distinct("classes", self.classes)
        check_number("k", self.k, 2, self.n)
        check_number("cap", self.cap, 1, MAX_PUPILS)
        if self.largest_class > self.cap:
            raise ProtocolError(
                "cap",
                f"{self.n}人分{self.k}班，每班将达{self.largest_class}人，超过上限{self.cap}人",
                f"{self.n} pupils in {self.k} classes exceed the cap of {self.cap}",
            )

    def _check_factors(self) -> None:
        object.__setattr__(self, "factors", tuple((name, weight) for name, weight in self.factors))
        check_number("factors", len(self.factors), 1, MAX_FACTORS)
        for name, weight in self.factors:
            check_word("factors", name, without="|:", longest=32)
            check_number("factors", weight, 1, MAX_WEIGHT)
        check_distinct("factors", (name for name, _ in self.factors))
        for line in self.roster:
            if len(line.levels) != len(self.factors):
                raise ProtocolError(
                    "levels",
                    f"{line.code} 有{len(line.levels)}个因素代号，应有{len(self.factors)}个",
                    f"{line.code} has {len(line.levels)} levels for {len(self.factors)} factors",
                )

    def _check_groups(self) -> None:
        """§4 step 2 can never succeed for a group larger than this, whatever the seed."""
        for group, size in sorted(Counter(line.group for line in self.roster if line.group != "-").items()):
            if size > (self.largest_class if group.startswith("T") else self.k):
                raise ProtocolError(
                    "group", f"分组 {group} 有{size}人，任何分班都放不下", f"group {group} of {size} fits no division"
                )


@dataclass(frozen=True)
class OrderNotice(_NoticeText):
    """A notice of rule "order" (电脑随机摇号 / 随机派位)."""

    suite: str
    draw: str
    school: str
    seats: int
    groups: GroupRule
    prev: str
    software: str
    witnesses: tuple[Witness, ...]
    balls: int
    beacon: str
    roster: tuple[RosterLine, ...]

    head = HEAD_ORDER
    most = MAX_APPLICANTS

    def __post_init__(self) -> None:
        self._check_frame()
        self._check_roster(least=1)
        check_number("seats", self.seats, 1, MAX_APPLICANTS)
        if self.groups not in ("all", "skip", "alone"):
            raise ProtocolError("groups", "应为 all、skip 或 alone", f"{self.groups!r} is not all, skip or alone")
        for line in self.roster:
            if line.levels != ("-",):
                raise ProtocolError(
                    "levels", f"{line.code} 的因素代号应为 -", f"{line.code} must have '-' for its levels"
                )

    @classmethod
    def parse(cls, text: str) -> OrderNotice:
        """Read an order notice text, believing it only if it is exactly what this notice would print."""
        lines = Lines(text)
        lines.exactly(cls.head)
        suite, draw, school = lines.value("suite"), lines.value("draw"), lines.value("school")
        n, seats, groups = lines.number("n"), lines.number("seats"), lines.value("groups")
        frame = _Frame.read(lines, suite, n)
        notice = cls(
            suite, draw, school, seats, groups,
            frame.prev, frame.software, frame.witnesses, frame.balls, frame.beacon, frame.roster,
        )  # fmt: skip
        check_canonical("notice", text, notice.text())
        return notice

    def _rule_lines(self) -> list[str]:
        return [f"seats: {self.seats}", f"groups: {self.groups}"]


def parse_notice(text: str) -> Notice | OrderNotice:
    """Read a notice of either rule."""
    kind = OrderNotice if text.startswith(f"{HEAD_ORDER}\n") else Notice
    return kind.parse(text)


@dataclass(frozen=True)
class _Frame:
    """The lines from `prev` to the end, the same in both kinds of notice."""

    prev: str
    software: str
    witnesses: tuple[Witness, ...]
    balls: int
    beacon: str
    roster: tuple[RosterLine, ...]

    @classmethod
    def read(cls, lines: Lines, suite: str, n: int) -> _Frame:
        prev, software = lines.value("prev"), lines.value("software")
        witnesses = tuple(Witness.parse(value) for value in lines.values("witness"))
        balls, beacon, root = lines.number("balls"), lines.value("beacon"), lines.value("root")
        lines.exactly("roster:")
        roster = tuple(RosterLine.parse(line) for line in lines.until_end())
        if len(roster) != n:
            raise ProtocolError(
                "n", f"n 为{n}，名册却有{len(roster)}行", f"n is {n} but the roster has {len(roster)} lines"
            )
        check_sorted(line.code for line in roster)
        if root != merkle_root(suite, [line.leaf for line in roster]):
            raise ProtocolError("root", "根值与名册的密封码不符", "the root is not the root of the roster's leaves")
        return cls(prev, software, witnesses, balls, beacon, roster)


def _parse_factor(part: str) -> tuple[str, int]:
    name, colon, weight = part.partition(":")
    if not colon:
        raise ProtocolError("factors", f"“{part}”应写作 名称:权重", f"{part!r} is not name:weight")
    return name, parse_number("factors", weight)
