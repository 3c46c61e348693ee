"""Staff show a second factor before anything of theirs opens, and again before what matters."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from districts import factors, people, sign_in, sign_ins
from districts.clock import database_now
from districts.models import (
    Account,
    AuditEvent,
    Export,
    RateWindow,
    RecoveryCode,
    SignIn,
    SmsMessage,
    StaffMobile,
    Totp,
)
from districts.refusals import Refused
from districts.sign_in import SignInRefused
from tests.enrollment import steps
from tests.enrollment.views.test_strangers import FOR, PUBLIC, address  # noqa: F401  `address` is a fixture

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def clerk(zhao) -> Account:
    """A clerk with a password and an authenticator app."""
    zhao.set_password(PASSWORD)
    zhao.save()
    factors.give_totp(zhao)
    return zhao


def code_of(account: Account) -> str:
    return factors.next_code(account.totps.get())


def with_password(client: Client, account: Account, **more: str):
    return client.post(reverse("staff-sign-in"), {"login": account.login, "password": PASSWORD}, **more)


def all_the_way(client: Client, account: Account, **more: str):
    with_password(client, account, **more)
    account.totps.update(last_step=0)  # tests sign in more often than twice in 30 seconds
    return client.post(reverse("staff-factor"), {"code": code_of(account)}, **more)


def later(**time: int) -> None:
    """Let that much time pass for every sign-in."""
    past = timedelta(**time)
    for row in SignIn.objects.all():
        row.started_at, row.last_seen_at = row.started_at - past, row.last_seen_at - past
        row.factor_at = row.factor_at and row.factor_at - past
        row.save()


def opens(client: Client, name: str = "school-queue") -> bool:
    return client.get(reverse(name)).status_code == 200


# --- nothing opens before it ------------------------------------------------------------------------------------------
def test_with_the_password_alone_every_page_of_staff_leads_to_the_second_factor(client, clerk, address):  # noqa: F811
    with_password(client, clerk)
    enrolling = {"staff-enrol", "staff-enrol-passkey"}  # they lead there themselves
    private = [name for name in FOR if FOR[name] != PUBLIC and name not in enrolling]

    led = {name: client.get(address(name)).headers.get("Location", "").partition("?")[0] for name in private}

    assert led == dict.fromkeys(private, reverse("staff-factor"))


def test_with_the_password_alone_a_public_page_shows_nobody(client, clerk):
    with_password(client, clerk)

    assert client.get(reverse("home")).context["account_label"] == ""


def test_somebody_with_a_password_and_no_second_factor_is_led_to_enrol(client, zhao):
    zhao.set_password(PASSWORD)
    zhao.save()

    page = client.post(reverse("staff-sign-in"), {"login": "zhao", "password": PASSWORD}, follow=True)

    assert page.redirect_chain == [(reverse("staff-factor"), 302), (reverse("staff-enrol"), 302)]


def test_somebody_with_a_second_factor_cannot_enrol_another_with_the_password_alone(client, clerk):
    with_password(client, clerk)

    answers = [client.get(reverse(name))["Location"] for name in ("staff-enrol", "staff-enrol-passkey")]

    assert answers == [reverse("staff-factor")] * 2


def test_enrolling_ends_signed_in_with_ten_recovery_codes(client, zhao):
    zhao.set_password(PASSWORD)
    zhao.save()
    with_password(client, zhao)
    client.get(reverse("staff-enrol"))
    totp = Totp.objects.get()

    page = client.post(reverse("staff-enrol"), {"code": factors.code_at(totp.secret, factors.step_now())})

    assert (page.status_code, len(page.context["codes"]), page.context["go_on"]) == (200, 10, reverse("school-queue"))
    assert opens(client)


def test_a_code_of_another_secret_does_not_enrol(client, zhao):
    zhao.set_password(PASSWORD)
    zhao.save()
    with_password(client, zhao)
    client.get(reverse("staff-enrol"))

    page = client.post(reverse("staff-enrol"), {"code": "000000"})

    assert page.context["form"].errors == {"code": ["动态码不对。请核对手机的时间，等出现新的6位数字再试。"]}
    assert not opens(client)


def test_the_secret_that_is_scanned_stays_until_it_is_confirmed(client, zhao):
    zhao.set_password(PASSWORD)
    zhao.save()
    with_password(client, zhao)

    assert client.get(reverse("staff-enrol")).context["secret"] == client.get(reverse("staff-enrol")).context["secret"]


# --- the codes of the app --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert factors.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds // 30) == code


def test_a_code_opens_once(client, clerk):
    code = code_of(clerk)
    with_password(client, clerk)
    client.post(reverse("staff-factor"), {"code": code})
    other = Client()
    with_password(other, clerk)

    other.post(reverse("staff-factor"), {"code": code})

    assert (opens(client), opens(other)) == (True, False)


def test_an_older_code_than_the_last_one_is_refused(clerk):
    totp, now = clerk.totps.get(), factors.step_now()

    assert factors.check_totp(clerk, factors.code_at(totp.secret, now))
    assert not factors.check_totp(clerk, factors.code_at(totp.secret, now - 1))


def test_a_phone_may_be_one_period_early_or_late_and_no_more(clerk):
    totp, now = clerk.totps.get(), factors.step_now()
    taken = []
    for away in (-3, -2, -1, 0, 1, 2, 3):
        Totp.objects.update(last_step=0)
        taken.append(factors.check_totp(clerk, factors.code_at(totp.secret, now + away)))

    assert taken in ([False, False, True, True, True, False, False], [False, False, False, True, True, True, False])


def test_the_secret_does_not_stand_in_clear_in_its_row(clerk):
    secret = clerk.totps.get().secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text, secret_cipher FROM districts_totp AS row")
        text, cipher = cursor.fetchone()

    assert secret not in text
    assert secret.encode() not in bytes(cipher)


def test_after_five_wrong_codes_the_right_one_is_refused(client, clerk):
    with_password(client, clerk)
    for _ in range(5):
        client.post(reverse("staff-factor"), {"code": "000000"})

    page = client.post(reverse("staff-factor"), {"code": code_of(clerk)})

    assert page.context["form"].errors == {"code": ["尝试次数过多，请稍后再试。"]}


def test_a_right_code_wipes_the_count_of_wrong_ones(client, clerk):
    with_password(client, clerk)
    client.post(reverse("staff-factor"), {"code": "000000"})

    client.post(reverse("staff-factor"), {"code": code_of(clerk)})

    assert RateWindow.objects.filter(key__startswith="factor-account").count() == 0


def test_a_wrong_second_factor_after_a_right_password_is_written_down(client, clerk):
    with_password(client, clerk)
    client.post(reverse("staff-factor"), {"code": "000000"})

    assert list(AuditEvent.objects.filter(action__startswith="account.").values_list("action", "actor")) == [
        ("account.factor-refused", str(clerk.pk))
    ]


# --- recovery codes --------------------------------------------------------------------------------------------------
def test_a_recovery_code_opens_once_and_tells_the_phone(client, clerk, district):
    mobile(clerk, "19900000055")
    code = factors.new_recovery_codes(clerk)[0]
    for visitor in (client, other := Client()):
        with_password(visitor, clerk)
        visitor.post(reverse("staff-factor"), {"code": code.lower()})

    assert (opens(client), opens(other)) == (True, False)
    assert [m.body for m in SmsMessage.objects.all()] == [
        "【阳光入学】账号zhao刚用恢复码登录。不是您本人，请立即联系教育局。"
    ]


def test_new_recovery_codes_make_the_old_ones_void(clerk):
    old = factors.new_recovery_codes(clerk)[0].replace("-", "")
    factors.new_recovery_codes(clerk)

    assert not factors.use_recovery_code(clerk, old)
    assert RecoveryCode.objects.count() == 10


def test_recovery_codes_do_not_stand_in_clear_in_any_row(clerk):
    codes = factors.new_recovery_codes(clerk)
    stored = b"".join(bytes(mac) for mac in RecoveryCode.objects.values_list("code_mac", flat=True))

    assert [code for code in codes if code.replace("-", "").encode() in stored] == []


# --- sessions --------------------------------------------------------------------------------------------------------
def test_the_session_key_changes_with_the_password_the_second_factor_and_the_way_out(client, clerk):
    client.get(reverse("staff-sign-in"))
    with_password(client, clerk)
    keys = [client.session.session_key]
    client.post(reverse("staff-factor"), {"code": code_of(clerk)})
    keys.append(client.session.session_key)
    old = Client()
    old.cookies["sessionid"] = keys[0]
    client.post(reverse("sign-out"))
    gone = Client()
    gone.cookies["sessionid"] = keys[1]

    assert len(set(keys)) == 2
    assert (opens(old), opens(gone)) == (False, False)


@pytest.mark.parametrize(("minutes", "still"), [(14, True), (16, False)])
def test_staff_are_signed_out_after_15_minutes_without_a_page(client, clerk, minutes, still):
    all_the_way(client, clerk)
    later(minutes=minutes)

    assert opens(client) is still


@pytest.mark.parametrize(("minutes", "still"), [(29, True), (31, False)])
def test_families_are_signed_out_after_30_minutes_without_a_page(client, wang, season, minutes, still):
    client.force_login(wang)
    later(minutes=minutes)

    assert opens(client, "desk") is still


@pytest.mark.parametrize(("person", "name", "hours"), [("zhao", "school-queue", 8), ("wang", "desk", 12)])
def test_a_sign_in_ends_after_some_hours_however_busy(client, request, season, person, name, hours):
    client.force_login(request.getfixturevalue(person))
    still = []
    for left in (timedelta(minutes=1), -timedelta(minutes=1)):
        started = database_now() - timedelta(hours=hours) + left
        SignIn.objects.update(started_at=started, last_seen_at=database_now())
        still.append(opens(client, name))

    assert still == [True, False]


def test_a_used_page_keeps_the_sign_in_alive(client, clerk):
    all_the_way(client, clerk)
    still = []
    for _ in range(4):
        later(minutes=10)
        still.append(opens(client))

    assert still == [True] * 4


def test_a_draft_is_still_there_after_the_time_out(client, wang, season, at):
    draft = steps.filled_in(wang, season, at("filing"))
    client.force_login(wang)
    later(hours=1)
    url = reverse("application", args=[draft.pk])

    led = client.get(url)
    client.force_login(wang)

    assert led["Location"] == f"{reverse('sign-in')}?next={url}"
    assert client.get(url).context["application"] == draft


def test_a_time_out_is_explained(client, clerk):
    all_the_way(client, clerk)
    later(minutes=16)

    page = client.get(reverse("home"))

    assert [str(message) for message in page.context["messages"]] == [
        "您已退出登录：15分钟没有操作、登录过久，或已在别处退出。"
    ]


def test_sessions_lie_in_the_database(settings):
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_every_signed_in_browser_is_listed_to_its_owner_alone(client, clerk, qian):
    all_the_way(client, clerk, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/130.0", REMOTE_ADDR="10.1.2.3")
    all_the_way(Client(), clerk, HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604.1", REMOTE_ADDR="10.1.2.4")
    Client().force_login(qian)

    browsers = client.get(reverse("account"), REMOTE_ADDR="10.1.2.3").context["browsers"]

    listed = {(one["words"], one["row"].address, one["here"]) for one in browsers}
    assert listed == {("Chrome，Windows", "10.1.2.3", True), ("Safari，iPhone", "10.1.2.4", False)}


def test_an_owner_signs_another_browser_out_at_its_next_request(client, clerk):
    all_the_way(other := Client(), clerk)
    all_the_way(client, clerk)
    row = SignIn.objects.filter(ended_at=None).order_by("started_at").first()

    client.post(reverse("sign-in-end", args=[row.pk]))

    assert (opens(client), opens(other)) == (True, False)


def test_an_owner_signs_all_others_out(client, clerk):
    all_the_way(one := Client(), clerk)
    all_the_way(other := Client(), clerk)
    all_the_way(client, clerk)

    client.post(reverse("sign-ins-end-others"))

    assert (opens(client), opens(one), opens(other)) == (True, False, False)


def test_nobody_signs_out_somebody_elses_browser(client, clerk, qian):
    all_the_way(client, clerk)
    stranger = Client()
    stranger.force_login(qian)

    assert stranger.post(reverse("sign-in-end", args=[SignIn.objects.get(account=clerk).pk])).status_code == 404
    assert opens(client)


def test_a_closed_account_opens_nothing_from_the_next_request_on(client, clerk):
    all_the_way(client, clerk)
    Account.objects.filter(pk=clerk.pk).update(is_active=False)

    assert not opens(client)


# --- notices ---------------------------------------------------------------------------------------------------------
def mobile(account: Account, phone: str) -> None:
    contact = StaffMobile(account=account)
    contact.phone = phone
    contact.save()


def test_staff_read_at_sign_in_when_and_where_the_last_one_was(client, clerk):
    all_the_way(Client(), clerk, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Chrome Windows")
    SignIn.objects.update(started_at="2024-08-16T09:00+08:00")

    all_the_way(client, clerk)
    page = client.get(reverse("school-queue"))

    (message,) = [str(message) for message in page.context["messages"]]
    assert message == "上次登录：2024年8月16日 09:00（10.1.2.3，Chrome，Windows）。不是您本人，请立即修改密码。"


def test_a_new_device_is_told_to_the_phone_and_the_log_and_a_known_one_is_not(client, clerk):
    mobile(clerk, "19900000055")
    all_the_way(client, clerk)
    client.post(reverse("sign-out"))
    all_the_way(client, clerk)
    assert SmsMessage.objects.count() == 0

    all_the_way(Client(), clerk, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Firefox Linux")

    assert [(m.phone, m.body) for m in SmsMessage.objects.all()] == [
        (
            "19900000055",
            "【阳光入学】账号zhao刚在新设备登录（Firefox，Linux，地址10.1.2.3）。不是您本人，请立即联系教育局。",
        )
    ]
    assert AuditEvent.objects.filter(action="account.new-device").count() == 1


def test_a_sign_in_of_staff_is_written_down_when_both_factors_were_right(client, clerk):
    with_password(client, clerk)
    assert AuditEvent.objects.filter(action__startswith="account.").count() == 0
    client.post(reverse("staff-factor"), {"code": code_of(clerk)})

    assert list(AuditEvent.objects.filter(action__startswith="account.").values_list("action", "actor")) == [
        ("account.signed-in", str(clerk.pk))
    ]


# --- once more before what matters -----------------------------------------------------------------------------------
def test_after_five_minutes_what_matters_asks_for_the_second_factor_and_comes_back(client, sun):
    factors.give_totp(sun)
    client.force_login(sun)
    url = reverse("bureau-invite")
    assert client.get(url).status_code == 200
    later(minutes=6)

    asked = client.get(url)
    back = client.post(asked["Location"], {"code": code_of(sun)})

    assert (asked["Location"], back["Location"]) == (
        f"{reverse('staff-confirm')}?next=%2Fbureau%2Fpeople%2Finvite%2F",
        url,
    )
    assert client.get(url).status_code == 200


def test_an_export_asks_for_the_second_factor_and_gives_nothing_before(client, sun, season, campus):
    client.force_login(sun)
    later(minutes=6)
    place = campus(steps.CAMPUS)

    asked = client.post(f"{reverse('exports-ask')}?kind=students&campus={place.pk}", {"purpose": "archive"})

    back = f"%2Fexports%2Fask%2F%3Fkind%3Dstudents%26campus%3D{place.pk}"
    assert asked["Location"] == f"{reverse('staff-confirm')}?next={back}"
    assert Export.objects.count() == 0


def test_without_a_fresh_second_factor_no_right_changes(client, sun, zhao):
    client.force_login(sun)
    later(minutes=6)
    role = reverse("bureau-person-role", args=[zhao.pk, zhao.memberships.get().pk])
    changes = [(role, {"do": "end"}), (reverse("bureau-person-reset", args=[zhao.pk]), {})]
    changes.append((reverse("bureau-invite"), {"login": "wu", "name": "吴", "role": "bureau"}))

    answers = [client.post(url, data)["Location"].partition("?")[0] for url, data in changes]

    assert answers == [reverse("staff-confirm")] * 3
    assert zhao.memberships.get().ends_at is None
    assert Account.objects.filter(login="wu").count() == 0


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_confirming_never_leads_to_another_site(client, sun, target):
    factors.give_totp(sun)
    client.force_login(sun)

    assert client.post(f"{reverse('staff-confirm')}?next={target}", {"code": code_of(sun)})["Location"] == "/bureau/"


def test_a_family_is_never_asked_for_a_second_factor(client, wang):
    client.force_login(wang)

    assert client.get(reverse("staff-confirm")).status_code == 403


# --- the owner's own account -----------------------------------------------------------------------------------------
def test_a_new_password_signs_every_other_browser_out(client, clerk):
    all_the_way(other := Client(), clerk)
    all_the_way(client, clerk)

    new = "another long enough one"
    client.post(reverse("staff-password"), {"password": new, "again": new})

    assert (opens(client), opens(other)) == (True, False)
    assert Account.objects.get(pk=clerk.pk).check_password(new)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elevenchars", "密码至少要12个字符。"),
        ("qwerty123456", "这个密码太常见，请换一个。"),
        ("zhaoguoqiang", "密码和登录名或姓名太像，请换一个。"),
    ],
)
def test_a_weak_password_is_refused(clerk, district, password, sentence):
    clerk.login = "zhaoguoqiang1"

    with pytest.raises(Refused) as refused:
        people.change_password(clerk, password, district=district)

    assert refused.value.errors == {"password": sentence}


def test_the_last_second_factor_cannot_be_removed(clerk, district):
    clerk.totps.all().delete()
    key = clerk.passkeys.create(name="样", credential_id=b"1", credential=b"1")

    assert not sign_in.remove_passkey(clerk, key.pk, district=district)
    factors.give_totp(clerk)
    assert sign_in.remove_passkey(clerk, key.pk, district=district)


def test_a_new_phone_replaces_the_old_one(client, clerk):
    all_the_way(client, clerk)
    old = clerk.totps.get()
    client.get(reverse("staff-enrol"))
    new = clerk.totps.get(confirmed_at=None)

    client.post(reverse("staff-enrol"), {"code": factors.code_at(new.secret, factors.step_now())})

    assert [totp.pk for totp in clerk.totps.all()] == [new.pk]
    assert not factors.check_totp(clerk, factors.next_code(old))


def test_a_passkeys_answer_that_is_nonsense_is_refused(client, clerk, district):
    with_password(client, clerk)
    for nonsense in ("{}", "[]", "null", "x", '{"id": 1}'):
        RateWindow.objects.all().delete()
        page = client.post(reverse("staff-factor"), {"passkey": nonsense})
        assert page.context["form"].errors == {"code": ["没有通过验证。动态码每30秒换一个，同一个码只能用一次。"]}


def test_signing_in_needs_no_district_row_to_refuse(clerk, rf, district):
    with pytest.raises(SignInRefused, match="没有通过验证"):
        sign_in.check_factor(rf.post("/"), clerk, code="ABCD2345", district=district)


def test_words_for_browsers():
    assert [
        sign_ins.words(text) for text in ("Mozilla (Linux; Android 14) MicroMessenger/8", "curl", "Edg Windows")
    ] == [
        "微信，安卓手机",
        "不认识的浏览器",
        "Edge，Windows",
    ]
