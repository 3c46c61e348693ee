"""导出: asked for with a purpose, when large released by another person, written by a worker, fetched once, deleted.

A floor offers a kind of export: `@offered("registry", "学籍电子模板", Right.EXPORT_REGISTRY, …)` on the function that
makes its table out of the columns which the asker's role may have. Everything else is the same for all kinds, so none
can leave without its mark, its line in the log and its end. (Security requirements X1 to X5.)
"""

import secrets
from base64 import b32encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Now
from django.http import Http404

from districts import audit, clock, export_files, outbox, release
from districts.calendar import BEIJING, Action, require_open
from districts.encryption import blind_index, blind_indexes
from districts.export_files import Form, Table
from districts.models import Account, Campus, District, Export, ExportLink, OutboxJob, Release, Season
from districts.models.exports import ALONE
from districts.permissions import require_right
from districts.private_files import Folder
from districts.refusals import Refused
from districts.rights import Right, Role
from districts.watermark import Mark

FILES = Folder("exports")
A_DAY = 3
LINK_LASTS = timedelta(minutes=15)
FILE_LASTS = timedelta(hours=24)
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CHANGED = "文件生成以后名单又有变更，不能再下载。请重新申请导出。"
VOID = "这个下载链接已经用过或已过期，请在导出页面重新取一个。"

MakeTable = Callable[[Season, Campus | None, Sequence[str]], Table]


@dataclass(frozen=True)
class Kind:
    """What may be exported, by whom, with which columns for whom, and when."""

    name: str
    right: Right
    form: Form
    columns: Mapping[Role, tuple[str, ...]]
    count: Callable[[Season, Campus | None], int]
    action: Action | None
    table: MakeTable


KINDS: dict[str, Kind] = {}


def offered(
    code: str,
    name: str,
    right: Right,
    *,
    form: Form,
    columns: Mapping[Role, tuple[str, ...]],
    count: Callable[[Season, Campus | None], int],
    action: Action | None = None,
) -> Callable[[MakeTable], MakeTable]:
    """Register the function that makes the table. `columns` names each role of `right`; `action` is its stage's."""

    def register(table: MakeTable) -> MakeTable:
        KINDS[code] = Kind(name, right, form, columns, count, action, table)
        return table

    return register


# --- ask ------------------------------------------------------------------------------------------------------------
def ask(
    code: str,
    season: Season,
    campus: Campus | None,
    *,
    purpose: str,
    note: str = "",
    by: Account,
    now: datetime | None = None,
) -> Export:
    """Ask for an export of a campus, or with None of the whole district; when it is small, it is written at once.

    Raises PermissionDenied, StageClosed, Refused.
    """
    kind = KINDS[code]
    school_id = campus.school_id if campus else None
    membership = require_right(by, kind.right, district=season.district, school_id=school_id, season=season)
    if kind.action is not None:
        require_open(kind.action, season.windows(), now or clock.now(season))
    _check_purpose(kind, purpose, note)
    if kind.form is Form.PAPER and campus is None:  # thousands of rows to print take longer than a job may
        raise Refused({"": "打印件请按校区导出。"})
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once would both be the third
        if asked_today(by, code) >= A_DAY:
            raise Refused({"": f"{kind.name}每人每天最多导出{A_DAY}次，您今天已经申请过{A_DAY}次，请明天再来。"})
        rows = kind.count(season, campus)
        if not rows:
            raise Refused({"": "还没有确认的名单，没有可以导出的内容。"})
        export = Export(
            number="DC-" + "".join(secrets.choice(LETTERS) for _ in range(8)),
            district=season.district,
            school_id=membership.school_id,
            season=season,
            campus=campus,
            kind=code,
            role=membership.role,
            purpose=purpose,
            note=note.strip(),
            rows=rows,
            asked_by=by,
        )
        if rows > ALONE:
            export.release = _ask_for_release(export)
        export.save(force_insert=True)
        _record("export.asked", export, by=by)
        if export.release is None:
            _queue(export)
    return export


def _check_purpose(kind: Kind, purpose: str, note: str) -> None:
    if purpose not in Export.Purpose.values:
        raise Refused({"purpose": "请选择用途。"})
    if purpose == Export.Purpose.OTHER_OFFICE:
        if not note.strip():
            raise Refused({"note": "请写明交给哪个单位、由谁接收。"})
        if kind.form is Form.PAPER:
            raise Refused({"purpose": "交给其他单位的文件要加密，请导出表格，不要导出打印件。"})


def asked_today(account: Account, code: str) -> int:
    """How many of a kind the person asked for since midnight in China; what was not released does not count."""
    midnight = clock.database_now().astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Export.objects.filter(asked_by=account, kind=code, asked_at__gte=midnight)
    return asked.filter(Q(release__isnull=True) | ~Q(release__outcome=Release.Outcome.REFUSED)).count()


def _ask_for_release(export: Export) -> Release:
    kind, place = KINDS[export.kind], export.campus or "全区"
    return release.ask(
        "export",
        f"{export.kind}|{export.season_id}|{export.campus_id or ''}|{export.asked_by_id}",
        what=f"导出{place}{kind.name}，{export.season}，共{export.rows}人，用途：{export.get_purpose_display()}。",
        payload={"export": str(export.pk)},
        by=export.asked_by,
        district=export.district,
        school=export.school,
    )


@release.carried_out("export", "导出", Right.RELEASE_EXPORT)
def released(found: Release, by: Account) -> None:
    export = Export.objects.select_related("district", "season", "campus").get(release=found)
    Export.objects.filter(pk=export.pk).update(released_by=by)
    _record("export.released", export, by=by)
    _queue(export)


