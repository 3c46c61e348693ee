"""What the templates are handed: small frozen values, built from the stored state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.urls import reverse

from catchments.models import Catchment
from districts.calendar import BEIJING, Action, Window, current, windows_for
from districts.identity import mask_address, mask_mobile, mask_number
from districts.models import AuditEvent, School, Season
from enrollment import filing, log, states
from enrollment.models import Application, Evidence, EvidencePage, Finding, Placement
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
    Status.DRAFT: "请填写完整后提交",
    Status.SUBMITTED: "学校正在审核，请等待",
    Status.RETURNED: "请修改退回的项目后重新提交",
    Status.APPROVED: "请带证件原件到校现场核验",
    Status.VERIFIED: "等待教育局抽检、确认名单",
    Status.CONFIRMED: "等待8月31日电脑随机分班",
    Status.CLASSED: "请查看班级、下载入学通知书",
    Status.LAPSED: "请拨打咨询电话，由教育局统筹安排",
    Status.WITHDRAWN: "",
}

# What the log's actions are called on the family's own page; what is not here is not about one family.
HISTORY_WORDS = {
    "application.begun": "您开始填写",
    "application.submitted": "您提交了预报名",
    "application.viewed": "工作人员查看了报名材料",
    "personal-data.shown": "工作人员查看了完整",
    "application.returned": "学校退回，请您补正",
    "application.resubmitted": "您补正后重新提交",
    "application.approved": "学校线上审核通过，请您带原件到校核验",
    "application.verified": "学校核验了证件原件",
    "spot-check.confirmed": "教育局抽检通过",
    "spot-check.sent-back": "教育局抽检后请学校重新审核",
    "list.add": "教育局在名单确认后补充列入",
    "list.remove": "教育局在名单确认后移出名单",
    "application.lapsed": "名单确认时没有办完，由教育局统筹安排",
    "application.withdrawn": "您撤回了报名",
    "guardian.invited": "您邀请了另一位监护人",
    "guardian.accepted": "另一位监护人接受了邀请",
    "guardian.ended": "不再有另一位监护人",
}
# Until when the family has to act, and what becomes of an application that is late.
FAMILY_ACTS = {
    Status.DRAFT: (Action.APPLY, "到时没有提交，就不能在网上预报名了。"),
    Status.RETURNED: (Action.MEND, "到时没有重新提交，由教育局统筹安排。"),
    Status.APPROVED: (Action.REVIEW, "到时没有核验，由教育局统筹安排。"),
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
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Step:
    name: str
    dates: str
    state: str
    text: str = ""


@dataclass(frozen=True)
class Panel:
    title: str
    number: str
    text: str


@dataclass(frozen=True)
class Deadline:
    at: datetime
    after: str


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    text: str


@dataclass(frozen=True)
class SchoolCard:
    """One campus with its official text; `group` is the school that it is part of, if it is one of several."""

    name: str
    group: str
    href: str
    text: str
    enrols: bool


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    label: str


@dataclass(frozen=True)
class Stat:
    label: str
    number: int
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    total: int


def family_tag(application: Application) -> Tag:
    """A class that is formed but not yet published is not shown: the family waits with everybody else."""
    status = Status(application.status)
    if status == Status.CLASSED and not announced(application):
        status = Status.CONFIRMED
    return Tag(states.WORDS[status], TONES[status], NEXT_FOR_FAMILY[status])


def followed_tag(application: Application) -> Tag:
    """For the second guardian, who cannot do what the family is asked to do next."""
    tag = family_tag(application)
    waits = Status(application.status) in FAMILY_ACTS
    return Tag(tag.word, tag.tone, "等报名的家长办理" if waits else tag.next)


def announced(application: Application) -> bool:
    """Whether the class was published: its notice is made in the same transaction."""
    return hasattr(application, "placement") and hasattr(application.placement, "notice")


def staff_tag(application: Application) -> Tag:
    status = Status(application.status)
    owner = states.OWNER[status]
    return Tag(states.WORDS[status], TONES[status], "" if owner == Party.NOBODY else f"由{owner}处理")


def days(window: Window) -> str:
    """The plan's way to say a stage: 「8月16日至8月18日」, 「8月25日」, 「8月31日上午」; else to the minute."""
    opens = window.opens.astimezone(BEIJING)
    closes = window.closes.astimezone(BEIJING)
    last = closes - timedelta(days=1) if closes.time() == time() else closes
    first_day, last_day = f"{opens.month}月{opens.day}日", f"{last.month}月{last.day}日"
    if opens.time() == time() and closes.time() == time():
        return first_day if first_day == last_day else f"{first_day}至{last_day}"
    if opens.time() == time() and closes.time() == time(12) and first_day == last_day:
        return f"{first_day}上午"
    return window.span


