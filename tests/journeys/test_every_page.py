"""Every page is below 100 kB, fits a phone, breaks no rule of accessibility, and keeps to the content policy."""

import json
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.conf import settings
from playwright.sync_api import expect

from catchments.findings import findings
from districts import exports, factors, outbox, people, release, sign_in
from districts.models import AuditEvent, Release, Role
from enrollment import disclosure, filing, guardians, publishing, retention, review, spot_check
from enrollment.models import Notice
from tests import conftest
from tests.concurrency.parallel import until
from tests.enrollment import steps
from tests.journeys import clerk, parent
from tests.journeys.addresses import address, names
from tests.journeys.looking import DESK, PHONE, faults_of, look_at, take_picture, watch

pytestmark = pytest.mark.journey

PUBLIC = {"home", "calendar", "schools", "campus", "materials", "contact", "published", "verify", "lookup"}
PUBLIC |= {"privacy", "privacy-version"}
SIGNING_IN = {"sign-in", "sign-in-code", "staff-sign-in", "staff-invitation", "staff-enrol", "staff-factor"}
ACCOUNT = {"account", "declared-relatives", "staff-enrol-passkey", "staff-confirm", "staff-password"}
PEOPLE = {"bureau-people", "bureau-invite", "bureau-person", "bureau-person-role"}
FAMILY_ACCOUNT = {"account-confirm", "account-passkey", "account-phone"}
# Looked at where they come up: with a passkey, and after a code was sent.
ON_THE_WAY = {"sign-in-passkey", "account-phone-code"}
FAMILY = {
    *("desk", "add-child", "application", "application-child", "application-guardian", "application-category"),
    *("application-address", "application-wish", "application-document", "application-check", "application-withdraw"),
    *("application-erase", "application-receipt", "page-remove", "application-guardians"),
    *("consent", "own-data", "consent-withdraw"),
}
FOLLOWING = {"invitation", "followed", "followed-leave"}
SCHOOL = {"school-queue", "school-application", "school-teams", "school-campus-teams", "school-draws", "school-draw"}
TEXTS = {
    *("bureau-catchments", "bureau-catchments-import", "bureau-findings", "bureau-finding", "bureau-places"),
    *("bureau-coverage", "bureau-catchment-changes", "bureau-areas"),
    *("bureau-catchment", "bureau-catchment-paste", "bureau-catchment-correct"),
}
BUREAU = {
    *("bureau", "bureau-campus", "bureau-close-list", "bureau-change-list", "bureau-commit-roster", "bureau-item"),
    "bureau-erasure",
}
MESSAGES = {"bureau-messages", "bureau-message-new"}
FULL_VALUES = {"full-values"}
SUPERVISOR = {"supervision", "supervision-log"}
RELEASES = {"releases", "release"}
EXPORTS = {"exports", "exports-ask", "export-link"}
NO_PAGE = {
    *("school-approve", "school-return", "school-verify"),  # they show school-application again
    "bureau-draw-check",  # shows bureau-campus again
    *("staff-recovery-codes", "staff-passkey-remove", "sign-in-end", "sign-ins-end-others"),  # account again
    "account-passkey-remove",  # account again
    "bureau-person-reset",  # shows bureau-person again, or a link once
    *("evidence-page", "evidence-thumb", "application-notice", "draw-notice", "export-file"),  # files
    *("bureau-catchment-add", "bureau-ruling-withdraw"),  # they show bureau-catchment or bureau-finding again
    *("application-guardians-end", "followed-notice", "own-data-copy"),  # application-guardians again, or a file
    *("sign-out", "csp-reports", "api-lookup", "api-names", "api-schema"),
}


def test_no_page_is_forgotten():
    looked_at = PUBLIC | {"verify-code"} | SIGNING_IN | ACCOUNT | PEOPLE | FAMILY | SCHOOL | BUREAU | TEXTS
    looked_at |= FAMILY_ACCOUNT | ON_THE_WAY | FULL_VALUES | SUPERVISOR | RELEASES | FOLLOWING | MESSAGES
    looked_at |= EXPORTS
    assert looked_at | NO_PAGE == names()


