"""A passkey in a real browser, under the same content policy as every page."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from districts import factors
from districts.models import Account, AuditEvent, Passkey, SignIn, SmsMessage
from tests.journeys import clerk, parent
from tests.journeys.addresses import address
from tests.journeys.looking import faults_of

pytestmark = pytest.mark.journey


def give_authenticator(page: Page) -> Callable[[bool], None]:
    """A security key that always says yes, inside the browser; returns how to let it check its holder, or not."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda checks: session.send("WebAuthn.setUserVerified", added | {"isUserVerified": checks})


def test_a_passkey_is_enrolled_and_opens_and_confirms(visitor, site, zhao, with_password):
    """`visitor` fails on any violation of the content policy. Browsers keep passkeys for names, not for 127.0.0.1."""
    here = site.replace("127.0.0.1", "localhost")
    with_password(zhao)
    zhao.totps.all().delete()
    page = visitor()
    give_authenticator(page)

    clerk.begin_to_sign_in(page, zhao.login, at=here)
    page.get_by_role("link", name="用通行密钥").click()
    page.get_by_label("给它起个名字").fill("办公室电脑")
    assert faults_of(page, "staff-enrol-passkey-works") == []
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复码")
    assert [(key.name, key.account) for key in Passkey.objects.all()] == [("办公室电脑", zhao)]

    page.get_by_role("link", name="已经收好，继续").click()
    page.get_by_role("button", name="退出").click()
    clerk.begin_to_sign_in(page, zhao.login, at=here)
    assert faults_of(page, "staff-factor-passkey") == []
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.get_by_role("link", name="教师分组")).to_be_visible()

    page.goto(here + address("staff-confirm"))
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.get_by_role("status").first).to_have_text("验证通过，5分钟内不再询问。请接着办理。")
    assert faults_of(page, "school-queue-confirmed") == []
    page.goto(here + address("account"))
    assert faults_of(page, "account-with-passkey") == []


def test_a_passkey_of_another_account_opens_nothing(visitor, site, zhao, qian, with_password):
    here = site.replace("127.0.0.1", "localhost")
    with_password(zhao).totps.all().delete()
    page = visitor()
    give_authenticator(page)
    clerk.begin_to_sign_in(page, zhao.login, at=here)
    page.get_by_role("link", name="用通行密钥").click()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复码")
    page.get_by_role("link", name="已经收好，继续").click()
    page.get_by_role("button", name="退出").click()
    with_password(qian)
    assert factors.has_any(qian)

    clerk.begin_to_sign_in(page, qian.login, at=here)

    expect(page.get_by_role("button", name="验证", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥")).to_have_count(0)


PHONE_NUMBER = "19900000001"
SEND_AGAIN = """answer => {
    const form = document.querySelector("[data-passkey-show]");
    form.elements.passkey.value = answer;
    form.submit();
}"""


@pytest.fixture
def with_passkey(visitor, site, season):
    """A family's browser that has made a passkey, signed out again; and the site's address by name."""
    here = site.replace("127.0.0.1", "localhost")
    page = visitor(base_url=here)
    page.checks_holder = give_authenticator(page)
    parent.sign_in(page, PHONE_NUMBER)
    page.get_by_role("link", name=re.compile(r"199\*\*\*\*0001")).click()
    page.get_by_role("link", name="添加通行密钥").click()
    page.get_by_label("给它起个名字").fill("妈妈的手机")
    assert faults_of(page, "account-passkey-works") == []
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("status").first).to_have_text("已添加通行密钥。以后登录不用等短信。")
    assert faults_of(page, "account-with-family-passkey") == []
    page.get_by_role("button", name="退出").click()
    return page


def sign_in_with_it(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name="用通行密钥登录").click()
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_family_adds_a_passkey_is_told_and_signs_in_without_a_code(with_passkey):
    page = with_passkey
    family = Account.objects.get()
    assert [(key.name, key.account) for key in Passkey.objects.all()] == [("妈妈的手机", family)]
    told = [message.body for message in SmsMessage.objects.all() if "通行密钥" in message.body]
    assert told == [
        "【阳光入学】您的报名账号刚添加了通行密钥。不是您本人，请登录后在“账号与安全”里删除，并拨打咨询电话。"
    ]
    sent = SmsMessage.objects.count()

    page.goto("/sign-in/")
    assert faults_of(page, "sign-in-offers-passkey") == []
    page.get_by_role("link", name="用通行密钥登录").click()
    assert faults_of(page, "sign-in-passkey") == []
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("我的报名")
    assert SmsMessage.objects.count() == sent
    assert AuditEvent.objects.filter(action="account.signed-in").last().detail == {"how": "passkey"}
    assert Passkey.objects.get().sign_count > 1


def test_a_passkey_that_was_removed_opens_nothing(with_passkey):
    Passkey.objects.all().delete()

    sign_in_with_it(with_passkey)

    expect(with_passkey.get_by_role("alert")).to_contain_text("没有通过验证。可以再试一次")
    assert faults_of(with_passkey, "sign-in-passkey-errors") == []


def test_the_passkey_of_a_closed_account_opens_nothing(with_passkey):
    Account.objects.update(is_active=False)

    sign_in_with_it(with_passkey)

    expect(with_passkey.get_by_role("alert")).to_contain_text("没有通过验证。可以再试一次")


def test_a_counter_that_runs_back_tells_of_a_copied_key(with_passkey):
    Passkey.objects.update(sign_count=1000)

    sign_in_with_it(with_passkey)

    expect(with_passkey.get_by_role("alert")).to_contain_text("没有通过验证。可以再试一次")


def test_an_answer_is_good_once(with_passkey):
    """The same signed answer again, in a browser that was given a challenge of its own."""
    page = with_passkey
    Passkey.objects.update(sign_count=0)
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.post_data or "") if request.method == "POST" else None)
    sign_in_with_it(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("我的报名")
    Passkey.objects.update(sign_count=0)
    answer = parse_qs(next(data for data in answers if "passkey=" in data))["passkey"][0]
    page.get_by_role("button", name="退出").click()
    page.goto("/sign-in/passkey/")

    page.evaluate(SEND_AGAIN, answer)

    expect(page.get_by_role("alert")).to_contain_text("没有通过验证。可以再试一次")


def test_a_device_that_does_not_ask_who_holds_it_opens_nothing(with_passkey):
    """Its answer is signed and says so: an authenticator without verification, told that none is needed."""
    page = with_passkey
    page.add_init_script(
        "const get = navigator.credentials.get.bind(navigator.credentials);"
        "navigator.credentials.get = (o) => get({publicKey: {...o.publicKey, userVerification: 'discouraged'}});"
    )
    page.checks_holder(False)

    sign_in_with_it(page)

    expect(page.get_by_role("alert")).to_contain_text("没有通过验证。可以再试一次")


def test_a_passkey_proves_again_who_it_is(with_passkey):
    """Whoever lost the old number changes it by the passkey."""
    page = with_passkey
    sign_in_with_it(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("我的报名")
    SignIn.objects.update(factor_at=None)

    page.goto("/account/phone/")
    assert faults_of(page, "account-confirm-passkey") == []
    page.get_by_role("button", name="用通行密钥").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("更换手机号")


def test_without_javascript_signing_in_is_as_it_was(visitor, site):
    page = visitor(java_script_enabled=False, base_url=site.replace("127.0.0.1", "localhost"))

    page.goto("/sign-in/")

    expect(page.get_by_role("link", name="用通行密钥登录")).to_be_hidden()
    expect(page.get_by_role("button", name="获取验证码")).to_be_visible()
