"""Load the official catchment texts of a district's folder."""

from catchments.models import Catchment
from catchments.opening import require_two_people
from districts.loading import Tally
from districts.models import Campus, Season
from districts.tables import Row


def save(rows: list[Row], seasons: dict[str, Season], tally: Tally) -> None:
    """`rows` are catchments.csv as the district's floor read it: level, group, school, text.

    Raises Refused when a text would change after filing has opened.
    """
    for row in rows:
        season = seasons[row["level"]]
        campus = Campus.objects.get(
            name=row["school"], school__district=season.district, school__name=row["group"] or row["school"]
        )
        if Catchment.objects.filter(season=season, campus=campus).exclude(text=row["text"]).exists():
            require_two_people(season)
        tally.save(Catchment, {"season": season, "campus": campus}, {"text": row["text"]})
