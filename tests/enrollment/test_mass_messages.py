"""群发短信: one text to many families, once each, when a second person has looked at it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from districts import outbox, release, sms
from districts.identity import mask_mobile
from districts.models import AuditEvent, OutboxJob, Release, Role, SmsMessage
from districts.refusals import Refused
from enrollment import filing, mass_messages
from enrollment.mass_messages import Draft
from enrollment.models import Category, MassMessage, MassMessageRecipient
from enrollment.states import Status
from tests.conftest import staff
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
TEXT = "回执{回执号}：{学校}周六现场核验。"


@pytest.fixture
def head(district):
    return staff("head", Role.BUREAU_HEAD, district)


@pytest.fixture
def families(season, at, sent_messages) -> list:
    """Three that filed, each with one child; nothing else waits to be sent."""
    found = [steps.submitted(steps.family(number), season, at("filing")) for number in (1, 2, 3)]
    outbox.drain()
    sent_messages.clear()
    return found


def asked(draft: Draft, *, by) -> Release:
    return mass_messages.ask(draft, seen=mass_messages.preview(draft).seen, by=by)


def sent(draft: Draft, *, by, second) -> MassMessage:
    release.decide(asked(draft, by=by), by=second, agree=True)
    outbox.drain()
    return mass_messages.sent(draft.season).first()


def words(application) -> str:
    return f"【阳光入学】回执{application.receipt_number}：新华小学周六现场核验。"


def test_each_family_gets_one_message_when_the_head_agrees(season, families, sun, head, sent_messages):
    found = asked(Draft(season, TEXT), by=sun)
    outbox.drain()
    assert sent_messages == []

    release.decide(found, by=head, agree=True)
    outbox.drain()

    assert sorted(sent_messages) == sorted((one.account.phone, words(one)) for one in families)


def test_a_family_with_two_children_gets_one_message_about_both(season, families, sun, head, at, sent_messages):
    family = families[0].account
    second = steps.submitted(family, season, at("filing"), sex="女")
    outbox.drain()
    sent_messages.clear()

    sent(Draft(season, "回执{回执号}：{学校}"), by=sun, second=head)

    both = "、".join(sorted([families[0].receipt_number, second.receipt_number]))
    assert [body for phone, body in sent_messages if phone == family.phone] == [f"【阳光入学】回执{both}：新华小学"]


@pytest.mark.parametrize("text", ["{{ settings.SECRET_KEY }}", "{% include 'base.html' %}", "{0.__class__}"])
def test_what_looks_like_a_template_is_sent_as_text(season, families, sun, head, sent_messages, text):
    sent(Draft(season, text), by=sun, second=head)

    assert {body for _, body in sent_messages} == {f"【阳光入学】{text}"}


def test_the_rule_chooses_by_campus_category_and_status(season, families, zhao, campus, at):
    steps.verified(families[0], zhao, at("review"))
    own_home = Category.objects.get(season=season, code="local-own-home")
    other = Category.objects.filter(season=season).exclude(pk=own_home.pk).first()
    drafts = {
        "all": Draft(season, "x"),
        "campus": Draft(season, "x", campus=campus("新华小学")),
        "other campus": Draft(season, "x", campus=campus("朝阳小学")),
        "category": Draft(season, "x", category=own_home),
        "other category": Draft(season, "x", category=other),
        "verified": Draft(season, "x", status=Status.VERIFIED),
    }

    assert {name: mass_messages.preview(draft).families for name, draft in drafts.items()} == {
        "all": 3, "campus": 3, "other campus": 0, "category": 3, "other category": 0, "verified": 1,
    }  # fmt: skip


def test_who_only_began_or_withdrew_is_not_among_those_that_filed(season, families, wang, at):
    steps.draft(wang, season, at("filing"))
    filing.withdraw(families[0], by=families[0].account, now=at("filing"))

    assert mass_messages.preview(Draft(season, "x")).families == 2
    assert mass_messages.preview(Draft(season, "x", status=Status.DRAFT)).families == 1


def test_a_closed_account_gets_nothing(season, families):
    families[0].account.is_active = False
    families[0].account.save(update_fields=["is_active"])

    assert mass_messages.preview(Draft(season, "x")).families == 2


def test_the_preview_shows_three_masked_families_and_the_length(season, families, at):
    families.append(steps.submitted(steps.family(4), season, at("filing")))
    first = sorted(families, key=lambda one: one.receipt_number)[:3]

    shown = mass_messages.preview(Draft(season, TEXT + "字" * 60))

    assert shown.samples == [(mask_mobile(one.account.phone), words(one) + "字" * 60) for one in first]
    assert (shown.families, shown.parts, shown.all_parts) == (4, 2, 8)


def test_nobody_to_write_to_is_refused(season, sun):
    with pytest.raises(Refused, match="没有符合条件的家庭。"):
        asked(Draft(season, TEXT), by=sun)


def test_what_was_not_looked_at_is_not_asked_for(season, families, sun, at):
    seen = mass_messages.preview(Draft(season, TEXT)).seen
    for draft in (Draft(season, "另一句"), Draft(season, TEXT, status=Status.SUBMITTED)):
        with pytest.raises(Refused, match="请再核对一遍预览"):
            mass_messages.ask(draft, seen=seen, by=sun)
    steps.submitted(steps.family(4), season, at("filing"))
    with pytest.raises(Refused, match="请再核对一遍预览"):
        mass_messages.ask(Draft(season, TEXT), seen=seen, by=sun)


def test_the_same_message_is_asked_for_once(season, families, sun):
    asked(Draft(season, TEXT), by=sun)

    with pytest.raises(Refused, match="正在等另一位工作人员复核"):
        asked(Draft(season, TEXT), by=sun)


def test_a_clerk_does_not_release_and_a_head_not_the_own(season, families, sun, head, district):
    other = staff("other", Role.BUREAU, district)
    found = asked(Draft(season, TEXT), by=sun)
    with pytest.raises(PermissionDenied):
        release.decide(found, by=other, agree=True)
    own = asked(Draft(season, "另一句"), by=head)
    with pytest.raises(Refused, match="申请人不能复核自己的申请"):
        release.decide(own, by=head, agree=True)
    assert MassMessage.objects.count() == 0


def test_a_school_writes_to_nobody(season, families, zhao):
    with pytest.raises(PermissionDenied):
        asked(Draft(season, TEXT), by=zhao)


def test_what_is_released_again_by_a_worker_goes_out_once(season, families, sun, head, sent_messages):
    """Every job of it a second time, as after a lost answer."""
    message = sent(Draft(season, TEXT), by=sun, second=head)
    for job in OutboxJob.objects.filter(kind="mass-message"):
        with transaction.atomic():
            outbox.HANDLERS["mass-message"](job.payload)
    outbox.drain()

    assert (len(sent_messages), message.recipients.count(), SmsMessage.objects.count()) == (3, 3, 3)


def test_the_database_refuses_a_family_twice(season, families, sun, head):
    message = sent(Draft(season, TEXT), by=sun, second=head)

    with pytest.raises(IntegrityError), transaction.atomic():
        MassMessageRecipient.objects.create(message=message, account=families[0].account)


def test_a_sign_in_code_waits_for_a_few_of_them_only(season, families, sun, head, sent_messages, monkeypatch):
    monkeypatch.setattr(mass_messages, "AT_A_TIME", 1)
    release.decide(asked(Draft(season, TEXT), by=sun), by=head, agree=True)
    outbox.run(outbox.claim(1)[0])

    with transaction.atomic():
        sms.queue("19900000077", "登录验证码")
    outbox.drain()

    assert [phone for phone, _ in sent_messages].index("19900000077") == 1
    assert len(sent_messages) == 4


def test_the_page_shows_how_far_it_is_and_asks_the_same_for_many(
    client, season, families, sun, head, django_assert_num_queries, django_assert_max_num_queries
):
    release.decide(asked(Draft(season, TEXT), by=sun), by=head, agree=True)
    client.force_login(sun)
    page = client.get(reverse("bureau-messages"))
    assert [(row["progress"].done, row["progress"].total) for row in page.context["rows"]] == [(0, 3)]
    outbox.drain()

    with django_assert_max_num_queries(20) as asked_for_one:
        page = client.get(reverse("bureau-messages"))
    assert [(row["progress"].done, row["progress"].total) for row in page.context["rows"]] == [(3, 3)]
    sent(Draft(season, "另一句"), by=sun, second=head)
    with django_assert_num_queries(len(asked_for_one)):
        client.get(reverse("bureau-messages"))


def test_the_page_previews_first_and_asks_then(client, season, families, sun):
    client.force_login(sun)
    form = {"campus": "", "category": "", "status": "", "text": f"  {TEXT}\n"}

    page = client.post(reverse("bureau-message-new"), form | {"do": "preview"})
    assert Release.objects.count() == 0
    client.post(reverse("bureau-message-new"), form | {"do": "ask", "seen": page.context["preview"].seen})

    assert Release.objects.get().what == f"给3个家庭（全区，所有类别，已提交）各发一条短信：【阳光入学】{TEXT}"


def test_the_log_says_to_how_many_and_names_who_asked_and_who_agreed(season, families, sun, head):
    message = sent(Draft(season, TEXT), by=sun, second=head)

    event = AuditEvent.objects.get(action="mass-message.sent")
    assert (event.actor, event.subject, event.detail) == (
        str(sun.pk),
        f"enrollment.MassMessage:{message.pk}",
        {"families": 3, "agreed_by": "head"},
    )
