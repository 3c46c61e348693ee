"""建档: the plan's section 四 and 五（一）, and what must never be lost or done twice."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from districts.calendar import StageClosed
from districts.models import AuditEvent, OutboxJob, SubmitKey
from districts.photos import pages
from districts.refusals import Refused
from enrollment import filing
from enrollment.models import Application, Category, Child
from enrollment.states import NotAllowed, Status
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


def refused(action) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        action()
    return caught.value.errors


def test_a_child_with_a_wrong_check_digit_is_refused_at_the_number(wang, season, at):
    number = steps.id_number()
    wrong = number[:17] + ("0" if number[17] != "0" else "1")

    errors = refused(lambda: steps.draft(wang, season, at("filing"), id_number=wrong))

    assert errors == {"id_number": "身份证号有误：最后一位校验码与前17位不符，请逐位对照户口簿核对。"}


def test_birth_date_and_sex_must_agree_with_the_number(wang, season, at):
    number = steps.id_number(date(2018, 3, 5), "男")

    errors = refused(lambda: steps.draft(wang, season, at("filing"), id_number=number, born=date(2018, 3, 6), sex="女"))

    assert errors == {
        "birth_date": "出生日期与身份证号不一致：身份证号中是2018-03-05。",
        "sex": "性别与身份证号不一致：身份证号对应的是“男”。",
    }


def test_a_child_born_on_the_31st_of_august_is_six_in_time(wang, season, at):
    assert steps.draft(wang, season, at("filing"), born=date(2018, 8, 31)).status == Status.DRAFT


def test_a_child_born_a_day_later_is_told_when_it_may_come(wang, season, at):
    errors = refused(lambda: steps.draft(wang, season, at("filing"), born=date(2018, 9, 1)))

    assert errors == {
        "birth_date": "本次招收2018年8月31日（含当日）以前出生、年满6周岁的儿童。按出生日期，孩子到2025年秋季可以报名。"
    }


def test_nobody_can_add_a_child_before_filing_opens(wang, season, at):
    with pytest.raises(StageClosed, match="「建档」尚未开始，开放时间为 8月16日 00:00 至 8月18日 24:00。"):
        steps.draft(wang, season, at("filing") - timedelta(days=1))


@pytest.mark.parametrize(("offset", "accepted"), [(-1, True), (0, False), (1, False)])
def test_filing_closes_at_the_closing_instant_itself(wang, season, at, offset, accepted):
    application = steps.filled_in(wang, season, at("filing"))
    arrival = season.stages.get(code="filing").closes_at + timedelta(microseconds=offset)

    if accepted:
        assert steps.send(application, arrival).status == Status.SUBMITTED
    else:
        with pytest.raises(StageClosed, match="「建档」已经结束"):
            steps.send(application, arrival)


def test_a_closed_stage_loses_nothing_that_was_typed(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))

    with pytest.raises(StageClosed):
        steps.send(application, at("spot-check"))

    kept = steps.fresh(application)
    assert (kept.status, kept.guardian_name, kept.address) == (Status.DRAFT, "样乙丑", steps.ADDRESS)


def test_the_same_key_adds_a_child_once(wang, season, at):
    typed, key = steps.entries(), uuid4()

    steps.agree(wang, season)
    first = filing.add_child(wang, season, **typed, key=key, now=at("filing"))
    second = filing.add_child(wang, season, **typed, key=key, now=at("filing"))

    assert (first.pk, Child.objects.count()) == (second.pk, 1)


def test_a_parent_who_adds_the_same_child_again_is_sent_to_the_draft(wang, season, at):
    number = steps.id_number()
    steps.draft(wang, season, at("filing"), id_number=number)

    errors = refused(lambda: steps.draft(wang, season, at("filing"), id_number=number))

    assert errors == {"id_number": filing.ALREADY_YOURS}


def test_another_guardian_cannot_file_for_the_same_child(wang, li, season, at):
    number = steps.id_number()
    steps.submitted(wang, season, at("filing"), id_number=number)

    errors = refused(lambda: steps.draft(li, season, at("filing"), id_number=number))

    assert errors == {"id_number": filing.DUPLICATE}


def test_of_two_drafts_for_one_child_in_two_schools_only_the_first_is_accepted(wang, li, season, at):
    number = steps.id_number()
    mine = steps.filled_in(wang, season, at("filing"), id_number=number)
    theirs = steps.filled_in(li, season, at("filing"), id_number=number, address="朝阳街8号楼1单元101室")
    steps.send(mine, at("filing"))

    errors = refused(lambda: steps.send(theirs, at("filing")))

    assert errors == {"": filing.DUPLICATE}
    assert steps.fresh(theirs).status == Status.DRAFT


def test_submitting_gives_a_receipt_and_a_line_in_the_log(wang, season, at):
    application = steps.submitted(wang, season, at("filing"))

    assert application.status == Status.SUBMITTED
    assert len(application.receipt_number) == 9
    lines = AuditEvent.objects.filter(subject=f"enrollment.Application:{application.pk}").values_list(
        "action", flat=True
    )
    assert list(lines.order_by("id")) == ["application.begun", "application.submitted"]


def test_the_same_key_submits_once_and_gives_the_same_receipt(wang, season, at):
    application, key = steps.filled_in(wang, season, at("filing")), uuid4()
    content = steps.seen(application)

    first = filing.submit(application, by=wang, key=key, seen=content, now=at("filing"))
    second = filing.submit(application, by=wang, key=key, seen=content, now=at("filing"))

    assert first.receipt_number == second.receipt_number
    assert AuditEvent.objects.filter(action="application.submitted").count() == 1


def test_another_key_for_what_was_submitted_already_is_not_a_second_submission(wang, season, at):
    application = steps.submitted(wang, season, at("filing"))

    with pytest.raises(NotAllowed):
        steps.send(application, at("filing"))


def test_a_refused_submission_frees_its_key(wang, season, at):
    application, key = steps.filled_in(wang, season, at("filing")), uuid4()
    content = steps.seen(application)

    with pytest.raises(StageClosed):
        filing.submit(application, by=wang, key=key, seen=content, now=at("draw"))

    assert not SubmitKey.objects.filter(pk=key).exists()
    assert filing.submit(application, by=wang, key=key, seen=content, now=at("filing")).receipt_number


def test_what_changed_in_another_tab_must_be_checked_first(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))
    shown = steps.seen(application)
    filing.save_guardian(application, name="样丙寅", relation="父亲", by=wang)

    errors = refused(lambda: filing.submit(application, by=wang, key=uuid4(), seen=shown, now=at("filing")))

    assert errors == {"": "内容在另一个页面改动过，请核对下面的最新内容后再提交。"}


def test_a_missing_page_is_named(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))
    hukou = filing.needed_evidence(application)[0]
    filing.remove_page(hukou.pages.first(), by=wang)

    errors = refused(lambda: steps.send(application, at("filing")))

    assert errors == {"": "还有未完成的项目：居民户口簿（已上传1页，至少2页）。"}


def test_an_empty_draft_names_everything_that_is_missing(wang, season, at):
    application = steps.draft(wang, season, at("filing"))

    errors = refused(lambda: steps.send(application, at("filing")))

    assert errors == {"": "还有未完成的项目：监护人、报名类别、家庭住址和学校。"}


def test_the_same_photo_sent_twice_is_kept_once(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))
    evidence = filing.needed_evidence(application)[0]

    filing.add_pages(evidence, pages(steps.photo(100)), by=wang)

    assert evidence.pages.count() == 2


def test_changing_the_category_keeps_documents_that_both_need(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))

    filing.save_category(application, category=Category.objects.get(season=season, code="migrant"), by=wang)

    needed = filing.needed_evidence(steps.fresh(application))
    assert [(e.kind.code, len(e.pages.all())) for e in needed] == [("residence-permits", 0), ("hukou", 2)]


def test_documents_that_the_category_does_not_need_are_not_kept_after_submitting(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"), category="migrant")
    filing.save_category(application, category=Category.objects.get(season=season, code="village"), by=wang)
    filing.save_category(application, category=Category.objects.get(season=season, code="migrant"), by=wang)

    sent = steps.send(application, at("filing"))

    assert sorted(sent.evidence.values_list("kind__code", flat=True)) == ["hukou", "residence-permits"]


def test_a_submitted_application_cannot_be_edited(wang, season, at):
    application = steps.submitted(wang, season, at("filing"))

    errors = refused(lambda: filing.save_guardian(application, name="样丁卯", relation="父亲", by=wang))

    assert errors == {"": "这份报名现在是“待学校审核”，不能修改。"}


def test_a_stranger_cannot_touch_an_application(wang, li, season, at):
    application = steps.filled_in(wang, season, at("filing"))

    errors = refused(lambda: filing.save_guardian(application, name="样丁卯", relation="父亲", by=li))

    assert errors == {"": "这份报名已经在另一个页面删除。"}
    assert steps.fresh(application).guardian_name == "样乙丑"


def test_a_withdrawn_child_may_be_filed_again(wang, season, at):
    number = steps.id_number()
    application = steps.submitted(wang, season, at("filing"), id_number=number)

    filing.withdraw(application, by=wang, now=at("filing"))

    assert steps.submitted(wang, season, at("filing"), id_number=number).status == Status.SUBMITTED


def test_a_withdrawn_draft_is_gone(wang, season, at):
    application = steps.draft(wang, season, at("filing"))

    filing.withdraw(application, by=wang, now=at("filing"))

    assert not Application.objects.filter(pk=application.pk).exists()


def test_twins_wishes_are_said_once_for_both(wang, season, at):
    first = steps.draft(wang, season, at("filing"))
    second = steps.draft(wang, season, at("filing"))

    filing.save_wish(first, wish="together", by=wang)

    assert [steps.fresh(a).multiples_wish for a in (first, second)] == ["together", "together"]


def test_the_number_is_encrypted_in_the_database(wang, season, at):
    number = steps.id_number()
    steps.draft(wang, season, at("filing"), id_number=number)

    child = Child.objects.get()

    assert child.id_number == number
    assert number.encode() not in bytes(child.id_number_cipher) + bytes(child.id_number_index)


def test_filing_queues_no_job_that_would_outlive_a_refusal(wang, season, at):
    application = steps.filled_in(wang, season, at("filing"))

    with pytest.raises(StageClosed):
        steps.send(application, at("draw"))

    assert OutboxJob.objects.count() == 0
