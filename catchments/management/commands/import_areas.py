"""manage.py import_areas --district D --season Y --level L FILE: areas of campuses as GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from catchments import drawn
from catchments.management.season_command import SeasonCommand
from districts.refusals import Refused


class Command(SeasonCommand):
    help = "导入校区范围图（GeoJSON，properties.school 写校区名称），替换原来的图。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def handle(self, district: str, season: int, level: str, file: Path, **options: object) -> None:
        try:
            count = drawn.save(self.season(district, season, level), file.read_bytes(), by=None)
        except OSError as error:
            raise CommandError(f"不能读取 {file}：{error.strerror}") from None
        except (drawn.BadDrawing, Refused) as error:
            raise CommandError(f"没有导入任何内容：{error}") from None
        self.stdout.write(f"已导入{count}个校区的范围图。")
