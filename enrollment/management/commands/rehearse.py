"""manage.py rehearse: a whole season with made-up families, beside the real data and without a trace in it."""

import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enrollment.rehearsal import scratch

SAMPLE = settings.BASE_DIR / "districts" / "samples" / "yangquan-2024"


class Command(BaseCommand):
    help = "演练：用虚构家庭把整个招生季走一遍，结果写到 --out；不改动现有数据。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--families", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--district", type=Path, default=SAMPLE, help="区县数据目录")

    def handle(self, families: int, seed: int, out: Path, district: Path, **options: object) -> None:
        if families < 1:
            raise CommandError("--families 至少为 1。")
        out = out.resolve()
        if (out / scratch.MARK).exists():
            shutil.rmtree(out)  # an earlier rehearsal's
        if out.exists() and any(out.iterdir()):
            raise CommandError(f"{out} 不是空目录，也不是以前演练的目录，请换一个目录。")
        out.mkdir(parents=True, exist_ok=True)
        (out / scratch.MARK).write_text("这个目录由演练写出，下一次演练会替换它。\n", encoding="utf-8")
        with scratch.environment(out) as environment:
            inside = [sys.executable, "-m", "enrollment.rehearsal", str(families), str(seed), str(out)]
            season = subprocess.Popen([*inside, str(district.resolve())], env=environment, cwd=settings.BASE_DIR)
            try:
                code = season.wait()
            except KeyboardInterrupt:
                code = season.wait()  # Ctrl-C reached it too: let it end its workers
        if code:
            raise CommandError(f"演练没有完成，后台进程的记录在 {out / 'workers.log'}。")
