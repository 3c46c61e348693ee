"""manage.py erase: delete what is due and needs nobody's decision; --preview: what would be deleted, and when."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand

from districts import erasure as technical
from districts.calendar import BEIJING
from districts.models import Season
from enrollment import erasure, retention


def day(when: datetime) -> str:
    return f"{when.astimezone(BEIJING):%Y-%m-%d}"


class Command(BaseCommand):
    help = "按保存期限删除验证码、短信、登录记录等；--preview 只列出将删除的数量。报名由教育局在网页上申请并复核。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preview", action="store_true", help="只列出将要删除的数量和日期，不删除")

    def handle(self, preview: bool, **options: object) -> None:
        words = {rule.code: rule.what for rule in retention.RULES}
        if preview:
            counts = technical.preview()
        else:
            done = technical.run()
            counts = done.counts if done else {}
        for code, count in counts.items():
            if count:
                self.stdout.write(f"{words[code]}：{count}")
        if not any(counts.values()):
            self.stdout.write("没有到期的技术记录。")
        seasons = Season.objects.select_related("district").prefetch_related("stages").order_by("pk")
        for season, lines in erasure.previews(seasons).items():
            for line in lines:
                if line.applications:
                    due = "已到期，请在“保存期限”页面申请删除" if line.is_due else f"{day(line.ends)}到期"
                    self.stdout.write(
                        f"{season.district}{season} {line.rule.what}：{line.applications}份，{line.pages}页照片，{due}"
                    )
