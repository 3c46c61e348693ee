"""A passkey in a real browser, under the same content policy as every page."""

import pytest
from playwright.sync_api import Page, expect

from districts import factors
from districts.models import Passkey
from tests.journeys import clerk
from tests.journeys.addresses import address
from tests.journeys.looking import faults_of

pytestmark = pytest.mark.journey


def give_authenticator(page: Page) -> None:
    """A security key that always says yes, inside the browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


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
