"""上报 and 分班: section 五（一）上报、分班, section 六.3."""

from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from classing.models import Draw, Lot, Team, WitnessSeal
from classing.protocol import Notice, deal
from districts.calendar import StageClosed
from districts.models import SeatPlan
from districts.refusals import Refused
from enrollment import class_draw, filing, reporting, spot_check
from enrollment.class_draw import wish_groups
from enrollment.models import Application, Placement, RosterPlace
from enrollment.states import Status
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def xinhua(campus):
    return campus("新华小学")


@pytest.fixture
def committed(season, xinhua, zhao, sun, at):
    """Seven pupils, two classes, roster committed."""
    return steps.committed_draw(season, xinhua, zhao, sun, at, pupils=7, classes=2)


@pytest.fixture
def held(season, xinhua, zhao, sun, at):
    return steps.held_draw(season, xinhua, zhao, sun, at, pupils=7, classes=2)


def test_a_school_reports_its_teams_in_their_stage(season, xinhua, zhao, at):
    steps.teams(season, xinhua, zhao, at, count=2)

    team = Team.objects.get(number=1)
    assert (team.homeroom, [str(t) for t in team.teachers.all()]) == ("样老师1", ["语文 样语文1", "数学 样数学1"])


def test_teams_cannot_be_reported_before_their_stage(season, xinhua, zhao, at):
    team = reporting.ReportedTeam("样老师", ())

    with pytest.raises(StageClosed, match="「上报」尚未开始"):
        reporting.report_teams(season, xinhua, [team], by=zhao, now=at("filing"))


def test_one_homeroom_teacher_leads_one_team(season, xinhua, zhao, at):
    team = reporting.ReportedTeam("样老师", ())

    with pytest.raises(Refused, match="同一位班主任只能带一个组"):
        reporting.report_teams(season, xinhua, [team, team], by=zhao, now=at("reporting"))


def test_reporting_again_replaces_the_teams_as_a_whole(season, xinhua, zhao, at):
    steps.teams(season, xinhua, zhao, at, count=3)
    steps.teams(season, xinhua, zhao, at, count=2)

    assert Team.objects.filter(campus=xinhua).count() == 2


def test_teams_stay_once_the_roster_is_committed(committed, season, xinhua, zhao, at):
    with pytest.raises(Refused, match="新生名册已经封存，教师分组不能再改。"):
        steps.teams(season, xinhua, zhao, at, count=2)


def test_the_roster_is_the_confirmed_list_and_nobody_else(committed):
    placed = Placement.objects.values_list("pk", flat=True)

    assert sorted(RosterPlace.objects.values_list("placement", flat=True)) == sorted(placed)
    assert len(Notice.parse(committed.notice).roster) == committed.pupils == 7


def test_the_roster_needs_as_many_teams_as_classes(season, xinhua, zhao, sun, at):
    season.class_cap = 4
    season.save(update_fields=["class_cap"])
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=5)
    steps.teams(season, xinhua, zhao, at, count=1)

    with pytest.raises(Refused, match="应编2个班，学校上报了1组教师"):
        class_draw.commit_roster(season, xinhua, by=sun, now=at("roster"))


def test_a_seat_plan_that_breaks_the_cap_is_refused(season, xinhua):
    SeatPlan.objects.filter(season=season, campus=xinhua).update(classes=1)

    with pytest.raises(Refused, match="46名新生编1个班会超过每班45人，至少要2个班。"):
        class_draw.classes_for(season, xinhua, 46)


@pytest.mark.parametrize(("pupils", "classes"), [(1, 1), (45, 1), (46, 2), (90, 2), (91, 3)])
def test_there_are_as_few_classes_as_the_cap_allows(season, xinhua, pupils, classes):
    assert class_draw.classes_for(season, xinhua, pupils) == classes


def test_a_list_without_pupils_has_no_roster(season, xinhua, sun, zhao, at):
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=0)

    with pytest.raises(Refused, match="这所学校还没有确认的新生名单。"):
        class_draw.commit_roster(season, xinhua, by=sun, now=at("roster"))


def test_a_single_class_needs_no_draw(season, xinhua, zhao, sun, at):
    steps.closed_list(season, xinhua, zhao, sun, at, pupils=3)
    steps.teams(season, xinhua, zhao, at, count=1)

    draw = class_draw.commit_roster(season, xinhua, by=sun, now=at("roster"))

    assert draw is None
    assert set(Placement.objects.values_list("class_label", "application__status")) == {("1班", Status.CLASSED)}
    assert Lot.objects.get().class_label == "1班"


def test_the_public_roster_shows_no_personal_fact(committed):
    for child in {a.child for a in Application.objects.select_related("child")}:
        for fact in (child.name, child.id_number, f"{child.birth_date:%Y%m%d}", child.sex):
            assert fact not in committed.notice.partition("roster:")[2]


def test_a_committed_roster_cannot_gain_lose_or_change_a_pupil(committed):
    place = RosterPlace.objects.first()

    with pytest.raises(DatabaseError, match="a committed roster cannot change"), transaction.atomic():
        place.delete()
    with pytest.raises(DatabaseError, match="a committed roster cannot change"), transaction.atomic():
        RosterPlace.objects.filter(pk=place.pk).update(code="000000")


