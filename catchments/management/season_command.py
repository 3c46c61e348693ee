"""What the commands about one season's texts have in common: which district, which year, which level."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from districts.management.district_option import add_district, district_or_error
from districts.models import Season
from districts.models.seasons import Level


class SeasonCommand(BaseCommand):
    """Options --district and --season (year); --level where a command speaks of one."""

    with_level = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_district(parser)
        parser.add_argument("--season", required=True, type=int, metavar="YEAR", help="招生年度，如 2024")
        if self.with_level:
            parser.add_argument("--level", choices=Level.values, default=Level.PRIMARY, help="学段")

    def season(self, district: str, year: int, level: str) -> Season:
        of = district_or_error(district)
        found = Season.objects.select_related("district").filter(district=of, year=year, level=level).first()
        if found is None:
            raise CommandError(f"{of.name}没有{year}年{Level(level).label}的招生年度。")
        return found
