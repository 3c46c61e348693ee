"""What the templates are handed: small frozen values, built from the stored state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from districts.calendar import Window, current
from districts.identity import mask_number
from enrollment import filing, states
from enrollment.models import Application, Evidence, EvidencePage, Finding
from enrollment.states import Party, Status

TONES = {
    Status.DRAFT: "neutral",
    Status.SUBMITTED: "info",
    Status.RETURNED: "warn",
    Status.APPROVED: "info",
    Status.VERIFIED: "good",
    Status.CONFIRMED: "good",
    Status.CLASSED: "good",
    Status.LAPSED: "bad",
    Status.WITHDRAWN: "neutral",
}
NEXT_FOR_FAMILY = {
    Status.DRAFT: "请在建档截止前提交",
    Status.SUBMITTED: "学校正在审核，请等待",
    Status.RETURNED: "请修改退回的项目后重新提交",
    Status.APPROVED: "请带证件原件到校现场核验",
    Status.VERIFIED: "等待教育局抽检、确认名单",
    Status.CONFIRMED: "等待8月31日电脑随机分班",
    Status.CLASSED: "请查看班级、下载入学通知书",
    Status.LAPSED: "请拨打咨询电话，由教育局统筹安排",
    Status.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Tag:
    word: str
    tone: str
    next: str = ""


@dataclass(frozen=True)
class Task:
    title: str
    href: str | None
    state: str
    word: str
    hint: str = ""


@dataclass(frozen=True)
class Row:
    key: str
    value: str | list[str]
    change_href: str | None = None


@dataclass(frozen=True)
class Photo:
    href: str
    thumb: str
    alt: str
    note: str | None = None
    remove_href: str | None = None


@dataclass(frozen=True)
class Step:
    name: str
    dates: str
    state: str
    text: str = ""


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    label: str


@dataclass(frozen=True)
class Stat:
    label: str
    value: int


def family_tag(application: Application) -> Tag:
    status = Status(application.status)
    return Tag(states.WORDS[status], TONES[status], NEXT_FOR_FAMILY[status])


def staff_tag(application: Application) -> Tag:
    status = Status(application.status)
    owner = states.OWNER[status]
    return Tag(states.WORDS[status], TONES[status], "" if owner == Party.NOBODY else f"由{owner}处理")


def steps(windows: Sequence[Window], texts: dict[str, str], now: datetime) -> list[Step]:
    """The plan's official steps with where `now` stands."""
    here = current([w for w in windows if w.code in texts], now)
    return [
        Step(
            w.name,
            w.span,
            "now" if here and w.code == here.code else "past" if w.closes <= now else "next",
            texts[w.code],
        )
        for w in windows
        if w.code in texts
    ]


def tasks(application: Application, needed: Sequence[Evidence], findings: Sequence[Finding]) -> list[Task]:
    """The hub of one application: everything while it is a draft, only what was sent back when it was returned."""
    wrong = {(finding.section, finding.evidence_id): finding for finding in findings}
    editable = states.family_may_edit(Status(application.status))

    def task(title: str, url: str, section: str, done: bool, hint: str = "", evidence: Evidence | None = None) -> Task:
        args = [evidence.pk] if evidence else []
        href = reverse(url, args=[application.pk, *args])
        finding = wrong.get((section, evidence.pk if evidence else None))
        if application.status == Status.DRAFT:
            return Task(title, href, "done" if done else "todo", "已完成" if done else "未填写", hint)
        if finding is not None and editable:
            state, word = ("done", "已修改") if finding.mended_at else ("returned", "请修改")
            return Task(title, href, state, word, finding.reason.parent_text)
        if editable and evidence is not None and not done:
            return Task(title, href, "todo", "未上传", hint)
        return Task(title, None, "done", "已完成", "")

    found = [
        task("孩子信息", "application-child", "child", True),
        task(
            "监护人",
            "application-guardian",
            "guardian",
            bool(application.guardian_name and application.guardian_relation),
        ),
        task("报名类别", "application-category", "category", application.category_id is not None),
        task("家庭住址和学校", "application-address", "address", application.campus_id is not None),
    ]
    if application.status == Status.DRAFT and filing.asks_for_wish(application):
        found.append(task("多胞胎分班意愿", "application-wish", "wish", True, "没有要求可以不填"))
    if application.category_id is None:
        found.append(Task("证件材料", None, "blocked", "请先选择报名类别"))
    for evidence in needed:
        pages = len(evidence.pages.all())
        hint = f"已上传{pages}页，至少{evidence.least_pages}页" if pages else evidence.kind.hint
        title = f"上传{evidence.kind.name}"
        found.append(
            task(title, "application-document", "document", pages >= evidence.least_pages, hint, evidence=evidence)
        )
    return found


def summary(application: Application, *, full_number: bool = False) -> list[Row]:
    """The entered facts. `full_number` only for the family itself and for the clerk who holds the document."""
    child = application.child
    number = child.id_number if full_number else mask_number(child.id_number)
    return [
        Row("孩子姓名", child.name),
        Row("性别", child.sex),
        Row("出生日期", f"{child.birth_date:%Y年%m月%d日}"),
        Row("身份证号", number),
        Row(
            "监护人",
            f"{application.guardian_name}（{application.guardian_relation}）" if application.guardian_name else "",
        ),
        Row("报名类别", f"{application.category.group}：{application.category.name}" if application.category else ""),
        Row("家庭住址", application.address),
        Row("对应学校", [application.campus.name, application.campus_reason] if application.campus else ""),
    ]


def answers(application: Application, needed: Sequence[Evidence], tasks_open: Sequence[Task]) -> list[Row]:
    """The check page: every entry, with a link to change it where the family may."""
    hrefs = {task.title: task.href for task in tasks_open}
    sections = {
        "孩子姓名": "孩子信息",
        "性别": "孩子信息",
        "出生日期": "孩子信息",
        "身份证号": "孩子信息",
        "监护人": "监护人",
        "报名类别": "报名类别",
        "家庭住址": "家庭住址和学校",
        "对应学校": "家庭住址和学校",
    }
    rows = [Row(row.key, row.value, hrefs.get(sections[row.key])) for row in summary(application, full_number=True)]
    if "多胞胎分班意愿" in hrefs:
        wish = application.get_multiples_wish_display() or "没有要求"
        rows.append(Row("多胞胎分班意愿", wish, hrefs["多胞胎分班意愿"]))
    for evidence in needed:
        pages = len(evidence.pages.all())
        rows.append(
            Row(evidence.kind.name, f"已上传{pages}页" if pages else "", hrefs.get(f"上传{evidence.kind.name}"))
        )
    return rows


def photos(evidence: Evidence, pages: Sequence[EvidencePage], *, removable: bool = False) -> list[Photo]:
    return [
        Photo(
            reverse("evidence-page", args=[page.pk]),
            reverse("evidence-thumb", args=[page.pk]),
            f"{evidence.kind.name}第{number}页",
            remove_href=reverse("page-remove", args=[page.pk]) if removable else None,
        )
        for number, page in enumerate(pages, 1)
    ]
