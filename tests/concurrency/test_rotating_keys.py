"""Keys are changed while the portal works: nothing becomes unreadable, nothing unfindable, and a kill does no harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from districts import consent, sign_in, sms
from districts.encryption import blind_index, blind_indexes
from districts.models import Account, Consent, Purpose, SmsMessage
from districts.refusals import Refused
from enrollment import filing
from enrollment.models import Application, Child
from tests.concurrency.parallel import PATIENCE_SECONDS, ROOT
from tests.enrollment import steps

FAMILIES = 1000
FRESH = {"FIELD_KEYS": {2: "QUFB" * 10 + "QUE="}, "INDEX_KEYS": {2: "QkJC" * 10 + "QkI="}}


def phone(number: int) -> str:
    return f"197{number:08d}"


def bring_in_new_keys(settings) -> None:
    for name, fresh in FRESH.items():
        setattr(settings, name, getattr(settings, name) | fresh)


def throw_old_keys_away(settings) -> None:
    for name, fresh in FRESH.items():
        setattr(settings, name, fresh)


@pytest.fixture
def families(season) -> list[Application]:
    """Families with a draft each, all under key 1. Written in bulk: it is their number that matters."""
    accounts = [Account(password="!") for _ in range(FAMILIES)]
    rules = consent.newest_rules(season.district)
    consents = [Consent(account=account, rules=rules, purpose=Purpose.ENROL) for account in accounts]
    children = [
        Child(
            account=agreed.account,
            district=season.district,
            consent=agreed,
            name="样甲子",
            sex="男",
            birth_date="2018-03-05",
        )
        for agreed in consents
    ]
    for number, (account, child) in enumerate(zip(accounts, children, strict=True)):
        account.phone = phone(number)
        child.id_number = steps.id_number(serial=number)
    drafts = [
        Application(season=season, account=child.account, child=child, child_index=child.id_number_index)
        for child in children
    ]
    for draft in drafts:
        draft.address = steps.ADDRESS
    for rows in (accounts, consents, children, drafts):
        type(rows[0]).objects.bulk_create(rows)
    return drafts


def repeated(action: Callable[[int], None], until: Event) -> int:
    """`action(0)`, `action(1)`… until the event; how often that was."""
    done = 0
    try:
        while not until.is_set():
            action(done)
            done += 1
    finally:
        connections.close_all()
    return done


def all_found_and_open() -> tuple[int, int, int]:
    """How many families' phones, ID numbers and addresses open and are found by their index."""
    accounts = [one for one in Account.objects.all() if bytes(one.phone_index) == blind_index("phone", one.phone)]
    drafts = list(Application.objects.select_related("child"))
    children = [
        one
        for one in drafts
        if bytes(one.child_index) == bytes(one.child.id_number_index) == blind_index("id-number", one.child.id_number)
    ]
    return len(accounts), len(children), [one.address for one in drafts].count(steps.ADDRESS)


def test_while_others_write_and_search_nothing_is_unreadable_or_unfindable(families, season, at, settings):
    bring_in_new_keys(settings)
    finished, faults = Event(), []
    by_phone = {phone(number): draft.account_id for number, draft in enumerate(families)}

    def search(step: int) -> None:
        number = phone(step * 7 % FAMILIES)
        if sign_in.family_account(number).pk != by_phone[number]:
            faults.append(number)

    def search_children(step: int) -> None:
        number = step * 11 % FAMILIES
        indexes = blind_indexes("id-number", steps.id_number(serial=number))
        if list(Child.objects.filter(id_number_index__in=indexes).values_list("pk", flat=True)) != [
            families[number].child_id
        ]:
            faults.append(number)

    def write(step: int) -> None:
        draft = Application.objects.select_related("account").get(pk=families[step * 13 % FAMILIES].pk)
        if draft.address != steps.ADDRESS:
            faults.append(draft.pk)
        filing.save_guardian(draft, name="样乙丑", relation="母亲", by=draft.account)
        with transaction.atomic():
            sms.queue(phone(step), "样")
        draft.address = steps.ADDRESS  # with a row read some time ago: perhaps with the index from before
        draft.save(update_fields=["address_cipher", "child_index"])

    def begin(step: int) -> None:
        steps.draft(
            sign_in.family_account(f"196{step:08d}"),
            season,
            at("filing"),
            id_number=steps.id_number(serial=20_000 + step),
        )

    with ThreadPoolExecutor() as pool:
        others = [pool.submit(repeated, action, finished) for action in (search, search_children, write, begin)]
        try:
            call_command("rotate_keys", verbosity=0)
        finally:
            finished.set()
        done = [other.result(PATIENCE_SECONDS) for other in others]
    begun = done[-1]
    call_command("rotate_keys")  # what a row read before was saved over in the last moment
    throw_old_keys_away(settings)

    assert faults == []
    assert min(done) > 0
    assert all_found_and_open() == (FAMILIES + begun, FAMILIES + begun, FAMILIES)
    assert {message.body for message in SmsMessage.objects.all()} == {"样"}


def test_a_run_that_was_killed_is_finished_by_the_next(families, settings):
    server = urlsplit(os.environ["DATABASE_URL"])
    host = server.netloc.rpartition("@")[2]
    database = server._replace(
        netloc=f"{settings.APP_DATABASE_ROLE}@{host}", path=f"/{connection.settings_dict['NAME']}"
    )
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(database),
        "FIELD_KEYS": "2:" + FRESH["FIELD_KEYS"][2],
        "INDEX_KEYS": "2:" + FRESH["INDEX_KEYS"][2],
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "PYTHONUNBUFFERED": "1",
    } | {name[:-1]: getattr(settings, name)[1] for name in FRESH}  # fmt: skip
    command = [sys.executable, "manage.py", "rotate_keys"]
    bring_in_new_keys(settings)

    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        next(line for line in first.stdout if line.startswith("enrollment.Child："))
        first.send_signal(signal.SIGKILL)
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--check")
    second = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    throw_old_keys_away(settings)

    assert (first.returncode, second.returncode, second.stderr) == (-signal.SIGKILL, 0, "")
    assert all_found_and_open() == (FAMILIES, FAMILIES, FAMILIES)


def test_two_families_do_not_both_submit_one_child_with_indexes_under_two_keys(season, at, settings):
    number = steps.id_number()
    first = steps.submitted(steps.family(1), season, at("filing"), id_number=number)
    bring_in_new_keys(settings)
    second = steps.filled_in(steps.family(2), season, at("filing"), born=first.child.birth_date)
    second.child.id_number = number
    second.child.save()
    Application.objects.filter(pk=second.pk).update(child_index=blind_index("id-number", number))

    with pytest.raises(Refused) as refused:
        steps.send(second, at("filing"))

    assert refused.value.errors == {"": filing.DUPLICATE}
