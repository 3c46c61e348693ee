"""§1 the people of a notice: the witnesses by name, the children by code only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from classing.protocol.commitment import check_code, check_group, check_levels
from classing.protocol.errors import ProtocolError
from classing.protocol.grammar import check_hex, check_line, check_word


@dataclass(frozen=True)
class Witness:
    """One line `witness: {id} {who}`."""

    id: str
    who: str

    def __post_init__(self) -> None:
        check_word("witness", self.id)
        check_line("witness", self.who)

    def text(self) -> str:
        return f"witness: {self.id} {self.who}"

    @classmethod
    def parse(cls, value: str) -> Witness:
        witness_id, _, who = value.partition(" ")
        return cls(witness_id, who)


@dataclass(frozen=True)
class RosterLine:
    """One line of the roster: a code, its group, its level tokens and its leaf; no child can be read from it."""

    code: str
    group: str
    levels: tuple[str, ...]
    leaf: str

    def __post_init__(self) -> None:
        check_code(self.code)
        check_group(self.group)
        object.__setattr__(self, "levels", check_levels(self.levels))
        check_hex("leaf", self.leaf)

    def text(self) -> str:
        return f"{self.code} {self.group} {','.join(self.levels)} {self.leaf}"

    @classmethod
    def parse(cls, line: str) -> RosterLine:
        parts = line.split(" ")
        if len(parts) != 4:
            raise ProtocolError("roster", f"名册行“{line}”应有四项", f"roster line {line!r} does not have four fields")
        code, group, levels, leaf = parts
        return cls(code, group, tuple(levels.split(",")), leaf)

    @property
    def together(self) -> bool:
        return self.group.startswith("T")

    @property
    def apart(self) -> bool:
        return self.group.startswith("A")


def check_sorted(codes: Iterable[str]) -> None:
    """A roster is printed in the order of its codes, which are drawn at random, so that the order says nothing."""
    before = ""
    for code in codes:
        if code <= before:
            raise ProtocolError(
                "roster", f"名册在 {code} 处未按编号排列或编号重复", f"{code} is out of order or repeated"
            )
        before = code
