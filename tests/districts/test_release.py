"""复核: one person asks, another releases, and only then it happens."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from districts import release
from districts.models import Account, AuditEvent, Membership, Release, Role
from districts.refusals import Refused
from districts.rights import Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch) -> list[tuple[str, str]]:
    """What was carried out: (who asked, who released)."""
    found: list[tuple[str, str]] = []
    kind = release.Kind("试一试", Right.RELEASE_RULES, lambda one, by: found.append((one.asked_by.login, by.login)))
    monkeypatch.setitem(release.KINDS, "try", kind)
    return found


@pytest.fixture
def wu(district) -> Account:
    """A second clerk of the bureau."""
    account = Account.objects.create(login="wu", name="wu", password="!")
    Membership.objects.create(account=account, role=Role.BUREAU, district=district)
    return account


@pytest.fixture
def asked(district, sun, done) -> Release:
    return release.ask("try", "one thing", what="试一试", payload={}, by=sun, district=district)


def test_nothing_happens_until_another_person_releases_it(asked, wu, done):
    assert done == []

    release.decide(asked, by=wu, agree=True)

    assert done == [("sun", "wu")]
    asked.refresh_from_db()
    assert (asked.outcome, asked.decided_by) == ("released", wu)


def test_nobody_releases_what_they_asked_for(asked, sun, done):
    with pytest.raises(Refused, match="申请人不能复核自己的申请"):
        release.decide(asked, by=sun, agree=True)
    assert done == []


def test_the_database_refuses_it_too(asked, sun):
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=asked.pk).update(outcome="released", decided_by=sun, decided_at=Now())


def test_only_those_with_the_right_release(asked, zhao, zhou, done):
    for person in (zhao, zhou):
        with pytest.raises(PermissionDenied):
            release.decide(asked, by=person, agree=True)
    assert done == []


def test_a_refusal_says_why_and_carries_nothing_out(asked, wu, done):
    with pytest.raises(Refused, match="请写明不同意的原因"):
        release.decide(asked, by=wu, agree=False)

    release.decide(asked, by=wu, agree=False, note="名单还要核对")

    asked.refresh_from_db()
    assert (asked.outcome, asked.note, done) == ("refused", "名单还要核对", [])


def test_what_was_decided_is_not_decided_again(asked, wu, done):
    release.decide(asked, by=wu, agree=True)

    with pytest.raises(Refused, match="这件事已复核，不用再办。"):
        release.decide(asked, by=wu, agree=True)
    assert done == [("sun", "wu")]


def test_the_same_thing_is_asked_for_once_at_a_time(asked, district, sun, wu):
    with pytest.raises(Refused, match="正在等另一位工作人员复核"):
        release.ask("try", "one thing", what="试一试", payload={}, by=sun, district=district)

    release.decide(asked, by=wu, agree=False, note="名单还要核对")
    assert release.ask("try", "one thing", what="试一试", payload={}, by=sun, district=district).outcome == "open"


def test_when_it_cannot_be_carried_out_it_is_not_released(asked, wu, monkeypatch):
    def fail(one: Release, by: Account) -> None:
        raise Refused({"": "已经公布。"})

    monkeypatch.setitem(release.KINDS, "try", release.Kind("试一试", Right.RELEASE_RULES, fail))
    with pytest.raises(Refused, match="已经公布"):
        release.decide(asked, by=wu, agree=True)

    asked.refresh_from_db()
    assert asked.outcome == "open"


def test_asking_and_deciding_leave_a_line_each(asked, wu):
    release.decide(asked, by=wu, agree=True)

    events = AuditEvent.objects.filter(action__startswith="release.").order_by("id")
    assert [(event.action, event.actor) for event in events] == [
        ("release.asked", str(asked.asked_by_id)),
        ("release.released", str(wu.pk)),
    ]


def test_people_see_what_they_may_decide_and_what_they_asked_for(district, asked, sun, wu, zhao):
    assert [list(release.concerning(person, district)) for person in (sun, wu, zhao)] == [[asked], [asked], []]
    assert [release.may_decide(person, asked) for person in (sun, wu, zhao)] == [False, True, False]
