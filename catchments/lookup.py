"""「我家属于哪个学校」: the season's official texts, asked about one address by the engine in catchments/text."""

from dataclasses import dataclass
from functools import lru_cache

from catchments import text
from catchments.models import Catchment
from catchments.text import Book, CatchmentText, Outcome
from districts.models import Campus, Season

BOOKS_IN_MEMORY = 8


@dataclass(frozen=True)
class Serving:
    """One campus that may serve the address, its official text, and the spans of the text that say so."""

    campus: Campus
    text: str
    spans: tuple[tuple[int, int], ...]
    conditions: tuple[str, ...]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text cut into (words, whether they matched)."""
        cut: list[tuple[str, bool]] = []
        here = 0
        for start, end in self.spans:
            cut += [(self.text[here:start], False), (self.text[start:end], True)]
            here = end
        return [(words, marked) for words, marked in [*cut, (self.text[here:], False)] if words]

    @property
    def quotes(self) -> str:
        return "、".join(f"“{words}”" for words, marked in self.pieces if marked)


@dataclass(frozen=True)
class Answer:
    """`question` would decide between several; `sure` is exact, inferred or fuzzy."""

    address: str
    outcome: Outcome
    sentence: str
    sure: str
    question: str
    servings: tuple[Serving, ...]

    def reason_for(self, campus: Campus) -> str:
        """The official sentence that a parent's choice of `campus` rests on, kept with the application."""
        for serving in self.servings:
            if serving.campus.pk == campus.pk:
                if self.outcome == Outcome.ONE:
                    return self.sentence
                return f"{campus.name}的施教区范围写到{serving.quotes}，文件不能直接确定，由家长选择，待学校审核确认。"
        return "施教区文件没有写到这个住址，学校由家长选择，待学校审核确认。"


def lookup(season: Season, address: str) -> Answer:
    """Which campuses of `season` serve `address`, as its official texts say (one query)."""
    catchments = (
        Catchment.objects.filter(season=season, campus__seat_plans__season=season, campus__seat_plans__enrols=True)
        .select_related("campus__school")
        .order_by("campus__position")
    )
    by_row = {CatchmentText(season.level, c.campus.school.name, c.campus.name, c.text): c.campus for c in catchments}
    found = book_of(tuple(by_row), season.district.full_name).lookup(address, season.level)
    return Answer(
        address,
        found.outcome,
        found.sentence,
        found.sure,
        found.question,
        tuple(serving for school in found.schools if (serving := serving_of(school, found, by_row))),
    )


@lru_cache(maxsize=BOOKS_IN_MEMORY)
def book_of(rows: tuple[CatchmentText, ...], district: str) -> Book:
    """The texts read and indexed; read again whenever one of them changes."""
    return text.read(rows, district)


def serving_of(school: str, found: text.Answer, by_row: dict[CatchmentText, Campus]) -> Serving | None:
    matches = [match for match in found.matches if match.school == school and match.row in by_row]
    if not matches:
        campus = next((campus for campus in by_row.values() if campus.name == school), None)
        row = next((row for row in by_row if row.school == school), None)
        return Serving(campus, row.text, (), ()) if campus and row else None
    row = matches[0].row
    spans = sorted({match.span for match in matches if match.row == row})
    apart = tuple(span for n, span in enumerate(spans) if n == 0 or span[0] >= spans[n - 1][1])
    conditions = tuple(dict.fromkeys(condition for match in matches for condition in match.conditions))
    return Serving(by_row[row], row.text, apart, conditions)
