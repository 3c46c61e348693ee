"""The log in the words that staff and supervisors read. (What a family reads of it: pages.HISTORY_WORDS.)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from districts import audit
from districts.models import AuditEvent

WORDS = {
    "application.begun": "开始填写",
    "application.submitted": "提交报名",
    "application.resubmitted": "补正后重新提交",
    "application.viewed": "查看报名材料",
    "application.approved": "线上审核通过",
    "application.returned": "退回补正",
    "application.verified": "现场核验通过",
    "application.lapsed": "未完成，转教育局统筹",
    "application.withdrawn": "撤回报名",
    "application.draft-deleted": "删除草稿",
    "guardian.invited": "邀请另一位监护人",
    "guardian.accepted": "另一位监护人接受邀请",
    "guardian.ended": "结束与另一位监护人共同查看",
    "personal-data.copied": "家长下载自己的个人信息",
    "application.erased": "删除报名资料",
    "spot-check.drawn": "抽取抽检样本",
    "spot-check.confirmed": "抽检通过",
    "spot-check.sent-back": "抽检退回学校",
    "list.closed": "确认新生名单",
    "list.add": "名单确认后补充列入",
    "list.remove": "名单确认后移出",
    "mass-message.sent": "群发短信",
    "teams.reported": "上报教师分组",
    "roster.committed": "封存新生名册",
    "class.single": "只有一个班，直接编班",
    "draw.sealed": "监督员密封数字",
    "draw.run": "开封并分班",
    "lots.drawn": "班主任抽签",
    "classes.published": "公布分班结果",
    "registry.exported": "下载学籍电子模板",
    "rules.loaded": "装载区县资料和规则",
    "personal-data.shown": "查看完整信息",
    "personal-data.many": "短时间内多次查看完整信息",
}


@dataclass(frozen=True)
class Happening:
    at: datetime
    what: str
    who: str


def history(events: Iterable[AuditEvent], names: Mapping[str, str]) -> list[Happening]:
    """What happened to one application; a person's looks that follow each other are one line, full values never.

    `names` are districts.queries.actor_names.
    """
    found = [(full_view(event), Happening(event.at, what(event), audit.actor(event, names))) for event in events]
    return [next(same)[1] for _, same in groupby(found, key=lambda line: (line[0], line[1].what, line[1].who))]


def full_view(event: AuditEvent) -> int:
    """Tells one showing of full values from another: each is a line of its own."""
    return event.pk if event.action == "personal-data.shown" else 0


def what(event: AuditEvent) -> str:
    word = audit.word(event.action)
    return f"{word}：{event.detail['shown']}（{event.detail['purpose']}）" if full_view(event) else word
