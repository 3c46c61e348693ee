"""The season's calendar: which action is open at which instant. Pure; times are aware datetimes.

A stage is the half-open interval [opens, closes) of the plan's section 五, so that two stages that touch never overlap
and a submission at the closing instant is late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class Action(StrEnum):
    """What a stage may allow. The season's data says which stage allows what."""

    APPLY = "apply"  # 预报名：填写、提交、撤回
    MEND = "mend"  # 补正后重新提交
    REVIEW = "review"  # 学校线上审核、现场核验
    SPOT_CHECK = "spot-check"  # 教育局抽检、确认名单
    REPORT_TEAMS = "report-teams"  # 上报任课教师分组
    COMMIT_ROSTER = "commit-roster"  # 封存新生名册、公布抽签公告
    REGISTER = "register"  # 导出学籍电子模板
    DRAW = "draw"  # 电脑随机分班、班主任抽签
    ARRIVE = "arrive"  # 新生入学


@dataclass(frozen=True)
class Window:
    """One stage with the actions that it allows."""

    code: str
    name: str
    opens: datetime
    closes: datetime
    actions: frozenset[Action]

    def contains(self, now: datetime) -> bool:
        return self.opens <= now < self.closes

    @property
    def span(self) -> str:
        """「8月16日 00:00 至 8月18日 24:00」: a closing midnight is said as 24:00 of the day before."""
        return f"{instant(self.opens)} 至 {instant(self.closes, closing=True)}"


class StageClosed(Exception):
    """The action is not open now; `str()` is the sentence for the person who tried."""

    def __init__(self, action: Action, message: str) -> None:
        super().__init__(message)
        self.action = action


def instant(when: datetime, *, closing: bool = False) -> str:
    local = when.astimezone(BEIJING)
    if closing and local.hour == local.minute == 0:
        day = local - timedelta(days=1)
        return f"{day.month}月{day.day}日 24:00"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def windows_for(action: Action, windows: Iterable[Window]) -> list[Window]:
    return sorted((w for w in windows if action in w.actions), key=lambda w: w.opens)


def is_open(action: Action, windows: Iterable[Window], now: datetime) -> bool:
    return any(w.contains(now) for w in windows_for(action, windows))


def require_open(action: Action, windows: Iterable[Window], now: datetime) -> Window:
    """The window that allows `action` at `now`.

    Raises StageClosed with the dates, so that nobody is left guessing when to come back.
    """
    candidates = windows_for(action, windows)
    for window in candidates:
        if window.contains(now):
            return window
    later = [w for w in candidates if now < w.opens]
    if later:
        raise StageClosed(action, f"「{later[0].name}」尚未开始，开放时间为 {later[0].span}。")
    if candidates:
        raise StageClosed(action, f"「{candidates[-1].name}」已经结束，开放时间为 {candidates[-1].span}。")
    raise StageClosed(action, "本招生年度没有安排这一环节。")


def current(windows: Iterable[Window], now: datetime) -> Window | None:
    """The stage that `now` is in; of several the one that opened last."""
    inside = [w for w in windows if w.contains(now)]
    return max(inside, key=lambda w: w.opens, default=None)
