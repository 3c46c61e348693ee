"""manage.py demo_people: accounts of every role and some families for the demo; --list prints the accounts."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from districts.management.district_option import add_district, district_or_error
from enrollment import demo


class Command(BaseCommand):
    help = "演示账号：建立各种身份的账号和一些虚构家庭的报名；--list 列出账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true")
        add_district(parser)

    def handle(self, list: bool, district: str, **options: object) -> None:
        if list:
            for role, login, how in demo.table():
                self.stdout.write(f"{role}\t{login}\t{how}")
        else:
            of = district_or_error(district)
            demo.make_people(of)
            demo.file_families(of)
