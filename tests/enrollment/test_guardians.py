"""另一位监护人: both see the same state; neither learns where the other lives."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from districts import consent, sign_in
from districts.models import AuditEvent, Consent, Purpose, SmsMessage
from districts.refusals import Refused
from enrollment import filing, guardians, review
from enrollment.models import Child, CoGuardian
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
PHONE = "19900000003"


@pytest.fixture
def application(wang, season, at, it_is):
    it_is("filing")
    return steps.submitted(wang, season, at("filing"))


@pytest.fixture
def chen(db):
    """The child's other guardian."""
    return sign_in.family_account(PHONE)


def accept(invitation, account, season):
    guardians.accept(invitation, by=account, rules=consent.newest_rules(season.district))


def invited(application, phone=PHONE):
    return guardians.invite(application, phone=phone, by=application.account)


def told() -> list[tuple[str, str]]:
    return [(message.phone, message.body) for message in SmsMessage.objects.order_by("created_at")]


def test_no_child_is_kept_without_a_consent(wang, season, at, it_is):
    child = steps.draft(wang, season, at("filing")).child

    with pytest.raises(IntegrityError, match="child_has_consent"), transaction.atomic():
        Child.objects.filter(pk=child.pk).update(consent=None)


def test_a_child_stands_on_the_consent_of_its_own_guardian(wang, li, season, at):
    child = steps.draft(wang, season, at("filing")).child
    steps.agree(li, season)

    Child.objects.filter(pk=child.pk).update(consent=Consent.objects.get(account=li))

    with pytest.raises(IntegrityError, match="child_consent_is_its_guardians"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_whoever_signs_in_with_the_number_finds_the_invitation(application, chen, li, district):
    invitation = invited(application)

    assert [list(guardians.invitations_to(one, district)) for one in (chen, li)] == [[invitation], []]


def test_the_invitation_names_nobody(application):
    invited(application)

    assert told()[-1] == (
        PHONE,
        "【阳光入学】有家长邀请您作为监护人查看孩子的报名进度。请在7天内用本手机号登录http://127.0.0.1:8000/，"
        "打开“我的报名”。不认识的可以不理会。",
    )


def test_nobody_invites_the_own_number(application, wang):
    with pytest.raises(Refused) as refused:
        invited(application, wang.phone)

    assert refused.value.errors == {"phone": "这是您自己的手机号，请填写另一位监护人的。"}


def test_nobody_is_invited_to_a_withdrawn_application(application, wang, at):
    filing.withdraw(application, by=wang, now=at("filing"))

    with pytest.raises(Refused) as refused:
        invited(steps.fresh(application))

    assert refused.value.errors == {"phone": "这份报名已经撤回，不能再邀请。"}


def test_there_is_one_second_guardian_at_a_time(application):
    invited(application)

    with pytest.raises(Refused) as refused:
        invited(application, "19900000005")

    assert refused.value.errors == {"phone": "已经有另一位监护人，或者有还没接受的邀请。要换人，请先取消。"}


def test_three_invitations_a_day(application):
    for number in range(3):
        guardians.end(invited(application, f"1990000001{number}"), by=application.account)

    with pytest.raises(Refused) as refused:
        invited(application)

    assert refused.value.errors == {"phone": "一天最多邀请3次，请明天再试。"}


def test_an_invitation_lasts_seven_days(application, chen, season):
    invitation = invited(application)
    CoGuardian.objects.update(invited_at=Now() - timedelta(days=8), expires_at=Now() - timedelta(days=1))

    with pytest.raises(Refused) as refused:
        accept(invitation, chen, season)

    assert refused.value.errors == {"": "这个邀请已经取消或者过期，请与邀请您的家长联系。"}


def test_an_expired_invitation_makes_room_for_another(application):
    old = invited(application)
    CoGuardian.objects.update(invited_at=Now() - timedelta(days=8), expires_at=Now() - timedelta(days=1))

    new = invited(application, "19900000005")

    old.refresh_from_db()
    assert (old.ended_at is not None, guardians.current(application.child)) == (True, new)


def test_somebody_else_cannot_accept(application, li, season):
    invitation = invited(application)

    with pytest.raises(Refused):
        accept(invitation, li, season)


def test_accepting_is_agreeing_to_the_rules(application, chen, season):
    accept(invited(application), chen, season)

    kept = CoGuardian.objects.get()
    assert (kept.account, kept.consent.account, kept.consent.purpose) == (chen, chen, Purpose.FOLLOW)


def test_both_are_told_of_a_decision(application, chen, season, zhao, at):
    accept(invited(application), chen, season)
    before = len(told())

    review.approve(application, by=zhao, now=at("review"))

    news = told()[before:]
    assert sorted(phone for phone, _ in news) == ["19900000001", PHONE]
    assert len({words for _, words in news}) == 1


def test_the_second_guardian_sees_the_state_and_neither_address_phone_nor_photos(client, application, chen, season):
    accept(invited(application), chen, season)
    client.force_login(chen)
    page = application.evidence.first().pages.first()

    seen = client.get(reverse("followed", args=[application.pk])).content.decode()

    assert application.receipt_number in seen
    assert [word for word in (steps.ADDRESS, "新华楼", "19900000001", "样乙丑", str(page.pk)) if word in seen] == []
    assert client.get(reverse("evidence-page", args=[page.pk])).status_code == 404
    assert client.get(reverse("application", args=[application.pk])).status_code == 404


def test_the_guardian_who_filed_does_not_see_the_others_number(client, application, chen, season, wang):
    accept(invited(application), chen, season)
    client.force_login(wang)

    seen = client.get(reverse("application-guardians", args=[application.pk])).content.decode()

    assert (PHONE in seen, "199****0003" in seen) == (False, True)


@pytest.mark.parametrize("ends", ["the one who filed", "the other one"])
def test_either_side_ends_it_and_the_other_is_told(application, chen, season, wang, district, ends):
    accept(invited(application), chen, season)

    guardians.end(CoGuardian.objects.get(), by=wang if ends == "the one who filed" else chen)

    assert list(guardians.followed(chen, season)) == []
    assert told()[-1] == (
        PHONE if ends == "the one who filed" else "19900000001",
        "【阳光入学】您和另一位监护人不再共同查看孩子的报名进度。",
    )


def test_every_step_is_in_the_log(application, chen, season, wang):
    accept(invited(application), chen, season)
    guardians.end(CoGuardian.objects.get(), by=chen)

    lines = AuditEvent.objects.filter(action__startswith="guardian.").order_by("id")
    assert list(lines.values_list("action", "actor")) == [
        ("guardian.invited", str(wang.pk)),
        ("guardian.accepted", str(chen.pk)),
        ("guardian.ended", str(chen.pk)),
    ]
