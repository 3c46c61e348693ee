"""The log: one line in the same transaction as the change that it tells of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from districts import request_context
from districts.models import Account, AuditEvent, District

SYSTEM = "system"
# What people read for an action; every app adds its own when it starts.
WORDS = {
    "relative.declared": "申报亲属",
    "release.asked": "申请复核",
    "release.released": "复核同意",
    "release.refused": "复核不同意",
    "access.refused": "没有权限，被拒绝",
    "access.forged": "表单没有有效的令牌，被拒绝",
    "export.asked": "申请导出",
    "export.released": "复核后准予导出",
    "export.written": "生成导出文件",
    "export.link-made": "取得导出文件的下载链接",
    "export.downloaded": "下载导出文件",
    "export.deleted": "删除导出文件",
    "account.signed-in": "登录",
    "account.code-refused": "验证码不正确",
    "account.password-refused": "登录名或密码不正确",
    "account.new-device": "在新设备登录",
    "account.factor-refused": "第二重验证没有通过",
    "account.factor-added": "登记第二重验证",
    "account.factor-removed": "删除第二重验证",
    "account.recovery-codes": "生成恢复码",
    "account.recovery-code-used": "用恢复码验证",
    "account.password-changed": "修改密码",
    "account.confirmed": "再次验证本人",
    "account.phone-changed": "更换手机号",
    "account.signed-out-elsewhere": "让其他浏览器退出登录",
    "consent.given": "同意个人信息保护规则",
    "consent.withdrawn": "撤回同意",
    "erasure.finished": "按保存期限删除",
    "people.invited": "邀请工作人员",
    "people.accepted": "接受邀请，设置密码",
    "people.changed": "更改任职",
    "people.ended": "结束任职",
    "people.reset": "重置登录方式",
}
VISITOR = "visitor"  # nobody is signed in
PARTIES = {SYSTEM: "系统", VISITOR: "访客", "parent": "家长", "staff": "工作人员"}


def label(subject: models.Model) -> str:
    """How the log points at an object: `enrollment.Application:0b8f…`."""
    return f"{subject._meta.app_label}.{type(subject).__name__}:{subject.pk}"


def record(
    action: str, subject: models.Model, *, by: Account | None, district: District, role: str = "", **detail: Any
) -> AuditEvent:
    """Write one line. `detail` never holds an ID number, a phone or an address.

    Raises RuntimeError outside a transaction: a line that could survive its change would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit line is written in the transaction of its change")
    return AuditEvent.objects.create(
        district=district.code,
        actor=str(by.pk) if by else SYSTEM,
        actor_role=role or (SYSTEM if by is None else "parent" if by.is_family else "staff"),
        action=action,
        subject=label(subject),
        detail=detail,
        **request_context.current(),
    )


def acted(subject: models.Model, account: Account, actions: Sequence[str]) -> bool:
    """Whether the account did one of `actions` to the subject before."""
    return AuditEvent.objects.filter(subject=label(subject), actor=str(account.pk), action__in=actions).exists()


def word(action: str) -> str:
    return WORDS.get(action, action)


def actor(event: AuditEvent, names: Mapping[str, str]) -> str:
    """A clerk by name, a family only as 家长; `names` are districts.queries.actor_names."""
    return names.get(event.actor) or PARTIES.get(event.actor_role, event.actor_role)
