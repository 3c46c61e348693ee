"""What a lookup answers: values only, ready for a page, a terminal or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catchments.text.clauses import CatchmentText, Claim, Clause, Line


class Outcome(StrEnum):
    """How many schools the text leaves."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"


class Sure(StrEnum):
    """How the answer was reached: by the words, by an inference, or by guessing what was typed."""

    EXACT = "exact"
    INFERRED = "inferred"
    FUZZY = "fuzzy"


class Reason(StrEnum):
    """Why the answer is what it is; `explain` turns it into a sentence."""

    NAMED = "named"
    NUMBER = "number"
    LINE_INCLUDED = "line-included"
    LINE_BY_EXCLUSION = "line-by-exclusion"
    LINE_ONLY = "line-only"
    SIDE = "side"  # a side of a line was typed, and the texts do not settle it
    PART_ONLY = "part-only"
    CONFLICT = "conflict"
    HUKOU = "hukou"
    PRIMARY = "primary-school"
    EMPTY = "empty"
    NO_PLACE = "no-place"
    COARSE = "coarse"
    ELSEWHERE = "elsewhere"
    SILENT = "silent"
    NUMBER_UNNAMED = "number-unnamed"
    EXCEPTED = "excepted"
    CONDITION_FAILS = "condition-fails"
    NO_TEXT = "no-text"


@dataclass(frozen=True, slots=True)
class Match:
    """A school with a clause that matched, and what still has to be met."""

    school: str
    clause: Clause
    conditions: tuple[str, ...] = ()
    row: CatchmentText | None = None  # the official text that the span is in
    claim: Claim | None = None  # what of the clause matched: a place or part of it
    line: Line | None = None  # … or a boundary line

    @property
    def span(self) -> tuple[int, int]:
        """Where the clause stands in the official text of the school."""
        return self.clause.span

    @property
    def quote(self) -> str:
        """The words of the clause."""
        return self.clause.quote

    @property
    def remark(self) -> str:
        """Whom the school prefers: no condition that must be met."""
        condition = self.clause.condition
        return condition.quote.strip("，。；、") if condition and condition.priority else ""

    @property
    def ruled(self) -> bool:
        """Whether the bureau settled these words by hand; then they do not stand in the official text."""
        return self.clause.ruling is not None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer the deciding question, and the schools that it leaves."""

    label: str
    schools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to 「which school?」 and everything needed to explain it."""

    address: str
    level: str
    outcome: Outcome
    schools: tuple[str, ...]
    sure: Sure
    reason: Reason
    place: str = ""
    matches: tuple[Match, ...] = ()
    assumed: tuple[str, ...] = ()
    question: str = ""
    refused: tuple[Match, ...] = ()
    also: tuple[str, ...] = ()
    said: str = ""  # the options that the family chose, joined by 、
    added: str = ""  # what the choices say when they are typed behind the address
    kept: bool = False  # a choice left some of the matches: the address alone no longer says it

    @property
    def sentence(self) -> str:
        """One plain sentence that a parent understands."""
        from catchments.text.explain import explain  # inline: explain reads Answer, Answer only offers its sentence

        return explain(self)
