"""Families' applications go when their time is over and two people agreed; stubs, classes and counts stay."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, transaction

from classing.models import Draw, Lot, WitnessSeal
from districts import outbox, release
from districts.models import AuditEvent, ErasureRun, OutboxJob, Release, Role
from districts.refusals import Refused
from enrollment import erasure, filing, notices, private_files, publishing, retention
from enrollment.models import (
    Application,
    Child,
    ErasedCount,
    Evidence,
    EvidencePage,
    Finding,
    Notice,
    OnSiteCheck,
    Placement,
    Publication,
    RosterPlace,
)
from enrollment.states import Status
from tests.conftest import staff
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(district):
    return staff("head", Role.BUREAU_HEAD, district)


@pytest.fixture
def ends(season):
    return retention.season_ends(season.windows())


@pytest.fixture
def after(ends, it_is):
    """Move the season's clock to so long after its end."""
    return lambda **time: it_is(ends + timedelta(**time))


def files() -> set[str]:
    return {path.name for named in private_files.NAMED for path in named.folder.path.glob("*/*")}


def named_files() -> set[str]:
    return {address for named in private_files.NAMED for address, _ in named.addresses()}


def erase_what_is_due(season, sun, head) -> None:
    release.decide(erasure.ask(season, by=sun), by=head, agree=True)
    outbox.drain()


@pytest.fixture
def a_season(season, campus, zhao, sun, at, it_is):
    """A draft, one taken back, one sent back and never mended, and four children in two classes with notices."""
    draft = steps.filled_in(steps.family(90), season, at("filing"))
    withdrawn = steps.submitted(steps.family(91), season, at("filing"))
    filing.withdraw(withdrawn, by=withdrawn.account, now=at("filing"))
    lapsed = steps.returned(steps.submitted(steps.family(92), season, at("filing")), zhao, at("review"))
    draw = steps.held_draw(season, campus(steps.CAMPUS), zhao, sun, at, pupils=4, classes=2)
    publishing.publish(season, draw.campus, by=zhao, released_by=sun, now=at("draw"))
    outbox.drain()
    return {"draft": draft, "withdrawn": withdrawn, "lapsed": lapsed, "draw": draw}


def kept(a_season) -> dict[str, bool]:
    whole = set(Application.objects.filter(erasure=None).values_list("pk", flat=True))
    admitted = Placement.objects.filter(application__in=whole).count()
    return {name: a_season[name].pk in whole for name in ("draft", "withdrawn", "lapsed")} | {"admitted": admitted}


def test_nothing_is_due_before_its_day(a_season, season, sun, after):
    after(days=29)

    with pytest.raises(Refused):
        erasure.ask(season, by=sun)


@pytest.mark.parametrize(
    ("time", "left"),
    [
        ({"days": 30}, {"draft": False, "withdrawn": True, "lapsed": True, "admitted": 4}),
        ({"days": 180}, {"draft": False, "withdrawn": True, "lapsed": True, "admitted": 4}),
        ({"days": 185}, {"draft": False, "withdrawn": False, "lapsed": False, "admitted": 4}),
        ({"days": 3 * 365 - 1}, {"draft": False, "withdrawn": False, "lapsed": False, "admitted": 4}),
        ({"days": 3 * 365}, {"draft": False, "withdrawn": False, "lapsed": False, "admitted": 0}),
    ],
)
def test_on_each_day_exactly_what_is_due_goes(a_season, season, sun, head, after, time, left):
    after(**time)
    erase_what_is_due(season, sun, head)

    assert kept(a_season) == left
    assert files() == named_files()


def test_a_bureau_may_keep_its_admitted_children_longer(a_season, season, sun, head, after):
    type(season).objects.filter(pk=season.pk).update(keep_admitted_years=6)
    season.refresh_from_db()
    after(days=5 * 365)
    erase_what_is_due(season, sun, head)

    assert kept(a_season)["admitted"] == 4


