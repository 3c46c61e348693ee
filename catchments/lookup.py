"""「我家属于哪个学校」: the season's official texts asked about one address."""

from dataclasses import dataclass
from enum import StrEnum

from catchments.models import Catchment
from catchments.names import serving
from districts.models import Campus, Season


class Outcome(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True)
class Serving:
    """One campus that may serve the address, and where its official text says so."""

    campus: Campus
    text: str
    name: str
    start: int
    end: int

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before, inside and after the words that matched."""
        return self.text[: self.start], self.text[self.start : self.end], self.text[self.end :]

    @property
    def sentence(self) -> str:
        return f"“{self.name}”列在{self.campus.name}的施教区范围中。"


@dataclass(frozen=True)
class Answer:
    address: str
    servings: tuple[Serving, ...]

    @property
    def outcome(self) -> Outcome:
        return (Outcome.NONE, Outcome.ONE)[len(self.servings)] if len(self.servings) < 2 else Outcome.SEVERAL

    @property
    def sentence(self) -> str:
        match self.outcome:
            case Outcome.ONE:
                return self.servings[0].sentence
            case Outcome.SEVERAL:
                schools = "、".join(serving.campus.name for serving in self.servings)
                return (
                    f"文件中有{len(self.servings)}所学校的范围写到这个地址：{schools}。请选择一所，由学校审核时确认。"
                )
        return (
            "文件列出的地名中没有找到这个地址。请写明街道、小区或村名；"
            "仍找不到时请选择您认为对应的学校，由学校审核时确认。"
        )


def lookup(season: Season, address: str) -> Answer:
    """Which campuses of `season` name a place in `address` (one query)."""
    catchments = {
        catchment.pk: catchment
        for catchment in Catchment.objects.filter(season=season, campus__seat_plans__season=season)
        .filter(campus__seat_plans__enrols=True)
        .select_related("campus")
    }
    hits = serving(address, {pk: catchment.text for pk, catchment in catchments.items()})
    return Answer(
        address,
        tuple(
            Serving(catchments[hit.key].campus, catchments[hit.key].text, hit.name, hit.start, hit.end) for hit in hits
        ),
    )
