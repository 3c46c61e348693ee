"""Every page on which staff read families' data tells whose screen it is."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from enrollment.models import Application
from tests.enrollment.views.test_strangers import PRIVATE, address  # noqa: F401  `address` is a fixture

pytestmark = pytest.mark.django_db
MARK = re.compile(
    r'<svg class="watermark" aria-hidden="true".*?<text[^>]*>([^<]*)</text>.*?class="watermark-foot"', re.S
)


def pages(person, address) -> dict[str, object]:  # noqa: F811
    client = Client()
    client.force_login(person)
    answers = {name: client.get(address(name)) for name in PRIVATE if not name.startswith("export-file")}
    return {
        name: answer
        for name, answer in answers.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }


@pytest.mark.parametrize("login", ["zhao", "sun", "zhou"])
def test_every_page_with_a_familys_data_has_the_mark(request, address, login):  # noqa: F811
    name = f"样{uuid4().hex[:6]}"
    for application in Application.objects.select_related("child"):
        application.child.name = name
        application.child.save(update_fields=["name"])
    shown = pages(request.getfixturevalue(login), address)
    receipts = list(Application.objects.exclude(receipt_number=None).values_list("receipt_number", flat=True))

    with_data = {
        page for page, answer in shown.items() if any(word in answer.content.decode() for word in (name, *receipts))
    }

    without = {page for page in with_data if not MARK.search(shown[page].content.decode())}
    assert without == set()
    assert (
        with_data
        == {
            "zhao": {"school-queue", "school-application", "full-values"},
            "sun": {"bureau-campus", "bureau-item", "full-values"},
            "zhou": set(),
        }[login]
    )


def test_the_mark_names_who_looks_when_and_which_request(client, address, zhao):  # noqa: F811
    client.force_login(zhao)

    answer = client.get(address("school-queue"))

    mark = MARK.search(answer.content.decode())[1]
    assert re.fullmatch(rf"zhao（zhao） \d{{4}}-\d\d-\d\d \d\d:\d\d {answer['X-Request-Id']}", mark)


def test_what_was_masked_is_shown_under_the_mark(client, address, zhao, it_is):  # noqa: F811
    client.force_login(zhao)
    it_is("review")

    answer = client.post(address("full-values"), {"purpose": "documents"})

    assert answer.templates[0].name == "enrollment/disclosed.html"
    assert MARK.search(answer.content.decode()) is not None


def test_a_family_reads_its_own_data_without_a_mark(address, wang):  # noqa: F811
    shown = pages(wang, address)

    assert {page for page, answer in shown.items() if "watermark" in answer.content.decode()} == set()
    assert "application" in shown
