"""抽检 and 确认名单: section 五（一）抽检."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from districts.calendar import StageClosed
from districts.refusals import Refused
from enrollment import review, spot_check
from enrollment.models import ConfirmedList, Placement, SpotCheckItem
from enrollment.sampling import draw_sample, frame_hash
from enrollment.states import Status
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def xinhua(campus):
    return campus("新华小学")


@pytest.fixture
def three(season, zhao, at):
    """Three verified applications."""
    return [
        steps.verified(steps.submitted(steps.family(n), season, at("filing")), zhao, at("review")) for n in range(3)
    ]


def test_the_sample_can_be_drawn_again_from_what_is_recorded(three, season, xinhua, sun, at):
    check = spot_check.draw(season, xinhua, size=2, by=sun, now=at("spot-check"))

    frame = [application.receipt_number for application in three]
    drawn = [item.application.receipt_number for item in check.items.select_related("application")]
    assert (check.frame_size, check.frame_hash) == (3, frame_hash(frame))
    assert drawn == draw_sample(frame, 2, check.seed)


@pytest.mark.parametrize("size", [0, 4])
def test_a_sample_is_neither_empty_nor_larger_than_what_there_is(three, season, xinhua, sun, at, size):
    with pytest.raises(Refused, match="可抽检的报名有3份，样本数请填1到3。"):
        spot_check.draw(season, xinhua, size=size, by=sun, now=at("spot-check"))


def test_a_school_cannot_draw_its_own_sample(three, season, xinhua, zhao, at):
    with pytest.raises(PermissionDenied):
        spot_check.draw(season, xinhua, size=1, by=zhao, now=at("spot-check"))


def test_the_sample_is_drawn_in_its_stage_only(three, season, xinhua, sun, at):
    with pytest.raises(StageClosed, match="「抽检」尚未开始，开放时间为 8月21日 00:00 至 8月25日 24:00。"):
        spot_check.draw(season, xinhua, size=1, by=sun, now=at("filing"))


def test_an_application_sent_back_is_reviewed_by_its_school_again(three, season, xinhua, sun, zhao, at):
    item = spot_check.draw(season, xinhua, size=1, by=sun, now=at("spot-check")).items.get()

    spot_check.send_back(item, note="户口簿首页不清楚", by=sun, now=at("spot-check"))

    application = steps.fresh(item.application)
    assert application.status == Status.SUBMITTED
    review.approve(application, by=zhao, now=at("spot-check"))


def test_sending_back_needs_a_reason(three, season, xinhua, sun, at):
    item = spot_check.draw(season, xinhua, size=1, by=sun, now=at("spot-check")).items.get()

    with pytest.raises(Refused, match="请写明退回学校的原因。"):
        spot_check.send_back(item, note="  ", by=sun, now=at("spot-check"))


def test_an_item_is_decided_once(three, season, xinhua, sun, at):
    item = spot_check.draw(season, xinhua, size=1, by=sun, now=at("spot-check")).items.get()
    spot_check.confirm(item, by=sun, now=at("spot-check"))

    with pytest.raises(Refused, match="这一份已经有抽检结论。"):
        spot_check.send_back(item, note="晚了", by=sun, now=at("spot-check"))

    item.refresh_from_db()
    assert (item.outcome, item.decided_by) == (SpotCheckItem.Outcome.CONFIRMED, sun)


def test_a_second_sample_leaves_out_what_was_confirmed(three, season, xinhua, sun, at):
    first = spot_check.draw(season, xinhua, size=1, by=sun, now=at("spot-check"))
    spot_check.confirm(first.items.get(), by=sun, now=at("spot-check"))

    second = spot_check.draw(season, xinhua, size=2, by=sun, now=at("spot-check"))

    assert second.frame_size == 2
    assert first.items.get().application_id not in second.items.values_list("application", flat=True)


def test_a_list_is_not_closed_while_the_school_still_has_to_decide(three, season, xinhua, sun, at):
    steps.submitted(steps.family(9), season, at("filing"))

    with pytest.raises(Refused, match="还有1份待学校审核、0份待抽检，不能确认名单。"):
        spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))


def test_a_list_is_not_closed_while_a_sample_is_open(three, season, xinhua, sun, at):
    spot_check.draw(season, xinhua, size=2, by=sun, now=at("spot-check"))

    with pytest.raises(Refused, match="还有0份待学校审核、2份待抽检，不能确认名单。"):
        spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))


def test_the_verified_are_placed_and_the_unfinished_left_to_the_bureau(three, season, xinhua, sun, zhao, at):
    unfinished = steps.submitted(steps.family(9), season, at("filing"))
    review.approve(unfinished, by=zhao, now=at("review"))

    confirmed = spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))

    assert confirmed.count == 3
    assert confirmed.sha256 == frame_hash(application.receipt_number for application in three)
    assert {steps.fresh(application).status for application in three} == {Status.CONFIRMED}
    assert steps.fresh(unfinished).status == Status.LAPSED


def test_a_placement_names_the_rule_that_gave_it(three, season, xinhua, sun, at):
    spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))

    assert {placement.rule for placement in Placement.objects.all()} == {
        "新华楼属于新华小学的施教区：文件写明“新华楼”。"
    }


def test_a_list_is_closed_once(three, season, xinhua, sun, at):
    spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))

    with pytest.raises(Refused, match="这所学校的名单已经确认过。"):
        spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))


def test_the_database_itself_allows_one_list_and_one_seat(three, season, xinhua, sun, at):
    confirmed = spot_check.close_list(season, xinhua, by=sun, now=at("spot-check"))

    with pytest.raises(IntegrityError), transaction.atomic():
        ConfirmedList.objects.create(season=season, campus=xinhua, count=0, sha256="", closed_by=sun)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement(application=three[0], confirmed_list=confirmed, rule="").save(force_insert=True)