def test_a_faulty_page_would_be_found(chromium, site):
    context = chromium.new_context(base_url=site, viewport=PHONE)
    seen = watch(context)
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=/static/icons/mark.svg>'")
    page.evaluate("document.querySelector('h1').style.width = '900px'")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.evaluate("fetch('/none/?phone=19900000001')")

    faults = faults_of(page, "faulty")
    context.close()

    assert [fault.partition(" at ")[0] for fault in faults if "image-alt" in fault] == ["faulty: image-alt"]
    assert [fault for fault in faults if fault.endswith("px wide on a phone")] != []
    assert [fault for fault in seen.faults if fault.startswith("content policy: script-src-elem inline")] != []
    assert [fault for fault in seen.faults if fault.startswith("a person's number in an address")] != []


def test_the_familys_pages_while_it_files(visitor, wang, zhao, season, campus, at, it_is):
    now = at("filing")
    born = date(2018, 3, 5)
    draft = steps.filled_in(wang, season, now, born=born)
    steps.draft(wang, season, now, born=born, sex="女", name="样双胞")
    returned = steps.returned(steps.submitted(wang, season, now, name="样退回"), zhao, now)
    withdrawn = steps.submitted(wang, season, now, name="样撤回")
    filing.withdraw(withdrawn, by=wang, now=now)
    it_is("filing")
    evidence = filing.needed_evidence(steps.fresh(draft))[0]
    ids = {"pk": draft.pk, "evidence_pk": evidence.pk}
    pages = {name: address(name, **ids) for name in sorted(FAMILY)}
    pages["page-remove"] = address("page-remove", pk=evidence.pages.first().pk)
    pages["application-receipt"] = address("application-receipt", pk=returned.pk)
    pages["application-erase-withdrawn"] = address("application-erase", pk=withdrawn.pk)
    pages["application-returned"] = address("application", pk=returned.pk)
    page = visitor(wang)

    assert look_at(page, pages) == []
    page.goto(pages["add-child"])
    parent.save(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of(page, "add-child-errors") == []
    page.goto(pages["consent"])
    page.get_by_role("button", name="同意并继续").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of(page, "consent-errors") == []


def test_the_pages_of_a_second_guardian(visitor, wang, zhao, season, at, it_is):
    application = steps.returned(steps.submitted(wang, season, at("filing")), zhao, at("filing"))
    it_is("filing")
    invitation = guardians.invite(application, phone="19900000003", by=wang)
    chen = visitor(sign_in.family_account("19900000003"))
    filer = visitor(wang)

    assert look_at(chen, {"desk-invited": address("desk")}) == []
    chen.get_by_role("link", name="查看邀请").click()
    assert look_at(chen, {"invitation": address("invitation", pk=invitation.pk)}) == []
    chen.get_by_role("button", name="接受").click()
    expect(chen.get_by_role("alert")).to_be_visible()
    assert faults_of(chen, "invitation-errors") == []
    chen.get_by_label("我是孩子的父母或其他监护人").check()
    chen.get_by_role("button", name="接受").click()
    expect(chen.get_by_role("status")).to_have_text("现在您可以查看孩子的报名进度。")
    pages = {name: address(name, pk=application.pk) for name in ("followed", "followed-leave")}
    assert look_at(chen, pages | {"desk-following": address("desk")}) == []
    assert look_at(filer, {"guardians-followed": address("application-guardians", pk=application.pk)}) == []


def test_the_pages_of_signing_in(visitor, site):
    page = visitor()

    page.goto("/")
    assert look_at(page, {name: address(name) for name in ("sign-in", "staff-sign-in")}) == []
    page.goto("/sign-in/")
    page.get_by_label("手机号").fill("19900000001")
    page.get_by_role("button", name="获取验证码").click()
    assert look_at(page, {"sign-in-code": address("sign-in-code")}) == []


def test_a_familys_pages_about_its_ways_in(visitor, wang):
    page = visitor(wang)

    assert look_at(page, {name: address(name) for name in sorted(FAMILY_ACCOUNT | {"account"})}) == []
    page.goto(address("account-confirm"))
    page.get_by_role("button", name="发验证码到").click()
    page.get_by_role("button", name="验证", exact=True).click()
    assert faults_of(page, "account-confirm-errors") == []
    page.goto(address("account-phone"))
    page.get_by_label("新手机号").fill("19900000088")
    page.get_by_role("button", name="发验证码到新号码").click()
    assert faults_of(page, "account-phone-code") == []
    page.get_by_label("验证码").fill(parent.code_sent_to("19900000088"))
    page.get_by_role("button", name="更换手机号").click()
    expect(page.get_by_role("status").first).to_have_text("手机号已换成199****0088，其他浏览器已退出登录。")


def test_the_pages_of_staff_signing_in(visitor, district, sun):
    account, link = people.invite(district, login="wulei", name="样老师", role=Role.BUREAU, by=None)
    page = visitor()

    assert look_at(page, {"staff-invitation": urlsplit(link).path}) == []
    page.get_by_label("新密码", exact=True).fill("elevenchars")
    page.get_by_label("再填一遍新密码").fill("elevenchars")
    page.get_by_role("button", name="设置密码，下一步").click()
    assert faults_of(page, "staff-invitation-errors") == []
    page.get_by_label("新密码", exact=True).fill(clerk.PASSWORD)
    page.get_by_label("再填一遍新密码").fill(clerk.PASSWORD)
    page.get_by_role("button", name="设置密码，下一步").click()
    assert look_at(page, {"staff-enrol": address("staff-enrol")}) == []
    page.get_by_label("动态码").fill(factors.next_code(account.totps.get()))
    page.get_by_role("button", name="完成登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复码")
    assert faults_of(page, "staff-recovery-codes") == []
    page.get_by_role("link", name="已经收好，继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("全区进度")
    assert look_at(page, {name: address(name) for name in sorted(ACCOUNT)}) == []
    other = visitor(java_script_enabled=False)
    clerk.begin_to_sign_in(other, "wulei")
    assert other.url.endswith(address("staff-factor"))
    with_script = visitor()
    clerk.begin_to_sign_in(with_script, "wulei")
    assert look_at(with_script, {"staff-factor": address("staff-factor")}) == []
    assert look_at(visitor(), {"staff-invitation-void": urlsplit(link).path}) == []


def test_the_bureaus_pages_about_people(visitor, district, zhao, sun):
    membership = zhao.memberships.get()
    pages = {name: address(name, pk=zhao.pk, membership_pk=membership.pk) for name in sorted(PEOPLE)}
    page = visitor(sun, size=DESK)

    assert look_at(page, pages) == []
    page.goto(address("bureau-invite"))
    page.get_by_role("button", name="邀请").click()
    assert faults_of(page, "bureau-invite-errors") == []
    page.goto(address("bureau-person", pk=zhao.pk))
    page.get_by_role("button", name="申请重置登录方式").click()
    assert faults_of(page, "bureau-person-asked") == []
    second = visitor(conftest.staff("second", Role.BUREAU, district), size=DESK)
    second.goto(address("release", pk=Release.objects.get().pk))
    second.get_by_label("同意，立即办理").check()
    second.get_by_role("button", name="提交复核结果").click()
    expect(second.get_by_label("链接")).to_be_visible()
    assert faults_of(second, "bureau-person-link") == []


def test_the_schools_pages(visitor, zhao, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    waiting, to_verify = (steps.submitted(steps.family(n), season, at("filing")) for n in (1, 2))
    review.approve(to_verify, by=zhao, now=at("review"))
    steps.teams(season, place, zhao, at, count=2)
    it_is("review")
    pages = {name: address(name, pk=waiting.pk, campus_id=place.pk) for name in sorted(SCHOOL)}
    pages["school-application-approved"] = address("school-application", pk=to_verify.pk)
    pages["full-values"] = address("full-values", pk=waiting.pk)

    assert look_at(visitor(zhao, size=DESK), pages) == []


@pytest.mark.parametrize("java_script", [True, False])
def test_full_values_leave_the_page_by_themselves(visitor, wang, zhao, season, at, it_is, monkeypatch, java_script):
    monkeypatch.setattr(disclosure, "SECONDS_SHOWN", 3)
    application = steps.submitted(wang, season, at("filing"))
    it_is("review")
    page = visitor(zhao, size=DESK, java_script_enabled=java_script)

    page.goto(address("school-application", pk=application.pk))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="查看完整信息").click()
    tab = opened.value
    tab.get_by_role("button", name="查看", exact=True).click()
    if java_script:
        assert faults_of(tab, "full-values-errors") == []
    tab.get_by_label("核对证件").check()
    tab.get_by_role("button", name="查看", exact=True).click()
    expect(tab.locator(".summary")).to_contain_text(application.child.id_number)
    if java_script:
        take_picture(tab, "full-values-shown")

    expect(tab.get_by_role("heading", level=1)).to_have_text("查看完整信息")
    assert application.child.id_number not in tab.content()
    assert AuditEvent.objects.filter(action="personal-data.shown").count() == 1


def test_the_bureaus_and_the_supervisors_pages(visitor, zhao, sun, zhou, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    for number in (1, 2):
        steps.verified(steps.submitted(steps.family(number), season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, place, size=1, by=sun, now=at("spot-check")).items.get()
    it_is("spot-check")
    pages = {name: address(name, pk=item.pk, campus_id=place.pk) for name in sorted(BUREAU)}

    school = place.school
    asked = release.ask(
        "publication", "x", what="公布分班结果", payload={}, by=zhao, district=season.district, school=school
    )
    pages |= {"releases": address("releases"), "release": address("release", pk=asked.pk)}

    assert look_at(visitor(sun, size=DESK), pages) == []
    assert look_at(visitor(zhou, size=DESK), {name: address(name) for name in sorted(SUPERVISOR)}) == []


def test_a_late_change_of_a_closed_list(visitor, zhao, sun, season, campus, at, it_is, district):
    place = campus(steps.CAMPUS)
    closed = steps.closed_list(season, place, zhao, sun, at, pupils=2)
    it_is("roster")
    receipt = closed.placements.first().application.receipt_number
    page = visitor(sun, size=DESK)

    page.goto(address("bureau-change-list", campus_id=place.pk))
    page.get_by_role("button", name="申请变更").click()
    assert faults_of(page, "bureau-change-list-errors") == []
    page.get_by_label("移出").check()
    page.get_by_label("回执号").fill(receipt)
    page.get_by_label("原因").fill("户口簿核对有误")
    page.get_by_role("button", name="申请变更").click()
    expect(page.get_by_role("status").first).to_contain_text("已申请变更名单")
    second = visitor(conftest.staff("second", Role.BUREAU, district), size=DESK)
    second.goto("/releases/")
    second.get_by_role("link", name="移出").click()
    second.get_by_label("同意，立即办理").check()
    second.get_by_role("button", name="提交复核结果").click()
    page.reload()
    expect(page.get_by_role("table")).to_contain_text(f"移出 {receipt}")
    assert faults_of(page, "bureau-change-list-changed") == []


def test_a_mass_message_from_the_first_word_to_the_families(visitor, worker, zhao, sun, season, at, it_is, district):
    for number in range(1, 4):
        steps.submitted(steps.family(number), season, at("filing"))
    it_is("filing")
    page = visitor(sun, size=DESK)

    assert look_at(page, {name: address(name) for name in sorted(MESSAGES)}) == []
    page.goto(address("bureau-message-new"))
    page.get_by_role("button", name="预览").click()
    assert faults_of(page, "bureau-message-new-errors") == []
    page.get_by_label("短信内容").fill("回执{回执号}：{学校}周六现场核验，请带{原件}。")
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".stats b").first).to_have_text("3")
    expect(page.locator(".banner")).to_contain_text("{原件} 会原样发出。")
    assert faults_of(page, "bureau-message-new-preview") == []
    page.get_by_role("button", name="申请发给 3 个家庭").click()
    expect(page.get_by_role("status").first).to_contain_text("已申请群发短信")

    second = visitor(conftest.staff("head", Role.BUREAU_HEAD, district), size=DESK)
    second.goto("/releases/")
    second.get_by_role("link", name="给3个家庭").click()
    assert faults_of(second, "release-mass-message") == []
    second.get_by_label("同意，立即办理").check()
    second.get_by_role("button", name="提交复核结果").click()
    until(lambda: outbox.open_jobs() == 0)
    page.reload()
    expect(page.locator(".progress")).to_contain_text("已发出 3 / 3")
    assert faults_of(page, "bureau-messages-sent") == []


def test_the_page_of_retention_before_and_after_a_run(visitor, wang, sun, season, district, at, it_is):
    steps.filled_in(wang, season, at("filing"))
    withdrawn = steps.submitted(steps.family(1), season, at("filing"))
    filing.withdraw(withdrawn, by=withdrawn.account, now=at("filing"))
    it_is(retention.season_ends(season.windows()) + timedelta(days=60))
    head = conftest.staff("head", Role.BUREAU_HEAD, district)
    page, phone = visitor(sun, size=DESK), visitor(sun)
    page.goto(address("bureau-erasure"))

    assert faults_of(page, "bureau-erasure-due") == []
    page.get_by_role("button", name="申请删除到期的报名").click()
    expect(page.get_by_role("status")).to_contain_text("已申请删除")
    release.decide(Release.objects.get(), by=head, agree=True)
    outbox.drain()
    for one, name in ((page, "bureau-erasure-done"), (phone, "bureau-erasure-done-phone")):
        one.goto(address("bureau-erasure"))
        expect(one.get_by_role("row", name="报名到期删除")).to_contain_text("没有提交的报名草稿和照片 1")
        assert faults_of(one, name) == []


def test_the_pages_of_exports(visitor, zhao, sun, season, campus, at):
    place = campus(steps.CAMPUS)
    steps.closed_list(season, place, zhao, sun, at, pupils=2)
    asked = exports.ask("students", season, place, purpose="other-office", note="样例区卫生局样主任", by=zhao)
    exports.ask("students-paper", season, place, purpose="classes", by=zhao)
    outbox.drain()
    desk, phone = visitor(zhao, size=DESK), visitor(zhao)
    ask_page = f"{address('exports-ask')}?kind=students&campus={place.pk}"

    for page in (desk, phone):
        assert look_at(page, {"exports": address("exports"), "exports-ask": ask_page}) == []
    registry = f"{address('exports-ask')}?kind=registry&campus={place.pk}"
    assert look_at(visitor(sun), {"exports-ask-registry": registry}) == []
    phone.get_by_role("button", name="申请导出").click()
    assert faults_of(phone, "exports-ask-errors") == []
    phone.goto(address("exports"))
    phone.get_by_role("button", name=re.compile(asked.number)).click()
    assert faults_of(phone, "export-link") == []
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载加密的文件").click()
    assert download.value.suggested_filename == f"新生名单-新华小学-{asked.number}.xlsx"
    used = phone.get_by_role("link", name="下载加密的文件").get_attribute("href")
    assert look_at(phone, {"export-link-void": used}) == []


def test_a_printed_page_says_at_its_foot_who_printed_it(visitor, zhao, season, at, it_is):
    for number in range(30):
        steps.submitted(steps.family(number), season, at("filing"))
    it_is("review")
    page = visitor(zhao, size=DESK)
    page.goto(address("school-queue"))

    document = pypdfium2.PdfDocument(page.pdf(format="A4"))

    texts = ["".join(sheet.get_textpage().get_text_range().split()) for sheet in document]
    document.close()
    assert len(texts) > 1
    assert [text.count("zhao（zhao）20") for text in texts] == [1] * len(texts)


def test_the_bureaus_pages_about_texts(visitor, sun, season, campus):
    place = campus(steps.CAMPUS)
    key = findings([season])[0].key
    pages = {name: address(name, key=key, campus_id=place.pk) for name in sorted(TEXTS)}
    pages["bureau-catchment-correct"] += "?start=5&end=10"
    pages["bureau-coverage-junior"] = address("bureau-coverage") + "?level=junior"
    page = visitor(sun, size=DESK)

    assert look_at(page, pages) == []


def test_what_the_bureau_does_with_texts(visitor, sun, season, campus, at, it_is):
    """The pages that only an action shows: a preview, refusals, rulings. Before filing no second person is needed."""
    it_is(at("filing") - timedelta(days=90))
    place = campus(steps.CAMPUS)
    key = findings([season])[0].key
    page = visitor(sun, size=DESK)

    page.goto(address("bureau-catchment-paste", campus_id=place.pk))
    box = page.get_by_label("施教区范围")
    box.fill(box.input_value().replace("等。", "、样家巷（单号）等。") + "另有随到随收。")
    page.get_by_role("button", name="预览").click()
    assert faults_of(page, "bureau-catchment-preview") == []
    page.get_by_role("button", name="保存这份文字").click()
    expect(page.get_by_role("status").first).to_contain_text("保存1个校区的施教区文字")

    page.get_by_role("link", name=re.compile("^更正")).nth(1).click()
    page.get_by_label("核定文字").fill("看不懂的话")
    page.get_by_role("button", name="保存更正").click()
    assert faults_of(page, "bureau-catchment-correct-errors") == []
    page.get_by_label("核定文字").fill("样家街以北")
    page.get_by_label("依据").fill("教育局会议纪要")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("status").first).to_contain_text("更正")
    assert faults_of(page, "bureau-catchment-ruled") == []

    page.goto(address("bureau-finding", key=key))
    page.get_by_role("radio", name="维持原文").check()
    page.get_by_role("button", name="保存核定").click()
    assert faults_of(page, "bureau-finding-errors") == []
    page.get_by_label("依据").fill("教育局会议纪要")
    page.get_by_role("button", name="保存核定").click()
    expect(page.get_by_role("status").first).to_contain_text("已记录")
    assert faults_of(page, "bureau-finding-settled") == []


def test_what_the_bureau_uploads(visitor, sun, season, campus, tmp_path, at, it_is):
    """A file with faults, a table, a drawing, a preview. Before filing no second person is needed."""
    it_is(at("filing") - timedelta(days=90))
    place = campus(steps.CAMPUS)
    page = visitor(sun, size=DESK)

    upload(page, address("bureau-places"), tmp_path / "broken.csv", "名称,经度\n样家街1号,abc\n")
    assert faults_of(page, "bureau-places-faults") == []
    upload(
        page, address("bureau-places"), tmp_path / "places.csv", "名称,经度,纬度\n样家街1号,113.585,37.86\n火星路,,\n"
    )
    assert faults_of(page, "bureau-places-filled") == []
    upload(page, address("bureau-areas"), tmp_path / "areas.json", json.dumps(drawn(place.name)))
    assert faults_of(page, "bureau-areas-drawn") == []
    text = "学段,学校,施教区范围\n小学,新华小学,样家巷、随到随收。\n"
    upload(page, address("bureau-catchments-import"), tmp_path / "texts.csv", text)
    assert faults_of(page, "bureau-catchments-import-preview") == []
    upload(page, address("bureau-catchments-import"), tmp_path / "wrong.csv", text.replace("新华", "新花"))
    assert faults_of(page, "bureau-catchments-import-faults") == []


def upload(page, path, file, text):
    """Give the page's form a file and send it."""
    file.write_text(text)
    page.goto(path)
    form = page.locator("form[enctype='multipart/form-data']")
    if not form.is_visible():
        page.get_by_text("导入新的表").click()
    form.locator("input[type=file]").set_input_files(file)
    form.locator("button").click()
    page.wait_for_load_state()


def drawn(school):
    """A square around somewhere, as GeoJSON."""
    ring = [[113.58, 37.85], [113.59, 37.85], [113.59, 37.86], [113.58, 37.86], [113.58, 37.85]]
    feature = {
        "type": "Feature",
        "properties": {"school": school},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return {"type": "FeatureCollection", "features": [feature]}


def test_names_are_offered_while_an_address_is_typed(visitor, season):
    page = visitor()
    page.goto(address("lookup"))
    field = page.get_by_role("combobox", name="家庭住址")

    field.press_sequentially("德胜")
    expect(page.get_by_role("option")).to_have_text(["德胜东街", "德胜西街"])
    assert faults_of(page, "lookup-names") == []
    field.press("ArrowDown")
    field.press("Enter")
    page.keyboard.type("12号")
    expect(field).to_have_value("德胜东街12号")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("button", name="查学校").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("对应：上站小学校区")


def test_the_deciding_question_is_answered_without_javascript(visitor, season):
    page = visitor(java_script_enabled=False)
    page.goto(address("lookup"))

    page.get_by_label("家庭住址").fill("新建路")
    page.get_by_role("button", name="查学校").click()
    page.get_by_role("link", name="新泉路以西").click()

    expect(page.get_by_role("heading", level=2)).to_have_text("对应：下站小学校校区")


def test_the_number_that_decides_is_typed_behind_the_address(visitor, season):
    page = visitor()

    page.goto("/lookup/?address=新华西街&level=junior")
    assert faults_of(page, "lookup-asks") == []
    page.get_by_label("填写号码").fill("5")
    page.get_by_role("button", name="再查").click()

    expect(page.get_by_role("textbox", name="这次查询的链接")).to_have_value(re.compile("level=junior"))
    expect(page.get_by_role("combobox", name="家庭住址")).to_have_value("新华西街5区")
    expect(page.get_by_role("heading", level=2)).to_have_text("对应：实验中学")


def test_everybodys_pages_once_the_lists_are_published(visitor, zhao, sun, zhou, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    steps.held_draw(season, place, zhao, sun, at, pupils=4, classes=2)
    it_is("draw")
    publishing.publish(season, place, by=zhao, released_by=sun)
    outbox.drain()
    notice = Notice.objects.select_related("placement__application__account").first()
    application = notice.placement.application
    folder = settings.PUBLISHED_ROOT / "yangquan-chengqu" / "2024-primary"
    public = {name: address(name, campus_id=place.pk, version=1) for name in sorted(PUBLIC)}
    public["lookup-found"] = f"/lookup/?address={steps.ADDRESS}"
    public["lookup-question"] = "/lookup/?address=新建路"
    public["lookup-condition"] = "/lookup/?address=白羊墅村&level=primary&hukou=居住证"
    public["lookup-none"] = "/lookup/?address=德胜街"
    public["lookup-error"] = "/lookup/?address="
    public["verify-code"] = address("verify-code", code=notice.code)
    public["verify-code-unknown"] = address("verify-code", code="AAAA-BBBB-CCCC")
    public["no-such-page"] = "/no-such-page/"

    assert look_at(visitor(), public) == []
    assert (
        look_at(visitor(application.account), {"application-classed": address("application", pk=application.pk)}) == []
    )
    assert (
        look_at(
            visitor(zhao, size=DESK),
            {
                "school-draw-published": address("school-draw", campus_id=place.pk),
                "not-for-you": address("desk"),
            },
        )
        == []
    )
    assert (
        look_at(visitor(sun, size=DESK), {"bureau-campus-published": address("bureau-campus", campus_id=place.pk)})
        == []
    )
    reader = visitor(offline=True)
    for name, path in {
        "published-index": folder / "index.html",
        "published-list": folder / f"{place.position + 1:02d}/index.html",
    }.items():
        reader.goto(path.as_uri())
        assert faults_of(reader, name) == []
