"""Several districts on one installation: which one an address means, and what stands below it."""

import json
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, get_script_prefix, reverse

from catchments.books import open_book
from districts import addresses, people, sign_in
from districts.models import AuditEvent, District, Role, Season
from districts.models.schools import RESERVED
from districts.sign_in import SignInRefused
from enrollment import filing
from enrollment.models import Child
from tests.conftest import staff
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
OTHER_HOST = {"HTTP_HOST": "localhost"}


@pytest.fixture
def far_season(far: District, season: Season) -> Season:
    """A season with the same stages."""
    facts = {"title": "远区招生", "plan_number": "远", "class_cap": 45}
    found = Season.objects.create(district=far, year=2024, level="primary", **facts)
    for stage in season.stages.all():
        stage.pk, stage.season = None, found
        stage.save()
    for rules in season.district.privacy_rules.all():
        rules.pk, rules.district = None, far
        rules.save()
    return found


def name_on(page) -> str:
    """The district in the page's head."""
    return page.context["district"].name


def test_no_district_can_be_reached_below_a_page_of_the_portal():
    pages = [page for part in get_resolver().url_patterns for page in part.url_patterns]
    firsts = {str(page.pattern).partition("/")[0] for page in pages}

    assert firsts - {""} - set(RESERVED) == set()
    assert {"static", "published"} <= set(RESERVED)


def test_the_database_refuses_a_path_that_is_a_page(far):
    with pytest.raises(IntegrityError, match="path_is_not_a_page"), transaction.atomic():
        District.objects.filter(pk=far.pk).update(path="school")


def test_the_database_refuses_one_address_for_two_districts(far, district):
    with pytest.raises(IntegrityError, match="path_of_one_district"), transaction.atomic():
        District.objects.filter(pk=district.pk).update(path="yuanqu")
    with pytest.raises(IntegrityError, match="host_of_one_district"), transaction.atomic():
        District.objects.filter(pk=far.pk).update(path="", host="testserver")


def test_the_only_district_is_shown_whatever_the_address_says(client, district):
    District.objects.update(host="zhaosheng.example.cn", path="chengqu")

    shown = [name_on(client.get(url)) for url in ("/", "/calendar/", "/chengqu/calendar/")]

    assert shown == ["阳泉市城区"] * 3


def test_of_several_districts_the_host_or_the_path_names_one(client, far, far_season):
    assert [name_on(client.get(url)) for url in ("/calendar/", "/yuanqu/calendar/")] == ["阳泉市城区", "远区"]


@pytest.mark.parametrize(("url", "status"), [("/", 200), ("/calendar/", 404), ("/my/", 404), ("/api/v1/lookup", 404)])
def test_an_address_that_names_none_of_several_shows_nobodys_data(client, far, url, status):
    page = client.get(url, **OTHER_HOST)

    assert (page.status_code, page.templates[0].name) == (status, "districts.html")
    assert [(one.code, address) for one, address in page.context["listed"]] == [
        ("far", "http://127.0.0.1:8000/yuanqu/"),
        ("yangquan-chengqu", "http://testserver:8000/"),
    ]


def test_a_district_with_a_host_of_its_own_is_on_no_other(client, far):
    District.objects.filter(pk=far.pk).update(host="yuanqu.example.cn")

    assert client.get("/yuanqu/calendar/").status_code == 404
    assert addresses.find("yuanqu.example.cn", "yuanqu") == far
    assert addresses.find("yuanqu.example.cn", "calendar") is None


def test_every_link_of_a_page_below_a_path_stays_below_it(client, far, far_season):
    page = client.get("/yuanqu/calendar/").content.decode()

    links = {part.partition('"')[0] for part in page.replace('action="', 'href="').split('href="')[1:]}
    inside = {link for link in links if link.startswith("/") and not link.startswith("/static/")}
    assert (len(inside) > 5, [link for link in inside if not link.startswith("/yuanqu/")]) == (True, [])
    assert get_script_prefix() == "/"


def test_a_page_below_a_path_is_marked_in_the_navigation_as_elsewhere(client, far, far_season):
    def marked(url: str) -> list[str]:
        return [item.href for item in client.get(url).context["nav"] if item.current]

    assert [marked(url) for url in ("/yuanqu/", "/yuanqu/calendar/", "/yuanqu/contact/")] == [
        ["/yuanqu/"], ["/yuanqu/calendar/"], [],
    ]  # fmt: skip


def test_a_missing_page_below_a_path_leads_back_to_its_own_district(client, far):
    assert '<a class="button" href="/yuanqu/">' in client.get("/yuanqu/nothing/").content.decode()


