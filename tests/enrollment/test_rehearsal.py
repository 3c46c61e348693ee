"""The rehearsal is a feature: it goes the whole way, says so, and leaves nothing behind."""

import json
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from classing import verify
from districts import identity
from enrollment.rehearsal.families import CATEGORY_SHARES, MISTAKE_SHARES, families

TEXTS = {"甲小学": "包括长街、短街、中街、北街等。", "乙小学": "以服务本村辖区内适龄儿童就学为主。"}


def made(count: int = 300, seed: int = 1):
    return list(families(count, seed, TEXTS, date(2018, 8, 31)))


def test_the_same_seed_makes_the_same_families():
    assert made() == made()
    assert made() != made(seed=2)


def test_every_child_has_a_valid_number_that_was_never_issued():
    for family in made():
        for child in family.children:
            number = identity.parse(child.id_number)
            assert (number.birth_date, number.sex, child.id_number[:4]) == (child.birth_date, child.sex, "9900")


def test_no_number_is_used_twice():
    numbers = [child.id_number for family in made(2000) for child in family.children]

    assert len(set(numbers)) == len(numbers)


def test_every_category_and_every_mistake_comes_up():
    everybody = made(5000)

    assert {family.category for family in everybody} >= {*CATEGORY_SHARES, "local-own-home", "village"}
    assert {family.mistake for family in everybody} == {*MISTAKE_SHARES, None}


def test_addresses_are_real_names_of_the_catchment_texts():
    assert {family.address[:2] for family in made() if family.campus == "甲小学"} == {"长街", "短街", "中街", "北街"}


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def rehearse(tmp_path, db):
    """Run the command as a bureau would, in a process of its own."""

    def run(*options: str):
        command = [sys.executable, "manage.py", "rehearse", "--out", str(tmp_path / "out"), *options]
        finished = subprocess.run(command, cwd=django_settings.BASE_DIR, capture_output=True, text=True, timeout=300)
        assert finished.returncode == 0, finished.stderr
        return finished, tmp_path / "out"

    return run


@pytest.mark.journey
def test_a_rehearsal_goes_the_whole_way_and_leaves_the_database_as_it_was(rehearse):
    before = databases()

    finished, out = rehearse("--families", "120", "--seed", "7")

    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    placed = report["results"]["确认名单"]
    assert report["results"]["通知书"] == placed == len(list((out / "notices").iterdir()))
    assert [stage["name"] for stage in report["stages"]][1:4] == ["建档", "审核", "抽检"]
    assert "合计" in finished.stdout
    assert databases() == before


@pytest.mark.journey
def test_every_draw_of_a_rehearsal_is_stamped_and_can_be_checked(rehearse):
    _, out = rehearse("--families", "420", "--seed", "3")

    records = sorted((out / "draws").iterdir())
    assert records
    for record in records:
        assert record.name.startswith("MOCK-")
        assert verify.main([str(record)]) == 0


def test_a_folder_with_other_files_is_not_touched(tmp_path):
    (tmp_path / "letter.txt").write_text("keep")

    with pytest.raises(CommandError, match="不是空目录，也不是以前演练的目录"):
        call_command("rehearse", "--out", str(tmp_path))

    assert (tmp_path / "letter.txt").read_text() == "keep"
