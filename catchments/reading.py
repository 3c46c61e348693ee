"""How a text was read, for people: the official words in coloured pieces, and each clause in a table beside them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchments.text import Clause, Kind, printed


class Colour(StrEnum):
    """Kinds of clause that are shown alike. The value is part of a CSS class and has a mark beside the colour."""

    PLACE = "place"
    LINE = "line"
    EXCEPTION = "exception"
    CONDITION = "condition"
    SCHOOL = "school"
    REMARK = "remark"
    RULED = "ruled"
    UNREAD = "unread"
    PLAIN = "plain"


# Kind → what a clerk calls it, and the colour of its family.
KINDS = {
    Kind.PLACE: ("地名", Colour.PLACE),
    Kind.NUMBERS: ("门牌号段", Colour.PLACE),
    Kind.SEGMENT: ("路段", Colour.PLACE),
    Kind.BOUNDARY: ("边界", Colour.LINE),
    Kind.EXCEPTION: ("除外", Colour.EXCEPTION),
    Kind.CONDITION: ("条件", Colour.CONDITION),
    Kind.CAPACITY: ("视学位", Colour.CONDITION),
    Kind.OPEN: ("未列完（等）", Colour.REMARK),
    Kind.DISTRICT_WIDE: ("面向全区", Colour.SCHOOL),
    Kind.SUSPENDED: ("暂停招生", Colour.SCHOOL),
    Kind.SHARED: ("多校划片", Colour.SCHOOL),
    Kind.LOTTERY: ("摇号", Colour.SCHOOL),
    Kind.FEEDER: ("对口小学", Colour.SCHOOL),
    Kind.OTHER_CATCHMENT: ("同另一学区", Colour.SCHOOL),
    Kind.UNDEFINED: ("未划定", Colour.SCHOOL),
    Kind.NOTE: ("说明", Colour.REMARK),
    Kind.HEADING: ("标题", Colour.REMARK),
    Kind.MARK: ("标点", Colour.PLAIN),
    Kind.UNREAD: ("没有读懂", Colour.UNREAD),
}
# The families in the order of the legend.
LEGEND = (
    (Colour.PLACE, "地名、门牌、路段"),
    (Colour.LINE, "边界"),
    (Colour.EXCEPTION, "除外"),
    (Colour.CONDITION, "条件"),
    (Colour.SCHOOL, "招生方式"),
    (Colour.REMARK, "说明"),
    (Colour.RULED, "已更正"),
    (Colour.UNREAD, "没有读懂"),
)


@dataclass(frozen=True)
class Piece:
    """Words of the official text under one colour; `start` is where they stand."""

    words: str
    colour: Colour
    name: str
    start: int


@dataclass(frozen=True)
class Line:
    """One clause: what it is, its words, and how they were understood. `ruled` clauses stand in no official text."""

    name: str
    colour: Colour
    words: str
    understood: str
    start: int
    end: int
    ruled: bool


@dataclass(frozen=True)
class Reading:
    """A text and its clauses. `characters` and `unread` leave out punctuation and joining words."""

    pieces: tuple[Piece, ...]
    lines: tuple[Line, ...]
    characters: int
    unread: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means that nothing is left."""
        return 100 * (self.characters - self.unread) // self.characters if self.characters else 100

    @property
    def unread_lines(self) -> list[Line]:
        return [line for line in self.lines if line.colour is Colour.UNREAD]


def reading(text: str, clauses: Sequence[Clause]) -> Reading:
    """`clauses` are all that the engine made of `text`; every character of it lands in exactly one piece.

    The grammar leaves no word without a clause: words in none are those that a ruling took out of force.
    """
    official = sorted((c for c in clauses if c.ruling is None), key=lambda c: (c.span[0], -c.span[1]))
    pieces: list[Piece] = []
    counts: Counter[Colour] = Counter()
    here = 0
    for clause in official:
        start, end = max(clause.span[0], here), clause.span[1]
        if end <= start:
            continue
        if start > here:
            pieces.append(_between(text, here, start))
        name, colour = KINDS[clause.kind]
        pieces.append(Piece(text[start:end], colour, name, start))
        counts[colour] += end - start
        here = end
    if here < len(text):
        pieces.append(_between(text, here, len(text)))
    shown = [clause for clause in (*official, *(c for c in clauses if c.ruling)) if clause.kind is not Kind.MARK]
    return Reading(
        tuple(pieces),
        tuple(_line(clause) for clause in shown),
        sum(counts.values()) - counts[Colour.PLAIN],
        counts[Colour.UNREAD],
    )


def _between(text: str, start: int, end: int) -> Piece:
    words = text[start:end]
    ruled = any(character.isalnum() for character in words)
    return Piece(words, Colour.RULED if ruled else Colour.PLAIN, "已更正" if ruled else "", start)


def _line(clause: Clause) -> Line:
    name, colour = KINDS[clause.kind]
    understood = "" if clause.kind is Kind.UNREAD else printed(clause)
    return Line(name, colour, clause.quote, understood, *clause.span, clause.ruling is not None)
