"""The whole table of how long what is kept: `RULES`, for the pages that everybody reads and for what deletes. Pure.

`python -m enrollment.retention` prints the table in docs/retention.md, and a test compares the two.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from districts import retention
from districts.calendar import Window
from districts.retention import SHORTEST, Agreed, Months, Rule
from enrollment.states import Status

ARCHIVE = "教育局的档案保存规定；《个人信息保护法》第十九条、第四十七条"
ADMITTED_YEARS = 3  # unless the season says otherwise (Season.keep_admitted_years)
SEASON_ENDS = "招生季最后一个阶段结束后"
PUBLIC_RESULT = "《个人信息保护法》第四条：匿名化处理后的信息不属于个人信息"

DRAFT = Rule("draft", "没有提交的报名草稿和照片", SEASON_ENDS, timedelta(days=30), "30天", SHORTEST, Agreed.HEAD)
NOT_ADMITTED = Rule(
    "not-admitted", "撤回、未完成或没有列入名单的报名，及其证件照片", SEASON_ENDS, Months(6), "6个月", SHORTEST,
    Agreed.HEAD,
)  # fmt: skip
ADMITTED = Rule(
    "admitted", "列入名单的孩子的报名、证件照片和通知书", SEASON_ENDS, Months(12 * ADMITTED_YEARS),
    f"{ADMITTED_YEARS}年", ARCHIVE, Agreed.HEAD,
)  # fmt: skip
OF_APPLICATIONS = (DRAFT, NOT_ADMITTED, ADMITTED)
CHILD = Rule("child", "没有任何报名的孩子资料", "添加后", timedelta(days=30), "30天", SHORTEST)
GUARDIAN_INVITATION = Rule(
    "guardian-invitation", "另一位监护人没有接受的邀请（手机号）", "邀请失效后", timedelta(days=30), "30天", SHORTEST
)
CONSENT = Rule(
    "consent",
    "名下没有报名的家长的同意记录（同意这件事另有操作日志）",
    "最后一次登录后",
    timedelta(days=90),
    "90天",
    SHORTEST,
)
FAMILY_ACCOUNT = Rule(
    "family-account", "名下没有报名的家长账号（手机号）", "最后一次登录后", timedelta(days=90), "90天", SHORTEST
)
STAY = (
    Rule(
        "result", "抽签公告、记录和分班结果（只有编号，不含姓名），已删除报名的回执号", "", None, "长期",
        PUBLIC_RESULT, Agreed.NEVER,
    ),
    Rule("statistics", "按学校、类别、状态统计的人数", "", None, "长期", PUBLIC_RESULT, Agreed.NEVER),
)  # fmt: skip
# In the order in which families ask: their application first.
RULES = (*OF_APPLICATIONS, CHILD, GUARDIAN_INVITATION, CONSENT, FAMILY_ACCOUNT, *retention.RULES, *STAY)

STATUSES = {
    DRAFT.code: frozenset({Status.DRAFT}),
    ADMITTED.code: frozenset({Status.CONFIRMED, Status.CLASSED}),
}
STATUSES[NOT_ADMITTED.code] = frozenset(Status) - STATUSES[DRAFT.code] - STATUSES[ADMITTED.code]


def of_season(admitted_years: int) -> tuple[Rule, ...]:
    """The rules of applications, with the years that a season keeps its admitted children."""
    return (DRAFT, NOT_ADMITTED, replace(ADMITTED, keep=Months(12 * admitted_years), how_long=f"{admitted_years}年"))


def season_ends(windows: Iterable[Window]) -> datetime | None:
    """When the last stage closes; None for a season without stages."""
    return max((window.closes for window in windows), default=None)


def markdown() -> str:
    """The table for docs/retention.md."""
    rows = [(rule.what, f"{rule.after}{rule.how_long}", rule.agreed, rule.ground) for rule in RULES]
    lines = [("资料", "保存", "怎样删除", "依据"), ("---",) * 4, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(markdown())
