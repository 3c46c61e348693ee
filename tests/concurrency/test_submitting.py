"""However many hands press at the same moment: one application, one receipt, one live application for a child."""

from functools import partial
from uuid import uuid4

from django.test import Client

from districts.models import AuditEvent, SmsMessage, SubmitKey
from districts.refusals import Refused
from enrollment import filing, review, states
from enrollment.filing import DUPLICATE
from enrollment.models import Application
from enrollment.states import NotAllowed, Status
from tests.concurrency.parallel import at_once
from tests.enrollment import steps


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_twenty_presses_of_submit_are_one_application_with_one_receipt(wang, season, it_is):
    application = steps.filled_in(wang, season, it_is("filing"))
    address = f"/my/applications/{application.pk}/check/"
    form = {"key": str(uuid4()), "seen": steps.seen(application), "declaration": "on"}
    browsers = [browser(wang) for _ in range(20)]

    answers = at_once(20, lambda n: browsers[n].post(address, form))

    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, f"/my/applications/{application.pk}/receipt/")
    }
    assert SubmitKey.objects.filter(purpose="submit").count() == 1
    assert AuditEvent.objects.filter(action="application.submitted").count() == 1
    receipt = Application.objects.get().receipt_number
    shown = at_once(20, lambda n: browsers[n].get(answers[n].url).context["panel"].number)
    assert shown == [receipt] * 20


def test_twenty_presses_with_keys_of_their_own_are_still_one_submission(wang, season, it_is):
    application = steps.filled_in(wang, season, it_is("filing"))
    address = f"/my/applications/{application.pk}/check/"
    seen = steps.seen(application)
    browsers = [browser(wang) for _ in range(20)]

    answers = at_once(20, lambda n: browsers[n].post(address, {"key": uuid4(), "seen": seen, "declaration": "on"}))

    assert {answer.url for answer in answers} == {f"/my/applications/{application.pk}/receipt/"}
    assert AuditEvent.objects.filter(action="application.submitted").count() == 1


def test_twenty_presses_of_add_child_begin_one_draft(wang, season, it_is):
    it_is("filing")
    steps.agree(wang, season)
    form = steps.entries() | {"key": str(uuid4())}
    browsers = [browser(wang) for _ in range(20)]

    answers = at_once(20, lambda n: browsers[n].post("/my/children/add/", form))

    assert {answer.url for answer in answers} == {f"/my/applications/{Application.objects.get().pk}/"}


def submit_own(drafts, seen, now, n):
    return filing.submit(drafts[n], by=drafts[n].account, key=uuid4(), seen=seen[n], now=now)


def test_of_two_accounts_that_submit_for_one_child_exactly_one_gets_through(wang, li, season, at):
    now = at("filing")
    for _ in range(20):
        number = steps.id_number()
        drafts = [steps.filled_in(account, season, now, id_number=number) for account in (wang, li)]
        seen = [steps.seen(draft) for draft in drafts]

        answers = at_once(2, partial(submit_own, drafts, seen, now))

        assert [answer.errors for answer in answers if isinstance(answer, Refused)] == [{"": DUPLICATE}]
        assert sorted(steps.fresh(draft).status for draft in drafts) == [Status.DRAFT, Status.SUBMITTED]
    assert Application.objects.filter(status__in=states.LIVE).count() == 20


def test_twenty_approvals_at_once_are_one_decision_and_one_message(wang, zhao, season, at):
    now = at("review")
    application = steps.submitted(wang, season, at("filing"))

    answers = at_once(20, lambda n: review.approve(application, by=zhao, now=now))

    assert [type(answer) for answer in answers if answer is not None] == [NotAllowed] * 19
    assert AuditEvent.objects.filter(action="application.approved").count() == SmsMessage.objects.count() == 1