def test_slashes_are_mended_below_a_path(client, far):
    assert client.get("/yuanqu")["Location"] == "/yuanqu/"
    assert client.get("/yuanqu/calendar?a=1")["Location"] == "/yuanqu/calendar/?a=1"


def test_signing_in_below_a_path_leads_on_below_it(client, far, far_season):
    asked = client.get("/yuanqu/my/")
    first = client.post(asked["Location"], {"phone": "19900000001"})

    assert (asked["Location"], first["Location"]) == ("/yuanqu/sign-in/?next=/yuanqu/my/", "/yuanqu/sign-in/code/")
    assert client.session["sign-in-sent"]["next"] == "/yuanqu/my/"


def test_the_schema_of_the_api_names_the_path_below_which_it_is(client, far):
    below, at_home = (json.loads(client.get(f"{path}/api/v1/schema").content) for path in ("/yuanqu", ""))

    assert (below["servers"], at_home["servers"]) == ([{"url": "/yuanqu"}], [{"url": "/"}])


def test_links_in_messages_and_on_paper_are_the_districts_own(far, district):
    assert addresses.page(far, "verify-code", "AAAA-BBBB-CCCC") == "http://127.0.0.1:8000/yuanqu/verify/AAAA-BBBB-CCCC/"
    assert addresses.page(district, "verify-code", "A") == "http://testserver:8000/verify/A/"


def test_an_invitation_is_good_in_its_own_district_only(client, far):
    _, link = people.invite(far, login="far", name="远", role=Role.BUREAU, by=None)

    own = urlsplit(link).path
    assert own.startswith("/yuanqu/staff/invitations/")
    assert [client.get(path).status_code for path in (own, own.removeprefix("/yuanqu"))] == [200, 404]


# --- who somebody is in another district ----------------------------------------------------------------------------
def test_staff_of_one_district_are_nobody_in_another_and_stay_signed_in_at_home(client, far, far_season, sun):
    client.force_login(sun)

    away, shown, home = client.get("/yuanqu/bureau/"), client.get("/yuanqu/calendar/"), client.get("/bureau/")

    assert (away.status_code, away["Location"]) == (302, "/yuanqu/sign-in/?next=/yuanqu/bureau/")
    assert (shown.context["account_label"], home.status_code) == ("", 200)


def test_a_password_opens_nothing_in_another_district(far, district):
    account = staff("far", Role.BUREAU, far)
    account.set_password("a long enough password")
    account.save()

    with pytest.raises(SignInRefused, match="登录名或密码不正确。"):
        sign_in.check_password("far", "a long enough password", address="10.0.0.1", district=district)
    assert sign_in.check_password("far", "a long enough password", address="10.0.0.1", district=far) == account


def test_codes_asked_for_in_one_district_leave_the_others_enough(far, district, monkeypatch):
    monkeypatch.setattr(sign_in, "DISTRICT_CODES_LIMIT", (1, 3600))
    sign_in.send_code("19900000001", address="10.0.0.1", district=far)

    assert sign_in.send_code("19900000002", address="10.0.0.2", district=district)
    with pytest.raises(SignInRefused):
        sign_in.send_code("19900000003", address="10.0.0.3", district=far)


def test_a_family_sees_in_each_district_what_it_filed_there(client, far, far_season, season, wang, at):
    here = steps.draft(wang, season, at("filing"))
    client.force_login(wang)

    assert [client.get(f"{path}/my/applications/{here.pk}/").status_code for path in ("", "/yuanqu")] == [200, 404]


def test_what_a_family_corrects_in_one_district_changes_nothing_in_another(far, far_season, season, wang, at):
    entries = steps.entries()
    here = steps.draft(wang, season, at("filing"), **entries)
    there = steps.draft(wang, far_season, at("filing"), **entries)

    filing.correct_child(there, by=wang, **(entries | {"name": "样改名"}))

    assert [Child.objects.get(pk=one.child_id).name for one in (here, there)] == ["样甲子", "样改名"]


def test_a_request_is_logged_in_the_district_that_it_was_for(client, far, district, wang):
    client.force_login(wang)
    client.post("/yuanqu/account/sign-ins/end-others/")
    other = Client()
    other.force_login(wang)

    client.post("/yuanqu/account/sign-ins/end-others/")

    assert [event.district for event in AuditEvent.objects.filter(action="account.signed-out-elsewhere")] == ["far"]


def test_books_in_memory_are_those_of_one_season(far_season, season):
    assert (open_book(season).season, open_book(far_season).season) == (season, far_season)
    assert list(open_book(far_season).campuses) == []


def test_a_link_that_reverse_gives_outside_of_a_request_is_at_the_root():
    with addresses.below("yuanqu"):
        assert reverse("home") == "/yuanqu/"
    assert reverse("home") == "/"