def test_a_second_run_finds_nothing(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)
    counts = list(ErasedCount.objects.values_list("count", flat=True))
    jobs = OutboxJob.objects.count()
    with pytest.raises(Refused):
        erasure.ask(season, by=sun)
    outbox.drain()

    assert list(ErasedCount.objects.values_list("count", flat=True)) == counts
    assert OutboxJob.objects.count() == jobs


def test_nothing_of_a_family_is_left(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)

    gone = (Child, Evidence, EvidencePage, Finding, OnSiteCheck)
    assert {model.__name__: model.objects.count() for model in gone} == {model.__name__: 0 for model in gone}
    stubs = Application.objects.values_list("child", "account", "child_index", "address_cipher", "guardian_name")
    assert set(stubs) == {(None, None, None, None, "")}
    assert set(RosterPlace.objects.values_list("salt_cipher", flat=True)) == {None}
    assert set(Placement.objects.values_list("rule", flat=True)) == {""}
    assert files() == set()


def test_stub_code_class_draw_and_lots_stay(a_season, season, sun, head, after):
    def facts():
        return (
            sorted(Application.objects.exclude(status=Status.DRAFT).values_list("pk", "receipt_number", "status")),
            sorted(RosterPlace.objects.values_list("code", "placement__class_label")),
            Draw.objects.values_list("notice", "transcript", "record").get(),
            sorted(Lot.objects.values_list("class_label", "team")),
            sorted(WitnessSeal.objects.values_list("commitment", flat=True)),
            sorted(Notice.objects.values_list("code", "issued_on")),
        )

    before = facts()
    after(days=4000)
    erase_what_is_due(season, sun, head)

    assert facts() == before


def test_the_published_page_keeps_codes_and_classes_and_loses_names(a_season, season, sun, head, after):
    publication = Publication.objects.select_related("season", "campus").get()
    page = publishing.folder(season) / f"{publication.campus.position + 1:02d}" / "index.html"
    before = page.read_text()
    after(days=4000)
    erase_what_is_due(season, sun, head)
    now = page.read_text()

    codes = list(RosterPlace.objects.values_list("code", flat=True))
    assert (before.count("样*子"), now.count("样*子")) == (4, 0)
    assert [now.count(f">{code}<") for code in codes] == [before.count(f">{code}<") for code in codes] == [1] * 4
    assert now.count(publishing.ERASED) == 4


def test_the_code_of_an_erased_childs_notice_is_still_known(a_season, season, district, sun, head, after):
    code = Notice.objects.first().code
    after(days=4000)
    erase_what_is_due(season, sun, head)

    assert (notices.check(code, district).name, notices.check(code, district).campus) == (
        "已按保存期限删除",
        steps.CAMPUS,
    )


def test_counts_stay_for_each_school_category_and_status(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)

    cells = ErasedCount.objects.values_list("campus__name", "category__code", "status", "count")
    category = "local-own-home"
    assert sorted(cells) == [
        (steps.CAMPUS, category, "classed", 4),
        (steps.CAMPUS, category, "draft", 1),
        (steps.CAMPUS, category, "lapsed", 1),
        (steps.CAMPUS, category, "withdrawn", 1),
    ]


def test_small_counts_are_not_told(a_season, season, sun, head, after, district):
    after(days=4000)
    erase_what_is_due(season, sun, head)

    assert {cell.number for cell in erasure.statistics(district)} == {"少于5"}


def test_a_run_is_written_down_with_who_asked_and_who_agreed(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)
    run = ErasureRun.objects.get()
    lines = AuditEvent.objects.filter(action="application.erased")

    assert (run.asked_by, run.released_by, run.finished_at is None) == (sun, head, False)
    assert {code: run.counts[code] for code in ("draft", "not-admitted", "admitted")} == {
        "draft": 1,
        "not-admitted": 2,
        "admitted": 4,
    }
    assert {line.detail["rule"] for line in lines} == {"draft", "not-admitted", "admitted"}
    assert lines.count() == 7
    assert AuditEvent.objects.get(action="erasure.finished").detail["counts"] == run.counts


def test_asking_deletes_nothing_and_who_asked_does_not_agree(a_season, season, head, after):
    after(days=4000)
    asked = erasure.ask(season, by=head)
    before = kept(a_season)
    with pytest.raises(Refused):
        release.decide(asked, by=head, agree=True)
    outbox.drain()

    assert kept(a_season) == before


