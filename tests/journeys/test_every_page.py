"""Every page is below 100 kB, fits a phone, breaks no rule of accessibility, and keeps to the content policy."""

from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import expect

from districts import outbox
from enrollment import filing, publishing, review, spot_check
from enrollment.models import Notice
from tests.enrollment import steps
from tests.journeys import parent
from tests.journeys.addresses import address, names
from tests.journeys.looking import DESK, PHONE, faults_of, look_at, watch

pytestmark = pytest.mark.journey

PUBLIC = {"home", "calendar", "schools", "campus", "materials", "contact", "published", "verify", "lookup"}
SIGNING_IN = {"sign-in", "sign-in-code", "staff-sign-in"}
FAMILY = {
    *("desk", "add-child", "application", "application-child", "application-guardian", "application-category"),
    *("application-address", "application-wish", "application-document", "application-check", "application-withdraw"),
    *("application-receipt", "page-remove"),
}
SCHOOL = {"school-queue", "school-application", "school-teams", "school-campus-teams", "school-draws", "school-draw"}
BUREAU = {"bureau", "bureau-campus", "bureau-close-list", "bureau-commit-roster", "bureau-item"}
SUPERVISOR = {"supervision", "supervision-log"}
NO_PAGE = {
    *("school-approve", "school-return", "school-verify"),  # they show school-application again
    *("bureau-draw-check", "bureau-registry"),  # bureau-campus, or a file
    *("evidence-page", "evidence-thumb", "application-notice", "draw-notice"),  # files
    *("sign-out", "api-lookup"),
}


def test_no_page_is_forgotten():
    looked_at = PUBLIC | {"verify-code"} | SIGNING_IN | FAMILY | SCHOOL | BUREAU | SUPERVISOR
    assert looked_at | NO_PAGE == names()


def test_a_faulty_page_would_be_found(chromium, site):
    context = chromium.new_context(base_url=site, viewport=PHONE)
    seen = watch(context)
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=/static/icons/mark.svg>'")
    page.evaluate("document.querySelector('h1').style.width = '900px'")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")

    faults = faults_of(page, "faulty")
    context.close()

    assert [fault.partition(" at ")[0] for fault in faults if "image-alt" in fault] == ["faulty: image-alt"]
    assert [fault for fault in faults if fault.endswith("px wide on a phone")] != []
    assert [fault for fault in seen.faults if fault.startswith("content policy: script-src-elem inline")] != []


def test_the_familys_pages_while_it_files(visitor, wang, zhao, season, campus, at, it_is):
    now = at("filing")
    born = date(2018, 3, 5)
    draft = steps.filled_in(wang, season, now, born=born)
    steps.draft(wang, season, now, born=born, sex="女", name="样双胞")
    returned = steps.returned(steps.submitted(wang, season, now, name="样退回"), zhao, now)
    it_is("filing")
    evidence = filing.needed_evidence(steps.fresh(draft))[0]
    ids = {"pk": draft.pk, "evidence_pk": evidence.pk}
    pages = {name: address(name, **ids) for name in sorted(FAMILY)}
    pages["page-remove"] = address("page-remove", pk=evidence.pages.first().pk)
    pages["application-receipt"] = address("application-receipt", pk=returned.pk)
    pages["application-returned"] = address("application", pk=returned.pk)
    page = visitor(wang)

    assert look_at(page, pages) == []
    page.goto(pages["add-child"])
    parent.save(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of(page, "add-child-errors") == []


def test_the_pages_of_signing_in(visitor, site):
    page = visitor()

    page.goto("/")
    assert look_at(page, {name: address(name) for name in ("sign-in", "staff-sign-in")}) == []
    page.goto("/sign-in/")
    page.get_by_label("手机号").fill("19900000001")
    page.get_by_role("button", name="获取验证码").click()
    assert look_at(page, {"sign-in-code": address("sign-in-code")}) == []


def test_the_schools_pages(visitor, zhao, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    waiting, to_verify = (steps.submitted(steps.family(n), season, at("filing")) for n in (1, 2))
    review.approve(to_verify, by=zhao, now=at("review"))
    steps.teams(season, place, zhao, at, count=2)
    it_is("review")
    pages = {name: address(name, pk=waiting.pk, campus_id=place.pk) for name in sorted(SCHOOL)}
    pages["school-application-approved"] = address("school-application", pk=to_verify.pk)

    assert look_at(visitor(zhao, size=DESK), pages) == []


def test_the_bureaus_and_the_supervisors_pages(visitor, zhao, sun, zhou, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    for number in (1, 2):
        steps.verified(steps.submitted(steps.family(number), season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, place, size=1, by=sun, now=at("spot-check")).items.get()
    it_is("spot-check")
    pages = {name: address(name, pk=item.pk, campus_id=place.pk) for name in sorted(BUREAU)}

    assert look_at(visitor(sun, size=DESK), pages) == []
    assert look_at(visitor(zhou, size=DESK), {name: address(name) for name in sorted(SUPERVISOR)}) == []


def test_everybodys_pages_once_the_lists_are_published(visitor, zhao, sun, zhou, season, campus, at, it_is):
    place = campus(steps.CAMPUS)
    steps.held_draw(season, place, zhao, sun, at, pupils=4, classes=2)
    it_is("draw")
    publishing.publish(season, place, by=zhao)
    outbox.drain()
    notice = Notice.objects.select_related("placement__application__account").first()
    application = notice.placement.application
    folder = settings.PUBLISHED_ROOT / "2024-primary"
    public = {name: address(name, campus_id=place.pk) for name in sorted(PUBLIC)}
    public["lookup-found"] = f"/lookup/?address={steps.ADDRESS}"
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
