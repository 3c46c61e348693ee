"""Codes, messages and sign-ins go when their time is over: exactly those, once, and it is written down."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from config import settings as ours
from districts import consent, erasure, sign_in, sms
from districts.models import (
    Account,
    AuditEvent,
    Consent,
    District,
    ErasureRun,
    Invitation,
    Membership,
    Purpose,
    RateWindow,
    SignIn,
    SignInCode,
    SmsMessage,
    SubmitKey,
)
from enrollment import tasks
from enrollment.models import Child, CoGuardian
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

# rule → the last age at which it is still kept, the first at which it goes
AGES = {
    "sign-in-code": timedelta(hours=24),
    "session": timedelta(hours=24),
    "rate-window": timedelta(days=2),
    "submit-key": timedelta(days=30),
    "sms": timedelta(days=90),
    "sign-in": timedelta(days=90),
    "invitation": timedelta(days=90),
    "child": timedelta(days=30),
    "guardian-invitation": timedelta(days=30),
    "family-account": timedelta(days=90),
}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


def made(code: str, when, account: Account) -> object:
    """One row of a kind whose time began to run at `when`."""
    if code == "sign-in-code":
        return SignInCode.objects.create(phone_index=b"1", code_mac=b"1", created_at=when, expires_at=when)
    if code == "session":
        return Session.objects.create(session_key=f"{when:%f%j%H%M}", session_data="", expire_date=when)
    if code == "rate-window":
        return RateWindow.objects.create(key=f"k{when}", window_start=when, count=1)
    if code == "submit-key":
        return SubmitKey.objects.create(account=account, purpose="p", body_hash=b"", created_at=when)
    if code == "sms":
        message = SmsMessage(created_at=when)
        message.phone = message.body = "1"
        message.save(force_insert=True)
        return message
    if code == "sign-in":
        return SignIn.objects.create(
            account=account, started_at=when - MINUTE, last_seen_at=when - MINUTE, ended_at=when
        )
    if code == "invitation":
        return Invitation.objects.create(account=account, token_mac=f"{when:%m%d%H%M%S}".encode(), expires_at=when)
    if code == "child":
        return child_of(account, created_at=when)
    if code == "guardian-invitation":
        invitation = CoGuardian(child=child_of(account), invited_at=when - MINUTE, expires_at=when)
        invitation.phone = "19500000009"
        invitation.save(force_insert=True)
        return invitation
    family = Account(password="!", created_at=when)
    family.phone = f"195{hash(when) % 10**8:08d}"
    family.save(force_insert=True)
    return family


def child_of(account: Account, **more: object) -> Child:
    district = District.objects.get()
    rules = consent.newest_rules(district)
    agreed, _ = Consent.objects.get_or_create(account=account, rules=rules, purpose=Purpose.ENROL)
    child = Child(
        account=account, district=district, consent=agreed, name="样", sex="男", birth_date="2018-03-05", **more
    )
    child.id_number = steps.id_number()
    child.save(force_insert=True)
    return child


def there(rows: dict[str, object]) -> set[str]:
    return {code for code, row in rows.items() if type(row)._base_manager.filter(pk=row.pk).exists()}


def test_every_rule_is_tried_here():
    assert set(AGES) | {"consent"} == set(erasure.DUE)


def test_exactly_what_is_over_goes(now, zhao):
    fresh = {code: made(code, now - age + MINUTE, zhao) for code, age in AGES.items()}
    over = {code: made(code, now - age - MINUTE, zhao) for code, age in AGES.items()}

    run = erasure.run(now)

    assert (there(fresh), there(over)) == (set(AGES), set())
    assert run.counts == dict.fromkeys(AGES, 1)


def test_the_preview_counts_the_same_and_deletes_nothing(now, zhao):
    over = {code: made(code, now - age - MINUTE, zhao) for code, age in AGES.items()}

    assert erasure.preview(now) == dict.fromkeys(AGES, 1) | {"consent": 0}
    assert there(over) == set(AGES)


def test_a_second_run_deletes_and_writes_nothing(now, zhao):
    made("sms", now - timedelta(days=91), zhao)
    erasure.run(now)
    before = (ErasureRun.objects.count(), AuditEvent.objects.count())

    assert erasure.run(now) is None
    assert (ErasureRun.objects.count(), AuditEvent.objects.count()) == before == (1, before[1])


def test_a_run_is_written_down_in_the_log_without_anybodys_data(now, zhao, district):
    made("sms", now - timedelta(days=91), zhao)
    run = erasure.run(now)
    line = AuditEvent.objects.get(action="erasure.finished")

    assert (line.district, line.actor, line.subject) == (district.code, "system", f"districts.ErasureRun:{run.pk}")
    assert line.detail == {"kind": "technical", "counts": {"sms": 1}}


def test_a_run_that_was_cut_short_goes_on_as_the_same_run(now, zhao, monkeypatch):
    for code in ("sms", "submit-key"):
        made(code, now - timedelta(days=91), zhao)
    finish = erasure._finish
    monkeypatch.setattr(erasure, "_finish", lambda run: (_ for _ in ()).throw(SystemExit(-9)))
    with pytest.raises(SystemExit):
        erasure.run(now)
    monkeypatch.setattr(erasure, "_finish", finish)
    made("sms", now - timedelta(days=92), zhao)
    erasure.run(now)

    assert ErasureRun.objects.get().counts == {"sms": 2, "submit-key": 1}
    assert ErasureRun.objects.get().finished_at is not None


def test_more_than_one_batch_goes_in_one_run(now, zhao, monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 2)
    for minutes in range(5):
        made("sms", now - timedelta(days=91, minutes=minutes), zhao)

    assert erasure.run(now).counts == {"sms": 5}


def test_a_family_account_stays_while_anything_names_it(now, season, at):
    long_ago = now - timedelta(days=91)
    with_child = sign_in.family_account("19500000001")
    steps.draft(with_child, season, at("filing"))
    with_role = sign_in.family_account("19500000002")
    Membership.objects.create(account=with_role, role="bureau", district=season.district)
    signed_in = sign_in.family_account("19500000003")
    made("sign-in", now - timedelta(days=89), signed_in)
    bare = sign_in.family_account("19500000004")
    Account.objects.update(created_at=long_ago)

    erasure.run(now)

    assert set(Account.objects.filter(phone_index__isnull=False)) == {with_child, with_role, signed_in}
    assert not Account.objects.filter(pk=bare.pk).exists()


def test_a_family_that_left_nothing_but_its_consent_goes_with_it(now, season):
    gone, stays = (sign_in.family_account(f"1950000001{n}") for n in range(2))
    for account in (gone, stays):
        steps.agree(account, season)
    Account.objects.filter(pk=gone.pk).update(created_at=now - timedelta(days=91))

    assert erasure.run(now).counts == {"consent": 1, "family-account": 1}
    assert list(Consent.objects.values_list("account", flat=True)) == [stays.pk]


def test_staff_accounts_are_not_deleted_by_time(now, zhao):
    Account.objects.update(created_at=now - timedelta(days=4000))
    Membership.objects.all().delete()
    erasure.run(now)

    assert Account.objects.filter(pk=zhao.pk).exists()


def test_beat_runs_it_every_day(now, zhao):
    made("sms", now - timedelta(days=91), zhao)
    entry = ours.CELERY_BEAT_SCHEDULE["erase"]
    assert (entry["task"], entry["schedule"].hour, entry["schedule"].minute) == ("enrollment.erase", {20}, {10})

    tasks.erase()
    assert SmsMessage.objects.count() == 0


def test_the_applications_role_may_run_it(now, zhao, settings):
    made("sms", now - timedelta(days=91), zhao)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APP_DATABASE_ROLE}")
        assert erasure.run(now).counts == {"sms": 1}
        cursor.execute("RESET ROLE")


def test_a_message_that_waits_is_not_touched(now):
    sms.queue("19500000005", "样")
    erasure.run(now)

    assert SmsMessage.objects.count() == 1
