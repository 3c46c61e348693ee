"""The list of known faults of a text, and how many of them the checks find."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catchments.text import Finding

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Fault:
    """One fault that a reader found, with the findings that count as finding it."""

    number: str
    severity: str
    findable: bool
    rules: frozenset[str]
    subjects: tuple[str, ...]

    def matches(self, finding: Finding) -> bool:
        """Whether a finding is about this fault."""
        return finding.rule in self.rules and finding.subject in self.subjects

    def found(self, findings: Sequence[Finding]) -> float:
        """The share of its subjects that are found."""
        subjects = {finding.subject for finding in findings if self.matches(finding)}
        return len(subjects) / len(self.subjects)


def faults(name: str) -> list[Fault]:
    """The faults of a file."""
    with (HERE / "faults" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Fault(
                row["id"],
                row["severity"],
                row["findable"] == "yes",
                frozenset(row["rules"].split("|")),
                tuple(row["subjects"].split("|")),
            )
            for row in csv.DictReader(file)
        ]


def judged(name: str) -> dict[tuple[str, str], str]:
    """Findings about no known fault that a reader judged: (rule, subject) → true or noise."""
    with (HERE / "faults" / f"{name}-judged.csv").open(encoding="utf-8", newline="") as file:
        return {(row["rule"], row["subject"]): row["judged"] for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Score:
    """Recall over the findable faults, and findings that are about none of them."""

    findable: int
    whole: int
    recall: float
    findings: int
    false_alarms: tuple[Finding, ...]


def score(known: Sequence[Fault], findings: Sequence[Finding]) -> Score:
    """How the findings stand to the known faults."""
    findable = [fault for fault in known if fault.findable]
    shares = [fault.found(findings) for fault in findable]
    alarms = tuple(finding for finding in findings if not any(fault.matches(finding) for fault in known))
    return Score(len(findable), sum(share == 1 for share in shares), sum(shares) / len(shares), len(findings), alarms)
