"""Every address with every wrong person: a new address without an expectation breaks this test."""

import re
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.urls import get_resolver, reverse

from catchments import opening, rulings
from catchments.findings import findings
from catchments.rulings import Words
from districts import exports, release
from districts.encryption import blind_index
from districts.models import Account, Export, ExportLink
from enrollment import guardians, private_files, spot_check
from enrollment.models import Application
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

PUBLIC, FAMILY, SCHOOL, BUREAU, SUPERVISOR, STAFF, SIGNED_IN = (
    "public",
    "family",
    "school",
    "bureau",
    "supervisor",
    "staff",
    "signed-in",
)
FOR = {
    "home": PUBLIC, "calendar": PUBLIC, "schools": PUBLIC, "campus": PUBLIC, "materials": PUBLIC, "contact": PUBLIC,
    "published": PUBLIC, "draw-notice": PUBLIC, "verify": PUBLIC, "verify-code": PUBLIC, "lookup": PUBLIC,
    "csp-reports": PUBLIC, "api-lookup": PUBLIC, "api-names": PUBLIC, "api-schema": PUBLIC,
    "sign-in": PUBLIC, "sign-in-code": PUBLIC, "sign-in-passkey": PUBLIC, "staff-sign-in": PUBLIC,
    "sign-out": "signed-in",
    "staff-factor": PUBLIC, "staff-invitation": PUBLIC,
    "account": "signed-in", "sign-in-end": "signed-in", "sign-ins-end-others": "signed-in",
    "account-confirm": FAMILY, "account-passkey": FAMILY, "account-passkey-remove": FAMILY, "account-phone": FAMILY,
    "account-phone-code": FAMILY,
    "staff-enrol": STAFF, "staff-enrol-passkey": STAFF, "staff-confirm": STAFF, "staff-password": STAFF,
    "staff-recovery-codes": STAFF, "staff-passkey-remove": STAFF,
    "bureau-people": BUREAU, "bureau-invite": BUREAU, "bureau-person": BUREAU, "bureau-person-reset": BUREAU,
    "bureau-person-role": BUREAU,
    "desk": FAMILY, "add-child": FAMILY, "application": FAMILY, "application-child": FAMILY,
    "application-guardian": FAMILY, "application-category": FAMILY, "application-address": FAMILY,
    "application-wish": FAMILY, "application-document": FAMILY, "application-check": FAMILY,
    "application-erase": FAMILY, "application-receipt": FAMILY, "application-withdraw": FAMILY,
    "application-notice": FAMILY, "page-remove": FAMILY,
    "evidence-page": "evidence", "evidence-thumb": "evidence",
    "full-values": "full-values",
    "school-queue": SCHOOL, "school-application": SCHOOL, "school-approve": SCHOOL, "school-return": SCHOOL,
    "school-verify": SCHOOL, "school-teams": SCHOOL, "school-campus-teams": SCHOOL, "school-draws": SCHOOL,
    "school-draw": SCHOOL,
    "bureau": BUREAU, "bureau-campus": BUREAU, "bureau-draw-check": BUREAU, "bureau-close-list": BUREAU,
    "bureau-change-list": BUREAU, "bureau-commit-roster": BUREAU, "bureau-item": BUREAU,
    "bureau-erasure": BUREAU,
    "bureau-catchments": BUREAU, "bureau-catchments-import": BUREAU, "bureau-catchment": BUREAU,
    "bureau-catchment-paste": BUREAU, "bureau-catchment-correct": BUREAU, "bureau-catchment-add": BUREAU,
    "bureau-ruling-withdraw": BUREAU, "bureau-findings": BUREAU, "bureau-finding": BUREAU, "bureau-places": BUREAU,
    "bureau-coverage": BUREAU, "bureau-catchment-changes": BUREAU, "bureau-areas": BUREAU,
    "privacy": PUBLIC, "privacy-version": PUBLIC,
    "consent": FAMILY, "own-data": FAMILY, "own-data-copy": FAMILY, "consent-withdraw": FAMILY,
    "application-guardians": FAMILY, "application-guardians-end": FAMILY,
    "invitation": "invited", "followed": "follower", "followed-notice": "follower", "followed-leave": "follower",
    "bureau-messages": BUREAU, "bureau-message-new": BUREAU,
    "exports": "exports", "exports-ask": "exports-ask", "export-link": "exporter", "export-file": "exporter",
    "declared-relatives": STAFF, "releases": STAFF, "release": STAFF,
    "supervision": SUPERVISOR, "supervision-log": SUPERVISOR,
}  # fmt: skip
# A family's pages that begin with the visitor's own account.
OWN = {"desk", "add-child", "consent", "own-data", "own-data-copy", "consent-withdraw"}
OWN |= {"account-confirm", "account-passkey", "account-phone", "account-phone-code"}
INVITED, FOLLOWER = "19900000003", "19900000004"  # mobiles of second guardians
PRIVATE = sorted(name for name, who in FOR.items() if who not in (PUBLIC, "signed-in"))
REFUSED = {403, 404, 405}


