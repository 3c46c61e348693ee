"""manage.py rotate_keys: carry rows and private files over to the newest keys; --check: what is left under others."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts import rotation
from enrollment import private_files


class Command(BaseCommand):
    help = "更换密钥：把所有加密字段、检索摘要和私密文件换到编号最大的密钥下；网站可以照常使用，中断后可以再次运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只统计还在旧密钥下的记录和文件，不改动")

    def handle(self, check: bool, **options: object) -> None:
        if not check:
            for kept in rotation.everything():
                self.rotate(kept)
            self.renew_files()
        self.tell_what_is_left()

    def rotate(self, kept: rotation.Kept) -> None:
        total, done = kept.stale().count(), 0
        try:
            for taken in rotation.rotate(kept):
                done += taken
                self.stdout.write(f"{kept.label}：{done}/{max(total, done)}")
        except rotation.RowsInUse:
            raise CommandError(f"{kept.label}：有记录一直被占用，请再次运行。") from None

    def renew_files(self) -> None:
        for named in private_files.NAMED:
            done = 0
            for fault in private_files.renew(named):
                if fault:
                    self.stderr.write(fault)
                else:
                    done += 1
            self.stdout.write(f"{named.folder.name}：{done}个文件")
        removed = private_files.sweep(timezone.now())
        self.stdout.write(f"旧文件：已清理{len(removed)}个，其余由每晚的清理删除。")

    def tell_what_is_left(self) -> None:
        """The exit status is 1 while anything lies under an older key that this command carries over."""
        left = 0
        for kept in rotation.everything():
            rows = kept.stale().count()
            left += rows
            if rows:
                self.stdout.write(f"{kept.label}：{rows}条在旧密钥下")
            for index, count in kept.fading():
                then = index.fades or "没有原文，不能重算"
                self.stdout.write(f"{kept.label}.{index.name}：{count}条在旧密钥下，{then}")
        for named in private_files.NAMED:
            files = sum(1 for _ in private_files.stale(named))
            left += files
            if files:
                self.stdout.write(f"{named.folder.name}：{files}个文件在旧密钥下")
        if left:
            raise CommandError("还不能删除旧密钥，请运行 manage.py rotate_keys。")
        self.stdout.write("所有记录和文件都在新密钥下。")
