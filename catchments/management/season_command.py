"""What the commands about one season's texts have in common: which district, which year, which level."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from districts.models import District, Season
from districts.models.seasons import Level


class SeasonCommand(BaseCommand):
    """Options --district (code or name) and --season (year); --level where a command speaks of one."""

    with_level = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", required=True, help="区县代码或名称")
        parser.add_argument("--season", required=True, type=int, metavar="YEAR", help="招生年度，如 2024")
        if self.with_level:
            parser.add_argument("--level", choices=Level.values, default=Level.PRIMARY, help="学段")

    def district(self, named: str) -> District:
        for field in ("code", "name", "full_name"):
            if found := District.objects.filter(**{field: named}).first():
                return found
        known = "、".join(f"{one.code}（{one.name}）" for one in District.objects.order_by("code"))
        raise CommandError(f"没有区县“{named}”。现有：{known or '无，请先运行 load_district'}。")

    def season(self, district: str, year: int, level: str) -> Season:
        of = self.district(district)
        found = Season.objects.select_related("district").filter(district=of, year=year, level=level).first()
        if found is None:
            raise CommandError(f"{of.name}没有{year}年{Level(level).label}的招生年度。")
        return found