def routes() -> set[str]:
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


@pytest.fixture
def address(wang, season, zhao, sun, at):
    return address_of(wang, season, zhao, sun, at)


def address_of(wang, season, zhao, sun, at):
    """The real address of one submitted application's things, by route name."""
    application = steps.submitted(wang, season, at("filing"))
    evidence = application.evidence.first()
    verified = steps.verified(steps.submitted(steps.family(1), season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, verified.campus, size=1, by=sun, now=at("spot-check")).items.get()
    followed = steps.followed(verified, FOLLOWER)
    arguments = {
        "application-document": [application.pk, evidence.pk],
        "page-remove": [evidence.pages.first().pk],
        "evidence-page": [evidence.pages.first().pk],
        "evidence-thumb": [evidence.pages.first().pk],
        "bureau-item": [item.pk],
        "full-values": [application.pk],
        "invitation": [guardians.invite(application, phone=INVITED, by=wang).pk],
        **{name: [followed.pk] for name in ("followed", "followed-notice", "followed-leave")},
        "privacy-version": [1],
        "verify-code": ["AAAA-AAAA-AAAA"],
        "draw-notice": ["none"],
    }

    asked = release.ask(
        "publication", "one campus", what="公布分班结果", payload={}, by=zhao,
        district=season.district, school=application.campus.school,
    )  # fmt: skip
    arguments["release"] = [asked.pk]
    with opening.agreed_by_two():
        ruling = rulings.add(season, application.campus, Words("梅溪公寓", "局务会纪要"), by=sun)
    arguments |= {"bureau-person-role": [zhao.pk, zhao.memberships.get().pk], "staff-passkey-remove": [uuid4()]}
    arguments |= {"sign-in-end": [uuid4()], "account-passkey-remove": [uuid4()], "staff-invitation": ["none"]}
    exported = ready_export(application, zhao)
    arguments |= {"export-link": [exported.pk], "export-file": [link_to(exported)]}
    arguments |= {"bureau-person": [zhao.pk], "bureau-person-reset": [zhao.pk]}
    arguments |= {"bureau-ruling-withdraw": [ruling.pk], "bureau-finding": [findings([season])[0].key]}
    without = {"bureau-catchments", "bureau-catchments-import", "bureau-findings", "bureau-places", "bureau-coverage"}
    without |= {
        "bureau-messages",
        "bureau-message-new",
        "bureau-catchment-changes",
        "bureau-areas",
        "bureau-people",
        "bureau-invite",
        "bureau-erasure",
    }

    def find(name: str) -> str:
        if name in without:
            return reverse(name)
        if name == "exports-ask":
            return f"{reverse(name)}?kind=students&campus={application.campus_id}"
        if name in arguments:
            return reverse(name, args=arguments[name])
        if name.startswith(("application", "school-a", "school-r", "school-v")):
            return reverse(name, args=[application.pk])
        if name in ("school-campus-teams", "school-draw", "campus") or name.startswith("bureau-"):
            return reverse(name, args=[application.campus_id])
        return reverse(name)

    return find


def ready_export(application: Application, clerk: Account) -> Export:
    """One that a worker has written."""
    pk = uuid4()
    number = f"DC-{str(pk)[:8].upper()}"
    return Export.objects.create(
        pk=pk, number=number, district=application.season.district, school=application.campus.school,
        season=application.season, campus=application.campus, kind="students", role="school", purpose="archive",
        rows=1, asked_by=clerk, ready_at=Now(), file_address=exports.FILES.keep(b"rows", owner=pk),
    )  # fmt: skip


def link_to(export: Export) -> str:
    """A download link that was made before the list changed."""
    token = str(export.pk)
    mac = blind_index("export-link", token)
    ExportLink.objects.create(export=export, token_mac=mac, expires_at=Now() + exports.LINK_LASTS)
    return token


def answers(client, urls: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Route → what GET and POST are answered with."""
    return {name: (client.get(url).status_code, client.post(url).status_code) for name, url in urls.items()}


def let_in(client, urls: dict[str, str]) -> dict[str, tuple[int, int]]:
    """The routes that did not refuse."""
    return {name: codes for name, codes in answers(client, urls).items() if not set(codes) <= REFUSED}


def test_every_address_has_an_expectation():
    assert routes() == set(FOR)


def test_nobody_unknown_gets_in(client, address):
    asked = answers(client, {name: address(name) for name in PRIVATE})

    assert asked == dict.fromkeys(PRIVATE, (302, 302))


def test_another_family_gets_nothing(client, address, li):
    client.force_login(li)

    assert let_in(client, {name: address(name) for name in PRIVATE if name not in OWN}) == {}


def test_a_clerk_of_another_school_gets_nothing(client, address, qian):
    client.force_login(qian)
    own = ("school-queue", "school-teams", "school-draws", "exports", "releases")

    assert let_in(client, {name: address(name) for name in PRIVATE if name not in own and FOR[name] != STAFF}) == {}


def test_the_bureau_does_not_act_for_families_or_schools(client, address, sun):
    client.force_login(sun)

    assert let_in(client, {name: address(name) for name in PRIVATE if FOR[name] in (FAMILY, SCHOOL, SUPERVISOR)}) == {}


def test_a_supervisor_sees_no_family_school_or_bureau_page(client, address, zhou):
    client.force_login(zhou)

    assert let_in(client, {name: address(name) for name in PRIVATE if FOR[name] not in (SUPERVISOR, STAFF)}) == {}


def test_a_supervisor_changes_nothing(client, address, zhou):
    client.force_login(zhou)
    posts = {name: client.post(address(name)).status_code for name in FOR if FOR[name] == SUPERVISOR}

    assert posts == {"supervision": 405, "supervision-log": 405}


def test_public_pages_change_nothing(client, address):
    forms = ("sign-in", "sign-in-code", "sign-in-passkey", "staff-sign-in", "staff-factor", "staff-invitation")
    forms += ("csp-reports",)
    public = [name for name in FOR if FOR[name] == PUBLIC and name not in forms]

    assert {name: client.post(address(name)).status_code for name in public} == dict.fromkeys(public, 405)


def test_a_supervisor_sees_lists_and_log(client, address, zhou):
    client.force_login(zhou)

    assert [client.get(address(name)).status_code for name in ("supervision", "supervision-log")] == [200, 200]


def test_an_insider_without_the_right_is_told_why(client, address, sun):
    client.force_login(sun)

    response = client.get(address("school-queue"))

    assert response.status_code == 403
    assert "这个页面只供“学校审核员、学校负责人”使用，您的身份是“教育局工作人员”。" in response.content.decode()


def without_token(response) -> str:
    """The page without what differs from one request to the next: the form's token, the request's number."""
    number = response["X-Request-Id"]
    said = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return said.replace(number[:8], "").replace(number[8:], "")


def test_a_stranger_cannot_tell_an_application_that_exists_from_one_that_does_not(client, address, li):
    client.force_login(li)

    real = client.get(address("application"))
    invented = client.get(reverse("application", args=[uuid4()]))

    assert (real.status_code, without_token(real)) == (invented.status_code, without_token(invented))


def test_a_draft_is_nobodys_but_the_familys(client, wang, season, zhao, sun, at):
    draft = steps.filled_in(wang, season, at("filing"))
    page = draft.evidence.first().pages.first()

    for person in (zhao, sun):
        client.force_login(person)
        assert client.get(reverse("evidence-page", args=[page.pk])).status_code == 404


def test_a_document_page_is_private_and_never_run(client, address, zhao):
    client.force_login(zhao)

    response = client.get(address("evidence-page"))

    headers = {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="page.jpg"',
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: response[name] for name in headers} == headers


def test_a_damaged_document_page_is_missing_and_an_error_in_the_log(client, address, zhao, caplog):
    client.force_login(zhao)
    for path in private_files.EVIDENCE.path.glob("*/*"):
        path.write_bytes(b"")

    assert client.get(address("evidence-page")).status_code == 404
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] != []


def test_a_membership_that_ended_opens_nothing(client, address, zhao):
    zhao.memberships.update(starts_at="2020-01-01T00:00Z", ends_at=Now())
    client.force_login(zhao)

    assert client.get(address("school-queue")).status_code == 404
