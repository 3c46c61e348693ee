"""我的个人信息: what a guardian may ask of the portal at any time (PIPL articles 15, 44, 45).

A copy of everything that it keeps about the account and its children, and taking the consent back.
"""

from typing import Any

from django.db import transaction

from districts import audit, consent, queries
from districts.models import Account, District, Purpose
from districts.refusals import Refused
from enrollment import filing, states
from enrollment.models import Application
from enrollment.states import Status

STILL_FILED = "您还有已经提交的报名。请先撤回报名，再撤回同意；已经录取的，请拨打咨询电话办理。"


def copy(account: Account, district: District) -> dict[str, Any]:
    """Everything in clear, for JSON; the copy itself is logged."""
    applications = (
        Application.objects.filter(account=account, season__district=district)
        .select_related("child", "season", "category", "campus")
        .prefetch_related("evidence__kind", "evidence__pages", "findings__reason")
        .order_by("created_at")
    )
    with transaction.atomic():
        audit.record("personal-data.copied", account, by=account, district=district)
    return {
        "手机号": account.phone,
        "同意记录": [
            {
                "目的": one.get_purpose_display(),
                "规则版本": one.rules.version,
                "规则SHA-256": one.rules.sha256,
                "同意时间": one.given_at,
                "来源地址": one.address,
                "撤回时间": one.withdrawn_at,
            }
            for one in consent.given(account, district)
        ],
        "报名": [_application(application) for application in applications],
        "登录记录": [
            {"开始": row.started_at, "最后使用": row.last_seen_at, "来源地址": row.address, "浏览器": row.browser}
            for row in account.sign_ins.order_by("-started_at")
        ],
    }


def _application(application: Application) -> dict[str, Any]:
    child = application.child
    return {
        "招生年度": application.season.title,
        "回执号": application.receipt_number,
        "状态": states.WORDS[Status(application.status)],
        "提交时间": application.submitted_at,
        "孩子": {
            "姓名": child.name,
            "性别": child.sex,
            "出生日期": child.birth_date,
            "身份证号": child.id_number,
        },
        "监护人": {"姓名": application.guardian_name, "关系": application.guardian_relation},
        "报名类别": application.category.name if application.category else "",
        "家庭住址": application.address,
        "学校": application.campus.name if application.campus else "",
        "学校依据": application.campus_reason,
        "多胞胎意愿": application.get_multiples_wish_display(),
        "证件材料": [
            {"名称": evidence.kind.name, "页": [page.uploaded_at for page in evidence.pages.all()]}
            for evidence in application.evidence.all()
        ],
        "退回的项目": [
            {"原因": finding.reason.parent_text, "说明": finding.note, "时间": finding.found_at}
            for finding in application.findings.all()
        ],
        "办理记录": [
            {"时间": event.at, "事项": audit.word(event.action)} for event in queries.history(audit.label(application))
        ],
    }


def withdraw_consent(account: Account, district: District) -> None:
    """Take the consent to enrol back; drafts are deleted with it.

    Raises Refused while something is filed: enrolment itself stands on the law, not on the consent.
    """
    with transaction.atomic():
        mine = Application.objects.filter(account=account, season__district=district)
        if mine.exclude(status__in=(Status.DRAFT, Status.WITHDRAWN)).exists():
            raise Refused({"": STILL_FILED})
        for draft in mine.filter(status=Status.DRAFT):
            filing.withdraw(draft, by=account)
        consent.withdraw(account, district, Purpose.ENROL)
