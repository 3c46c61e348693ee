"""The pages of 导出: the count before anything is asked for, a link that is seen once, a file that comes once."""

import io
from datetime import timedelta

import msoffcrypto
import openpyxl
import pytest
from django.db.models.functions import Now
from django.urls import reverse

from districts import exports, outbox
from districts.models import Export, ExportLink, OutboxJob, SignIn
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def xinhua(season, campus, zhao, sun, at):
    steps.closed_list(season, campus("新华小学"), zhao, sun, at, pupils=2)
    return campus("新华小学")


@pytest.fixture
def make(xinhua, season, zhao, client):
    """An export that zhao asked for and a worker has written; zhao is signed in."""

    def made(**more) -> Export:
        asked = exports.ask("students", season, xinhua, **({"purpose": "classes", "by": zhao} | more))
        outbox.drain()
        return asked

    client.force_login(zhao)
    return made


def link_page(client, export: Export):
    return client.post(reverse("export-link", args=[export.pk]))


def test_the_page_tells_the_count_and_the_columns_before_it_asks(client, xinhua, zhao):
    client.force_login(zhao)

    page = client.get(reverse("exports-ask"), {"kind": "students", "campus": xinhua.pk})

    told = {name: page.context[name] for name in ("count", "columns", "needs_another")}
    assert told == {"count": 2, "columns": ("班级", "回执号", "姓名（隐去中间字）"), "needs_another": False}


def test_asking_leads_to_the_list_of_ones_exports(client, xinhua, zhao):
    client.force_login(zhao)
    address = f"{reverse('exports-ask')}?kind=students&campus={xinhua.pk}"

    asked = client.post(address, {"purpose": "classes", "note": "开学"})

    assert (asked.status_code, asked["Location"]) == (302, reverse("exports"))
    assert [row["state"] for row in client.get(reverse("exports")).context["rows"]] == ["正在生成"]


def test_what_was_typed_stays_when_something_is_missing(client, xinhua, zhao):
    client.force_login(zhao)
    address = f"{reverse('exports-ask')}?kind=students&campus={xinhua.pk}"

    page = client.post(address, {"purpose": "", "note": "给样老师"})

    assert (page.context["form"].errors["purpose"], page.context["form"]["note"].value()) == (
        ["请选择用途。"],
        "给样老师",
    )


@pytest.mark.parametrize(
    "query", ["", "kind=students", "kind=registry&campus={}", "kind=none&campus={}", "kind=students&campus=0"]
)
def test_what_is_not_the_schools_to_export_is_not_found(client, xinhua, zhao, query):
    client.force_login(zhao)

    assert client.get(f"{reverse('exports-ask')}?{query.format(xinhua.pk)}").status_code == 404


def test_the_link_gives_the_file_and_then_says_that_it_is_void(client, make):
    href = link_page(client, make()).context["href"]

    first, second = client.get(href), client.get(href)

    assert openpyxl.load_workbook(io.BytesIO(first.content)).sheetnames == ["新华小学"]
    assert (second.status_code, second.templates[0].name) == (410, "exports/void.html")


def test_an_expired_link_gives_nothing(client, make):
    href = link_page(client, make()).context["href"]
    ExportLink.objects.update(expires_at=Now() - timedelta(seconds=1))

    assert client.get(href).status_code == 410


def test_somebody_elses_link_and_export_are_not_found(client, make, sun):
    export = make()
    href = link_page(client, export).context["href"]

    client.force_login(sun)

    assert (client.get(href).status_code, link_page(client, export).status_code) == (404, 404)


def test_the_file_is_sent_to_be_kept_and_never_run(client, make):
    export = make()

    response = client.get(link_page(client, export).context["href"])

    assert response["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%E6%96%B0%E7%94%9F%E5%90%8D%E5%8D%95-"
    )
    assert (response["Content-Security-Policy"], "no-store" in response["Cache-Control"]) == (
        "default-src 'none'; sandbox",
        True,
    )


def test_looking_whether_a_file_is_there_does_not_use_its_link_up(client, make):
    href = link_page(client, make()).context["href"]

    assert (client.head(href).status_code, client.get(href).status_code) == (405, 200)


def test_a_link_asks_for_the_second_factor_again(client, make):
    export = make()
    SignIn.objects.update(factor_at=Now() - timedelta(minutes=6))

    response = link_page(client, export)

    assert response["Location"] == f"{reverse('staff-confirm')}?next=%2Fexports%2F"
    assert ExportLink.objects.count() == 0


def test_a_copy_for_another_office_opens_with_the_password_of_the_page_only(client, make):
    page = link_page(client, make(purpose="other-office", note="样例区卫生局样主任"))

    sealed = msoffcrypto.OfficeFile(io.BytesIO(client.get(page.context["href"]).content))
    opened = io.BytesIO()
    sealed.load_key(password=page.context["password"], verify_password=True)
    sealed.decrypt(opened)

    assert openpyxl.load_workbook(opened).sheetnames == ["新华小学"]


def test_the_password_is_shown_once_and_is_another_for_the_next_link(client, make):
    export = make(purpose="other-office", note="样例区卫生局样主任")

    first, second = (link_page(client, export).context["password"] for _ in range(2))

    assert first != second
    shown = client.get(reverse("exports")).content.decode()
    assert [one for one in (first, second) if one in shown] == []


def test_a_copy_for_the_house_has_no_password(client, make):
    assert link_page(client, make()).context["password"] == ""


def test_a_file_that_no_worker_could_write_says_so(client, make):
    export = make()
    Export.objects.update(ready_at=None, file_address="")
    OutboxJob.objects.filter(payload__export=str(export.pk)).update(done_at=None, dead_at=Now())

    page = client.get(reverse("exports"))

    assert ([row["state"] for row in page.context["rows"]], page.context["writing"]) == (
        ["生成失败，请重新申请"],
        False,
    )


def test_a_damaged_file_is_missing_and_an_error_in_the_log(client, make, caplog):
    export = Export.objects.get(pk=make().pk)
    exports.FILES.path_of(export.file_address).write_bytes(b"")

    assert client.get(link_page(client, export).context["href"]).status_code == 404
    assert [record.levelname for record in caplog.records if record.name == "districts.views.exports"] == ["ERROR"]
