"""manage.py sweep_evidence: remove private files that no row names, once a day old. Beat does so every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from enrollment import private_files


class Command(BaseCommand):
    help = "清理没有记录指向、且超过24小时的证件和通知书文件。"

    def handle(self, **options: object) -> None:
        removed = private_files.sweep(timezone.now())
        for path in removed:
            self.stdout.write(str(path))
        self.stdout.write(f"已清理{len(removed)}个文件。")
