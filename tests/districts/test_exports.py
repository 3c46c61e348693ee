"""导出: what is asked for, by whom, how often; what a second person releases; what is fetched once and deleted."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import Http404

from districts import exports, outbox, release, tasks
from districts.calendar import Action, StageClosed
from districts.encryption import blind_index
from districts.export_files import Form, Sheet, Table
from districts.models import Account, AuditEvent, Export, ExportLink, Membership, OutboxJob, Role
from districts.private_files import Damaged
from districts.refusals import Refused
from districts.rights import MAY, OF_A_SCHOOL, Right
from districts.watermark import found_in, text_of
from tests.conftest import staff

pytestmark = pytest.mark.django_db

RIGHT = Right.EXPORT_STUDENTS
SECRET = "样甲子"  # what a line of the log must not hold


@pytest.fixture
def size(monkeypatch) -> list[int]:
    """How many rows the export `try` has; change size[0]."""
    rows = [3]

    def table(season, campus, names) -> Table:
        return Table(names, [Sheet("样表", [[f"{SECRET}{n}" for _ in names] for n in range(rows[0])])])

    columns = {role: ("姓名", "班级") if role in OF_A_SCHOOL else ("姓名", "班级", "类别") for role in MAY[RIGHT]}
    for code, form in (("try", Form.LIST), ("try-paper", Form.PAPER)):
        kind = exports.Kind("试一试", RIGHT, form, columns, lambda season, campus: rows[0], None, table)
        monkeypatch.setitem(exports.KINDS, code, kind)
    return rows


@pytest.fixture
def wu(district) -> Account:
    """A second clerk of the bureau."""
    return staff("wu", Role.BUREAU, district)


@pytest.fixture
def ask(size, season, campus, sun):
    def asked(by=sun, of="新华小学", code="try", purpose="classes", **more) -> Export:
        return exports.ask(code, season, of and campus(of), purpose=purpose, by=by, **more)

    return asked


@pytest.fixture
def ready(ask) -> Export:
    return written(ask())


def written(asked: Export) -> Export:
    outbox.drain()
    return fresh(asked)


def fresh(export: Export) -> Export:
    return exports.export_or_404(export.asked_by, export.district, export.pk)


def lines(export: Export) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(subject=f"districts.Export:{export.pk}").order_by("id")
    return [(event.action, event.actor_role) for event in events]


# --- ask -------------------------------------------------------------------------------------------------------------
def test_a_small_export_is_written_by_a_worker(ask):
    asked = ask()

    assert (asked.state, written(asked).state) == (Export.State.WRITING, Export.State.READY)


@pytest.mark.parametrize("purpose", ["", "because"])
def test_without_a_purpose_of_the_list_nothing_is_exported(ask, purpose):
    with pytest.raises(Refused, match="请选择用途"):
        ask(purpose=purpose)


def test_a_copy_for_another_office_names_it(ask):
    with pytest.raises(Refused, match="请写明交给哪个单位"):
        ask(purpose="other-office", note=" ")


def test_what_is_printed_is_not_for_another_office(ask):
    with pytest.raises(Refused, match="要加密"):
        ask(code="try-paper", purpose="other-office", note="样例区卫生局")


def test_what_is_printed_is_of_one_campus(ask):
    with pytest.raises(Refused, match="打印件请按校区导出"):
        ask(code="try-paper", of=None)


def test_an_empty_list_is_not_exported(ask, size):
    size[0] = 0

    with pytest.raises(Refused, match="没有可以导出的内容"):
        ask()


def test_outside_its_stage_nothing_is_exported(ask, season, sun, campus, at, size, monkeypatch):
    kind = exports.KINDS["try"]
    monkeypatch.setitem(exports.KINDS, "try", exports.Kind(**vars(kind) | {"action": Action.REGISTER}))

    with pytest.raises(StageClosed):
        ask(now=at("filing"))
    assert ask(now=at("import")).rows == 3


def test_a_fourth_export_of_a_kind_waits_for_tomorrow(ask, wu):
    for _ in range(3):
        ask()

    with pytest.raises(Refused, match="每人每天最多导出3次，您今天已经申请过3次，请明天再来"):
        ask()
    assert ask(code="try-paper").rows == ask(by=wu).rows == 3


def test_yesterdays_exports_do_not_count(ask):
    for _ in range(3):
        ask()
    Export.objects.update(asked_at=F("asked_at") - timedelta(days=1))

    assert ask().rows == 3


def test_a_refused_export_does_not_count(ask, size, wu):
    size[0] = 201
    for _ in range(3):
        release.decide(ask().release, by=wu, agree=False, note="不需要")

    assert ask().rows == 201


def test_a_school_exports_its_own_campuses_only(ask, zhao, qian, zhou, wang):
    assert ask(by=zhao).school == zhao.memberships.get().school

    for person in (qian, zhou, wang):
        with pytest.raises(PermissionDenied):
            ask(by=person)
    with pytest.raises(PermissionDenied):
        ask(by=zhao, of=None)


def test_the_role_decides_the_columns(ask, zhao):
    asked = [written(ask()), written(ask(by=zhao))]

    assert {one.role: [cell.value for cell in sheet_of(one)[2]] for one in asked} == {
        "bureau": ["姓名", "班级", "类别", "核对码"],
        "school": ["姓名", "班级", "核对码"],
    }


def sheet_of(export: Export):
    return openpyxl.load_workbook(io.BytesIO(exports.FILES.read(export.file_address))).active


def test_every_kind_names_the_columns_of_every_role_that_may_ask():
    assert {code: set(kind.columns) for code, kind in exports.KINDS.items()} == {
        code: set(MAY[kind.right]) for code, kind in exports.KINDS.items()
    }


def test_a_list_that_has_changed_since_is_not_fetched(ready, size):
    size[0] = 2

    with pytest.raises(Refused) as refused:
        exports.new_link(ready, by=ready.asked_by)

    assert refused.value.errors == {"": "文件生成以后名单又有变更，不能再下载。请重新申请导出。"}


# --- release ---------------------------------------------------------------------------------------------------------
def test_two_hundred_rows_need_nobody_else_and_one_more_does(ask, size):
    size[0] = 200
    alone = ask()
    size[0] = 201
    large = ask()

    assert [export.state for export in (alone, large)] == [Export.State.WRITING, Export.State.WAITING]
    assert OutboxJob.objects.filter(kind="export").count() == 1


def test_the_other_person_reads_the_count_and_releases_it(ask, size, wu):
    size[0] = 201
    large = ask(note="给样老师")

    assert large.release.what == "导出新华小学试一试，2024年小学一年级招生入学，共201人，用途：编班和开学准备。"
    release.decide(large.release, by=wu, agree=True)

    assert (written(large).state, fresh(large).released_by) == (Export.State.READY, wu)


def test_nobody_releases_their_own_export(ask, size, sun):
    size[0] = 201

    with pytest.raises(Refused, match="申请人不能复核自己的申请"):
        release.decide(ask().release, by=sun, agree=True)


def test_a_refused_export_is_never_written(ask, size, wu):
    size[0] = 201
    large = ask()

    release.decide(large.release, by=wu, agree=False, note="不需要")

    assert (written(large).state, OutboxJob.objects.filter(kind="export").count()) == (Export.State.REFUSED, 0)


def test_a_school_head_does_not_release_the_bureaus_export(ask, size, district):
    head = staff("head", Role.SCHOOL_HEAD, district, "新华小学")
    size[0] = 201
    large = ask()

    with pytest.raises(PermissionDenied):
        release.decide(large.release, by=head, agree=True)


def test_a_school_head_releases_the_own_schools_export(ask, size, district, zhao):
    head = staff("head", Role.SCHOOL_HEAD, district, "新华小学")
    size[0] = 201
    large = ask(by=zhao)

    release.decide(large.release, by=head, agree=True)

    assert written(large).state == Export.State.READY


# --- the database says it first --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"purpose": ""},
        {"purpose": "other-office", "note": ""},
        {"rows": 0},
        {"rows": 201},
        {"released_by": F("asked_by")},
        {"ready_at": None},
        {"file_address": ""},
        {"deleted_at": Now()},
    ],
    ids=str,
)
def test_the_database_refuses_what_breaks_the_rules(ready, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=ready.pk).update(**change)


def test_a_table_that_grew_past_what_one_person_may_export_is_not_written(ask, size):
    asked = ask()
    size[0] = 201

    assert written(asked).state == Export.State.WRITING
    assert "large_export_is_released" in OutboxJob.objects.get(kind="export").last_error


# --- fetch -----------------------------------------------------------------------------------------------------------
def test_a_link_gives_the_file_once(ready, sun):
    token = exports.new_link(ready, by=sun)

    fetched = exports.fetch(token, ready.district, by=sun)

    assert fetched.name == f"试一试-新华小学-{ready.number}.xlsx"
    with pytest.raises(Refused, match="已经用过或已过期"):
        exports.fetch(token, ready.district, by=sun)


def test_a_link_lasts_a_quarter_of_an_hour(ready, sun):
    early, late = (exports.new_link(ready, by=sun) for _ in range(2))
    link = ExportLink.objects.latest("created_at")
    assert link.expires_at - link.created_at == timedelta(minutes=15)

    ExportLink.objects.filter(pk=link.pk).update(expires_at=Now() - timedelta(seconds=1))

    with pytest.raises(Refused, match="已经用过或已过期"):
        exports.fetch(late, ready.district, by=sun)
    with pytest.raises(Refused, match="已经用过或已过期"):  # a newer link made it void
        exports.fetch(early, ready.district, by=sun)


def test_a_link_is_its_owners_alone(ready, sun, wu):
    token = exports.new_link(ready, by=sun)

    with pytest.raises(Http404):
        exports.fetch(token, ready.district, by=wu)
    assert exports.fetch(token, ready.district, by=sun).content != b""


def test_only_the_hash_of_a_link_is_kept(ready, sun):
    token = exports.new_link(ready, by=sun)

    assert bytes(ExportLink.objects.get().token_mac) == blind_index("export-link", token)


def test_whoever_lost_the_right_gets_no_file(ready, sun):
    token = exports.new_link(ready, by=sun)
    Membership.objects.filter(account=sun).update(starts_at="2020-01-01T00:00Z", ends_at=Now())

    with pytest.raises(PermissionDenied):
        exports.fetch(token, ready.district, by=sun)
    with pytest.raises(PermissionDenied):
        exports.new_link(ready, by=sun)


def test_a_damaged_file_does_not_use_the_link_up(ready, sun):
    token = exports.new_link(ready, by=sun)
    path = exports.FILES.path_of(ready.file_address)
    whole = path.read_bytes()
    path.write_bytes(b"")
    with pytest.raises(Damaged):
        exports.fetch(token, ready.district, by=sun)

    path.write_bytes(whole)

    assert exports.fetch(token, ready.district, by=sun).suffix == ".xlsx"


def test_there_is_no_link_before_there_is_a_file(ask, sun):
    with pytest.raises(Refused, match="文件还没有生成"):
        exports.new_link(ask(), by=sun)


# --- written twice, deleted ------------------------------------------------------------------------------------------
def test_a_job_that_runs_twice_leaves_one_file(ready):
    exports.write({"export": str(ready.pk)})

    assert fresh(ready).ready_at == ready.ready_at
    assert len(list(exports.FILES.path.glob("*/*"))) == 1


def test_the_file_is_deleted_a_day_after_it_was_written(ready, django_capture_on_commit_callbacks):
    path = exports.FILES.path_of(ready.file_address)
    Export.objects.filter(pk=ready.pk).update(ready_at=Now() - timedelta(hours=23, minutes=59))
    tasks.delete_exports()
    assert path.exists()

    Export.objects.filter(pk=ready.pk).update(ready_at=Now() - timedelta(hours=24))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.delete_exports()

    assert (fresh(ready).state, path.exists()) == (Export.State.DELETED, False)


def test_an_old_file_is_not_given_out_when_nobody_deleted_it(ready, sun):
    token = exports.new_link(ready, by=sun)
    Export.objects.filter(pk=ready.pk).update(ready_at=Now() - timedelta(hours=24))

    with pytest.raises(Refused, match="已经用过或已过期"):
        exports.fetch(token, ready.district, by=sun)
    with pytest.raises(Refused, match="已经删除"):
        exports.new_link(ready, by=sun)


# --- the log ---------------------------------------------------------------------------------------------------------
def test_every_step_is_a_line_that_names_nobody(ask, size, wu, sun, django_capture_on_commit_callbacks):
    size[0] = 201
    large = ask(note="交给样乙丑")
    release.decide(large.release, by=wu, agree=True)
    exports.fetch(exports.new_link(written(large), by=sun), large.district, by=sun)
    Export.objects.update(ready_at=Now() - timedelta(days=1))
    exports.delete_old()

    assert lines(large) == [
        ("export.asked", "staff"),
        ("export.released", "staff"),
        ("export.written", "system"),
        ("export.link-made", "staff"),
        ("export.downloaded", "staff"),
        ("export.deleted", "system"),
    ]
    about = {"export": large.number, "table": "试一试", "purpose": "编班和开学准备", "rows": 201, "campus": "新华小学"}
    of_export = AuditEvent.objects.filter(action__startswith="export.")
    assert [event.detail for event in of_export] == [about] * 6
    told = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert [word for word in (SECRET, "样乙丑") if word in told] == []


def test_a_leaked_row_names_its_export(ready, ask):
    written(ask())
    rows = text_of(exports.FILES.read(ready.file_address)).split("</row>")

    found = found_in(rows[3], Export.objects.order_by("-asked_at"))

    assert (found.export, found.row) == (ready, 2)
