"""manage.py lint_catchments --district D --season Y: the faults of the official texts, and what was settled."""

import json
from argparse import ArgumentParser

from catchments.findings import Found, findings
from catchments.management.season_command import SeasonCommand
from districts.management.district_option import district_or_error
from districts.models import Season
from districts.models.seasons import Level


class Command(SeasonCommand):
    help = "核对施教区文字：重叠、空缺、归属不明……每一条附原文和要回答的问题。"
    with_level = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--open", action="store_true", help="只列还没有核定的")

    def handle(self, district: str, season: int, **options: object) -> None:
        of = district_or_error(district)
        seasons = list(Season.objects.filter(district=of, year=season).select_related("district").order_by("-level"))
        if not seasons:
            self.season(district, season, Level.PRIMARY)  # says what is missing
        found = [one for one in findings(seasons) if not (options["open"] and one.settled)]
        if options["json"]:
            self.stdout.write(json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            state = "已核定" if one.settled else "待核定"
            self.stdout.write(f"\n[{one.severity}] {one.rule}：{one.finding.subject}（{state}）")
            for excerpt in one.excerpts:
                words = self.style.WARNING(f"【{excerpt.words}】")
                self.stdout.write(f"  {excerpt.campus}：{excerpt.before}{words}{excerpt.after}")
            self.stdout.write(f"  问：{one.finding.question}")
        settled = sum(one.settled for one in found)
        self.stdout.write(f"\n共{len(found)}条，已核定{settled}条。")


def as_json(one: Found) -> dict[str, object]:
    return {
        "key": one.key,
        "rule": one.finding.rule,
        "severity": one.finding.severity,
        "subject": one.finding.subject,
        "question": one.finding.question,
        "quotes": [
            {"level": q.level, "school": q.school, "span": list(q.span), "quote": q.text} for q in one.finding.quotes
        ],
        "settled": one.settled,
        "rulings": [
            {"kind": r.kind, "campus": r.campus.name if r.campus else "", "words": r.words, "reason": r.reason}
            for r in one.rulings
            if r.withdrawn_at is None
        ],
    }
