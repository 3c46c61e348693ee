"""A season's texts, rulings, names and areas, read once and kept in memory until one of them changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from catchments import text
from catchments.areas import Areas
from catchments.models import Area, Catchment, Edition, PlaceName, Ruling
from catchments.text import Alias, Book, CatchmentText
from districts.models import Campus, District, Season

BOOKS_IN_MEMORY = 64  # a fifth of a megabyte each: two levels of thirty districts
# In plain SQL: building it through the ORM takes longer than everything else that a lookup does.
NEWEST = """
SELECT season.id, edition.mark FROM catchments_edition edition JOIN districts_season season ON season.id = season_id
WHERE season.district_id = %s AND season.level = %s ORDER BY season.year DESC LIMIT 1
"""


@dataclass(frozen=True)
class SeasonBook:
    """The engine's book with the season that it is of and the campuses that its rows stand for."""

    season: Season
    book: Book
    campuses: dict[CatchmentText, Campus]
    areas: Areas

    def row_of(self, campus: Campus) -> CatchmentText | None:
        return next((row for row, of in self.campuses.items() if of.pk == campus.pk), None)


def open_book(season: Season) -> SeasonBook:
    """The book of `season` as it is now: one query when it is in memory."""
    mark = Edition.objects.filter(season=season).values_list("mark", flat=True).first()
    return _read(season.pk, mark)


def newest_book(district: District, level: str) -> SeasonBook | None:
    """The book of the district's newest season of `level` that has texts: one query when it is in memory."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [district.pk, level])
        found = cursor.fetchone()
    return _read(*found) if found else None


@lru_cache(maxsize=BOOKS_IN_MEMORY)
def _read(season_id: int, mark: object) -> SeasonBook:
    """`mark` is only the key: another one means that something of the season has changed."""
    season = Season.objects.select_related("district").get(pk=season_id)
    campuses = {row_for(season, catchment): catchment.campus for catchment in enrolling(season)}
    areas = Area.objects.filter(season=season, campus__in=[campus.pk for campus in campuses.values()])
    return SeasonBook(
        season,
        read(season, campuses, in_force(season)),
        campuses,
        Areas.of({area.campus_id: area.geometry for area in areas}),
    )


def read(season: Season, campuses: dict[CatchmentText, Campus], rulings: Iterable[Ruling]) -> Book:
    """Read texts with the district's names and those rulings that still stand on one of them."""
    rows = {campus.pk: row for row, campus in campuses.items()}
    names = PlaceName.objects.filter(district=season.district).exclude(means="").values_list("name", "means")
    return text.read(
        list(campuses),
        season.district.full_name,
        [Alias(name, means) for name, means in names],
        [as_ruling(ruling, rows[ruling.campus_id]) for ruling in rulings if ruling.campus_id in rows],
    )


def enrolling(season: Season) -> Iterable[Catchment]:
    """The texts of the campuses that take pupils this year, in the plan's order."""
    return (
        Catchment.objects.filter(season=season, campus__seat_plans__season=season, campus__seat_plans__enrols=True)
        .select_related("campus__school")
        .order_by("campus__position", "pk")
    )


def row_for(season: Season, catchment: Catchment) -> CatchmentText:
    campus = catchment.campus
    return CatchmentText(season.level, campus.school.name, campus.name, catchment.text)


def in_force(season: Season) -> Iterable[Ruling]:
    """Rulings that nobody has withdrawn and that change what is read."""
    return Ruling.objects.filter(season=season, withdrawn_at=None).exclude(kind=Ruling.Kind.NO_CHANGE)


def as_ruling(ruling: Ruling, row: CatchmentText) -> text.Ruling:
    """The database's row in the engine's words."""
    return text.Ruling(
        row.level,
        row.school,
        ruling.words,
        (ruling.start, ruling.end) if ruling.kind == Ruling.Kind.CORRECTION else None,
        settles=ruling.kind == Ruling.Kind.SETTLEMENT,
    )
