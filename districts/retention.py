"""How long what is kept: one rule for each kind of thing, in the words that everybody reads. Pure.

`enrollment.retention.RULES` is the whole table, this floor's rules and those of applications.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from districts.calendar import BEIJING

SHORTEST = "《个人信息保护法》第十九条：保存期限应为实现处理目的所必要的最短时间"
SECURITY_LOG = "《网络安全法》第二十一条：网络日志留存不少于六个月"


class Agreed(StrEnum):
    """Who agrees before something is deleted."""

    NOBODY = "到期自动删除"
    HEAD = "教育局工作人员申请，负责人复核后删除"
    NEVER = "不删除"


@dataclass(frozen=True)
class Months:
    """So many calendar months, in China."""

    count: int


@dataclass(frozen=True)
class Rule:
    """One row of the table: what is kept, after which event, for how long, on which legal ground."""

    code: str
    what: str
    after: str
    keep: timedelta | Months | None  # None: not deleted by time
    how_long: str
    ground: str
    agreed: Agreed = Agreed.NOBODY

    def ends(self, event: datetime) -> datetime:
        """When what began to count at `event` is due. Raises TypeError for what is not deleted by time."""
        return later(event, self.keep)


def later(event: datetime, keep: timedelta | Months) -> datetime:
    """`keep` after `event`; of months the same day, or the last one of a shorter month."""
    if isinstance(keep, timedelta):
        return event + keep
    local = event.astimezone(BEIJING)
    year, month = divmod(local.year * 12 + local.month - 1 + keep.count, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


RULES = (
    Rule("sign-in-code", "短信登录验证码的密钥摘要和待验证的手机号", "发出后", timedelta(hours=24), "24小时", SHORTEST),
    Rule("session", "登录会话", "失效后", timedelta(hours=24), "24小时", SHORTEST),
    Rule("rate-window", "防止频繁尝试的计数（含来源地址）", "计数开始后", timedelta(days=2), "2天", SHORTEST),
    Rule("submit-key", "防止重复提交的凭据", "提交后", timedelta(days=30), "30天", SHORTEST),
    Rule("sms", "短信的号码和内容", "写入后", timedelta(days=90), "90天", SHORTEST),
    Rule("sign-in", "登录记录（时间、来源地址、浏览器）", "退出或失效后", timedelta(days=90), "90天", SHORTEST),
    Rule("invitation", "工作人员邀请链接的密钥摘要", "链接失效后", timedelta(days=90), "90天", SHORTEST),
    Rule(
        "log",
        "操作日志（不含身份证号、电话、住址）",
        "写入后",
        None,
        "在线3年，此后归档保存",
        SECURITY_LOG,
        Agreed.NEVER,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
