"""Signing in: codes, limits, no way to learn whether a number is known."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.test import Client
from django.urls import reverse

from districts import factors, sign_in
from districts.clock import database_now
from districts.hashers import Argon2id
from districts.models import Account, District, Membership, RateWindow, Role, SignInCode, SmsMessage
from districts.sign_in import SignInRefused

pytestmark = pytest.mark.django_db
PHONE = "19900000009"


def employ(account: Account, district: District) -> Account:
    Membership.objects.create(account=account, role=Role.BUREAU, district=district)
    return account


def code_in_message() -> str:
    newest = SmsMessage.objects.order_by("-created_at").first()
    return re.search(r"验证码 (\d{6})", newest.body)[1]


@pytest.fixture
def send(district):
    def send_code():
        RateWindow.objects.all().delete()
        return sign_in.send_code(PHONE, address="127.0.0.1", district=district)

    return send_code


def test_the_right_code_signs_in_and_makes_the_account(send, district):
    sent = send()

    account = sign_in.check_code(sent.id, phone=PHONE, code=code_in_message(), district=district)

    assert (account.phone, account.is_family) == (PHONE, True)


def test_a_code_is_used_once(send, district):
    sent, code = send(), code_in_message()
    sign_in.check_code(sent.id, phone=PHONE, code=code, district=district)

    with pytest.raises(SignInRefused, match="验证码已失效，请重新获取。"):
        sign_in.check_code(sent.id, phone=PHONE, code=code, district=district)


def test_after_five_wrong_tries_the_right_code_is_refused(send, district):
    sent, code = send(), code_in_message()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(SignInRefused, match="验证码不正确"):
            sign_in.check_code(sent.id, phone=PHONE, code=wrong, district=district)

    with pytest.raises(SignInRefused, match="验证码已失效"):
        sign_in.check_code(sent.id, phone=PHONE, code=code, district=district)


def test_a_code_expires_by_the_databases_clock(send, district):
    sent = send()
    SignInCode.objects.update(expires_at=database_now() - timedelta(microseconds=1))

    with pytest.raises(SignInRefused, match="验证码已失效"):
        sign_in.check_code(sent.id, phone=PHONE, code=code_in_message(), district=district)


def test_a_new_code_retires_the_older_one(send, district):
    first, code = send(), code_in_message()
    send()

    with pytest.raises(SignInRefused, match="验证码已失效"):
        sign_in.check_code(first.id, phone=PHONE, code=code, district=district)


def test_a_code_belongs_to_its_number(send, district):
    sent = send()

    with pytest.raises(SignInRefused, match="验证码已失效"):
        sign_in.check_code(sent.id, phone="19900000008", code=code_in_message(), district=district)


def test_one_code_a_minute_for_a_number(district):
    sign_in.send_code(PHONE, address="127.0.0.1", district=district)

    with pytest.raises(SignInRefused, match="验证码发送太频繁，请1分钟后再试。"):
        sign_in.send_code(PHONE, address="127.0.0.1", district=district)


def test_neither_code_nor_number_stands_in_clear_in_any_row(send):
    send()
    code = code_in_message()

    message, row = SmsMessage.objects.get(), SignInCode.objects.get()
    stored = b"".join(map(bytes, (message.phone_cipher, message.body_cipher, row.code_mac, row.phone_index)))
    assert code.encode() not in stored
    assert PHONE.encode() not in stored


def test_known_and_unknown_numbers_get_the_same_answer(client, wang):
    answers = []
    for phone in ("19900000001", "19900000077"):
        response = client.post(reverse("sign-in"), {"phone": phone})
        answers.append((response.status_code, response["Location"], response.content))

    assert answers[0] == answers[1]


def test_the_session_key_changes_at_sign_in(client, db):
    client.post(reverse("sign-in"), {"phone": PHONE})
    before = client.session.session_key

    client.post(reverse("sign-in-code"), {"code": code_in_message()})

    assert client.session.session_key != before
    assert Account.objects.get(phone_index__isnull=False).phone == PHONE


def test_a_wrong_mobile_number_is_named_at_the_field(client, db):
    response = client.post(reverse("sign-in"), {"phone": "12345"})

    assert response.context["form"].errors == {"phone": ["请填写11位手机号，以1开头。"]}
    assert 'value="12345"' in response.content.decode()


def test_staff_sign_in_with_a_password_and_a_second_factor(client, district):
    account = employ(Account.objects.create_staff("zhao2", "a long enough password", "样"), district)
    totp = factors.give_totp(account)

    client.post(reverse("staff-sign-in"), {"login": "zhao2", "password": "a long enough password"})
    assert client.get(reverse("account")).status_code == 302
    client.post(reverse("staff-factor"), {"code": factors.next_code(totp)})

    assert client.get(reverse("account")).status_code == 200


def test_a_wrong_password_and_an_unknown_login_read_alike(client, district):
    employ(Account.objects.create_staff("zhao2", "a long enough password", "样"), district)
    answers = [
        client.post(reverse("staff-sign-in"), {"login": login, "password": "wrong"}).context["form"].errors
        for login in ("zhao2", "nobody")
    ]

    assert answers[0] == answers[1] == {"login": ["登录名或密码不正确。"]}


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client, district, target):
    account = employ(Account.objects.create_staff("zhao2", "a long enough password", "样"), district)
    totp = factors.give_totp(account)

    half = client.post(
        f"{reverse('staff-sign-in')}?next={target}", {"login": "zhao2", "password": "a long enough password"}
    )
    full = client.post(f"{reverse('staff-factor')}?next={target}", {"code": factors.next_code(totp)})

    assert (half["Location"], full["Location"]) == (reverse("staff-factor"), reverse("bureau"))


def test_a_parent_cannot_sign_in_with_a_password(client, wang):
    response = client.post(reverse("staff-sign-in"), {"login": "19900000001", "password": "anything"})

    assert response.context["form"].errors == {"login": ["登录名或密码不正确。"]}


def test_while_a_code_is_awaited_the_session_knows_neither_number_nor_code(client, db):
    client.post(reverse("sign-in"), {"phone": PHONE})
    row = SignInCode.objects.get()

    assert client.session["sign-in-sent"] == {"id": str(row.pk), "next": ""}
    assert PHONE.encode() not in bytes(row.phone_cipher)
    assert row.phone == PHONE


def test_the_number_leaves_the_codes_row_once_it_is_used(client, db):
    client.post(reverse("sign-in"), {"phone": PHONE})

    client.post(reverse("sign-in-code"), {"code": code_in_message()})

    assert SignInCode.objects.get().phone_cipher is None


def test_a_form_without_its_token_signs_nobody_in(district):
    Account.objects.create_staff("zhao2", "a long enough password", "样")
    strict = Client(enforce_csrf_checks=True)

    answers = [
        strict.post(reverse("staff-sign-in"), {"login": "zhao2", "password": "a long enough password"}).status_code,
        strict.post(reverse("sign-in"), {"phone": PHONE}).status_code,
        strict.post(reverse("staff-factor"), {"code": "000000"}).status_code,
    ]

    assert answers == [403, 403, 403]


def test_eleven_passwords_for_one_login_are_too_many_from_wherever_they_come(client, district):
    answers = [
        client.post(reverse("staff-sign-in"), {"login": "nobody", "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{number}")
        .context["form"]
        .errors["login"][0]
        for number in range(11)
    ]

    assert answers == ["登录名或密码不正确。"] * 10 + ["尝试次数过多，请10分钟后再试。"]


def test_the_limit_for_a_login_is_the_same_however_its_letters_are_written(district):
    for login in ["Nobody", "NOBODY"] * 5:
        with pytest.raises(SignInRefused, match="登录名或密码不正确"):
            sign_in.check_password(login, "wrong", address="10.0.0.1", district=district)

    with pytest.raises(SignInRefused, match="尝试次数过多"):
        sign_in.check_password("nobody", "wrong", address="10.0.0.2", district=district)


def test_a_whole_districts_passwords_are_limited(district, monkeypatch):
    monkeypatch.setattr(sign_in, "DISTRICT_LIMIT", (3, 600))
    for number in range(3):
        with pytest.raises(SignInRefused, match="登录名或密码不正确"):
            sign_in.check_password(f"nobody{number}", "wrong", address=f"10.0.0.{number}", district=district)

    with pytest.raises(SignInRefused, match="尝试次数过多"):
        sign_in.check_password("nobody9", "wrong", address="10.0.0.9", district=district)


def test_a_forged_forwarding_header_does_not_move_the_limit(client, district):
    for number in range(10):
        client.post(
            reverse("staff-sign-in"), {"login": "nobody", "password": "x"}, HTTP_X_FORWARDED_FOR=f"10.9.9.{number}"
        )

    assert RateWindow.objects.get(key="password-address:127.0.0.1").count == 10


def test_a_new_password_is_kept_as_argon2id_with_19_mib(db):
    account = Account.objects.create_staff("zhao2", "a long enough password", "样")

    assert account.password.split("$")[:4] == ["argon2", "argon2id", "v=19", "m=19456,t=2,p=1"]


def test_a_password_of_an_older_version_still_opens_and_is_kept_anew(district):
    account = Account.objects.create(
        login="zhao2", name="样", password=make_password("a long enough password", hasher="pbkdf2_sha256")
    )
    employ(account, district)

    found = sign_in.check_password("zhao2", "a long enough password", address="10.0.0.1", district=district)

    assert found == account
    assert Account.objects.get().password.split("$")[:4] == ["argon2", "argon2id", "v=19", "m=19456,t=2,p=1"]


def test_an_unknown_login_costs_as_much_as_a_wrong_password(district, monkeypatch):
    """The same hash is computed once, whoever asks."""
    employ(Account.objects.create_staff("zhao2", "a long enough password", "样"), district)
    employ(Account.objects.create(login="invited", name="样", password=make_password(None)), district)
    hashed = []
    encode = Argon2id.encode
    verify = Argon2id.verify
    monkeypatch.setattr(Argon2id, "encode", lambda self, *given: hashed.append(1) or encode(self, *given))
    monkeypatch.setattr(Argon2id, "verify", lambda self, *given: hashed.append(1) or verify(self, *given))
    counts = []
    for login in ("zhao2", "nobody", "invited"):
        hashed.clear()
        with pytest.raises(SignInRefused, match="登录名或密码不正确"):
            sign_in.check_password(login, "wrong", address="10.0.0.1", district=district)
        counts.append(len(hashed))

    assert counts == [1, 1, 1]


def test_all_codes_of_an_hour_have_a_limit_and_reaching_it_is_an_error_in_the_log(district, monkeypatch, caplog):
    monkeypatch.setattr(sign_in, "DISTRICT_CODES_LIMIT", (1, 3600))
    sign_in.send_code(PHONE, address="127.0.0.1", district=district)

    with pytest.raises(SignInRefused, match="现在登录的人太多，请过一会儿再试。"):
        sign_in.send_code("19900000010", address="127.0.0.1", district=district)

    assert [(line.levelname, line.getMessage()) for line in caplog.records] == [
        ("ERROR", "no more sign-in codes for yangquan-chengqu this hour: 1 were sent")
    ]


def test_a_password_is_any_sixty_four_characters_and_each_of_them_counts(district):
    long = "松 柏 梅 " * 10 + "aaaa"
    validate_password(long)
    account = Account.objects.create_staff("zhao2", long, "样")
    Membership.objects.create(account=account, role=Role.BUREAU, district=district)

    assert sign_in.check_password("zhao2", long, address="10.0.0.1", district=district) == account
    for nearly in (long[:-1], long.upper(), long.strip() + " "):
        with pytest.raises(SignInRefused, match="登录名或密码不正确"):
            sign_in.check_password("zhao2", nearly, address="10.0.0.1", district=district)
