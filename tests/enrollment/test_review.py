"""审核: approve, return single items, verify the originals."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.calendar import StageClosed
from districts.models import AuditEvent, OutboxJob, SmsMessage
from districts.photos import pages
from districts.refusals import Refused
from enrollment import filing, review
from enrollment.models import Category, OnSiteCheck, ReturnReason
from enrollment.states import NotAllowed, Status
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(wang, season, at):
    return steps.submitted(wang, season, at("filing"))


def test_approving_asks_the_family_to_come_with_the_originals(sent, zhao, at):
    review.approve(sent, by=zhao, now=at("review"))

    assert steps.fresh(sent).status == Status.APPROVED
    assert SmsMessage.objects.get().body == (
        f"【阳光入学】回执{sent.receipt_number}：线上审核已通过，请带证件原件到新华小学现场核验。"
    )
    assert OutboxJob.objects.get().kind == "sms"


def test_a_clerk_of_another_school_cannot_approve(sent, qian, at):
    with pytest.raises(PermissionDenied):
        review.approve(sent, by=qian, now=at("review"))


def test_a_bureau_clerk_cannot_review_for_a_school(sent, sun, at):
    with pytest.raises(PermissionDenied):
        review.approve(sent, by=sun, now=at("review"))


def test_nobody_reviews_after_the_stage(sent, zhao, at):
    with pytest.raises(StageClosed):
        review.approve(sent, by=zhao, now=at("draw"))


def test_nothing_is_decided_twice(sent, zhao, at):
    review.approve(sent, by=zhao, now=at("review"))

    with pytest.raises(NotAllowed):
        review.approve(sent, by=zhao, now=at("review"))


def test_returning_needs_at_least_one_item(sent, zhao, at):
    with pytest.raises(Refused, match="请至少选择一项"):
        review.return_items(sent, [], by=zhao, now=at("review"))


def test_a_returned_application_opens_only_the_returned_item(sent, wang, zhao, at):
    application = steps.returned(sent, zhao, at("review"))
    hukou, property_certificate, _ = filing.needed_evidence(application)

    filing.add_pages(hukou, pages(steps.photo(10)), by=wang)

    with pytest.raises(Refused, match="学校没有退回这一项，不能修改。"):
        filing.add_pages(property_certificate, pages(steps.photo(11)), by=wang)
    with pytest.raises(Refused, match="学校没有退回这一项，不能修改。"):
        filing.save_guardian(application, name="样丁卯", relation="父亲", by=wang)


def test_a_returned_application_cannot_be_resubmitted_before_it_is_mended(sent, zhao, at):
    application = steps.returned(sent, zhao, at("review"))

    with pytest.raises(Refused, match="学校退回的项目中还有1项没有修改。"):
        steps.send(application, at("review"))


def test_a_mended_application_keeps_its_receipt_and_is_reviewed_again(sent, wang, zhao, at):
    application = steps.returned(sent, zhao, at("review"))
    filing.add_pages(filing.needed_evidence(application)[0], pages(steps.photo(10)), by=wang)

    again = steps.send(application, at("review"))

    assert (again.status, again.receipt_number) == (Status.SUBMITTED, sent.receipt_number)
    assert again.findings.filter(closed_at__isnull=True).count() == 0


def test_a_returned_application_can_be_mended_after_filing_closed(sent, wang, zhao, at):
    application = steps.returned(sent, zhao, at("review", hours=80))
    filing.add_pages(filing.needed_evidence(application)[0], pages(steps.photo(10)), by=wang)

    assert steps.send(application, at("spot-check")).status == Status.SUBMITTED


def test_a_wrong_address_returned_goes_to_the_right_school(sent, wang, zhao, qian, season, campus, at):
    application = steps.returned(sent, zhao, at("review"), section="address", reason="other-catchment")
    filing.save_address(
        application, address="朝阳街8号", campus=campus("朝阳小学"), reason="“朝阳街”列在朝阳小学的范围中。", by=wang
    )

    again = steps.send(application, at("review"))
    review.approve(again, by=qian, now=at("review"))

    assert steps.fresh(again).status == Status.APPROVED


def test_a_mended_category_opens_the_documents_it_newly_needs(sent, wang, zhao, season, at):
    application = steps.returned(sent, zhao, at("review"), section="category", reason="wrong-category")
    filing.save_category(application, category=Category.objects.get(season=season, code="migrant"), by=wang)
    permits, _ = filing.needed_evidence(steps.fresh(application))

    filing.add_pages(permits, [*pages(steps.photo(1)), *pages(steps.photo(2))], by=wang)

    assert steps.send(application, at("review")).status == Status.SUBMITTED


def test_the_same_item_cannot_be_returned_twice_at_once(sent, zhao, season, at):
    why = ReturnReason.objects.filter(season=season).first()
    item = review.ReturnedItem("guardian", why)

    with pytest.raises(Refused, match="同一项目只能退回一次。"):
        review.return_items(sent, [item, item], by=zhao, now=at("review"))


def test_every_original_must_be_seen(sent, zhao, at):
    review.approve(sent, by=zhao, now=at("review"))

    with pytest.raises(Refused, match="还有原件没有核验：出生医学证明。缺少原件时请退回该项。"):
        review.verify_on_site(sent, originals=["hukou", "property"], by=zhao, now=at("review"))


def test_verifying_records_who_saw_which_originals(sent, zhao, at):
    application = steps.verified(sent, zhao, at("review"))

    check = OnSiteCheck.objects.get(application=application)
    assert (application.status, check.originals, check.checked_by) == (
        Status.VERIFIED,
        ["birth", "hukou", "property"],
        zhao,
    )


def test_looking_at_documents_is_logged(sent, zhao):
    review.look_at(sent, by=zhao)

    line = AuditEvent.objects.get(action="application.viewed")
    assert (line.actor, line.actor_role, line.subject) == (str(zhao.pk), "staff", f"enrollment.Application:{sent.pk}")


def test_a_decision_whose_log_line_fails_did_not_happen(sent, zhao, at, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr(review.audit, "record", fail)
    with pytest.raises(RuntimeError, match="no log"):
        review.approve(sent, by=zhao, now=at("review"))

    assert steps.fresh(sent).status == Status.SUBMITTED
    assert not SmsMessage.objects.exists()


def test_a_returned_child_cannot_become_another_familys(sent, wang, li, zhao, season, at):
    number = steps.id_number()
    steps.submitted(li, season, at("filing"), id_number=number)
    application = steps.returned(sent, zhao, at("review"), section="child", reason="differs")

    with pytest.raises(Refused) as caught:
        filing.correct_child(application, **steps.entries(id_number=number), by=wang)

    assert caught.value.errors == {"id_number": filing.DUPLICATE}


def test_two_returns_keep_both_findings_in_the_history(sent, wang, zhao, at):
    application = steps.returned(sent, zhao, at("review"))
    filing.add_pages(filing.needed_evidence(application)[0], pages(steps.photo(10)), by=wang)
    steps.send(application, at("review"), key=uuid4())
    steps.returned(application, zhao, at("review"))

    assert application.findings.count() == 2
