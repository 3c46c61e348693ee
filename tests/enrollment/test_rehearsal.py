"""The rehearsal is a feature: it goes the whole way, says so, and leaves nothing behind."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from classing import verify
from districts import identity
from enrollment.rehearsal.families import CATEGORY_SHARES, MISTAKE_SHARES, families
from tests.conftest import SAMPLE

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
    """The server's databases, asked over a connection that no waiting test holds open."""
    with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def small_classes(tmp_path) -> Path:
    """The sample district with a class cap of six, so that few families make many classes."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "district"))
    plan = folder / "district.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("class_cap: 45", "class_cap: 6"), encoding="utf-8")
    return folder


@pytest.mark.journey
def test_a_rehearsal_goes_the_whole_way_and_leaves_the_database_as_it_was(tmp_path, small_classes):
    before, out = databases(), tmp_path / "out"

    finished = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "rehearse",
            "--families=60",
            "--seed=7",
            "--district",
            small_classes,
            "--out",
            out,
        ],
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (finished.returncode, finished.stderr if finished.returncode else "") == (0, "")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    records = sorted((out / "draws").iterdir())
    assert report["results"]["通知书"] == report["results"]["确认名单"] == len(list((out / "notices").iterdir()))
    assert report["results"]["抽签场次"] == len(records) > 0
    assert all(record.name.startswith("MOCK-") and verify.main([str(record)]) == 0 for record in records)
    assert not (out / "work").exists()
    assert databases() == before


def test_a_folder_with_other_files_is_not_touched(tmp_path):
    (tmp_path / "letter.txt").write_text("keep")

    with pytest.raises(CommandError, match="不是空目录，也不是以前演练的目录"):
        call_command("rehearse", "--out", str(tmp_path))

    assert (tmp_path / "letter.txt").read_text() == "keep"
