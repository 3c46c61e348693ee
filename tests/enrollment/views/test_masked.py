"""Every page for every kind of person: no ID number, phone or address of a family in full, but by the deliberate act.

The addresses and the people are those of test_matrix.py. A family reads its own address on its own pages.
"""

import re

import pypdfium2
import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from districts import outbox
from districts.models import Account, AuditEvent
from enrollment import disclosure, pages, publishing
from enrollment.models import Application, Child, Notice
from tests.enrollment import steps
from tests.enrollment.views.test_matrix import (  # noqa: F401  `address`, `people`, `place` are fixtures
    CLERK,
    NOBODY,
    OWN_FAMILY,
    TAKEN,
    address,
    people,
    place,
)
from tests.enrollment.views.test_strangers import FOR

pytestmark = pytest.mark.django_db

HOME = "3号楼2单元501室"  # of steps.ADDRESS, behind the road
# A file that is asked for and logged: a family's copy of its own data.
OWN_COPY = "own-data-copy"


def secrets(reader: Account | None) -> set[str]:
    """What the reader may read nowhere: ID numbers, phones, and where others live."""
    for application in Application.objects.all():
        assert HOME in application.address  # it could leak
    numbers = {child.id_number for child in Child.objects.all()}
    phones = {account.phone for account in Account.objects.filter(login=None)}
    return numbers | phones | ({HOME} - own(reader))


def own(reader: Account | None) -> set[str]:
    """What the reader told the portal."""
    if reader is None or not reader.is_family:
        return set()
    numbers = {child.id_number for child in reader.children.all()}
    return numbers | {reader.phone} | ({HOME} if reader.applications.exists() else set())


def text_of(response: HttpResponse) -> str:
    content = response.getvalue()
    if response["Content-Type"] == "application/pdf":
        document = pypdfium2.PdfDocument(content)
        try:
            return "".join(one.get_textpage().get_text_range() for one in document)
        finally:
            document.close()
    headers = "".join(f"{name}: {value}" for name, value in response.items())
    return content.decode(errors="replace") + headers + response.cookies.output()


def leaks(response: HttpResponse, hidden: set[str]) -> set[str]:
    """What stands in the answer in full, also with the spaces and dashes that people put into numbers."""
    text = text_of(response)
    plain = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return {secret for secret in hidden if secret in text or secret in plain}


def scan(people: dict[str, Account | None], find) -> list[str]:  # noqa: F811
    found = []
    for who, account in people.items():
        visitor = Client(raise_request_exception=False)
        if account is not None:
            visitor.force_login(account)
        hidden = secrets(account)
        for name in sorted(FOR):
            if name == "sign-out":
                continue
            allowed = own(account) if name == OWN_COPY else set()
            for method in sorted(TAKEN.get(name, {"get"})):
                with transaction.atomic():
                    response = getattr(visitor, method)(find(name))
                    transaction.set_rollback(True)
                if shown := leaks(response, hidden) - allowed:
                    found.append(f"{who} {method} {name}: {sorted(shown)}")
    return found


def test_no_page_shows_a_family_in_full_while_it_files(place, people):  # noqa: F811
    assert scan(people, place) == []


def test_a_page_that_showed_a_number_would_be_found(place, people, monkeypatch):  # noqa: F811
    monkeypatch.setattr(pages, "mask_number", lambda whole: whole)
    monkeypatch.setattr(pages, "mask_address", lambda whole: whole)

    found = scan({who: people[who] for who in (NOBODY, OWN_FAMILY, CLERK)}, place)

    assert {line.partition(":")[0] for line in found} >= {
        f"{CLERK} get school-application",
        f"{OWN_FAMILY} get application",
        f"{OWN_FAMILY} get application-check",
    }


def test_no_page_shows_a_family_in_full_once_the_lists_are_published(
    people,  # noqa: F811
    zhao,
    sun,
    season,
    campus,
    at,
    it_is,
):
    spot = campus(steps.CAMPUS)
    held = steps.held_draw(season, spot, zhao, sun, at, pupils=4, classes=2)
    it_is("draw")
    publishing.publish(season, spot, by=zhao, released_by=sun)
    outbox.drain()
    notice = Notice.objects.select_related("placement__application__account").first()
    application = notice.placement.application
    people[OWN_FAMILY] = application.account
    own = {
        "verify-code": [notice.code],
        "draw-notice": [held.number],
        "bureau-campus": [spot.pk],
        "school-draw": [spot.pk],
        "campus": [spot.pk],
    }
    own |= {name: [application.pk] for name in ("application", "application-notice", "application-receipt")}
    own |= {"school-application": [application.pk], "full-values": [application.pk]}
    alone = ("home", "published", "desk", "school-queue", "school-draws", "bureau", "supervision", "supervision-log")

    def find(name: str) -> str:
        return reverse(name, args=own.get(name, [])) if name in own or name in alone else reverse("home")

    assert scan(people, find) == []
    family = Client()
    family.force_login(application.account)
    assert application.child.name in text_of(family.get(find("application-notice")))  # the PDF was read
    hidden = secrets(None) | set(Child.objects.values_list("name", flat=True))
    files = [path for path in settings.PUBLISHED_ROOT.rglob("*") if path.is_file()]
    assert len(files) > 4
    assert [(path, secret) for path in files for secret in hidden if secret.encode() in path.read_bytes()] == []


def test_full_values_stand_only_where_somebody_asked_for_them_and_every_time_is_a_line(
    place,  # noqa: F811
    people,  # noqa: F811
    it_is,
):
    it_is("review")
    views = 0
    for account in people.values():
        visitor = Client(raise_request_exception=False)
        if account is not None:
            visitor.force_login(account)
        hidden = secrets(None)
        for purpose in disclosure.PURPOSES:
            sent = {"purpose": purpose.code, "note": "样用途"}
            views += bool(leaks(visitor.post(place("full-values"), sent), hidden))

    assert (
        views == 4 * 4
    )  # clerk and head of the school, clerk and head of the bureau; the registry's purpose is not yet
    assert AuditEvent.objects.filter(action="personal-data.shown").count() == views
