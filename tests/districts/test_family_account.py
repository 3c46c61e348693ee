"""A family's own ways in: another number, a passkey; and the fresh proof that both ask for."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from districts import factors, sign_in
from districts.models import Account, AuditEvent, Passkey, RateWindow, SignIn, SignInCode, SmsMessage
from districts.sign_in import Purpose, SignInRefused

pytestmark = pytest.mark.django_db
OLD, NEW = "19900000001", "19900000077"


@pytest.fixture
def family(client, wang) -> Account:
    """Signed in a moment ago."""
    client.force_login(wang)
    return wang


def an_hour_passes_since_the_proof() -> None:
    SignIn.objects.update(factor_at=F("factor_at") - timedelta(hours=1))


def last_code(phone: str) -> str:
    newest = next(message for message in SmsMessage.objects.order_by("-created_at") if message.phone == phone)
    return re.search(r"\d{6}", newest.body)[0]


def change(client: Client, to: str = NEW):
    client.post(reverse("account-phone"), {"phone": to})
    return client.post(reverse("account-phone-code"), {"code": last_code(to)})


# --- another number --------------------------------------------------------------------------------------------------
def test_after_the_code_on_the_new_number_the_family_signs_in_with_it(client, family):
    assert change(client)["Location"] == reverse("account")

    family.refresh_from_db()
    assert family.phone == NEW
    assert sign_in.family_account(NEW) == family
    assert sign_in.family_account(OLD) != family


def test_the_number_changes_only_after_a_fresh_proof(client, family):
    an_hour_passes_since_the_proof()

    asked = client.post(reverse("account-phone"), {"phone": NEW})

    assert asked["Location"] == f"{reverse('account-confirm')}?next=%2Faccount%2Fphone%2F"
    assert SignInCode.objects.count() == 0


def test_the_proof_is_a_code_on_the_old_number(client, family):
    an_hour_passes_since_the_proof()
    confirm = f"{reverse('account-confirm')}?next=/account/phone/"

    client.post(confirm, {"do": "send"})
    answer = client.post(confirm, {"do": "check", "code": last_code(OLD)})

    assert answer["Location"] == "/account/phone/"
    assert client.get(reverse("account-phone")).status_code == 200
    assert AuditEvent.objects.filter(action="account.confirmed", actor=str(family.pk)).count() == 1


def test_without_the_old_number_nothing_is_changed_and_the_page_says_where_to_go(client, family):
    an_hour_passes_since_the_proof()
    client.post(reverse("account-confirm"), {"do": "send"})

    page = client.post(reverse("account-confirm"), {"do": "check", "code": "000000"})

    assert page.context["errors"] == [("", "验证码不正确，请核对后重新输入。")]
    assert "到教育局当面办理" in page.content.decode()
    assert client.get(reverse("account-phone")).status_code == 302


def test_a_proof_never_leads_to_another_site(client, family):
    client.post(reverse("account-confirm"), {"do": "send"})

    answer = client.post(reverse("account-confirm") + "?next=//evil.example", {"do": "check", "code": last_code(OLD)})

    assert answer["Location"] == reverse("account")


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.NEW_PHONE])
def test_a_code_for_something_else_signs_nobody_in(district, purpose):
    sent = sign_in.send_code(NEW, address="127.0.0.1", district=district, purpose=purpose)

    with pytest.raises(SignInRefused, match="验证码不正确"):
        sign_in.check_code(sent.id, phone=NEW, code=last_code(NEW), district=district)


def test_a_sign_in_code_changes_no_number(client, family, district):
    sent = sign_in.send_code(NEW, address="127.0.0.1", district=district)

    with pytest.raises(SignInRefused, match="验证码不正确"):
        sign_in.change_phone(family, NEW, sent.id, code=last_code(NEW), but=sent.id, district=district)


def test_the_old_number_is_told(client, family):
    change(client)

    to_old = [message.body for message in SmsMessage.objects.all() if message.phone == OLD]
    assert to_old == ["【阳光入学】您的报名账号已改用手机号199****0077登录。不是您本人，请立即拨打咨询电话。"]


def test_every_other_browser_is_signed_out(client, family):
    other = Client()
    other.force_login(family)

    change(client)

    assert other.get(reverse("desk")).status_code == 302
    assert client.get(reverse("account")).status_code == 200


def test_the_change_is_written_down_without_a_number(client, family):
    change(client)

    event = AuditEvent.objects.get(action="account.phone-changed")
    assert (event.actor, event.detail) == (str(family.pk), {})


def test_who_holds_the_new_number_learns_that_it_has_an_account_and_nobody_before(client, family, li):
    known = client.post(reverse("account-phone"), {"phone": li.phone})
    RateWindow.objects.all().delete()
    unknown = client.post(reverse("account-phone"), {"phone": NEW})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])

    RateWindow.objects.all().delete()
    page = change(client, li.phone)

    assert page.context["form"].errors == {
        "code": ["这个手机号已经有自己的账号，不能换成它。请用它直接登录，或者拨打咨询电话。"]
    }
    family.refresh_from_db()
    assert family.phone == OLD


def test_the_present_number_is_named(client, family):
    page = client.post(reverse("account-phone"), {"phone": OLD})

    assert page.context["form"].errors == {"phone": ["这就是现在的手机号。"]}
    assert SignInCode.objects.count() == 0


def test_the_code_page_without_a_code_goes_back(client, family):
    assert client.get(reverse("account-phone-code"))["Location"] == reverse("account-phone")


def test_signing_in_with_a_code_is_a_fresh_proof(client, season):
    client.post(reverse("sign-in"), {"phone": NEW})
    client.post(reverse("sign-in-code"), {"code": last_code(NEW)})

    assert client.get(reverse("account-phone")).status_code == 200


def test_the_page_shows_the_number_masked(client, family):
    assert OLD not in client.get(reverse("account")).content.decode()


# --- passkey: what needs no browser; the rest is in tests/journeys/test_passkey.py -----------------------------------
@pytest.mark.parametrize(
    "answer", ["", "x", "{}", "[]", '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}']
)
def test_nonsense_signs_nobody_in_and_reads_alike(client, season, answer):
    client.get(reverse("sign-in-passkey"))

    page = client.post(reverse("sign-in-passkey"), {"passkey": answer})

    assert page.context["errors"] == [("", "没有通过验证。可以再试一次，或者用手机号和验证码登录。")]
    assert SignIn.objects.count() == 0


def test_the_passkey_page_names_no_account(client, family):
    family.passkeys.create(name="手机", credential_id=b"1", credential=b"1")

    options = Client().get(reverse("sign-in-passkey")).context["options"]

    assert ("allowCredentials" in options, '"userVerification": "required"' in options) == (False, True)


def test_asking_for_a_passkey_has_a_limit_for_an_address(client, season, monkeypatch):
    monkeypatch.setattr(sign_in, "ADDRESS_LIMIT", (2, 600))

    pages = [client.post(reverse("sign-in-passkey"), {"passkey": "x"}) for _ in range(3)]

    assert pages[-1].context["errors"] == [("", "操作太频繁，请10分钟后再试。")]


def test_adding_a_passkey_asks_for_a_fresh_proof(client, family):
    an_hour_passes_since_the_proof()

    assert client.get(reverse("account-passkey"))["Location"].partition("?")[0] == reverse("account-confirm")


def test_a_family_may_remove_its_last_passkey_after_a_fresh_proof(client, family):
    key = family.passkeys.create(name="手机", credential_id=b"1", credential=b"1")
    remove = reverse("account-passkey-remove", args=[key.pk])
    an_hour_passes_since_the_proof()
    assert client.post(remove)["Location"].partition("?")[0] == reverse("account-confirm")
    SignIn.objects.update(factor_at=F("factor_at") + timedelta(hours=1))

    client.post(remove)

    assert Passkey.objects.count() == 0
    assert AuditEvent.objects.filter(action="account.factor-removed").count() == 1


def test_nobody_removes_somebody_elses_passkey(client, family, li):
    key = li.passkeys.create(name="手机", credential_id=b"1", credential=b"1")

    assert client.post(reverse("account-passkey-remove", args=[key.pk])).status_code == 404
    assert Passkey.objects.count() == 1


def test_at_a_bare_address_no_passkey_is_offered(client, season, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]

    assert client.get(reverse("sign-in"), headers={"host": "127.0.0.1"}).context["passkeys_work"] is False
    assert client.get(reverse("sign-in-passkey"), headers={"host": "127.0.0.1"})["Location"] == reverse("sign-in")


def test_the_authenticator_is_told_a_masked_number(rf, client, family):
    request = rf.get("/")
    request.session = {}

    made = factors.passkey_to_make(request, family)

    assert (OLD in made, "199****0001" in made) == (False, True)
