"""manage.py check_evidence: read and hash every private file again. Beat does so every week."""

from django.core.management.base import BaseCommand, CommandError

from enrollment import private_files


class Command(BaseCommand):
    help = "逐个核对证件和通知书文件：缺失或有一个字节改变都会列出。"

    def handle(self, **options: object) -> None:
        faults = 0
        for fault in private_files.faults():
            faults += 1
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{faults}个文件缺失或被改动。请从备份恢复这些文件。")
        self.stdout.write(f"{private_files.count()}个文件全部完好。")
