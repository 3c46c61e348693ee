"""manage.py import_catchments --district D --season Y FILE: official texts from CSV, Excel or Word, with a preview."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.termcolors import make_style

from catchments import importing
from catchments.importing import Change, Outdated, Proposal
from catchments.management.season_command import SeasonCommand
from catchments.reading import LEGEND, Colour
from districts.management.district_option import district_or_error
from districts.models.seasons import Level
from districts.refusals import Refused
from districts.tables import BrokenFiles

STYLES = {
    Colour.PLACE: make_style(fg="green"),
    Colour.LINE: make_style(fg="blue"),
    Colour.EXCEPTION: make_style(fg="magenta"),
    Colour.CONDITION: make_style(fg="yellow"),
    Colour.SCHOOL: make_style(fg="cyan"),
    Colour.REMARK: make_style(fg="white"),
    Colour.RULED: make_style(fg="magenta", opts=("underscore",)),
    Colour.UNREAD: make_style(fg="white", bg="red", opts=("bold",)),
    Colour.PLAIN: str,
}


class Command(SeasonCommand):
    help = "导入施教区文字（列 level、group、school、text；CSV、XLSX、DOCX）。先预览，确认以后才保存。"
    with_level = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--level", choices=Level.values, default="", help="文件没有学段一列时，是哪个学段")
        parser.add_argument("--yes", action="store_true", help="不再询问，直接保存")
        parser.add_argument("--preview", action="store_true", help="只预览，不保存")
        parser.add_argument("file", type=Path)

    def handle(self, district: str, season: int, file: Path, **options: object) -> None:
        of = district_or_error(district)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"不能读取 {file}：{error.strerror}") from None
        try:
            proposals = importing.propose(of, season, file.name, content, options["level"])
        except BrokenFiles as broken:
            raise CommandError(f"没有导入任何内容，请先改正：\n{broken}") from None
        for proposal in proposals:
            self.show(proposal)
        if not any(proposal.changes for proposal in proposals):
            self.stdout.write("与现在的文字相同，没有可保存的改动。")
            return
        if options["preview"]:
            self.stdout.write("只是预览，没有保存。")
            return
        if not options["yes"] and not self.agreed():
            raise CommandError("没有保存。核对以后可以加 --yes 保存。")
        try:
            count = importing.save(proposals, by=None)
        except Outdated:
            raise CommandError("预览以后文字又有改动，没有保存。请重新运行。") from None
        except Refused as refused:
            raise CommandError(f"没有保存：{refused}") from None
        self.stdout.write(f"已保存{count}个校区的施教区文字。")

    def agreed(self) -> bool:
        """No answer, as when nobody sits there, is no."""
        try:
            return input("保存以上内容？输入 y 保存：").strip().lower() in ("y", "yes", "是")
        except EOFError:
            return False

    def paint(self, words: str, colour: Colour) -> str:
        return words if self.style.SUCCESS("x") == "x" else STYLES[colour](words)

    def show(self, proposal: Proposal) -> None:
        self.stdout.write(f"{proposal.season}：改动{len(proposal.changes)}个校区，不变{len(proposal.same)}个")
        self.stdout.write("图例：" + " ".join(self.paint(name, colour) for colour, name in LEGEND))
        for change in proposal.changes:
            self.show_change(change)
        if proposal.changes:
            self.stdout.write(f"\n保存以后：{proposal.effect.sentence}")
        if proposal.missing:
            self.stdout.write(f"\n文件里没有的校区（文字保持不变）：{'、'.join(proposal.missing)}")
        if proposal.unused:
            self.stdout.write(f"没有读取的列：{'、'.join(proposal.unused)}")
        self.stdout.write(f"共{proposal.characters}个字，没有读懂{proposal.unread}个。\n")

    def show_change(self, change: Change) -> None:
        how = "改动" if change.before else "新增"
        read = change.reading
        self.stdout.write(f"\n{change.campus.name}（{how}，读懂{read.percent}%）")
        self.stdout.write("  " + "".join(self.paint(piece.words, piece.colour) for piece in read.pieces))
        if change.before:
            marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
            self.stdout.write("  比较：" + "".join(marks[how].format(words) for how, words in change.differences))
        for line in read.lines:
            understood = f" → {line.understood}" if line.understood not in ("", line.words) else ""
            self.stdout.write(
                f"    {line.start}—{line.end} {self.paint(line.name, line.colour)}：{line.words}{understood}"
            )
        for ruling in change.lost:
            self.stdout.write(self.style.WARNING(f"    核定将撤销，原文中不再有这些字：{ruling.replaced}"))
