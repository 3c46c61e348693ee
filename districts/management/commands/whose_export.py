"""manage.py whose_export: which export a leaked file, row, code or number comes from, and who asked for it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts.calendar import BEIJING
from districts.exports import KINDS
from districts.models import Export
from districts.watermark import found_in, text_of


class Command(BaseCommand):
    help = "找出一份外泄的表格、一行或一个编号属于哪次导出：文件的隐藏列“核对码”，或页眉上的导出编号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("trace", help="文件，或16位核对码，或DC-开头的编号")

    def handle(self, trace: str, **options: object) -> None:
        file = Path(trace)
        text = text_of(file.read_bytes()) if file.is_file() else trace.upper()
        exports = Export.objects.select_related("asked_by", "released_by", "campus", "season").order_by("-asked_at")
        found = found_in(text, exports)
        if found is None:
            raise CommandError("没有找到对应的导出。文件有密码的，请先取消密码；打印件请输入页脚的编号。")
        export = found.export
        where = f"，第{found.row}行" if found.row else ""
        place, asked_at = export.campus or "全区", export.asked_at.astimezone(BEIJING)
        lines = [
            f"{export.number}{where}：{KINDS[export.kind].name}，{place}，{export.season}，{export.rows}人",
            f"申请人：{export.asked_by.name}（{export.asked_by.login}），{asked_at:%Y-%m-%d %H:%M}",
            f"用途：{export.get_purpose_display()}{f'（{export.note}）' if export.note else ''}",
        ]
        if export.released_by:
            lines.append(f"复核人：{export.released_by.name}（{export.released_by.login}）")
        self.stdout.write("\n".join(lines))
