"""「我家属于哪个学校」: a season's book, asked about one address by the engine in catchments/text."""

from dataclasses import dataclass

from catchments import text
from catchments.areas import Picture
from catchments.books import SeasonBook, open_book
from catchments.models import PlaceName
from catchments.places import keys_of
from catchments.text import Match, Option, Outcome, Sure
from districts.models import Campus, Season

Point = tuple[float, float]  # longitude, latitude
MOST_REASON = 300  # enrollment.Application.campus_reason


@dataclass(frozen=True)
class Serving:
    """One campus that may serve the address, its official text, and the spans of the text that say so.

    `rulings` are words that the bureau settled by hand; they stand in no official text.
    """

    campus: Campus
    text: str
    spans: tuple[tuple[int, int], ...]
    conditions: tuple[str, ...]
    rulings: tuple[str, ...] = ()

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
        found = [*(words for words, marked in self.pieces if marked), *self.rulings]
        return "、".join(f"“{words}”" for words in found)


@dataclass(frozen=True)
class Answer:
    """`sentence` says all, `lead` only what the texts say. `sure` is exact, inferred or fuzzy.

    What decides between several: `question`, to be answered by one of `options` or by a number of `asks` (号, 区, 栋);
    `said` is the option that was chosen. `nearest` are names to try when nothing was found; `by_area` tells that only a
    drawn area decided.
    """

    address: str
    outcome: Outcome
    sentence: str
    lead: str
    sure: Sure
    question: str
    servings: tuple[Serving, ...]
    options: tuple[Option, ...] = ()
    asks: str = ""
    said: str = ""
    nearest: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    by_area: bool = False
    picture: Picture | None = None

    def reason_for(self, campus: Campus) -> str:
        """The official sentence that a parent's choice of `campus` rests on, kept with the application."""
        for serving in self.servings:
            if serving.campus.pk == campus.pk:
                if self.outcome == Outcome.ONE:
                    return self.sentence[:MOST_REASON]
                return (
                    f"{campus.name}的施教区范围写到{serving.quotes}，文件不能直接确定，由家长选择，待学校审核确认。"
                )[:MOST_REASON]
        if self.servings:
            named = "、".join(serving.campus.name for serving in self.servings)
            return f"这个住址，文件写到的是{named}；家长选择{campus.name}，待学校审核确认。"[:MOST_REASON]
        return "施教区文件没有写到这个住址，学校由家长选择，待学校审核确认。"


def lookup(season: Season, address: str, *, hukou: str = "", said: str = "", point: Point | None = None) -> Answer:
    """Which campuses of `season` serve `address`: as its official texts say, the bureau's rulings, then its areas.

    `hukou` is what is known of the household in words; `said` one of the options offered before. One query; a second
    when areas are drawn and `point` is not given.
    """
    return ask(open_book(season), address, hukou=hukou, said=said, point=point)


def ask(book: SeasonBook, address: str, *, hukou: str = "", said: str = "", point: Point | None = None) -> Answer:
    """The same of a book that is open already."""
    season = book.season
    found = book.book.lookup(address, season.level, hukou or None)
    if said:
        found = book.book.answered(found, said, hukou or None)
    point = point or (place_of(season, address) if book.areas else None)
    servings = tuple(serving for school in found.schools if (serving := serving_of(school, found, book)))
    if point and found.outcome != Outcome.ONE and (decided := by_area(found, servings, book, point)):
        return decided
    return Answer(
        address,
        found.outcome,
        found.sentence,
        text.lead(found),
        found.sure,
        found.question,
        servings,
        book.book.options(found, hukou or None),
        book.book.asks(found),
        found.said,
        book.book.nearest(address, season.level) if found.outcome == Outcome.NONE else (),
        found.assumed,
        picture=book.areas.picture({serving.campus.pk for serving in servings}, point),
    )


def serving_of(school: str, found: text.Answer, book: SeasonBook) -> Serving | None:
    matches = [match for match in found.matches if match.school == school and match.row in book.campuses]
    if not matches:  # a school that no clause names, as when all of several are shared
        row = next((row for row, campus in book.campuses.items() if school in (campus.name, row.school)), None)
        return Serving(book.campuses[row], row.text, (), ()) if row else None
    row = matches[0].row
    return Serving(
        book.campuses[row],
        row.text,
        apart([match for match in matches if match.row == row]),
        tuple(dict.fromkeys(condition for match in matches for condition in match.conditions)),
        tuple(dict.fromkeys(match.quote for match in matches if match.ruled)),
    )


def apart(matches: list[Match]) -> tuple[tuple[int, int], ...]:
    """The spans of official words, in order, none overlapping the one before."""
    found: list[tuple[int, int]] = []
    for span in sorted({match.span for match in matches if not match.ruled}):
        if not found or span[0] >= found[-1][1]:
            found.append(span)
    return tuple(found)


def place_of(season: Season, address: str) -> Point | None:
    """Where the table of standard addresses puts it."""
    keys = keys_of(address, season.district)
    place = (
        PlaceName.objects.filter(district=season.district, key__in=keys, longitude__isnull=False).order_by("pk").first()
    )
    return (place.longitude, place.latitude) if place else None


def by_area(found: text.Answer, servings: tuple[Serving, ...], book: SeasonBook, point: Point) -> Answer | None:
    """The answer that only the drawn areas give; None when they do not decide either, or the text says no."""
    inside = book.areas.around(*point)
    if found.outcome == Outcome.SEVERAL:
        chosen = [serving for serving in servings if serving.campus.pk in inside]
    elif found.reason in (text.Reason.SILENT, text.Reason.NUMBER_UNNAMED, text.Reason.COARSE):
        rows = [(row, campus) for row, campus in book.campuses.items() if campus.pk in inside]
        chosen = [Serving(campus, row.text, (), ()) for row, campus in rows]
    else:
        return None
    if len(chosen) != 1:
        return None
    (serving,) = chosen
    sentence = f"文件的文字不能确定这个住址，按教育局公布的范围图，它在{serving.campus.name}的范围内。" + (
        f"还须符合条件：{'；'.join(serving.conditions)}。" if serving.conditions else ""
    )
    return Answer(
        found.address,
        Outcome.ONE,
        sentence,
        sentence,
        Sure.INFERRED,
        "",
        (serving,),
        by_area=True,
        picture=book.areas.picture({serving.campus.pk}, point),
    )
