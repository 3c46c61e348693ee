"""Nobody does both halves of what takes two people, whatever roles they hold; and onlookers only look."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse

from districts import audit, queries, release
from districts.models import Account, Membership, Release, Role, School
from districts.refusals import Refused
from districts.rights import MAY, OF_A_SCHOOL, ONLOOKERS, Right
from enrollment import review, spot_check
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(district):
    """An account with these roles, in 新华小学 where a role is a school's."""
    numbers = iter(range(1000))

    def make(*roles: Role) -> Account:
        account = Account.objects.create(login=f"person-{next(numbers)}", name="样", password="!")
        school = School.objects.get(district=district, name=steps.CAMPUS)
        for role in roles:
            of = school if role in OF_A_SCHOOL else None
            Membership.objects.create(account=account, role=role, district=district, school=of)
        return account

    return make


def outcome(action) -> str:
    try:
        with transaction.atomic():
            action()
    except (PermissionDenied, Refused):
        return "refused"
    return "done"


@pytest.mark.parametrize("kind", sorted(release.KINDS))
def test_with_any_pair_of_roles_nobody_releases_the_own_and_only_the_entitled_anothers(
    district, somebody, monkeypatch, kind
):
    right = release.KINDS[kind].right
    monkeypatch.setitem(release.KINDS, kind, release.Kind("x", right, lambda found, by: None))
    school, wrong = School.objects.get(district=district, name=steps.CAMPUS), []
    for number, (one, other) in enumerate(product(Role, Role)):
        asker, second = somebody(one, other), somebody(other)
        asked = release.ask(kind, f"thing {number}", what="x", payload={}, by=asker, district=district, school=school)
        own = outcome(lambda asked=asked, asker=asker: release.decide(asked, by=asker, agree=True))
        others = outcome(lambda asked=asked, second=second: release.decide(asked, by=second, agree=True))
        if (own, others) != ("refused", "done" if other in MAY[right] else "refused"):
            wrong.append((one, other, own, others))

    assert wrong == []


def test_somebody_with_every_role_releases_nothing_of_the_own_and_the_database_says_so_too(district, somebody):
    person = somebody(*Role)
    asked = release.ask("publication", "x", what="x", payload={}, by=person, district=district)

    assert outcome(lambda: release.decide(asked, by=person, agree=True)) == "refused"
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=asked.pk).update(outcome="released", decided_by=person, decided_at=Now())


@pytest.mark.parametrize("decide", [spot_check.confirm, lambda *a, **k: spot_check.send_back(*a, note="x", **k)])
def test_who_reviewed_never_checks_the_own_review_with_whatever_pair_of_roles(wang, season, somebody, at, decide):
    application = steps.submitted(wang, season, at("filing"))
    reviewers = [(role, bureau) for role in MAY[Right.REVIEW] for bureau in MAY[Right.SPOT_CHECK]]
    found = {}
    for pair in reviewers:
        with transaction.atomic():
            person, checker = somebody(*pair), somebody(pair[1])
            steps.verified(application, person, at("review"))
            item = spot_check.draw(season, application.campus, size=1, by=checker, now=at("spot-check")).items.get()
            found[pair] = [
                outcome(lambda by=by, item=item: decide(item, by=by, now=at("spot-check"))) for by in (person, checker)
            ]
            transaction.set_rollback(True)

    assert {pair: tuple(two) for pair, two in found.items()} == dict.fromkeys(reviewers, ("refused", "done"))


def test_without_the_right_no_role_reviews_or_checks(wang, season, somebody, at):
    application = steps.submitted(wang, season, at("filing"))

    reviewed = {role: outcome(lambda role=role: approve_and_forget(application, somebody(role), at)) for role in Role}

    assert reviewed == {role: "done" if role in MAY[Right.REVIEW] else "refused" for role in Role}


def approve_and_forget(application, by, at) -> None:
    review.approve(application, by=by, now=at("review"))
    transaction.set_rollback(True)


def test_onlookers_have_reading_rights_only():
    reading = {Right.READ_LISTS, Right.READ_LOG}

    assert {right for right in Right if MAY[right] & (ONLOOKERS | {Role.WITNESS})} == reading


@pytest.mark.parametrize("page", ["supervision", "supervision-log"])
def test_on_an_onlookers_page_the_database_refuses_every_write(client, zhou, season, district, monkeypatch, page):
    """Even if the code of the page should ever try one."""
    client.force_login(zhou)
    reads = {"supervision": "season_or_404", "supervision-log": "log_of"}[page]
    real = getattr(queries, reads)

    def writes_too(*args: object) -> object:
        audit.record("test.write", district, by=zhou, district=district)
        return real(*args)

    monkeypatch.setattr(queries, reads, writes_too)

    with pytest.raises(DatabaseError, match="read-only transaction"):
        client.get(reverse(page))
