"""The text's own faults: places claimed twice, lines that nobody owns, holes between numbers, conditions left open."""

from __future__ import annotations

from catchments.text.book import Book
from catchments.text.finding import Finding, Quote, Rule, Severity
from catchments.text.lint_lines import line_faults
from catchments.text.lint_numbers import number_faults
from catchments.text.lint_persons import person_faults
from catchments.text.lint_places import place_faults
from catchments.text.lint_writing import writing_faults

__all__ = ["Finding", "Quote", "Rule", "Severity", "findings_json", "lint"]

_ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


def lint(book: Book) -> tuple[Finding, ...]:
    """All findings, the gravest first."""
    found = [*place_faults(book), *line_faults(book), *number_faults(book), *person_faults(book), *writing_faults(book)]
    return tuple(
        sorted(dict.fromkeys(found), key=lambda finding: (_ORDER[finding.severity], finding.rule, finding.subject))
    )


def findings_json(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    """Findings as plain data."""
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "subject": finding.subject,
            "quotes": [
                {"level": q.level, "school": q.school, "span": list(q.span), "quote": q.text} for q in finding.quotes
            ],
            "question": finding.question,
        }
        for finding in findings
    ]
