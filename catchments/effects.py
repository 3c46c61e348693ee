"""What a ruling does to the answers: every place that the texts name and every standard address, before and after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from catchments.books import open_book
from catchments.models import PlaceName
from catchments.text import Answer, Book, Change, Outcome, changes, named_places
from districts.models import District, Season

MOST_ADDRESSES = 20_000
MOST_NAMED = 5


@dataclass
class Effect:
    """The addresses whose answer changed; filled when the `with` block ends."""

    changes: list[Change] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        if not self.changes:
            return "查询结果没有变化。"
        some = "；".join(
            f"{change.address}：{schools(change.before)} → {schools(change.after)}"
            for change in self.changes[:MOST_NAMED]
        )
        more = "等" if len(self.changes) > MOST_NAMED else ""
        return f"{len(self.changes)}个住址的查询结果因此改变：{some}{more}。"


@contextmanager
def effect_of(seasons: Sequence[Season]) -> Iterator[Effect]:
    """Compare the answers before and after what happens inside the `with` block."""
    effect = Effect()
    before = {season: open_book(season).book for season in seasons}
    yield effect
    for season, book in before.items():
        effect.changes += differing(season, book, open_book(season).book)


def differing(season: Season, before: Book, after: Book) -> tuple[Change, ...]:
    """The addresses that the two books answer differently."""
    addresses = [*standard_addresses(season.district), *all_named(season.level, before, after)]
    return changes(before, after, season.level, dict.fromkeys(addresses))


def all_named(level: str, *books: Book) -> list[str]:
    return [name for book in books for name in named_places(book, level)]


def standard_addresses(district: District) -> list[str]:
    """The first of the district's table of standard addresses, in its order."""
    found = PlaceName.objects.filter(district=district).values_list("name", flat=True)
    return list(dict.fromkeys(found[:MOST_ADDRESSES]))


def schools(answer: Answer) -> str:
    found = "或".join(answer.schools) or "没有学校"
    return f"{found}（不能确定）" if answer.outcome is Outcome.SEVERAL else found
