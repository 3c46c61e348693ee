"""名单变更: a closed list changes by two people, one child at a time, until its roster is committed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from districts import audit, outbox, relatives, release
from districts.calendar import StageClosed
from districts.models import AuditEvent, Release, Role
from districts.refusals import Refused
from districts.rights import Right
from enrollment import class_draw, late_changes, spot_check
from enrollment.models import ConfirmedList, ListChange, Placement
from enrollment.sampling import frame_hash
from enrollment.states import Status
from tests.conftest import staff
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
ADD, REMOVE = ListChange.Kind.ADD, ListChange.Kind.REMOVE


@pytest.fixture
def second(district):
    """Another clerk of the bureau."""
    return staff("second", Role.BUREAU, district)


@pytest.fixture
def place(campus):
    return campus(steps.CAMPUS)


@pytest.fixture
def closed(season, place, zhao, sun, at, it_is) -> ConfirmedList:
    """A list of three, in the days before the roster is committed."""
    found = steps.closed_list(season, place, zhao, sun, at, pupils=3)
    it_is("roster")
    return found


@pytest.fixture
def listed(closed):
    """One of the three."""
    return steps.fresh(closed.placements.first().application)


@pytest.fixture
def left_out(closed, wang, season, zhao, at):
    """A verified child that the list does not have."""
    return steps.verified(steps.submitted(wang, season, at("filing")), zhao, at("review"))


def ask(application, kind, *, by, reason="漏列") -> Release:
    return late_changes.ask(
        application.season,
        application.campus,
        receipt_number=application.receipt_number,
        kind=kind,
        reason=reason,
        by=by,
    )


def change(application, kind, *, by, second) -> None:
    release.decide(ask(application, kind, by=by), by=second, agree=True)


def receipts(closed) -> list[str]:
    return sorted(closed.placements.values_list("application__receipt_number", flat=True))


def check_now() -> None:
    """What the database otherwise looks at when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_child_that_was_left_out_is_added_when_a_second_person_agrees(closed, left_out, sun, second):
    asked = ask(left_out, ADD, by=sun)
    assert steps.fresh(left_out).status == Status.VERIFIED

    release.decide(asked, by=second, agree=True)

    check_now()
    closed.refresh_from_db()
    assert steps.fresh(left_out).status == Status.CONFIRMED
    assert (closed.count, closed.sha256) == (4, frame_hash(receipts(closed)))
    assert left_out.receipt_number in receipts(closed)


def test_a_confirmed_child_is_removed_when_a_second_person_agrees(closed, listed, sun, second):
    change(listed, REMOVE, by=sun, second=second)

    check_now()
    closed.refresh_from_db()
    assert steps.fresh(listed).status == Status.LAPSED
    assert (closed.count, closed.sha256) == (2, frame_hash(receipts(closed)))
    assert listed.receipt_number not in receipts(closed)


def test_who_was_removed_by_mistake_comes_back(closed, listed, sun, second):
    before = closed.sha256
    change(listed, REMOVE, by=sun, second=second)

    change(listed, ADD, by=second, second=sun)

    check_now()
    closed.refresh_from_db()
    assert (closed.count, closed.sha256, steps.fresh(listed).status) == (3, before, Status.CONFIRMED)


def test_the_history_keeps_each_list_as_it_was(client, closed, listed, left_out, sun, second, place):
    was = (closed.count, closed.sha256)
    change(left_out, ADD, by=sun, second=second)
    closed.refresh_from_db()
    then = (closed.count, closed.sha256)
    change(listed, REMOVE, by=second, second=sun)
    client.force_login(sun)

    shown = client.get(reverse("bureau-change-list", args=[place.pk])).context["changes"]

    assert [(one.kind, one.receipt_number, one.count, one.sha256) for one in shown] == [
        (REMOVE, listed.receipt_number, *then),
        (ADD, left_out.receipt_number, *was),
    ]
    assert [(one.release.asked_by, one.release.decided_by) for one in shown] == [(second, sun), (sun, second)]


def test_the_family_is_told_and_reads_the_reason(client, closed, left_out, sun, second, sent_messages):
    outbox.drain()
    sent_messages.clear()

    change(left_out, ADD, by=sun, second=second)
    outbox.drain()

    said = "教育局已补充列入新华小学新生名单，原因请登录查看，有疑问请拨打咨询电话。"
    assert sent_messages == [(left_out.account.phone, f"【阳光入学】回执{left_out.receipt_number}：{said}")]
    client.force_login(left_out.account)
    history = client.get(reverse("application", args=[left_out.pk])).context["history"]
    assert [line.text for line in history if "名单" in line.text] == [
        "教育局确认了新生名单",
        "教育局在名单确认后补充列入：漏列",
    ]