def test_only_the_head_of_the_bureau_agrees(a_season, season, sun, district, after):
    after(days=4000)
    other = staff("other", Role.BUREAU, district)

    with pytest.raises(PermissionDenied):
        release.decide(erasure.ask(season, by=sun), by=other, agree=True)


def test_a_school_does_not_ask(a_season, season, zhao, after):
    after(days=4000)

    with pytest.raises(PermissionDenied):
        erasure.ask(season, by=zhao)


def test_what_becomes_due_while_the_release_waits_is_not_deleted(a_season, season, sun, head, after):
    after(days=31)
    asked = erasure.ask(season, by=sun)
    after(days=4000)
    release.decide(asked, by=head, agree=True)
    outbox.drain()

    assert kept(a_season) == {"draft": False, "withdrawn": True, "lapsed": True, "admitted": 4}


def test_a_run_in_many_batches_deletes_the_same(a_season, season, sun, head, after, monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 2)
    after(days=4000)
    erase_what_is_due(season, sun, head)

    assert kept(a_season) == {"draft": False, "withdrawn": False, "lapsed": False, "admitted": 0}
    assert sum(ErasedCount.objects.values_list("count", flat=True)) == 7
    assert files() == set()


def test_killed_between_rows_and_files_no_file_stays_for_ever(a_season, season, sun, head, after, monkeypatch):
    after(days=4000)
    release.decide(erasure.ask(season, by=sun), by=head, agree=True)
    handlers = dict(outbox.HANDLERS)

    def killed(payload):
        raise SystemExit(-9)

    monkeypatch.setitem(outbox.HANDLERS, "erase-files", killed)
    with pytest.raises(SystemExit):
        outbox.drain()
    assert files() != set()
    monkeypatch.setitem(outbox.HANDLERS, "erase-files", handlers["erase-files"])
    OutboxJob.objects.update(lease_until=None)  # its lease has run out
    outbox.drain()

    assert files() == set() == named_files()


def test_killed_before_the_commit_rows_and_files_are_all_there(a_season, season, sun, head, after, monkeypatch):
    after(days=4000)
    before = files()
    release.decide(erasure.ask(season, by=sun), by=head, agree=True)
    monkeypatch.setattr(erasure, "count", lambda applications: (_ for _ in ()).throw(SystemExit(-9)))
    with pytest.raises(SystemExit):
        outbox.drain()

    assert (files(), files() == named_files()) == (before, True)
    assert list(private_files.faults()) == []


# --- the database's own word ----------------------------------------------------------------------------------------
def refused(action) -> bool:
    try:
        with transaction.atomic():
            action()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def test_a_salt_goes_only_after_its_application_was_erased(a_season):
    assert refused(lambda: RosterPlace.objects.update(salt_cipher=None))


def test_of_an_erased_childs_place_nothing_else_changes(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)

    place = RosterPlace.objects.filter(pk=RosterPlace.objects.first().pk)
    assert refused(lambda: place.update(code="000000"))
    assert refused(lambda: place.update(salt_cipher=b"another"))
    assert refused(lambda: place.delete())
    assert refused(lambda: Placement.objects.update(class_label="9班"))


def test_a_stub_is_neither_changed_nor_deleted(a_season, season, sun, head, after):
    after(days=4000)
    erase_what_is_due(season, sun, head)
    stub = Application.objects.filter(pk=a_season["withdrawn"].pk)

    assert refused(lambda: stub.update(status=Status.CLASSED))
    assert refused(lambda: stub.update(erasure=None))
    assert refused(lambda: stub._raw_delete("default"))


def test_an_application_is_not_half_erased(a_season, season, sun, head):
    run = ErasureRun.objects.create(
        kind="season",
        season=season,
        district=season.district,
        due_at="2030-01-01T00:00Z",
        asked_by=sun,
        released_by=head,
    )

    assert refused(lambda: Application.objects.filter(pk=a_season["lapsed"].pk).update(erasure=run))
    assert refused(lambda: Application.objects.filter(pk=a_season["lapsed"].pk).update(child=None))


