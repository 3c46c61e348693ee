"""The catchment engine: official text → clauses → which school serves an address, and why; faults in the text.

Pure Python, standard library only. `read` the texts once into a `Book`, then `book.lookup(address, level, hukou)`.

Reading:    normalise → layout (parts, segments, items) → grammar = items and their brackets (items, drafts, names,
            plain_names, bracket_words, number_words, number_brackets, number_reading, raw_terms), areas (boundaries), persons (conditions), sentences → clauses, each with its span (printed: in words)
            → rulings (what the bureau corrected or added by hand)
Answering:  index (names, stems, sounds, slips; built once) ← address (what was typed; district, likeness) → match (fits, sides,
            settling, registration, questions) → gazetteer (what else the address is called) → answers
            → explain (one sentence), options (the deciding question as buttons), suggestions (names while typing)
Checking:   lint = lint_places, lint_lines, lint_numbers, lint_persons, lint_writing → finding
Comparing:  changes (two books; typed = the places of clauses as addresses), coverage (a list of addresses, road by road)
Alone:      `python -m catchments.text lookup|parse|lint|coverage|diff` (files only)
"""

from catchments.text.answers import Answer, Match, Option, Outcome, Reason, Sure
from catchments.text.book import Book, read
from catchments.text.changes import Change, changes, named_places
from catchments.text.clauses import Alias, CatchmentText, Claim, Clause, Kind, Line, Ruling, Segment, printed
from catchments.text.coverage import RoadCoverage, coverage
from catchments.text.explain import lead
from catchments.text.lint import Finding, lint
from catchments.text.typed import typed_number


def lookup(book: Book, address: str, level: str, hukou: str | None = None) -> Answer:
    """Which school serves an address: `book.lookup` as a function."""
    return book.lookup(address, level, hukou)


__all__ = [
    "Alias",
    "Answer",
    "Book",
    "CatchmentText",
    "Change",
    "Claim",
    "Clause",
    "Finding",
    "Kind",
    "Line",
    "Match",
    "Option",
    "Outcome",
    "Reason",
    "RoadCoverage",
    "Ruling",
    "Segment",
    "Sure",
    "changes",
    "coverage",
    "lead",
    "lint",
    "lookup",
    "named_places",
    "printed",
    "read",
    "typed_number",
]