def test_a_change_and_its_line_in_the_log_name_who_asked(closed, left_out, sun, second):
    change(left_out, ADD, by=sun, second=second)

    event = AuditEvent.objects.get(action="list.add")
    assert (event.actor, event.subject) == (str(sun.pk), audit.label(left_out))
    assert AuditEvent.objects.get(action="release.released").actor == str(second.pk)


def test_nothing_is_changed_by_one_person(closed, left_out, sun):
    asked = ask(left_out, ADD, by=sun)

    with pytest.raises(Refused, match="申请人不能复核自己的申请"):
        release.decide(asked, by=sun, agree=True)
    assert (closed.placements.count(), ListChange.objects.count()) == (3, 0)


def test_a_change_needs_a_reason(client, closed, left_out, sun, place):
    client.force_login(sun)

    page = client.post(
        reverse("bureau-change-list", args=[place.pk]), {"kind": "add", "receipt_number": left_out.receipt_number}
    )

    assert page.context["form"].errors == {"reason": ["请写明原因。"]}
    assert Release.objects.count() == 0


def test_the_bureaus_page_asks(client, closed, left_out, sun, place):
    client.force_login(sun)

    client.post(
        reverse("bureau-change-list", args=[place.pk]),
        {"kind": "add", "receipt_number": f" {left_out.receipt_number} ", "reason": "漏列"},
    )

    receipt, name = left_out.receipt_number, "样*子"
    assert Release.objects.get().what == (
        f"新华小学名单确认以后补充列入：回执{receipt}（{name}）。原因：漏列。名单由3人变为4人。"
    )


def test_once_the_roster_is_committed_the_list_stays(season, place, listed, zhao, sun, second, at):
    asked = ask(listed, REMOVE, by=sun)
    season.class_cap = 2
    season.save(update_fields=["class_cap"])
    steps.teams(season, place, zhao, at, count=2)
    class_draw.commit_roster(season, place, by=sun, now=at("roster"))

    with pytest.raises(Refused, match="新生名册已经封存，名单不能再变更。"):
        release.decide(asked, by=second, agree=True)
    assert steps.fresh(listed).status == Status.CONFIRMED


def test_once_the_only_class_is_formed_the_list_stays(season, place, left_out, zhao, sun, at):
    steps.teams(season, place, zhao, at, count=1)
    class_draw.commit_roster(season, place, by=sun, now=at("roster"))

    with pytest.raises(Refused, match="新生名册已经封存，名单不能再变更。"):
        ask(left_out, ADD, by=sun)


def test_the_roster_has_who_was_added_and_not_who_was_removed(
    season, place, listed, left_out, closed, zhao, sun, second, at
):
    change(left_out, ADD, by=sun, second=second)
    change(listed, REMOVE, by=sun, second=second)
    season.class_cap = 2
    season.save(update_fields=["class_cap"])
    steps.teams(season, place, zhao, at, count=2)

    draw = class_draw.commit_roster(season, place, by=sun, now=at("roster"))

    on_roster = Placement.objects.filter(roster_place__draw=draw).values_list("application__receipt_number", flat=True)
    assert (draw.pupils, sorted(on_roster)) == (3, receipts(closed))
    assert (left_out.receipt_number in on_roster, listed.receipt_number in on_roster) == (True, False)


def test_a_change_asked_for_twice_is_asked_once(closed, left_out, sun, second):
    ask(left_out, ADD, by=sun)

    with pytest.raises(Refused, match="正在等另一位工作人员复核"):
        ask(left_out, ADD, by=second)


@pytest.mark.parametrize(("kind", "which"), [(ADD, "listed"), (REMOVE, "left_out")])
def test_what_makes_no_sense_is_refused_at_the_number(request, closed, sun, kind, which):
    application = request.getfixturevalue(which)

    with pytest.raises(Refused) as refused:
        ask(application, kind, by=sun)
    assert list(refused.value.errors) == ["receipt_number"]


def test_who_never_finished_is_not_added(season, place, zhao, sun, wang, at, it_is):
    unfinished = steps.returned(steps.submitted(wang, season, at("filing")), zhao, at("review"))
    steps.closed_list(season, place, zhao, sun, at, pupils=1)
    it_is("roster")

    with pytest.raises(Refused, match="现在是“未完成，待统筹”，不能补充列入。"):
        ask(steps.fresh(unfinished), ADD, by=sun)


def test_before_the_list_is_closed_there_is_nothing_to_change(season, place, wang, zhao, sun, at, it_is):
    verified = steps.verified(steps.submitted(wang, season, at("filing")), zhao, at("review"))
    it_is("spot-check")

    with pytest.raises(Refused, match="名单还没有确认"):
        ask(verified, ADD, by=sun)


