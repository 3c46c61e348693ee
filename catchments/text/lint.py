"""The text's own faults."""

from __future__ import annotations

from .book import Book


def lint(book: Book) -> list[object]:
    """Findings; the rules follow."""
    return []


def findings_json(findings: list[object]) -> list[object]:
    """Findings as plain data."""
    return findings
