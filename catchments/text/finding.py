"""A fault of the text: what the bureau has to settle, with the words side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catchments.text.clauses import Clause


class Severity(StrEnum):
    """High: some family has two schools or none. Medium: a reading is needed. Low: writing only."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Rule(StrEnum):
    """What is checked."""

    TWO_SCHOOLS = "two-schools"
    ONE_LEVEL = "one-level-only"
    OTHER_SIDE = "other-side"
    LISTED_LINE = "listed-line"
    NEAR_NAMES = "near-names"
    UNOWNED_LINE = "unowned-line"
    OPEN_BOUNDARY = "open-boundary"
    APPENDED_AREA = "appended-area"
    NO_LIST = "no-list"
    NO_AREA = "no-area"
    NUMBER_GAP = "number-gap"
    NUMBER_OVERLAP = "number-overlap"
    NUMBER_READING = "number-reading"
    PART_UNNAMED = "part-unnamed"
    WHOLE_DISTRICT = "whole-district"
    OWN_JUNIOR = "own-junior"
    CONDITION_DIFFERS = "condition-differs"
    CONDITION_READING = "condition-reading"
    VILLAGE_RESIDENCE = "village-residence"
    PRIORITY_ONLY = "priority-only"
    CAPACITY = "capacity"
    SUSPENDED = "suspended"
    UNREAD = "unread"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one official text."""

    level: str
    school: str
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault."""

    rule: Rule
    severity: Severity
    subject: str
    quotes: tuple[Quote, ...]
    question: str


def quote(level: str, school: str, clause: Clause) -> Quote:
    """The words of a clause."""
    return Quote(level, school, clause.span, clause.quote)
