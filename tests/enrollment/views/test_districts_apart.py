"""Two districts in one database: no page of one tells of the other, and no statement meets its rows (ASVS 8.4.1)."""

import re
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client

from catchments.models import PlaceName
from districts import audit, outbox, release, sign_ins, sms
from districts.models import Account, District, Role, School, Season
from enrollment import queries
from enrollment.loading import load_district
from enrollment.models import Application, Child
from tests.conftest import staff
from tests.enrollment import canary, rows_apart, steps
from tests.enrollment.views.test_matrix import (
    BUREAU,
    BUREAU_HEAD,
    CHECKED,
    CLERK,
    HEAD,
    NOBODY,
    OF_THE_OBJECT,
    OWN_FAMILY,
    SUPERVISOR,
    TAKEN,
    place_of,
)
from tests.enrollment.views.test_strangers import FOR, address_of

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|data:image/svg\+xml[^"]*')
# Their answers rest on secrets made anew at each visit.
EVER_NEW = {"staff-enrol", "staff-enrol-passkey"}


@pytest.fixture
def district(db) -> District:
    """The sample district on the tests' host. Policies come before any row: later, waiting checks would forbid them."""
    rows_apart.separate()
    District.objects.filter(code="yangquan-chengqu").update(host="testserver")
    return District.objects.get(code="yangquan-chengqu")


@pytest.fixture
def here(wang, season, zhao, sun, at, it_is):
    """The address of each page of the sample district, with objects of one family and of 新华小学."""
    found = place_of(address_of(wang, season, zhao, sun, at), wang, season, at)
    it_is("filing")
    return found


@pytest.fixture
def people(district, here, wang, zhao, sun, zhou) -> dict[str, Client]:
    accounts = {
        NOBODY: None,
        OWN_FAMILY: wang,
        CLERK: zhao,
        HEAD: staff("head", Role.SCHOOL_HEAD, district, zhao.memberships.get().school.name),
        BUREAU: sun,
        BUREAU_HEAD: staff("bureau-head", Role.BUREAU_HEAD, district),
        SUPERVISOR: zhou,
    }
    clients = {}
    for name, account in accounts.items():
        clients[name] = Client(raise_request_exception=False)
        if account is not None:
            clients[name].force_login(account)
    return clients


@pytest.fixture
def second(tmp_path, wang, at):
    """Loads the second district, with everything in it; returns it and the address of each of its pages.

    The same families file there too: one account, another application.
    """

    def load():
        other, _ = load_district(canary.write(tmp_path / "second"))
        season = Season.objects.select_related("district").get(district=other, level="primary")
        clerk = staff("far-clerk", Role.SCHOOL, other, f"{canary.WORD}{steps.CAMPUS}")
        bureau = staff("far-bureau", Role.BUREAU, other)
        place = place_of(address_of(wang, season, clerk, bureau, at), wang, season, at)
        steps.submitted(steps.family(77), season, at("filing"))
        school = School.objects.get(district=other, name=f"{canary.WORD}{steps.CAMPUS}")
        what = {"what": canary.WORD, "payload": {}, "by": bureau, "district": other}
        release.ask("publication", "two", school=school, **what)
        PlaceName.objects.create(district=other, name=canary.WORD, key=canary.WORD, means="新华楼")
        steps.teams(season, school.campuses.get(), clerk, at, count=2)
        with transaction.atomic():
            sms.queue("19900000077", canary.WORD)
            audit.record("rules.loaded", other, by=bureau, district=other, words=canary.WORD)
        Account.objects.filter(pk__in=[clerk.pk, bureau.pk]).update(name=canary.WORD)
        Child.objects.filter(district=other).update(name=Concat(Value(canary.WORD), F("name")))
        Application.objects.filter(season=season).update(guardian_name=canary.WORD, campus_reason=canary.WORD)
        return other, place

    return load


def asked(client: Client, method: str, url: str) -> tuple[int, int, str]:
    """Status, number of statements, page; what it changed is undone."""
    statements = []

    def count(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count), transaction.atomic():
        response = getattr(client, method)(url)
        content = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, len(statements), TOKENS.sub("", content.decode(errors="replace"))


def visits(people, here):
    """Everybody's way to every page, and everything that takes a form without entries."""
    for who, client in people.items():
        for name in sorted(FOR):
            yield who, client, "get", here(name)
            if name in CHECKED and "post" in TAKEN[name]:
                yield who, client, "post", here(name)


def test_no_statement_of_a_page_meets_a_row_of_another_district(district, people, here, second):
    second()
    with rows_apart.watched(district) as met:
        for who, client, method, url in visits(people, here):
            before = len(met)
            asked(client, method, url)
            met[before:] = [f"{who} {method} {url}: {statement}" for statement in met[before:]]

    assert "\n".join(met) == ""


def test_a_page_that_forgot_its_filter_would_be_found(district, people, here, second, monkeypatch):
    second()
    monkeypatch.setattr(queries, "of_family", lambda account, season: Application.objects.filter(account=account))

    with rows_apart.watched(district) as met:
        asked(people[OWN_FAMILY], "get", here("desk"))

    assert [statement for statement in met if "enrollment_application" in statement] != []


def test_a_filter_in_python_or_a_change_of_foreign_rows_would_be_found(district, second):
    other, _ = second()

    with rows_apart.watched(district) as met:
        [child for child in Child.objects.all() if child.district_id == district.pk]
        Application.objects.count()
        Application.objects.filter(season__district=other).update(campus_reason="")
        Child.objects.filter(district=district).count()

    assert len(met) == 3


def test_every_page_stays_the_same_when_another_district_moves_in(people, here, second, monkeypatch):
    monkeypatch.setattr(sign_ins, "SEEN_EVERY", 24 * 3600)  # else written down again on a slow machine
    same = [visit for visit in visits(people, here) if visit[3] not in {here(name) for name in EVER_NEW}]
    for who, client, method, url in same:
        if who in (BUREAU, OWN_FAMILY):  # what is made at a first visit, and kept in memory
            asked(client, method, url)
    alone = {(who, method, url): asked(client, method, url) for who, client, method, url in same}
    second()

    together = {(who, method, url): asked(client, method, url) for who, client, method, url in same}

    def measured(visit, answers):
        status, statements, page = answers[visit]
        return f"status {status}, {statements} statements, {len(page)} characters"

    assert [visit for visit, (_, _, page) in together.items() if canary.WORD in page] == []
    before_and_now = {visit: (measured(visit, alone), measured(visit, together)) for visit in alone}
    assert {visit: pair for visit, pair in before_and_now.items() if pair[0] != pair[1]} == {}


def test_the_canary_is_on_every_kind_of_page_of_its_own_district(second, wang):
    other, there = second()
    bureau, clerk, family = (Client() for _ in range(3))
    bureau.force_login(Account.objects.get(login="far-bureau"))
    clerk.force_login(Account.objects.get(login="far-clerk"))
    family.force_login(wang)

    shown = {
        name: canary.WORD in asked(client, "get", f"/{other.path}{there(name)}")[2].replace(other.name, "")
        for client, names in (
            (bureau, ("bureau", "bureau-campus", "bureau-catchments", "bureau-places", "bureau-people", "releases")),
            (clerk, ("school-queue", "school-application", "school-teams")),
            (family, ("desk", "application", "application-receipt", "schools", "materials", "contact")),
        )
        for name in names
    }

    assert shown == dict.fromkeys(shown, True)


def test_an_object_of_another_district_is_as_unknown_as_one_that_was_never_made(people, here, second):
    """For whoever it would be for at home it is 404; for nobody it differs from an invented one."""
    _, there = second()
    wrong = []
    for name in CHECKED:
        if there(name) == here(name):  # no object in the address, or the same finding of the same words
            continue
        invented = re.sub(r"(?<=/)\d+(?=/)", "99999999", re.sub(r"[0-9a-f-]{36}", str(uuid4()), there(name)))
        for who, client in people.items():
            for method in TAKEN[name]:
                far, never = (asked(client, method, url) for url in (there(name), invented))
                # An address that the page repeats (the form to sign in with its way back) has another length.
                if far[0] != never[0] or (far[0] == 404) != (never[0] == 404):
                    wrong.append(f"{who} {method} {name}: {far[0]}, invented {never[0]}")
                if who in (OF_THE_OBJECT.get(name) or OF_THE_OBJECT[FOR[name]]) - {NOBODY} and far[0] != 404:
                    wrong.append(f"{who} {method} {name}: {far[0]}, not 404")

    assert "\n".join(wrong) == ""


def test_each_district_publishes_into_its_own_folder(district, season, tmp_path, settings):
    other, _ = load_district(canary.write(tmp_path / "second"))
    theirs = Season.objects.get(district=other, level="primary")

    with transaction.atomic():
        for one in (season, theirs):
            outbox.enqueue("published-index", str(one.pk), season=one.pk)
    outbox.drain()

    pages = {path.relative_to(settings.PUBLISHED_ROOT): path for path in settings.PUBLISHED_ROOT.rglob("index.html")}
    assert {str(path): canary.WORD in page.read_text(encoding="utf-8") for path, page in pages.items()} == {
        "yangquan-chengqu/2024-primary/index.html": False,
        "jinsique/2024-primary/index.html": True,
    }
