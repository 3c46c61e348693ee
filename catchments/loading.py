"""Load the official catchment texts of a district's folder."""

from catchments.models import Catchment
from districts.loading import Tally
from districts.models import Campus, Season
from districts.tables import Row


def save(rows: list[Row], seasons: dict[str, Season], tally: Tally) -> None:
    """`rows` are catchments.csv as the district's floor read it: level, group, school, text."""
    for row in rows:
        season = seasons[row["level"]]
        campus = Campus.objects.get(
            name=row["school"], school__district=season.district, school__name=row["group"] or row["school"]
        )
        tally.save(Catchment, {"season": season, "campus": campus}, {"text": row["text"]})
