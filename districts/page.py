"""What every page shows around its content: district, hotlines, navigation, in demo mode the clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from districts import clock, queries
from districts.calendar import current
from districts.identity import mask_mobile
from districts.permissions import memberships
from districts.rights import OF_A_SCHOOL, OF_THE_BUREAU, ONLOOKERS, Role

PUBLIC = (("home", "首页"), ("lookup", "查学校"), ("calendar", "招生日程"), ("schools", "学校"), ("published", "公示"))
SCHOOL = (("school-queue", "审核"), ("school-teams", "教师分组"), ("school-draws", "分班"), ("exports", "导出"))
SCHOOL += (("releases", "复核"),)
BUREAU = (("bureau", "全区进度"), ("bureau-catchments", "施教区"), ("exports", "导出"))
BUREAU += (("releases", "复核"), ("bureau-people", "人员"), ("bureau-messages", "群发短信"), ("published", "公示"))
ONLOOKER = (("supervision", "公示与名单"), ("supervision-log", "操作日志"))
BY_ROLE = {
    **dict.fromkeys(OF_A_SCHOOL, SCHOOL),
    **dict.fromkeys(OF_THE_BUREAU, BUREAU),
    **dict.fromkeys(ONLOOKERS, ONLOOKER),
    Role.WITNESS: (("supervision", "公示与名单"),),
}


@dataclass(frozen=True)
class NavItem:
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class DemoStage:
    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Demo:
    now: datetime
    stage_name: str
    stages: list[DemoStage]


def common_parts(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html."""
    district = getattr(request, "district", None)
    parts: dict[str, Any] = {"district": district, "demo": None, "account_label": ""}
    if district is None:
        return parts
    parts["hotlines"] = list(district.hotlines.all())
    names = PUBLIC
    account = getattr(request, "user", None)
    if account is not None and account.is_authenticated:
        if account.is_family:
            parts["account_label"] = mask_mobile(account.phone)
            names = (("desk", "我的报名"), *PUBLIC)
        else:
            membership = memberships(account, district).select_related("school").first()
            if membership is not None:
                parts["account_label"] = f"{account.name}（{membership.school or membership.get_role_display()}）"
                names = BY_ROLE[Role(membership.role)]
    here = section([reverse(name) for name, _ in names], request.path)
    parts["nav"] = [NavItem(label, reverse(name), reverse(name) == here) for name, label in names]
    if settings.DEMO:
        parts["demo"] = demo(request)
    return parts


def section(hrefs: list[str], path: str) -> str:
    """The navigation's entry that a page belongs to: the longest address that begins the page's own."""
    home = reverse("home")
    return max(
        (href for href in hrefs if path == href or (href != home and path.startswith(href))), key=len, default=""
    )


def demo(request: HttpRequest) -> Demo | None:
    season = queries.current_season(request.district)
    if season is None:
        return None
    now = clock.now(season)
    stage = current(season.windows(), now)
    return Demo(
        now,
        stage.name if stage else "阶段之间",
        [DemoStage(w.code, w.name, stage is not None and w.code == stage.code) for w in season.windows()],
    )