# --- write and delete -----------------------------------------------------------------------------------------------
def _queue(export: Export) -> None:
    outbox.enqueue("export", str(export.pk), export=str(export.pk))


@outbox.handles("export")
def write(payload: dict[str, Any]) -> None:
    """Write the file. The database refuses one that has grown beyond what a person may export alone."""
    export = (
        Export.objects.select_related("district", "season__district", "campus__school", "asked_by")
        .select_for_update(of=("self",))
        .get(pk=payload["export"])
    )
    if export.ready_at is not None:
        return
    kind = KINDS[export.kind]
    table = kind.table(export.season, export.campus, kind.columns[Role(export.role)])
    mark = Mark.of(export.asked_by, export.asked_at, export.number)
    content = export_files.written(kind.form, kind.name, table, mark)
    address = FILES.keep(content, owner=export.pk)
    export.rows = table.rows
    Export.objects.filter(pk=export.pk).update(rows=table.rows, file_address=address, ready_at=Now())
    _record("export.written", export, by=None)


def delete_old() -> int:
    """Delete the files that were written a day ago; returns how many."""
    old = Export.objects.filter(ready_at__lte=Now() - FILE_LASTS, deleted_at=None)
    deleted = 0
    for pk in old.values_list("pk", flat=True):
        with transaction.atomic():
            export = old.select_related("district", "season", "campus").select_for_update(of=("self",)).filter(pk=pk)
            if (found := export.first()) is None:
                continue
            Export.objects.filter(pk=pk).update(file_address="", deleted_at=Now())
            _record("export.deleted", found, by=None)
            transaction.on_commit(partial(FILES.remove, found.file_address))
            deleted += 1
    return deleted


# --- fetch ----------------------------------------------------------------------------------------------------------
def asked_by(account: Account, district: District) -> QuerySet[Export]:
    """What the person asked for here, the last first; how often `fetched`, whether the workers have `given_up`."""
    dead = OutboxJob.objects.filter(kind="export", dead_at__isnull=False).alias(export=KT("payload__export"))
    dead = dead.filter(export=Cast(OuterRef("pk"), models.TextField()))
    return (
        Export.objects.filter(asked_by=account, district=district)
        .select_related("season", "campus", "release", "district")
        .annotate(fetched=Count("links", filter=Q(links__used_at__isnull=False)), given_up=Exists(dead))
        .order_by("-asked_at")  # which counting forgets
    )


def export_or_404(account: Account, district: District, pk: UUID) -> Export:
    found = asked_by(account, district).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Fetched:
    name: str
    suffix: str
    content: bytes


def new_link(export: Export, *, by: Account) -> str:
    """The token of a download link for once and a quarter of an hour; older ones are void. Only its hash is kept.

    Raises PermissionDenied, Refused.
    """
    _require_still(export, by)
    if KINDS[export.kind].count(export.season, export.campus) != export.rows:
        raise Refused({"": CHANGED})
    with transaction.atomic():
        if not _there().filter(pk=export.pk, asked_by=by).exists():
            raise Refused({"": "文件还没有生成，或者已经删除。"})
        export.links.filter(used_at=None).update(expires_at=Now())
        token = secrets.token_urlsafe(32)
        ExportLink.objects.create(
            export=export, token_mac=blind_index("export-link", token), expires_at=Now() + LINK_LASTS
        )
        _record("export.link-made", export, by=by)
    return token


def password(token: str) -> str:
    """What opens the copy for another office that this link gives: made from the token, so it is stored nowhere."""
    letters = b32encode(blind_index("export-password", token)[-10:]).decode()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def fetch(token: str, district: District, *, by: Account) -> Fetched:
    """The file, once. Raises Http404 for a link that is not the person's, PermissionDenied, Refused, Damaged."""
    found = ExportLink.objects.select_related("export__season__district", "export__campus", "export__district")
    link = found.filter(
        token_mac__in=blind_indexes("export-link", token), export__asked_by=by, export__district=district
    ).first()
    if link is None:
        raise Http404
    export = link.export
    _require_still(export, by)
    with transaction.atomic():
        good = ExportLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=Now(), export__in=_there())
        if good.update(used_at=Now()) != 1:
            raise Refused({"": VOID})
        content = FILES.read(export.file_address)
        _record("export.downloaded", export, by=by)
    kind = KINDS[export.kind]
    if export.leaves_the_house:
        content = export_files.locked(content, password(token))
    place = export.campus.name if export.campus else export.district.name
    suffix = export_files.suffix(kind.form)
    return Fetched(f"{kind.name}-{place}-{export.number}{suffix}", suffix, content)


def _there() -> QuerySet[Export]:
    """Exports whose file may be fetched, also when nobody deleted the old ones."""
    return Export.objects.filter(ready_at__gt=Now() - FILE_LASTS, deleted_at=None)


def _require_still(export: Export, by: Account) -> None:
    """Whoever lost the right since asking gets no file."""
    school_id = export.campus.school_id if export.campus else None
    right = KINDS[export.kind].right
    require_right(by, right, district=export.district, school_id=school_id, season=export.season)


def _record(action: str, export: Export, *, by: Account | None) -> None:
    audit.record(
        action,
        export,
        by=by,
        district=export.district,
        export=export.number,
        table=KINDS[export.kind].name,
        purpose=export.get_purpose_display(),
        rows=export.rows,
        campus=export.campus.name if export.campus else "全区",
    )
