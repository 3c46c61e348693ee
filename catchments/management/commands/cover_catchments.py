"""manage.py cover_catchments --district D --season Y --level L [FILE]: which addresses have no school, or several."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from catchments import places
from catchments.books import open_book
from catchments.effects import all_named, schools, standard_addresses
from catchments.management.season_command import SeasonCommand
from catchments.text import coverage
from districts.tables import BrokenFiles


class Command(SeasonCommand):
    help = "按路统计：有多少住址对应一所、几所或没有学校。不给文件时用已导入的地名地址表，没有表时用文件写到的地名。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="列出每一个不是一所学校的住址")
        parser.add_argument("file", type=Path, nargs="?", help="标准地址表（列 name）")

    def handle(self, district: str, season: int, level: str, file: Path | None = None, **options: object) -> None:
        of = self.season(district, season, level)
        book = open_book(of).book
        addresses = standard_addresses(of.district) or all_named(level, book)
        if file is not None:
            try:
                rows = places.propose(of.district, file.name, file.read_bytes()).rows
            except OSError as error:
                raise CommandError(f"不能读取 {file}：{error.strerror}") from None
            except BrokenFiles as broken:
                raise CommandError(str(broken)) from None
            addresses = list(dict.fromkeys(row["name"] for row in rows))
        roads = coverage(book, level, addresses)
        for road in roads:
            self.stdout.write(f"{road.road}\t一所 {road.one}\t几所 {road.several}\t没有 {road.none}")
            if options["all"]:
                for answer in road.answers:
                    self.stdout.write(f"    {answer.address}：{schools(answer)}。{answer.sentence}")
        one, several, none = (sum(getattr(road, name) for road in roads) for name in ("one", "several", "none"))
        self.stdout.write(f"共{one + several + none}个住址：一所学校 {one}，几所 {several}，没有学校 {none}")