def test_without_two_people_there_is_no_run_for_a_season(season, sun):
    entries = {"kind": "season", "season": season, "district": season.district, "due_at": "2030-01-01T00:00Z"}

    assert refused(lambda: ErasureRun.objects.create(**entries))
    assert refused(lambda: ErasureRun.objects.create(**entries, asked_by=sun, released_by=sun))


# --- a family asks --------------------------------------------------------------------------------------------------
def test_a_family_has_what_it_took_back_deleted_at_once(wang, season, at):
    application = steps.submitted(wang, season, at("filing"))
    filing.withdraw(application, by=wang, now=at("filing"))
    erasure.erase_at_once(application, by=wang)
    outbox.drain()

    stub = Application.objects.get()
    assert (stub.receipt_number, stub.child, stub.account) == (application.receipt_number, None, None)
    assert (Child.objects.count(), EvidencePage.objects.count(), files()) == (0, 0, set())
    assert AuditEvent.objects.get(action="application.erased").actor == str(wang.pk)


def test_what_is_under_way_is_not_deleted(wang, season, at):
    application = steps.submitted(wang, season, at("filing"))

    with pytest.raises(Refused):
        erasure.erase_at_once(application, by=wang)
    assert Application.objects.get().child is not None


def test_another_family_deletes_nothing(wang, li, season, at):
    application = steps.submitted(wang, season, at("filing"))
    filing.withdraw(application, by=wang, now=at("filing"))

    with pytest.raises(Application.DoesNotExist):
        erasure.erase_at_once(application, by=li)


def test_a_child_who_applied_again_stays_with_the_new_application(wang, season, at):
    first = steps.submitted(wang, season, at("filing"))
    filing.withdraw(first, by=wang, now=at("filing"))
    again = steps.submitted(wang, season, at("filing"), id_number=first.child.id_number)
    erasure.erase_at_once(first, by=wang)
    outbox.drain()

    assert Child.objects.get() == again.child
    assert files() == named_files() != set()


def test_a_deleted_drafts_photos_go_at_once(wang, season, at):
    draft = steps.filled_in(wang, season, at("filing"))
    filing.withdraw(draft, by=wang, now=at("filing"))
    outbox.drain()

    assert files() == set()


# --- pages and command ----------------------------------------------------------------------------------------------
def test_the_bureau_sees_what_would_go_and_asks(client, a_season, season, sun, after):
    after(days=4000)
    client.force_login(sun)
    shown = {one["season"]: one["lines"] for one in client.get("/bureau/erasure/").context["seasons"]}
    lines = {line.rule.code: (line.applications, line.is_due) for line in shown[season]}
    answer = client.post("/bureau/erasure/", {"season": season.pk})

    assert lines == {"draft": (1, True), "not-admitted": (2, True), "admitted": (4, True)}
    assert answer["Location"] == "/releases/"
    assert Release.objects.get().kind == "erasure"


def test_nobody_asks_for_another_districts_season(client, sun, season):
    client.force_login(sun)
    answer = client.post("/bureau/erasure/", {"season": season.pk + 1000})

    assert answer.context["form"].errors == {"season": ["请选择本区的招生年度。"]}


def test_the_command_previews_and_deletes_no_application(a_season, after, capsys):
    after(days=4000)
    before = kept(a_season)
    call_command("erase", "--preview")
    said = capsys.readouterr().out
    call_command("erase")

    assert said.count("已到期，请在“保存期限”页面申请删除") == 3
    assert kept(a_season) == before


def test_the_family_finds_the_way_and_confirms(client, wang, season, at, it_is):
    it_is("filing")
    application = steps.submitted(wang, season, at("filing"))
    filing.withdraw(application, by=wang, now=at("filing"))
    client.force_login(wang)
    href = f"/my/applications/{application.pk}/erase/"

    assert href in client.get("/my/").content.decode()
    assert client.get(href).context["withdrawn"] is True
    assert client.post(href)["Location"] == "/my/"
    assert client.get(href).status_code == 404
