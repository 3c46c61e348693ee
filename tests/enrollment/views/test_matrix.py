"""Every address × every kind of person × every method, as declared: who gets in, and with what.

The addresses come from the URL configuration (test_strangers.FOR must declare each); the objects are one family's
submitted application at one school of one district. Everything that is sent is rolled back.
"""

from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from districts import sign_in
from districts.models import Account, District, Membership, Role, School, Season
from tests.enrollment import steps
from tests.enrollment.views.test_strangers import FOLLOWER, FOR, INVITED, OWN, PUBLIC, address  # noqa: F401  `address` is a fixture

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
# Which kinds of person each kind of address is for. 本人: the family whose application it is; others by role and place.
NOBODY, OWN_FAMILY, OTHER_FAMILY = "没有登录", "本人", "别的家庭"
INVITED_GUARDIAN, SECOND_GUARDIAN = "受邀请的监护人", "另一位监护人"
CLERK, HEAD, OTHER_CLERK, OTHER_HEAD = "本校审核员", "本校负责人", "外校审核员", "外校负责人"
BUREAU, BUREAU_HEAD = "教育局工作人员", "教育局负责人"
AUDITOR, DISCIPLINE, WITNESS, SUPERVISOR = "审计员", "纪检监察员", "见证人", "监督员"
FORMER = "已离任的本校审核员"
ELSEWHERE = {"外区审核员": Role.SCHOOL, "外区教育局": Role.BUREAU, "外区监督员": Role.SUPERVISOR}
FAMILIES = {OWN_FAMILY, OTHER_FAMILY, INVITED_GUARDIAN, SECOND_GUARDIAN}
SCHOOLS = {CLERK, HEAD, OTHER_CLERK, OTHER_HEAD}
BUREAUS = {BUREAU, BUREAU_HEAD}
LOG_READERS = {AUDITOR, DISCIPLINE, SUPERVISOR}
# Pages that begin with the visitor's own district, school or family: no object of somebody else is in their address.
OWN_DESK = {
    **dict.fromkeys(OWN, FAMILIES),
    "school-queue": SCHOOLS, "school-teams": SCHOOLS, "school-draws": SCHOOLS,
    **dict.fromkeys(
        ("bureau", "bureau-catchments", "bureau-catchments-import", "bureau-findings", "bureau-places",
         "bureau-coverage", "bureau-catchment-changes", "bureau-areas", "bureau-people", "bureau-invite",
         "bureau-messages", "bureau-message-new", "bureau-erasure"), BUREAUS),
    "releases": SCHOOLS | BUREAUS, "exports": SCHOOLS | BUREAUS,
    "supervision": LOG_READERS | {WITNESS}, "supervision-log": LOG_READERS,
}  # fmt: skip
OF_THE_OBJECT = {
    "family": {OWN_FAMILY},
    "invited": {INVITED_GUARDIAN},
    "follower": {SECOND_GUARDIAN},
    "school": {CLERK, HEAD},
    "bureau": {BUREAU, BUREAU_HEAD},
    "release": {CLERK, HEAD, BUREAU, BUREAU_HEAD},
    "full-values": {CLERK, HEAD, BUREAU, BUREAU_HEAD},
    "exports-ask": {CLERK, HEAD, BUREAU, BUREAU_HEAD},
    "exporter": {CLERK},
    "evidence": {OWN_FAMILY, CLERK, HEAD, BUREAU, BUREAU_HEAD},
    "staff": {*SCHOOLS, *BUREAUS, *LOG_READERS, WITNESS, FORMER},
}
CHECKED = sorted(name for name, kind in FOR.items() if name in OWN_DESK or {name, kind} & set(OF_THE_OBJECT))
REFUSALS = {403, 404}


# Pages on which a family writes: of a draft, for what was submitted is no longer written on.
WRITING = (
    "application-child", "application-guardian", "application-category", "application-address", "application-wish",
    "application-document", "application-check", "page-remove",
)  # fmt: skip


@pytest.fixture
def place(address, wang, season, at, it_is):  # noqa: F811
    it_is("filing")
    return place_of(address, wang, season, at)


def place_of(address, wang, season, at):  # noqa: F811
    """The address of an object of the family 本人 and of 新华小学, while families file."""
    draft = steps.filled_in(wang, season, at("filing"), born=date(2018, 3, 5), name="样草稿")
    evidence = draft.evidence.first()
    arguments = {"application-document": [draft.pk, evidence.pk], "page-remove": [evidence.pages.first().pk]}

    def find(name: str) -> str:
        return reverse(name, args=arguments.get(name, [draft.pk])) if name in WRITING else address(name)

    return find


def staff(name: str, role: Role, district: District, school: School | None = None, **more: object) -> Account:
    account = Account.objects.create(login=name, name=name, password="!")
    Membership.objects.create(account=account, role=role, district=district, school=school, **more)
    return account


