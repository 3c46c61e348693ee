"""The bureau invites, changes and ends; whoever lost everything begins again in person."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from districts import factors, people, release
from districts.clock import database_now
from districts.models import Account, AuditEvent, Invitation, Release, School, SmsMessage
from districts.refusals import Refused
from districts.rights import Role
from tests.conftest import staff

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def invited(district, sun):
    return people.invite(
        district, login="wulei", name="吴老师", role=Role.SCHOOL, school=School.objects.get(name="朝阳小学"), by=sun
    )


@pytest.fixture
def ma(district) -> Account:
    """A head of the bureau."""
    return staff("ma", Role.BUREAU_HEAD, district)


def released(by: Account) -> release.Handover | None:
    """A second person agrees to the one thing that was asked for."""
    return release.decide(Release.objects.get(outcome="open"), by=by, agree=True)


def path(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000")


def set_password(client: Client, link: str, password: str = PASSWORD):
    return client.post(path(link), {"password": password, "again": password})


def test_from_the_invitation_to_the_first_page(client, invited):
    account, link = invited

    assert client.get(path(link)).context["account"] == account
    assert set_password(client, link)["Location"] == reverse("staff-enrol")
    client.get(reverse("staff-enrol"))
    totp = account.totps.get()
    client.post(reverse("staff-enrol"), {"code": factors.code_at(totp.secret, factors.step_now())})

    assert client.get(reverse("school-queue")).status_code == 200


def test_with_the_password_set_and_nothing_enrolled_no_page_opens(client, invited):
    set_password(client, invited[1])

    assert client.get(reverse("school-queue"))["Location"].partition("?")[0] == reverse("staff-factor")


def test_a_link_is_used_once(client, invited):
    set_password(client, invited[1])

    again = Client().post(path(invited[1]), {"password": "x" * 20, "again": "x" * 20})

    assert again.status_code == 404
    assert Account.objects.get(login="wulei").check_password(PASSWORD)


def test_a_link_is_good_for_72_hours(client, invited):
    left = Invitation.objects.get().expires_at - database_now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    Invitation.objects.update(expires_at=database_now())

    assert client.get(path(invited[1])).status_code == 404


def test_the_links_token_does_not_stand_in_its_row(invited):
    token = path(invited[1]).rstrip("/").rpartition("/")[2]

    assert token.encode() not in bytes(Invitation.objects.get().token_mac)
    assert len(token) == 43


def test_a_weak_password_leaves_the_link_good(client, invited):
    page = set_password(client, invited[1], "short")

    assert page.context["form"].errors == {"password": ["密码至少要12个字符。"]}
    assert client.get(path(invited[1])).status_code == 200


def test_the_link_is_sent_when_a_mobile_is_given(district, ma):
    words = {"login": "wulei", "name": "吴老师", "mobile": "19900000055"}
    account, link = people.invite(district, **words, role=Role.SUPERVISOR, by=ma)

    assert [(m.phone, m.body) for m in SmsMessage.objects.all()] == [
        ("19900000055", f"【阳光入学】吴老师，请在72小时内打开 {link} 设置登录密码。不要转发。")
    ]
    assert account.mobile.phone == "19900000055"
    assert b"19900000055" not in bytes(account.mobile.phone_cipher)


def test_the_bureaus_page_shows_the_link_once(client, ma, district):
    client.force_login(ma)

    page = client.post(reverse("bureau-invite"), {"login": "WuLei", "name": "吴老师", "role": "supervisor"})

    link = page.context["invitation"]
    assert people.invited(path(link).rstrip("/").rpartition("/")[2], district) == Account.objects.get(login="wulei")
    assert link not in client.get(reverse("bureau-person", args=[page.context["person"].pk])).content.decode()


def test_from_and_to_are_days_in_the_district(client, ma, district):
    client.force_login(ma)

    client.post(
        reverse("bureau-invite"),
        {"login": "wulei", "name": "吴", "role": "auditor", "starts": "2099-08-16", "ends": "2099-08-31"},
    )

    membership = Account.objects.get(login="wulei").memberships.get()
    assert membership.starts_at.isoformat() == "2099-08-15T16:00:00+00:00"
    assert membership.ends_at.isoformat() == "2099-08-31T16:00:00+00:00"
    assert not membership.account.memberships.in_force().exists()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"login": "sun"}, {"login": ["这个登录名已经有人用了，请换一个。"]}),
        ({"login": "吴"}, {"login": ["登录名用小写字母开头，只能有小写字母、数字、点、横线，至少3个字符。"]}),
        ({"role": "school"}, {"school": ["学校的角色请选择学校，其他角色不选。"]}),
        ({"mobile": "123"}, {"mobile": ["请填写11位手机号，以1开头。"]}),
        ({"ends": "2020-01-01"}, {"ends": ["结束日期应在开始日期之后，并且还没有过去。"]}),
        ({"name": ""}, {"name": ["请填写姓名。"]}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client, sun, ma, district, changes, errors):
    client.force_login(ma)

    page = client.post(reverse("bureau-invite"), {"login": "wuu", "name": "吴", "role": "bureau"} | changes)

    assert page.context["form"].errors == errors
    assert Account.objects.filter(name="吴").count() == 0


@pytest.mark.parametrize("person", ["zhao", "zhou", "wang"])
def test_only_the_bureau_looks_after_people(request, district, sun, qian, person):
    by = request.getfixturevalue(person)
    membership = qian.memberships.get()
    for attempt in (
        lambda: people.invite(district, login="wuu", name="吴", role=Role.BUREAU, by=by),
        lambda: people.end_membership(membership, by=by),
        lambda: people.change_membership(membership, role=Role.BUREAU, school=None, by=by),
        lambda: people.ask_to_reset(qian, district, by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_another_districts_people_are_unknown(client, sun, zhao, far):
    stranger, _ = people.invite(far, login="far", name="远", role=Role.BUREAU, by=None)
    client.force_login(sun)

    assert client.get(reverse("bureau-person", args=[stranger.pk])).status_code == 404
    assert [row["person"].login for row in client.get(reverse("bureau-people")).context["rows"]] == ["sun", "zhao"]


def test_ending_a_role_signs_the_person_out_at_the_next_request(client, sun, zhao):
    client.force_login(zhao)

    people.end_membership(zhao.memberships.get(), by=sun)

    assert client.get(reverse("school-queue")).status_code == 302
    assert not zhao.memberships.in_force().exists()


def test_changing_the_school_signs_the_person_out_at_the_next_request(client, sun, zhao):
    client.force_login(zhao)
    other = School.objects.get(name="朝阳小学")

    new = people.change_membership(zhao.memberships.get(), role=Role.SCHOOL, school=other, by=sun)

    assert client.get(reverse("school-queue")).status_code == 302
    assert list(zhao.memberships.in_force()) == [new]
    assert new.school == other


def test_a_role_that_ended_cannot_end_again(sun, zhao):
    people.end_membership(zhao.memberships.get(), by=sun)

    with pytest.raises(Refused, match="这个任职已经结束。"):
        people.end_membership(zhao.memberships.get(), by=sun)


def test_a_role_that_has_not_begun_is_taken_away(sun, zhao):
    zhao.memberships.update(starts_at="2099-01-01T00:00Z")

    people.end_membership(zhao.memberships.get(), by=sun)

    assert zhao.memberships.count() == 0


def test_a_refused_change_leaves_the_old_role(sun, zhao):
    before = zhao.memberships.get()

    with pytest.raises(Refused):
        people.change_membership(before, role=Role.SCHOOL, school=None, by=sun)

    assert list(zhao.memberships.in_force()) == [before]


def test_nobody_changes_their_own_rights(ma, district):
    for attempt in (
        lambda: people.end_membership(ma.memberships.get(), by=ma),
        lambda: people.change_membership(ma.memberships.get(), role=Role.AUDITOR, school=None, by=ma),
        lambda: people.ask_to_reset(ma, district, by=ma),
    ):
        with pytest.raises(Refused, match="不能更改自己的任职和登录方式"):
            attempt()


def test_whoever_lost_everything_begins_again_in_person(client, ma, sun, district):
    """Scenario A14: the old ways in are void, the phone gets a notice and no link, the log has it."""
    words = {"login": "wulei", "name": "吴老师", "mobile": "19900000055"}
    account, link = people.invite(district, **words, role=Role.SUPERVISOR, by=ma)
    set_password(lost := Client(), link)
    factors.give_totp(account)
    recovery = factors.new_recovery_codes(account)[0]
    SmsMessage.objects.all().delete()
    client.force_login(ma)
    client.post(reverse("bureau-person-reset", args=[account.pk]))
    client.force_login(sun)

    page = client.post(reverse("release", args=[Release.objects.get().pk]), {"agree": "yes"})

    assert [m.body for m in SmsMessage.objects.all()] == [
        "【阳光入学】账号wulei的登录方式刚由教育局重置。不是您本人要求，请立即联系教育局。"
    ]
    assert not Account.objects.get(pk=account.pk).has_usable_password()
    assert (account.totps.count(), account.recovery_codes.count()) == (0, 0)
    assert not factors.use_recovery_code(account, recovery.replace("-", ""))
    assert lost.get(reverse("staff-enrol"))["Location"] == reverse("staff-factor")
    assert AuditEvent.objects.get(action="people.reset").actor == str(ma.pk)
    assert set_password(Client(), page.context["invitation"])["Location"] == reverse("staff-enrol")


def test_whoever_asks_for_a_reset_voids_nothing_and_sees_no_link(client, sun, zhao):
    zhao.set_password(PASSWORD)
    zhao.save(update_fields=["password"])
    client.force_login(sun)

    client.post(reverse("bureau-person-reset", args=[zhao.pk]))

    assert Account.objects.get(pk=zhao.pk).check_password(PASSWORD)
    assert Invitation.objects.count() == 0


def test_nobody_releases_their_own_reset(district, ma, sun):
    people.ask_to_reset(sun, district, by=ma)

    with pytest.raises(Refused, match="不能更改自己的任职和登录方式"):
        released(by=sun)
    assert Release.objects.get().outcome == "open"


def test_a_release_asks_for_the_second_factor_again(client, sun, ma, zhao, district):
    people.ask_to_reset(zhao, district, by=sun)
    client.force_login(ma)
    ma.sign_ins.update(factor_at="2020-01-01T00:00Z")
    page = reverse("release", args=[Release.objects.get().pk])

    assert client.post(page, {"agree": "yes"})["Location"].partition("?")[0] == reverse("staff-confirm")
    assert Release.objects.get().outcome == "open"


def test_somebody_who_also_works_for_another_district_is_not_reset_here(district, far, sun, zhao):
    zhao.memberships.create(role=Role.AUDITOR, district=far)

    with pytest.raises(PermissionDenied):
        people.ask_to_reset(zhao, district, by=sun)


def test_a_role_in_the_bureau_waits_for_a_second_person(client, district, ma, sun):
    client.force_login(ma)

    client.post(
        reverse("bureau-invite"), {"login": "wulei", "name": "吴", "role": "bureau-head", "mobile": "19900000055"}
    )

    wu = Account.objects.get(login="wulei")
    assert (wu.memberships.count(), wu.invitations.count(), SmsMessage.objects.count()) == (0, 0, 0)
    handover = released(by=sun)
    assert [(held.role, held.ends_at) for held in wu.memberships.all()] == [(Role.BUREAU_HEAD, None)]
    token = path(handover.link).split("/")[-2]
    assert (handover.person, handover.sent, people.invited(token, district)) == (wu, True, wu)
    assert SmsMessage.objects.count() == 1


def test_somebody_new_whom_the_second_person_refuses_leaves_no_account(district, ma, sun):
    people.invite(district, login="wulei", name="吴", role=Role.BUREAU, by=ma)

    release.decide(Release.objects.get(), by=sun, agree=False, note="没有这个人")

    assert Account.objects.filter(login="wulei").count() == 0


def test_a_colleague_who_is_refused_a_role_keeps_the_old_one(district, ma, sun, zhao):
    people.change_membership(zhao.memberships.get(), role=Role.BUREAU, school=None, by=ma)

    release.decide(Release.objects.get(), by=sun, agree=False, note="先不调动")

    assert [held.role for held in zhao.memberships.in_force()] == [Role.SCHOOL]


def test_nobody_releases_a_role_for_themselves(district, ma, sun):
    people.change_membership(sun.memberships.get(), role=Role.BUREAU_HEAD, school=None, by=ma)

    with pytest.raises(Refused, match="不能更改自己的任职和登录方式"):
        released(by=sun)
    assert [held.role for held in sun.memberships.in_force()] == [Role.BUREAU]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SCHOOL, Role.SCHOOL_HEAD}))
def test_a_clerk_of_the_bureau_touches_the_schools_people_only(client, district, sun, role):
    other = staff("other", role, district)
    for attempt in (
        lambda: people.invite(district, login="wuu", name="吴", role=role, by=sun),
        lambda: people.end_membership(other.memberships.get(), by=sun),
        lambda: people.ask_to_reset(other, district, by=sun),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    client.force_login(sun)
    assert client.get(reverse("bureau-person-role", args=[other.pk, other.memberships.get().pk])).status_code == 403


def test_a_clerk_of_the_bureau_makes_no_school_clerk_a_colleague(sun, zhao):
    with pytest.raises(PermissionDenied):
        people.change_membership(zhao.memberships.get(), role=Role.BUREAU, school=None, by=sun)


def test_the_page_offers_only_the_roles_that_may_be_given(client, sun, ma):
    offered = {}
    for person in (sun, ma):
        client.force_login(person)
        form = client.get(reverse("bureau-invite")).context["form"]
        offered[person.login] = [role for role, _ in form.fields["role"].choices]

    assert offered == {"sun": ["school", "school-head"], "ma": [str(role) for role in Role]}


def test_the_last_head_stays(district, ma, sun):
    second = staff("second", Role.BUREAU_HEAD, district)
    people.end_membership(ma.memberships.get(), by=second)
    last = second.memberships.get()

    with pytest.raises(Refused, match="这是最后一位教育局负责人"):
        people.end_membership(last, by=None)
    with pytest.raises(Refused, match="这是最后一位教育局负责人"):
        people.change_membership(last, role=Role.AUDITOR, school=None, by=None)
    with pytest.raises(Refused, match="这是最后一位教育局负责人"):
        people.change_membership(last, role=Role.BUREAU_HEAD, school=None, ends_at="2099-01-01T00:00Z", by=None)


def test_a_head_whose_account_is_closed_does_not_count(district, ma):
    closed = staff("closed", Role.BUREAU_HEAD, district)
    closed.is_active = False
    closed.save(update_fields=["is_active"])

    with pytest.raises(Refused, match="这是最后一位教育局负责人"):
        people.end_membership(ma.memberships.get(), by=None)


def test_a_new_link_makes_the_older_one_void(client, invited, district, sun, ma):
    account, old = invited
    people.ask_to_reset(account, district, by=sun)

    released(by=ma)

    assert client.get(path(old)).status_code == 404


def test_each_step_is_written_down(client, invited, sun, ma, district):
    account, link = invited
    set_password(client, link)
    people.change_membership(account.memberships.get(), role=Role.BUREAU, school=None, by=ma)
    released(by=sun)
    people.end_membership(account.memberships.in_force().get(), by=ma)

    actions = list(
        AuditEvent.objects.filter(action__startswith="people.").order_by("id").values_list("action", "actor")
    )
    assert actions == [
        ("people.invited", str(sun.pk)),
        ("people.accepted", str(account.pk)),
        ("people.changed", str(ma.pk)),
        ("people.ended", str(ma.pk)),
    ]


def test_the_first_head_is_invited_from_the_command_line(client, district):
    out = StringIO()

    call_command("invite_staff", "liu", "刘科长", stdout=out)

    link = out.getvalue().splitlines()[-1]
    assert set_password(client, link)["Location"] == reverse("staff-enrol")
    assert Account.objects.get(login="liu").memberships.get().role == Role.BUREAU_HEAD
    with pytest.raises(CommandError, match="这个登录名已经有人用了"):
        call_command("invite_staff", "liu", "刘科长", stdout=out)