def test_when_the_days_of_the_roster_are_over_nothing_changes(listed, sun, it_is):
    it_is("arrival")

    with pytest.raises(StageClosed):
        ask(listed, REMOVE, by=sun)


def test_a_school_does_not_ask(listed, zhao):
    with pytest.raises(PermissionDenied):
        ask(listed, REMOVE, by=zhao)


def test_neither_of_the_two_decides_about_a_declared_relatives_child(district, listed, sun, second):
    asked = ask(listed, REMOVE, by=sun)
    relatives.declare(second, listed.child.id_number, "侄子", district=district)

    with pytest.raises(PermissionDenied, match="亲属的孩子"):
        release.decide(asked, by=second, agree=True)


def test_neither_of_the_two_reviewed_the_child(district, listed, sun, zhao):
    asked = ask(listed, REMOVE, by=sun)
    zhao.memberships.create(role=Role.BUREAU, district=district)

    with pytest.raises(PermissionDenied, match="您审核过这份报名"):
        release.decide(asked, by=zhao, agree=True)


# --- what the database says itself -----------------------------------------------------------------------------------
def refused_by_the_database(*statements: tuple[str, list]) -> str:
    """What PostgreSQL says to the statements and to the state after them; nothing of it stays."""
    with pytest.raises(IntegrityError) as refusal:
        try_out(statements)
    return str(refusal.value).partition("\n")[0]


def try_out(statements) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


PLACE = (
    "INSERT INTO enrollment_placement (application_id, confirmed_list_id, rule, class_label) VALUES (%s, %s, '', '')"
)
UNPLACE = "DELETE FROM enrollment_placement WHERE application_id = %s"
COUNT = "UPDATE enrollment_confirmedlist SET count = count + %s WHERE id = %s"
NOTE = (
    "INSERT INTO enrollment_listchange (confirmed_list_id, receipt_number, kind, reason, release_id, count, sha256) "
    "SELECT id, %s, %s, 'x', %s, count, sha256 FROM enrollment_confirmedlist WHERE id = %s"
)
ONLY_RELEASED = "a closed list changes only by what a second person released"


def test_a_child_does_not_come_onto_a_closed_list_by_sql(closed, left_out):
    add = (PLACE, [left_out.pk, closed.pk])

    assert refused_by_the_database(add) == "the list says 3 children and has 4"
    assert refused_by_the_database(add, (COUNT, [1, closed.pk])) == ONLY_RELEASED


def test_a_child_does_not_leave_a_closed_list_by_sql(closed, listed):
    leaves = "a child leaves a closed list only by what a second person released"

    assert refused_by_the_database((UNPLACE, [listed.pk])) == leaves


def test_one_child_does_not_take_anothers_place(closed, listed, left_out):
    swap = "UPDATE enrollment_placement SET application_id = %s WHERE application_id = %s"

    assert refused_by_the_database((swap, [left_out.pk, listed.pk])) == "a placement stays on its list"


def test_what_is_released_for_one_child_adds_no_other(closed, left_out, sun, second, li, season, zhao, at, monkeypatch):
    other = steps.verified(steps.submitted(li, season, at("filing")), zhao, at("review"))
    monkeypatch.setitem(release.KINDS, "list-change", release.Kind("x", Right.RELEASE_LIST, lambda *_: None))
    asked = ask(left_out, ADD, by=sun)
    release.decide(asked, by=second, agree=True)
    noted = (NOTE, [left_out.receipt_number, "add", asked.pk, closed.pk])

    swapped = refused_by_the_database(noted, (COUNT, [1, closed.pk]), (PLACE, [other.pk, closed.pk]))

    assert swapped == "the list is not what its changes say"
    wrong = (NOTE, [other.receipt_number, "add", asked.pk, closed.pk])
    assert refused_by_the_database(wrong) == ONLY_RELEASED


def test_what_nobody_released_changes_nothing(closed, left_out, sun):
    asked = ask(left_out, ADD, by=sun)

    assert refused_by_the_database((NOTE, [left_out.receipt_number, "add", asked.pk, closed.pk])) == ONLY_RELEASED


def test_a_change_is_not_rewritten(closed, left_out, sun, second):
    change(left_out, ADD, by=sun, second=second)

    for statement in ("UPDATE enrollment_listchange SET reason = 'y'", "DELETE FROM enrollment_listchange"):
        assert refused_by_the_database((statement, [])) == "a change of a closed list stays as it was written"


def test_a_list_is_not_closed_again(closed, season, place, sun, at):
    with pytest.raises(Refused, match="已经确认过"):
        spot_check.close_list(season, place, by=sun, now=at("spot-check"))
    again = ("UPDATE enrollment_confirmedlist SET closed_at = now()", [])
    assert refused_by_the_database(again) == "a list is closed once"
