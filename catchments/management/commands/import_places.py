"""manage.py import_places --district D FILE: names and standard addresses (CSV, Excel, Word)."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catchments import places
from districts.management.district_option import add_district, district_or_error
from districts.refusals import Refused
from districts.tables import BrokenFiles


class Command(BaseCommand):
    help = "导入地名地址表（列 name、means、longitude、latitude），替换原来的表。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_district(parser)
        parser.add_argument("file", type=Path)

    def handle(self, district: str, file: Path, **options: object) -> None:
        of = district_or_error(district)
        try:
            proposal = places.propose(of, file.name, file.read_bytes())
        except OSError as error:
            raise CommandError(f"不能读取 {file}：{error.strerror}") from None
        except BrokenFiles as broken:
            raise CommandError(f"没有导入任何内容，请先改正：\n{broken}") from None
        try:
            places.save(of, proposal, by=None)
        except Refused as refused:
            raise CommandError(f"没有导入任何内容：{refused}") from None
        self.stdout.write(f"已导入{len(proposal.rows)}行：新增{proposal.added}，去掉{proposal.removed}。")
        if proposal.unused:
            self.stdout.write(f"没有读取的列：{'、'.join(proposal.unused)}")