@pytest.fixture
def people(district, far, wang, li, zhao, sun, zhou) -> dict[str, Account | None]:
    """One account of each kind, in this district and in another one on the same installation."""
    own, other = School.objects.get(name="新华小学"), School.objects.get(name="朝阳小学")
    Season.objects.create(district=far, year=2024, level="primary", title="远区小学", plan_number="远", class_cap=45)
    far_school = School.objects.create(district=far, name="新华小学")
    long_ago = {"starts_at": "2020-01-01T00:00Z", "ends_at": "2021-01-01T00:00Z"}
    return {
        NOBODY: None,
        OWN_FAMILY: wang,
        OTHER_FAMILY: li,
        INVITED_GUARDIAN: sign_in.family_account(INVITED),
        SECOND_GUARDIAN: sign_in.family_account(FOLLOWER),
        CLERK: zhao,
        HEAD: staff("head", Role.SCHOOL_HEAD, district, own),
        OTHER_CLERK: staff("other-clerk", Role.SCHOOL, district, other),
        OTHER_HEAD: staff("other-head", Role.SCHOOL_HEAD, district, other),
        BUREAU: sun,
        BUREAU_HEAD: staff("bureau-head", Role.BUREAU_HEAD, district),
        AUDITOR: staff("auditor", Role.AUDITOR, district),
        DISCIPLINE: staff("discipline", Role.DISCIPLINE, district),
        WITNESS: staff("witness", Role.WITNESS, district),
        SUPERVISOR: zhou,
        FORMER: staff("former", Role.SCHOOL, district, own, **long_ago),
        **{
            name: staff(f"far-{role}", role, far, far_school if role == Role.SCHOOL else None)
            for name, role in ELSEWHERE.items()
        },
    }


def ask(client: Client, method: str, url: str) -> str:
    """What came of it: in, sign-in, refused, or no such method. What it changed is undone."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    if response.status_code == 302 and "/sign-in/" in response["Location"]:
        return "sign-in"
    if response.status_code == 405:
        return "no such method"
    return "refused" if response.status_code in REFUSALS else "in"


def wanted(name: str, who: str, method: str, taken: dict[str, set[str]]) -> set[str]:
    """The outcomes that are right. `taken` are the methods that an address answers to at all."""
    if who == NOBODY or who in ELSEWHERE:  # staff of another district are nobody here
        return {"no such method"} if name in HALF_SIGNED_IN and method not in taken[name] else {"sign-in"}
    allowed = OWN_DESK.get(name) or OF_THE_OBJECT.get(name) or OF_THE_OBJECT[FOR[name]]
    if name == "release" and method == "post":
        allowed = allowed - {CLERK}  # who asked for it does not release it
    if method not in taken[name]:
        return {"no such method", "refused"}
    return {"in"} if who in allowed else {"refused"}


# Addresses that take a form only, and addresses that answer with a page only.
ONLY_POST = {"bureau-ruling-withdraw", "application-guardians-end", "own-data-copy"}
ONLY_GET = {
    "own-data", "followed", "followed-notice",
    "desk", "application", "application-receipt", "application-notice", "evidence-page", "evidence-thumb",
    "school-queue", "school-application", "school-teams", "school-draws", "bureau", "bureau-campus",
    "bureau-catchments", "bureau-catchment", "bureau-findings", "bureau-coverage", "bureau-catchment-changes",
    "supervision", "supervision-log", "releases", "exports", "export-file", "bureau-people", "bureau-person",
    "bureau-messages",
}  # fmt: skip
# Reached with the password alone by somebody who has no second factor yet, so the method is looked at first.
HALF_SIGNED_IN = {"staff-enrol", "staff-enrol-passkey"}
# Theirs by right, but there is nothing behind the address yet: no notice is written, no passkey made.
NOT_YET = {"application-notice", "followed-notice", "staff-passkey-remove", "account-passkey-remove"}
TAKEN = {name: {"post"} if name in ONLY_POST else {"get"} if name in ONLY_GET else {"get", "post"} for name in CHECKED}


def test_every_private_address_is_checked():
    private = {name for name, kind in FOR.items() if kind not in (PUBLIC, "signed-in")}
    assert private == set(CHECKED)


def test_every_address_lets_in_whom_it_is_for_and_nobody_else(place, people):
    wrong = []
    for who, account in people.items():
        visitor = Client(raise_request_exception=False)
        if account is not None:
            visitor.force_login(account)
        for name in CHECKED:
            url = place(name)
            for method in METHODS:
                outcome = ask(visitor, method, url)
                right = wanted(name, who, method, TAKEN)
                if name in NOT_YET and right == {"in"}:
                    right = {"refused"}
                if outcome not in right:
                    wrong.append(f"{who} {method} {name}: {outcome}, declared {'/'.join(sorted(right))}")
    assert "\n".join(wrong) == ""
