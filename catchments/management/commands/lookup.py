"""manage.py lookup --district D --season Y --level primary ADDRESS: which school, and why."""

import json
from argparse import ArgumentParser

from catchments.api import as_json
from catchments.lookup import lookup
from catchments.management.season_command import SeasonCommand


class Command(SeasonCommand):
    help = "查询一个住址对应的学校：按公布的施教区文字和教育局的核定。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--hukou", default="", metavar="TEXT", help="户籍、居住证等情况，如“城区户籍”")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("address", nargs="+", metavar="ADDRESS")

    def handle(self, district: str, season: int, level: str, **options: object) -> None:
        found = lookup(self.season(district, season, level), " ".join(options["address"]), hukou=options["hukou"])
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=1))
            return
        self.stdout.write(found.sentence)
        for serving in found.servings:
            words = "".join(self.style.SUCCESS(f"【{w}】") if marked else w for w, marked in serving.pieces)
            self.stdout.write(f"\n{serving.campus.name}：{words}")
            for ruling in serving.rulings:
                self.stdout.write(f"  教育局核定：{ruling}")
            for condition in serving.conditions:
                self.stdout.write(f"  条件：{condition}")
        if found.options:
            self.stdout.write("\n" + "；".join(f"{o.label} → {'、'.join(o.schools) or '无'}" for o in found.options))
        if found.nearest:
            self.stdout.write(f"文件里相近的名称：{'、'.join(found.nearest)}")
