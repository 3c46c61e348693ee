"""Every row has its file and every file its row: after a crash, after a deletion, after a disk fault."""

import os
from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from enrollment import filing, private_files, tasks
from enrollment.models import EvidencePage
from enrollment.private_files import EVIDENCE
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=25)


@pytest.fixture
def draft(wang, season, at):
    return steps.filled_in(wang, season, at("filing"))


def addresses() -> list[str]:
    return sorted({path.name for path in EVIDENCE.path.glob("*/*")})


def named() -> list[str]:
    return sorted(set(EvidencePage.objects.values_list("address", flat=True)))


def test_files_are_swept_when_nobody_has_named_them_for_a_day(draft):
    lost = EVIDENCE.keep(b"the row was never written", owner=draft.pk)

    assert private_files.sweep(timezone.now()) == []
    assert private_files.sweep(timezone.now() + LATER) == [EVIDENCE.path_of(lost)]
    assert addresses() == named()


def test_a_crash_between_file_and_row_leaves_no_row_without_its_file(draft, wang, monkeypatch):
    def killed(rows):
        raise SystemExit(-9)

    before = named()
    monkeypatch.setattr(EvidencePage.objects, "bulk_create", killed)
    with pytest.raises(SystemExit):
        filing.add_pages(filing.needed_evidence(draft)[0], [steps.page(9)], by=wang)

    assert (named(), len(addresses())) == (before, len(before) + 1)


def test_a_full_disk_leaves_no_row(draft, wang, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    before = named()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        filing.add_pages(filing.needed_evidence(draft)[0], [steps.page(9)], by=wang)

    assert named() == before


def test_a_page_that_the_family_removed_is_swept(draft, wang):
    evidence = filing.needed_evidence(draft)[0]
    filing.add_pages(evidence, [steps.page(9)], by=wang)
    page = evidence.pages.last()
    filing.remove_page(page, by=wang)

    assert private_files.sweep(timezone.now() + LATER) == [EVIDENCE.path_of(page.address)]


def test_the_same_photo_in_two_documents_of_a_child_is_kept_until_neither_names_it(draft, wang):
    first, second = filing.needed_evidence(draft)[:2]
    filing.add_pages(first, [steps.page(9)], by=wang)
    filing.add_pages(second, [steps.page(9)], by=wang)
    filing.remove_page(first.pages.last(), by=wang)

    assert private_files.sweep(timezone.now() + LATER) == []


def test_when_all_is_well_the_check_says_how_many_files_it_read(draft, capsys):
    call_command("check_evidence")

    assert capsys.readouterr().out == f"{len(addresses())}个文件全部完好。\n"


def test_the_check_names_the_file_with_a_flipped_byte(draft, capsys):
    path = EVIDENCE.path_of(EvidencePage.objects.first().address)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"1个文件缺失或被改动。"):
        call_command("check_evidence")

    assert capsys.readouterr().out == f"{path} is not what was written\n"


def test_the_weekly_check_writes_an_error_for_each_fault(draft, caplog):
    EVIDENCE.path_of(EvidencePage.objects.first().address).unlink()

    tasks.check_evidence()

    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_the_nightly_sweep_says_how_many_it_removed(draft, capsys):
    lost = EVIDENCE.path_of(EVIDENCE.keep(b"nobody names this", owner=draft.pk))
    os.utime(lost, (0, 0))

    call_command("sweep_evidence")

    assert capsys.readouterr().out == f"{lost}\n已清理1个文件。\n"


def test_beat_sweeps_every_night_and_checks_every_week():
    schedule = django_settings.CELERY_BEAT_SCHEDULE

    assert [(schedule[name]["task"], schedule[name]["schedule"]) for name in ("sweep-evidence", "check-evidence")] == [
        (tasks.sweep_evidence.name, crontab(hour=20, minute=30)),
        (tasks.check_evidence.name, crontab(hour=21, minute=0, day_of_week=6)),
    ]
