"""Two clerks on one case, and rights that end while somebody is at work: nothing lost, nothing done by halves."""

from functools import partial
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied

from districts import people
from districts.models import AuditEvent, Role, SmsMessage
from districts.refusals import Refused
from enrollment import filing, review
from enrollment.models import Application, EvidencePage, Finding, ReturnReason
from enrollment.states import NotAllowed, Status
from tests.concurrency.parallel import at_once
from tests.conftest import staff
from tests.enrollment import steps

CASES, HANDS = 20, 50  # a thousand tries


def test_of_two_heads_who_end_each_other_at_once_one_stays(district):
    heads = [staff(name, Role.BUREAU_HEAD, district) for name in ("ma", "niu")]

    answers = at_once(2, lambda n: people.end_membership(heads[n].memberships.get(), by=heads[1 - n]))

    assert sum(answer is None for answer in answers) == 1
    assert district.memberships.in_force().filter(role=Role.BUREAU_HEAD).count() == 1


@pytest.fixture
def colleague(district, zhao):
    """A second clerk of the same school."""
    return staff("colleague", Role.SCHOOL, district, "新华小学")


def decide_once(application, items, clerks, now, n):
    """Every other hand approves, the rest return."""
    if n % 2:
        return review.approve(application, by=clerks[n % 4 // 2], now=now)
    return review.return_items(application, items, by=clerks[n % 4 // 2], now=now)


def test_of_two_clerks_on_one_case_the_second_is_told_and_nothing_is_lost(season, zhao, colleague, at):
    now = at("review")
    reason = ReturnReason.objects.filter(season=season).first()
    lost = []
    for number in range(CASES):
        application = steps.submitted(steps.family(number), season, at("filing"))
        items = [review.ReturnedItem("guardian", reason)]

        answers = at_once(HANDS, partial(decide_once, application, items, (zhao, colleague), now))

        first = [n for n, answer in enumerate(answers) if answer is None]
        then = Status.APPROVED if first and first[0] % 2 else Status.RETURNED
        told = f"这份报名现在是“{'请到校核验' if then == Status.APPROVED else '请补正'}”，不能再做这项操作。"
        refused = [str(answer) for answer in answers if isinstance(answer, NotAllowed)]
        kept = (
            steps.fresh(application).status,
            Finding.objects.filter(application=application).count(),
            AuditEvent.objects.filter(
                subject=f"enrollment.Application:{application.pk}",
                action__in=["application.approved", "application.returned"],
            ).count(),
        )
        # From 请到校核验 a case can still be returned: then two decisions follow each other, and both are kept.
        if len(first) == 2:
            right = kept == (Status.RETURNED, 1, 2)
        else:
            right = kept == (then, int(then == Status.RETURNED), 1) and {told in one for one in refused} == {True}
        if not right or len(first) + len(refused) != HANDS:
            lost.append((number, first, kept, answers))

    assert lost == []
    assert (
        SmsMessage.objects.count()
        == AuditEvent.objects.filter(action__in=["application.approved", "application.returned"]).count()
    )


def test_whoever_looked_at_an_older_version_decides_nothing_about_the_newer(season, wang, zhao, colleague, at):
    application = steps.submitted(wang, season, at("filing"))
    seen = review.version(application)
    steps.returned(application, zhao, at("review"))
    evidence = filing.needed_evidence(steps.fresh(application))[0]
    filing.add_pages(evidence, [steps.page(99)], by=wang)
    steps.send(application, at("review", 10))

    with pytest.raises(Refused, match="家长又提交了新的内容"):
        review.approve(application, by=colleague, seen=seen, now=at("review", 11))
    assert steps.fresh(application).status == Status.SUBMITTED


def test_once_a_role_has_ended_nothing_more_is_decided_with_it(season, district, zhao, sun, at):
    now = at("review")
    cases = [steps.submitted(steps.family(number), season, at("filing")) for number in range(40)]
    over, late = Event(), set()

    def work(n: int) -> None:
        if n == 20:
            people.end_membership(zhao.memberships.get(), by=sun)
            over.set()
            return
        if over.is_set():
            late.add(n)
        review.approve(cases[n], by=zhao, now=now)

    answers = at_once(40, work)

    done = {n for n, answer in enumerate(answers) if answer is None} - {20}
    assert {type(answers[n]) for n in set(range(40)) - done - {20}} <= {PermissionDenied}
    assert done & late == set()
    approved = set(Application.objects.filter(status=Status.APPROVED).values_list("pk", flat=True))
    assert approved == {cases[n].pk for n in done}
    assert AuditEvent.objects.filter(action="application.approved").count() == SmsMessage.objects.count() == len(done)
    with pytest.raises(PermissionDenied):
        review.approve(next(case for n, case in enumerate(cases) if n not in done), by=zhao, now=now)


@pytest.mark.parametrize("end", ["submit", "delete"])
def test_a_family_that_sends_or_deletes_while_its_photos_arrive_loses_nothing_silently(season, wang, at, end):
    application = steps.filled_in(wang, season, at("filing"))
    evidence = filing.needed_evidence(steps.fresh(application))[0]
    before = EvidencePage.objects.filter(evidence=evidence).count()

    def work(n: int) -> None:
        if n == 5:
            if end == "submit":
                steps.send(application, at("filing"))
            else:
                filing.withdraw(application, by=wang, now=at("filing"))
        else:
            filing.add_pages(evidence, [steps.page(200 + n)], by=wang)

    answers = at_once(10, work)

    kept = sum(answer is None for n, answer in enumerate(answers) if n != 5)
    told = [answer for n, answer in enumerate(answers) if answer is not None]
    assert {type(answer) for answer in told} <= {Refused}
    if end == "delete":
        assert Application.objects.count() == 0
    else:
        assert EvidencePage.objects.filter(evidence=evidence).count() == before + kept