def test_a_pupil_cannot_be_smuggled_into_a_committed_roster(committed, season, campus, qian, sun, at):
    application = steps.submitted(steps.family(50), season, at("filing"), address="朝阳街8号")
    steps.verified(application, qian, at("review"))
    spot_check.close_list(season, campus("朝阳小学"), by=sun, now=at("spot-check"))
    late = RosterPlace(placement=application.placement, draw=committed, code="000000")
    late.salt = "0" * 32

    late.save(force_insert=True)

    with pytest.raises(DatabaseError, match="the roster has 8 pupils, its notice 7"):
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_notice_of_a_draw_cannot_change(committed):
    with pytest.raises(DatabaseError, match="is committed"), transaction.atomic():
        Draw.objects.filter(pk=committed.pk).update(notice="another")


def test_classes_differ_by_at_most_one_and_so_do_their_girls(held):
    sizes, girls = Counter(), Counter()
    for placement in Placement.objects.select_related("application__child"):
        sizes[placement.class_label] += 1
        girls[placement.class_label] += placement.application.child.sex == "女"

    assert sorted(sizes.values()) == [3, 4]
    assert sorted(girls.values()) == [2, 2]


def test_the_classes_follow_from_the_published_notice_and_seed(held):
    again = deal(Notice.parse(held.notice), held.record["seed"])

    children = {p.roster_place.code: p.class_label for p in Placement.objects.select_related("roster_place")}
    assert again.classes == children == dict(held.record["result"])


def test_the_draw_runs_once(held, zhao, at):
    with pytest.raises(Refused, match="已经分班，不能再次运行。"):
        class_draw.run(held, public_digits="111111", by=zhao, now=at("draw"))


def test_the_database_itself_refuses_a_second_result(held):
    with pytest.raises(DatabaseError, match="happened once and stays"), transaction.atomic():
        Draw.objects.filter(pk=held.pk).update(transcript="another")
    with pytest.raises(DatabaseError, match="happened once and stays"), transaction.atomic():
        connection.cursor().execute("DELETE FROM classing_draw")


def test_the_database_itself_refuses_a_change_of_class(held):
    placement = Placement.objects.filter(class_label="1班").first()

    with pytest.raises(DatabaseError, match="a class, once given, never changes"), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(class_label="2班")


def test_a_second_draw_of_the_same_roster_is_refused(held, season, xinhua, sun, at):
    with pytest.raises(Refused, match="新生名册已经封存。"):
        class_draw.commit_roster(season, xinhua, by=sun, now=at("roster"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(season=season, campus=xinhua, number="x", pupils=1, notice="", notice_hash="x")


def test_nothing_is_opened_before_every_witness_has_sealed(committed, zhao, at):
    class_draw.seal_witness(committed, "w1", "1" * 20, by=zhao, now=at("draw"))

    with pytest.raises(Refused, match="要等全部监督员密封后才能开封。"):
        class_draw.run(committed, public_digits="123456", by=zhao, now=at("draw"))


def test_a_witness_seals_at_least_twenty_digits_and_once(committed, zhao, at):
    with pytest.raises(Refused) as caught:
        class_draw.seal_witness(committed, "w1", "1" * 19, by=zhao, now=at("draw"))
    assert caught.value.errors == {"digits_w1": "请输入至少20位数字，只能是0到9。"}

    class_draw.seal_witness(committed, "w1", "1" * 20, by=zhao, now=at("draw"))
    with pytest.raises(Refused, match="区教育局已经密封，不能再改。"):
        class_draw.seal_witness(committed, "w1", "2" * 20, by=zhao, now=at("draw"))


def test_a_sealed_number_is_not_readable_in_the_database(committed, zhao, at):
    class_draw.seal_witness(committed, "w1", "31415926535897932384", by=zhao, now=at("draw"))

    assert b"31415926535897932384" not in bytes(WitnessSeal.objects.get().opening_cipher)


def test_classes_are_drawn_on_the_day_only(committed, zhao, at):
    with pytest.raises(StageClosed, match="「分班」尚未开始，开放时间为 8月31日 00:00 至 8月31日 12:00。"):
        class_draw.seal_witness(committed, "w1", "1" * 20, by=zhao, now=at("roster"))


def test_another_school_cannot_run_the_draw(committed, qian, at):
    with pytest.raises(PermissionDenied):
        class_draw.seal_witness(committed, "w1", "1" * 20, by=qian, now=at("draw"))


def test_every_team_gets_one_class_by_lot_and_only_once(held, zhao, at):
    assert sorted(Lot.objects.values_list("class_label", flat=True)) == ["1班", "2班"]
    with pytest.raises(Refused, match="班主任抽签已经完成，不能再抽。"):
        class_draw.draw_lots(held, public_digits="111111", by=zhao, now=at("draw"))


def test_lots_come_after_the_classes(committed, zhao, at):
    with pytest.raises(Refused, match="先完成电脑随机分班"):
        class_draw.draw_lots(committed, public_digits="111111", by=zhao, now=at("draw"))


@pytest.mark.parametrize(("wish", "letter"), [("together", "T"), ("apart", "A")])
def test_twins_wishes_become_groups(wang, season, at, wish, letter):
    twins = [steps.draft(wang, season, at("filing")) for _ in range(2)]
    filing.save_wish(twins[0], wish=wish, by=wang)

    groups = wish_groups([steps.fresh(twin) for twin in twins])

    assert set(groups) == {twin.pk for twin in twins}
    assert set(groups.values()) == {f"{letter}1"}


def test_without_a_wish_twins_are_drawn_like_everybody(wang, season, at):
    twins = [steps.fresh(steps.draft(wang, season, at("filing"))) for _ in range(2)]

    assert wish_groups(twins) == {}


def test_children_of_different_families_form_no_group(wang, li, season, at):
    children = [steps.draft(account, season, at("filing")) for account in (wang, li)]
    Application.objects.update(multiples_wish="together")

    assert wish_groups([steps.fresh(child) for child in children]) == {}
