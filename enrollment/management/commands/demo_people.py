"""manage.py demo_people: accounts of every role for the demo; --list prints them."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from districts.models import District
from enrollment import demo


class Command(BaseCommand):
    help = "演示账号：建立各种身份的账号；--list 列出账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true")

    def handle(self, list: bool, **options: object) -> None:
        if list:
            for role, login, how in demo.table():
                self.stdout.write(f"{role}\t{login}\t{how}")
        else:
            demo.make_people(District.objects.get())
