"""Supervisors read the log; nothing on these pages changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from districts import audit, log_heads, queries
from districts.models import AuditEvent
from districts.permissions import membership_or_404
from districts.read_only import read_only
from districts.rights import Right

PER_PAGE = 50


@dataclass(frozen=True)
class Kind:
    prefix: str
    name: str


KINDS = (
    Kind("application.", "报名和审核"),
    Kind("spot-check.", "抽检"),
    Kind("list.", "确认名单"),
    Kind("teams.", "教师分组"),
    Kind("roster.", "封存名册"),
    Kind("draw.", "监督员密封和分班"),
    Kind("lots.", "班主任抽签"),
    Kind("class", "直接编班和公布"),
    Kind("personal-data.", "查看完整个人信息"),
    Kind("mass-message.", "群发短信"),
    Kind("release.", "复核"),
    Kind("people.", "人员"),
    Kind("export.", "导出"),
    Kind("catchment.", "施教区文字"),
    Kind("ruling.", "施教区核定"),
    Kind("rules.", "区县资料和规则"),
    Kind("account.", "登录"),
    Kind("access.", "被拒绝的操作"),
    Kind("log.", "日志链头和导出"),
)
# What of an event's detail is shown. Words that people typed about a child are not among it; those about a text are.
FACTS = {
    "size": "抽取份数",
    "count": "人数",
    "pupils": "人数",
    "children": "人数",
    "teams": "组数",
    "families": "家庭数",
    "notices": "通知书",
    "witness": "监督员",
    "seed": "种子",
    "seal": "密封值",
    "sha256": "名单摘要",
    "notice": "公告摘要",
    "kind": "方式",
    "table": "内容",
    "export": "导出编号",
    "purpose": "用途",
    "rows": "人数",
    "version": "版本",
    "replaced": "原文",
    "words": "核定文字",
    "heads": "链头摘要",
    "created": "新增",
    "changed": "修改",
    "shown": "查看内容",
    "matter": "事项",
    "person": "人员",
    "role_given": "角色",
    "agreed_by": "复核人",
    "route": "页面",
    "views": "次数",
    "minutes": "分钟内",
}


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    at: datetime
    what: str
    who: str
    about: str
    facts: list[tuple[str, object]]


@never_cache
@require_safe
@read_only
def log(request: HttpRequest) -> HttpResponse:
    membership = membership_or_404(request.user, request.district, Right.READ_LOG)
    events = queries.log_of(membership.district)
    wanted = request.GET.get("action", "")
    if wanted:
        events = events.filter(action__startswith=wanted)
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    names = queries.actor_names(page)
    lines = [line(event, names) for event in page]
    heads = log_heads.newest(membership.district)
    return render(
        request,
        "supervision/log.html",
        {
            "page": page,
            "lines": lines,
            "wanted": wanted,
            "kinds": KINDS,
            "heads": heads,
            "heads_address": heads and log_heads.address(heads.detail["day"]),
            "heads_are_late": heads and timezone.now() - heads.at > log_heads.LATE,
        },
    )


def line(event: AuditEvent, names: Mapping[str, str]) -> Line:
    return Line(
        at=event.at,
        what=audit.word(event.action),
        who=audit.actor(event, names),
        about=about(event),
        facts=[(name, event.detail[key]) for key, name in FACTS.items() if key in event.detail],
    )


def about(event: AuditEvent) -> str:
    """A campus by its name; an application by the beginning of its key, which tells nothing about the child."""
    model, _, key = event.subject.partition(":")
    if model == "enrollment.Application":
        return f"报名 {key[:8]}"
    return event.detail.get("campus", "")
