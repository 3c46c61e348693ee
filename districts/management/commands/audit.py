"""manage.py audit verify, manage.py audit export: docs/audit.md."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts import log_chain, log_heads, log_pack
from districts.models import District


class Command(BaseCommand):
    help = "核对日志（verify），导出给审计员的日志包（export）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="重新计算每一条日志的摘要，逐条说出被改动、删除、插入的日志")
        verify.add_argument("--district", help="区县代码；不写则核对全部")
        verify.add_argument("--heads", type=Path, action="append", default=[], help="另外保存的链头文件，可以写多次")
        export = actions.add_parser("export", help="导出一个区县的日志包")
        export.add_argument("--district", required=True, help="区县代码")
        export.add_argument("out", type=Path, help="ZIP 文件")

    def handle(self, *, action: str, district: str | None, **options: object) -> None:
        if district and not District.objects.filter(code=district).exists():
            raise CommandError(f"没有代码为 {district} 的区县。")
        if action == "verify":
            self.verify(district, options["heads"])
        else:
            self.export(district, options["out"])

    def verify(self, district: str | None, elsewhere: list[Path]) -> None:
        """Say every fault; the exit status is 1 when there is one."""
        written = [*log_heads.published(), *(head for file in elsewhere for head in log_chain.written_heads(file))]
        found = 0
        for fault in log_chain.faults(district, written):
            found += 1
            self.stdout.write(str(fault))
        if found:
            raise CommandError(f"日志有 {found} 处不符。")
        lines = sum(head.place for head in log_chain.heads(district))
        self.stdout.write(f"日志完整：{lines} 条，与 {len({head.source for head in written})} 份公布的链头相符。")

    def export(self, district: str, out: Path) -> None:
        lines = log_pack.export(District.objects.get(code=district), out)
        self.stdout.write(f"{out}：{lines} 条日志。核对方法见包内 README.txt。")
