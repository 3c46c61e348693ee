"""查看完整信息: for a purpose, counted, one line of the log each, told to the family; and never to everybody."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from districts import audit, rate_limit, relatives
from districts import queries as district_queries
from districts.models import Account, AuditEvent, Membership, RateWindow, Role, SignIn, SmsMessage, StaffMobile
from districts.refusals import Refused
from enrollment import disclosure, pages
from enrollment.disclosure import OTHER, PURPOSES
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

DOCUMENTS, CONTACT, REGISTRY, PETITION = PURPOSES[:4]


@pytest.fixture
def application(wang, season, at, it_is):
    it_is("review")
    return steps.submitted(wang, season, at("filing"))


@pytest.fixture
def head(district):
    account = Account.objects.create(login="head", name="样局长", password="!")
    Membership.objects.create(account=account, role=Role.BUREAU_HEAD, district=district)
    mobile = StaffMobile(account=account)
    mobile.phone = "19900000099"
    mobile.save(force_insert=True)
    return account


def lines(action: str = "personal-data.shown") -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("id"))


def let_pass(seconds: int) -> None:
    RateWindow.objects.update(window_start=F("window_start") - timedelta(seconds=seconds))


# --- the use-case ---------------------------------------------------------------------------------------------------
def test_a_purpose_shows_what_it_needs_and_nothing_else(application, zhao):
    assert disclosure.show(application, DOCUMENTS, by=zhao) == {
        "证件号码": application.child.id_number,
        "家庭住址": steps.ADDRESS,
    }
    assert disclosure.show(application, CONTACT, by=zhao) == {"联系电话": "19900000001"}


def test_a_view_is_a_line_that_says_what_for_and_not_what(application, zhao):
    disclosure.show(application, CONTACT, by=zhao)

    (line,) = lines()
    assert (line.actor, line.subject, line.detail) == (
        str(zhao.pk),
        audit.label(application),
        {"purpose": "联系家长", "shown": "联系电话"},
    )


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("review", ["核对证件", "联系家长", "处理信访", "其他"]),
        ("spot-check", ["核对证件", "联系家长", "处理信访", "其他"]),
        ("roster", ["联系家长", "办理学籍", "处理信访", "其他"]),
        ("arrival", ["联系家长", "处理信访", "其他"]),
    ],
)
def test_the_purposes_are_those_of_the_seasons_work(season, at, stage, words):
    assert [purpose.word for purpose in disclosure.offered(season, at(stage))] == words


def test_a_purpose_of_another_time_is_refused(application, zhao):
    with pytest.raises(Refused, match="现在不能选这个用途"):
        disclosure.show(application, REGISTRY, by=zhao)
    assert lines() == []


def test_another_purpose_is_written_down_without_the_numbers_in_it(application, zhao):
    with pytest.raises(Refused, match="请写明具体用途"):
        disclosure.show(application, OTHER, note="  ", by=zhao)

    disclosure.show(application, OTHER, note="核实 13812345678 的来电", by=zhao)

    assert [line.detail["note"] for line in lines()] == ["核实 138****5678 的来电"]


@pytest.mark.parametrize("who", ["qian", "zhou", "wang", "li"])
def test_nobody_without_the_right_is_shown_anything(request, application, who):
    with pytest.raises(PermissionDenied):
        disclosure.show(application, CONTACT, by=request.getfixturevalue(who))
    assert lines() == []


def test_a_relatives_child_is_not_shown(application, zhao, district):
    relatives.declare(zhao, application.child.id_number, "侄子", district=district)

    with pytest.raises(PermissionDenied, match="亲属的孩子"):
        disclosure.show(application, CONTACT, by=zhao)


def test_the_view_and_its_line_live_or_die_together(application, zhao, monkeypatch):
    monkeypatch.setattr(audit, "record", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        disclosure.show(application, CONTACT, by=zhao)
    assert RateWindow.objects.filter(key__startswith="personal-data").count() == 0


# --- limits ---------------------------------------------------------------------------------------------------------
def test_the_hundred_and_first_view_in_an_hour_is_refused(application, zhao, sun):
    for _ in range(100):
        disclosure.show(application, CONTACT, by=zhao)

    with pytest.raises(Refused, match="您一小时内已查看100次完整信息，到了上限"):
        disclosure.show(application, CONTACT, by=zhao)
    assert len(lines()) == 100
    disclosure.show(application, CONTACT, by=sun)
    let_pass(3601)
    disclosure.show(application, CONTACT, by=zhao)


def test_fifty_views_in_ten_minutes_are_told_to_the_bureaus_heads_once(application, zhao, head):
    for _ in range(49):
        disclosure.show(application, CONTACT, by=zhao)
    assert lines("personal-data.many") == []

    for _ in range(3):
        disclosure.show(application, CONTACT, by=zhao)

    assert [(line.actor, line.detail) for line in lines("personal-data.many")] == [
        (str(zhao.pk), {"views": 50, "minutes": 10})
    ]
    told = [message.body for message in SmsMessage.objects.all() if message.phone == "19900000099"]
    assert told == ["【阳光入学】zhao在10分钟内查看了50次完整的个人信息，请核实是否工作需要。"]


def test_fifty_views_in_a_longer_time_are_not_many(application, zhao, head):
    for views in (30, 30):
        for _ in range(views):
            disclosure.show(application, CONTACT, by=zhao)
        let_pass(601)

    assert lines("personal-data.many") == []


def test_only_heads_in_force_are_told(district, head):
    assert list(district_queries.heads(district)) == [head]
    head.memberships.update(starts_at="2020-01-01T00:00Z", ends_at=Now())
    assert list(district_queries.heads(district)) == []


# --- the page -------------------------------------------------------------------------------------------------------
@pytest.fixture
def url(application):
    return reverse("full-values", args=[application.pk])


def test_the_page_asks_first_and_shows_nothing(client, zhao, application, url):
    client.force_login(zhao)

    page = client.get(url).content.decode()

    assert "只在工作需要时查看" in page
    assert [value for value in full(application) if value in page] == []
    assert lines() == []


def full(application) -> list[str]:
    return [application.child.id_number, application.address, application.account.phone]


def test_the_values_are_shown_for_a_minute_and_not_kept(client, zhao, application, url):
    client.force_login(zhao)

    response = client.post(url, {"purpose": "documents"})

    page = response.content.decode()
    assert [value in page for value in full(application)] == [True, True, False]
    assert response["Refresh"] == f"60; url={url}"
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert len(lines()) == 1


@pytest.mark.parametrize("sent", [{}, {"purpose": "other"}, {"purpose": "registry"}, {"purpose": "invented"}])
def test_without_a_good_purpose_nothing_is_shown(client, zhao, application, url, sent):
    client.force_login(zhao)

    response = client.post(url, sent)

    assert [value for value in full(application) if value in response.content.decode()] == []
    assert response.context["form"].errors != {}
    assert (lines(), "Refresh" in response) == ([], False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_second_factor_must_be_recent(client, zhao, url, method):
    client.force_login(zhao)
    SignIn.objects.filter(account=zhao).update(factor_at=Now() - timedelta(minutes=6))

    response = getattr(client, method)(url, {"purpose": "contact"} if method == "post" else {})

    assert response["Location"].startswith(reverse("staff-confirm"))
    assert lines() == []


def test_a_relative_does_not_even_get_the_form(client, zhao, application, url, district):
    relatives.declare(zhao, application.child.id_number, "侄子", district=district)
    client.force_login(zhao)

    assert [client.get(url).status_code, client.post(url, {"purpose": "contact"}).status_code] == [403, 403]


def test_a_draft_cannot_be_looked_into(client, sun, li, season, at):
    client.force_login(sun)
    draft = steps.filled_in(li, season, at("filing"))

    assert client.get(reverse("full-values", args=[draft.pk])).status_code == 404


def test_who_reached_the_limit_reads_it_on_the_page(client, zhao, url, monkeypatch):
    client.force_login(zhao)
    monkeypatch.setattr(rate_limit, "allow", lambda *args, **kwargs: False)

    assert client.post(url, {"purpose": "contact"}).context["form"].non_field_errors() == [
        "您一小时内已查看100次完整信息，到了上限，请稍后再看。确有需要，请联系教育局负责人。"
    ]


# --- who can read about it afterwards -------------------------------------------------------------------------------
def test_the_family_reads_of_every_view_what_was_seen_and_what_for(application, zhao):
    for purpose in (CONTACT, CONTACT, DOCUMENTS):
        disclosure.show(application, purpose, by=zhao)

    history = pages.history(district_queries.history(audit.label(application)), None)

    assert [line.text for line in history][2:] == [
        "工作人员查看了完整联系电话（用途：联系家长）",
        "工作人员查看了完整联系电话（用途：联系家长）",
        "工作人员查看了完整证件号码、家庭住址（用途：核对证件）",
    ]


def test_staff_read_of_every_view_who_and_what_for(client, application, zhao, sun):
    disclosure.show(application, CONTACT, by=sun)
    disclosure.show(application, CONTACT, by=sun)
    client.force_login(zhao)

    history = client.get(reverse("school-application", args=[application.pk])).context["history"]

    assert [(line.what, line.who) for line in history][2:4] == [("查看完整信息：联系电话（联系家长）", "sun")] * 2


def test_supervisors_find_the_views_in_the_log(client, application, zhao, zhou):
    disclosure.show(application, OTHER, note="私下的话", by=zhao)
    client.force_login(zhou)

    (line,) = client.get(reverse("supervision-log"), {"action": "personal-data."}).context["lines"]

    assert (line.what, line.facts) == (
        "查看完整信息",
        [("用途", "其他"), ("查看内容", "证件号码、家庭住址、联系电话")],
    )


def test_a_clerk_gets_back_to_where_the_page_was_opened(wang, season, district, application, zhao, sun):
    school, bureau = Client(), Client()
    school.force_login(zhao)
    bureau.force_login(sun)
    url = reverse("full-values", args=[application.pk])

    assert school.get(url).context["back"] == reverse("school-application", args=[application.pk])
    assert bureau.get(url).context["back"] == reverse("bureau-campus", args=[application.campus_id])
