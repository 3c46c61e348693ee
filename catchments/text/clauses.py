"""What an official catchment text is made of: clauses, each with the exact span of the words it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catchments.text.conditions import Condition
from catchments.text.numbers import Numbers


class Kind(StrEnum):
    """The kinds of clause. `MARK` is punctuation and joining words, `UNREAD` what the grammar does not understand."""

    BOUNDARY = "boundary"
    PLACE = "place"
    NUMBERS = "numbers"
    SEGMENT = "segment"
    EXCEPTION = "exception"
    CONDITION = "condition"
    OPEN = "open"
    CAPACITY = "capacity"
    DISTRICT_WIDE = "district-wide"
    SUSPENDED = "suspended"
    SHARED = "shared"
    LOTTERY = "lottery"
    FEEDER = "feeder"
    OTHER_CATCHMENT = "other-catchment"
    UNDEFINED = "undefined"
    NOTE = "note"
    HEADING = "heading"
    MARK = "mark"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a road: the side of another line (`west of B`), or the stretch between two."""

    refs: tuple[str, ...]
    side: str = ""

    def printed(self) -> str:
        """As a text would write it."""
        return f"{self.refs[0]}以{self.side}段" if self.side else "至".join(self.refs) + "段"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a clause gives to its school: a name (in all its spellings) and which part of it."""

    names: tuple[str, ...]
    numbers: Numbers | None = None
    segment: Segment | None = None
    partial: bool = False
    town: str = ""
    gloss: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A boundary line: the area lies on this side of it; included True, False or None (not said)."""

    name: str
    side: str
    included: bool | None = None
    segment: Segment | None = None
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the bureau settled by hand beside the official text of one school."""

    level: str
    school: str  # CatchmentText.school of the row it belongs to
    words: str  # as an official text would write them; "" = nothing is read in place of `replaces`
    replaces: tuple[int, int] | None = None  # the span of that text that is no longer read as written; None = added
    settles: bool = False  # wins over what every text says of the same place


@dataclass(frozen=True, slots=True)
class Clause:
    """A parsed part of a catchment text.

    With a ruling, `quote` is the ruling's words and `span` the official words that they replace (empty when added).
    """

    kind: Kind
    span: tuple[int, int]
    quote: str
    claims: tuple[Claim, ...] = ()
    lines: tuple[Line, ...] = ()
    condition: Condition | None = None
    part: int = 0
    ruling: Ruling | None = None

    @property
    def settles(self) -> bool:
        """Whether the bureau settled these words against all texts."""
        return self.ruling is not None and self.ruling.settles


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that the texts do not use, and the address or name that it stands for (a gazetteer row)."""

    name: str
    means: str


@dataclass(frozen=True, slots=True)
class CatchmentText:
    """One row of the official table."""

    level: str
    group: str
    school: str
    text: str


def printed(clause: Clause) -> str:
    """The clause in words that the grammar reads as the same clause again."""
    from catchments.text.printed import printed as words  # inline: printing knows the grammar, a clause only offers it

    return words(clause)
