"""manage.py load_district FOLDER: a district's schools, calendar, catchments and rules from plain files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts.refusals import Refused
from districts.tables import BrokenFiles
from enrollment.loading import load_district


class Command(BaseCommand):
    help = "装载一个区县的学校、日程、施教区、报名类别（CSV/YAML）；重复装载不改变任何内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, folder: Path, **options: object) -> None:
        try:
            district, tally = load_district(folder)
        except BrokenFiles as broken:
            raise CommandError(f"没有装载任何内容，请先改正：\n{broken}") from None
        except Refused as refused:
            raise CommandError(f"没有装载任何内容。施教区文字有改动：{refused}") from None
        self.stdout.write(f"{district.name}：新增{tally.created}，修改{tally.changed}，不变{tally.same}")
