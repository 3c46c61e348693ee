"""manage.py diff_catchments --district D --season NEW --from OLD --level L: addresses whose school changes."""

from argparse import ArgumentParser

from catchments.books import open_book
from catchments.effects import differing, schools
from catchments.management.season_command import SeasonCommand


class Command(SeasonCommand):
    help = "比较两个年度的施教区：列出学校有变化的住址。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="before", type=int, required=True, metavar="YEAR", help="与哪一年比较")

    def handle(self, district: str, season: int, level: str, before: int, **options: object) -> None:
        new, old = self.season(district, season, level), self.season(district, before, level)
        found = differing(new, open_book(old).book, open_book(new).book)
        for change in found:
            self.stdout.write(f"{change.address}\t{schools(change.before)} → {schools(change.after)}")
        self.stdout.write(f"{old} → {new}：{len(found)}个住址的学校有变化。")