def steps(windows: Sequence[Window], texts: dict[str, str], now: datetime) -> list[Step]:
    """The plan's official steps with where `now` stands."""
    here = current([w for w in windows if w.code in texts], now)
    return [
        Step(
            w.name,
            days(w),
            "now" if here and w.code == here.code else "past" if w.closes <= now else "next",
            texts[w.code],
        )
        for w in windows
        if w.code in texts
    ]


def deadline(application: Application) -> Deadline | None:
    """Until when the family has to act; None when it is somebody else's turn."""
    action, after = FAMILY_ACTS.get(Status(application.status), (None, ""))
    windows = windows_for(action, application.season.windows()) if action else []
    return Deadline(windows[-1].closes, after) if windows else None


def history(events: Sequence[AuditEvent], placement: Placement | None) -> list[HistoryLine]:
    """What happened to one application, in plain words; looks that follow each other are one line, full views not."""
    told = [event for event in events if event.action in HISTORY_WORDS]
    lines = [(log.full_view(event), HistoryLine(event.at, _words(event))) for event in told]
    found = [next(same)[1] for _, same in groupby(lines, key=lambda line: (line[0], line[1].text))]
    if placement is not None:
        found.append(HistoryLine(placement.confirmed_list.closed_at, "教育局确认了新生名单"))
        notice = getattr(placement, "notice", None)
        if notice is not None and notice.written_at:
            found.append(HistoryLine(notice.written_at, "入学通知书已生成"))
    return sorted(found, key=lambda line: line.at)


def _words(event: AuditEvent) -> str:
    words = HISTORY_WORDS[event.action]
    if event.action in ("list.add", "list.remove"):
        return f"{words}：{event.detail['reason']}"
    return f"{words}{event.detail['shown']}（用途：{event.detail['purpose']}）" if log.full_view(event) else words


def told_to_the_other(lines: Sequence[HistoryLine]) -> list[HistoryLine]:
    """The same history for the second guardian: what 您 did was done by the guardian who filed."""
    return [HistoryLine(line.at, line.text.replace("请您", "请家长").replace("您", "报名的家长")) for line in lines]


def school_cards(season: Season, schools: Sequence[School]) -> list[SchoolCard]:
    """Every campus of the season in the plan's order, with the text that the plan gives it."""
    texts = dict(Catchment.objects.filter(season=season).values_list("campus", "text"))
    suspended = set(season.seat_plans.filter(enrols=False).values_list("campus", flat=True))
    campuses = sorted(
        ((campus, school) for school in schools for campus in school.campuses.all()), key=lambda pair: pair[0].position
    )
    return [
        SchoolCard(
            campus.name,
            school.name if school.name != campus.name else "",
            reverse("campus", args=[campus.pk]),
            texts.get(campus.pk, ""),
            campus.pk not in suspended,
        )
        for campus, school in campuses
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
            if done:
                return Task(title, href, "done", "已完成", hint)
            if evidence is not None and evidence.pages.all():
                return Task(title, href, "doing", "还缺页", hint)
            return Task(title, href, "todo", "未上传" if evidence else "未填写", hint)
        if finding is not None and editable:
            state, word = ("done", "已修改") if finding.mended_at else ("returned", "请修改")
            note = f"学校的说明：{finding.note}" if finding.note else ""
            return Task(title, href, state, word, finding.reason.parent_text + note)
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


def summary(application: Application) -> list[Row]:
    """The entered facts as the family itself reads them."""
    return _facts(application, application.address)


def staff_summary(application: Application) -> list[Row]:
    """The entered facts as staff read them; what is masked here is shown in full by enrollment/disclosure.py."""
    mobile = Row("联系电话", mask_mobile(application.account.phone))
    return [*_facts(application, mask_address(application.address)), mobile]


def _facts(application: Application, address: str) -> list[Row]:
    child = application.child
    return [
        Row("孩子姓名", child.name),
        Row("性别", child.sex),
        Row("出生日期", f"{child.birth_date.year}年{child.birth_date.month}月{child.birth_date.day}日"),
        Row("身份证号", mask_number(child.id_number)),
        Row(
            "监护人",
            f"{application.guardian_name}（{application.guardian_relation}）" if application.guardian_name else "",
        ),
        Row("报名类别", f"{application.category.group}：{application.category.name}" if application.category else ""),
        Row("家庭住址", address),
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
    rows = [Row(row.key, row.value, hrefs.get(sections[row.key])) for row in summary(application)]
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
            width=page.width,
            height=page.height,
        )
        for number, page in enumerate(pages, 1)
    ]
