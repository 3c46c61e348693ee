"""The clauses of a book by the names in them, built once, so that a lookup touches only what it may match."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from catchments.text.clauses import CatchmentText, Claim, Clause, Kind, Line
from catchments.text.names import shortened, stem, variants
from catchments.text.numbers import with_implied_parity
from catchments.text.sound import sounds
from catchments.text.vocabulary import DISTRICT_END, KINDS_OF_PLACE, TELLING, TOWN_END


class Role(IntEnum):
    """What a name does in a clause."""

    PLACE = 0
    LINE = 1
    EXCEPTION = 2
    FEEDER = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in one clause of one school."""

    school: str
    clause: Clause
    role: Role
    claim: Claim | None = None
    line: Line | None = None
    row: CatchmentText | None = None  # the text that the clause stands in: a school may have several


@dataclass(slots=True)
class Name:
    """A name of the texts with all its entries."""

    text: str
    entries: tuple[Entry, ...] = ()
    listed: bool = False  # some text lists it as a place


class LevelIndex:
    """All names of one level."""

    def __init__(self) -> None:
        self.names: dict[str, Name] = {}
        self.stems: dict[str, list[str]] = {}
        self.lengths: dict[str, tuple[int, ...]] = {}
        self.sounds: dict[str, list[str]] = {}
        self.slips: dict[str, list[str]] = {}
        self.lines: dict[str, tuple[Line, ...]] = {}
        self.borders: frozenset[str] = frozenset()  # towns and districts that only lie across a boundary
        self.feeders: list[Entry] = []
        self.settled = False  # the bureau settled some place against all texts

    def close(self, entries: dict[str, list[Entry]], lines: dict[str, list[Line]]) -> None:
        """Take all entries, settle implied parities, and build every key that lookups use."""
        self.lines = {school: tuple(found) for school, found in lines.items()}
        for text, found in entries.items():
            listed = any(entry.role is Role.PLACE for entry in found)
            self.names[text] = Name(text, tuple(_settled(found)), listed)
        self.borders = frozenset(text for text, found in entries.items() if _only_border(text, found))
        keys: defaultdict[str, set[int]] = defaultdict(set)
        stems: defaultdict[str, list[str]] = defaultdict(list)
        for text in self.names:
            short = shortened(text)
            core = stem(text)[0]
            for key in {core, short, stem(short)[0]} - {text}:
                stems[key].append(text)
            for key in {text, core, short}:
                keys[key[:2]].add(len(key))
        self.stems = dict(stems)
        self.lengths = {start: tuple(sorted(found, reverse=True)) for start, found in keys.items()}
        self._close_fuzzy()

    def _close_fuzzy(self) -> None:
        heard: defaultdict[str, list[str]] = defaultdict(list)
        slips: defaultdict[str, list[str]] = defaultdict(list)
        for text in self.names:
            core = stem(text)[0]
            heard[sounds(core)].append(text)
            for key in slip_keys(core):
                slips[key].append(text)
        self.sounds, self.slips = dict(heard), dict(slips)


def _only_border(text: str, found: Iterable[Entry]) -> bool:
    """Whether a name is that of a town or a district, and no text says more of it than that an area ends there."""
    if not (TOWN_END.search(text) or DISTRICT_END.search(text)):
        return False
    return all(entry.line is not None and not entry.line.included for entry in found)


def slip_keys(core: str) -> Iterable[str]:
    """The core with one character blanked: what two names share that differ by a slip of the pen.

    A character that tells neighbours apart (a direction, a size, a numeral, the kind of place at the end) is no slip.
    """
    if not 4 <= len(core) <= 12:
        return
    for i, char in enumerate(core):
        if char in TELLING or (i == len(core) - 1 and char in KINDS_OF_PLACE):
            continue
        yield f"{core[:i]}?{core[i + 1 :]}"


def _settled(entries: list[Entry]) -> list[Entry]:
    """The entries of one name, with the parity that ranges of the same road give each other."""
    numbered = [entry for entry in entries if entry.claim and entry.claim.numbers and entry.claim.numbers.terms]
    if len(numbered) < 2:
        own = numbered[0].claim.numbers if numbered else None  # type: ignore[union-attr]
        if not own or len(own.terms) < 2:
            return entries
    sets = with_implied_parity([entry.claim.numbers for entry in numbered])  # type: ignore[union-attr,misc]
    changed = {
        id(entry): Entry(entry.school, entry.clause, entry.role, _with_numbers(entry.claim, one), entry.line, entry.row)  # type: ignore[arg-type]
        for entry, one in zip(numbered, sets, strict=True)
        if one is not entry.claim.numbers  # type: ignore[union-attr]
    }
    return [changed.get(id(entry), entry) for entry in entries]


def _with_numbers(claim: Claim, numbers: object) -> Claim:
    return Claim(claim.names, numbers, claim.segment, claim.partial, claim.town, claim.gloss)  # type: ignore[arg-type]


def line_names(name: str) -> tuple[str, ...]:
    """A line as it may be typed: without 「原」, without a doubled ending."""
    found = [name, *variants(name)]
    found += [one[1:] for one in found if one[0] in "原旧" and len(one) > 3]
    found += [re.sub(r"(街|路)路$", r"\1", one) for one in found]
    return tuple(dict.fromkeys(found))


def build(rows: Iterable[tuple[CatchmentText, str, tuple[Clause, ...]]]) -> dict[str, LevelIndex]:
    """One index per level from (text, school, clauses)."""
    entries: defaultdict[str, defaultdict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    feeders: defaultdict[str, list[Entry]] = defaultdict(list)
    lines: defaultdict[str, defaultdict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    settled: set[str] = set()
    for row, school, clauses in rows:
        level = row.level
        by_name = entries[level]
        if any(clause.settles for clause in clauses):
            settled.add(level)
        feeders[level] += [
            Entry(school, clause, Role.FEEDER, row=row) for clause in clauses if clause.kind is Kind.FEEDER
        ]
        for clause in clauses:
            role = Role.EXCEPTION if clause.kind is Kind.EXCEPTION else Role.PLACE
            for claim in clause.claims:
                entry = Entry(school, clause, role, claim, row=row)
                for name in claim.names:
                    by_name[name].append(entry)
            for line in clause.lines:
                lines[level][school].append(line)
                for name in line_names(line.name):
                    by_name[name].append(Entry(school, clause, Role.LINE, line=line, row=row))
    indexes: dict[str, LevelIndex] = {}
    for level in {*entries, *feeders}:
        found = entries[level]
        indexes[level] = index = LevelIndex()
        if level in settled:
            index.settled = True
            _spread_settled(found)
        index.close(found, lines[level])
        index.feeders = feeders[level]
    return indexes


def _spread_settled(by_name: dict[str, list[Entry]]) -> None:
    """Put settled places also under the other ways in which the texts write their names."""
    settled: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for name, found in by_name.items():
        core, kind = stem(name)
        settled[core] += [(kind, entry) for entry in found if entry.clause.settles and entry.role is Role.PLACE]
    for name, found in by_name.items():
        core, kind = stem(name)
        found += [entry for other, entry in settled[core] if entry not in found and kinds_agree(kind, other)]


def kinds_agree(a: str, b: str) -> bool:
    """Whether two kinds of settlement may be one place: 「甲村」 and 「甲社区」, not 「甲村」 and 「甲小区」."""
    return not a or not b or a == b or {a, b} <= {"village", "community"}
