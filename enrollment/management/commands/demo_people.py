"""manage.py demo_people: accounts of every role and some families for the demo; --list prints the accounts."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from districts.models import District
from enrollment import demo


class Command(BaseCommand):
    help = "演示账号：建立各种身份的账号和一些虚构家庭的报名；--list 列出账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true")

    def handle(self, list: bool, **options: object) -> None:
        if list:
            for role, login, how in demo.table():
                self.stdout.write(f"{role}\t{login}\t{how}")
        else:
            district = District.objects.get()
            demo.make_people(district)
            demo.file_families(district)
