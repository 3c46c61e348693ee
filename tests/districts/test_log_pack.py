"""The auditor's pack is checked by the commands of docs/audit.md as they stand there."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from districts import log_chain, log_pack
from districts.models import AuditEvent, District
from tests.districts.log import rewrite_all, write

BLOCKS = re.findall(r"(?:^    .*\n)+", (settings.BASE_DIR / "docs/audit.md").read_text(encoding="utf-8"), re.MULTILINE)
SHELL, KEPT, PYTHON = ("".join(b for b in BLOCKS if word in b) for word in ("split --lines", "invert-match", "hashlib"))


@pytest.fixture
def here(transactional_db) -> District:
    """A district with six lines in at least one chain; its log may be emptied afterwards."""
    district = District.objects.create(code="here", name="此区")
    write(district)
    write(district)
    yield district
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


@pytest.fixture
def pack(here, tmp_path) -> Callable[[], Path]:
    """Export a pack and unpack it."""

    def export() -> Path:
        call_command("audit", "export", "--district", "here", str(tmp_path / "log.zip"), verbosity=0)
        with ZipFile(tmp_path / "log.zip") as file:
            file.extractall(tmp_path / "pack")
        return tmp_path / "pack"

    return export


def documented(commands: str) -> str:
    return re.sub(r"^    ", "", commands, flags=re.MULTILINE)


def check(folder: Path) -> tuple[int, str]:
    """What the shell commands print, and their exit status."""
    script = "set -o pipefail -o errexit\n" + documented(SHELL)
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout


def check_in_python(folder: Path) -> str:
    return subprocess.check_output([sys.executable, "-c", documented(PYTHON)], cwd=folder, text=True)


def change(folder: Path, edit: Callable[[list[str]], None]) -> None:
    """Edit the lines of the log in a pack."""
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    edit(lines)
    (folder / "log.jsonl").write_text("".join(lines), encoding="utf-8")


def longest_chain(folder: Path) -> int:
    """Where in the file two lines of one chain stand one behind the other: the number of the first, from 0."""
    chains = [line.split(",")[0] for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return next(n for n in range(len(chains)) if chains[n] == chains[n + 1])


def test_a_pack_has_the_log_its_heads_the_rights_and_an_explanation(pack):
    folder = pack()
    assert sorted(path.name for path in folder.iterdir()) == ["README.txt", "heads.txt", "log.jsonl", "rights.txt"]
    heads = "".join(f"{head}\n" for head in log_chain.heads("here"))
    assert (folder / "heads.txt").read_text() == heads
    owner, application = connection.settings_dict["USER"], settings.APP_DATABASE_ROLE
    assert [line for line in (folder / "rights.txt").read_text().splitlines() if "auditlink\t" in line] == [
        f"districts_auditlink\t{owner}\ttable\t{owner}=arwdDxtm/{owner} {application}=r/{owner}",
        f"districts_auditlink\t{owner}\ttrigger audit_no_truncate\ton",
        f"districts_auditlink\t{owner}\ttrigger audit_no_update_or_delete\ton",
    ]


def test_a_pack_has_one_district_only(pack):
    write(District.objects.create(code="there", name="那区"))
    assert (pack() / "log.jsonl").read_text(encoding="utf-8").count("there") == 0


def test_the_export_is_a_line_of_the_log_that_it_exports(pack):
    last = AuditEvent.objects.filter(action="log.exported")
    assert (pack() / "log.jsonl").read_text(encoding="utf-8").count('"log.exported"') == last.count() == 1


def test_the_documented_check_finds_a_whole_pack_whole(pack):
    assert check(pack()) == (0, "")


def test_the_documented_check_finds_a_changed_line(pack):
    folder = pack()
    n = longest_chain(folder)

    def edit(lines: list[str]) -> None:
        lines[n] = lines[n].replace("test.happened", "test.other")

    change(folder, edit)
    status, said = check(folder)
    assert (status, said.startswith(f"line {n + 2} (number "), said.count("\n")) == (1, True, 1)


def test_the_documented_check_finds_a_removed_line(pack):
    folder = pack()
    n = longest_chain(folder)
    change(folder, lambda lines: lines.pop(n))
    status, said = check(folder)
    assert (status, said.startswith(f"line {n + 1} (number "), said.count("\n")) == (1, True, 1)


def test_the_documented_check_finds_a_cut_off_end(pack):
    folder = pack()
    change(folder, lambda lines: lines.pop())
    assert check(folder)[0] == 1


def test_the_documented_check_finds_what_a_kept_file_does_not_fit(pack, tmp_path):
    kept = "".join(f"{head}\n" for head in [*log_chain.heads(), log_chain.Head("there", 0, 9, log_chain.START)])
    folder = pack()
    (folder / "heads-2026-05-01.txt").write_text(kept)
    grep = ["bash", "-c", documented(KEPT)]
    check(folder)
    assert subprocess.run(grep, cwd=folder, capture_output=True, text=True).stdout == ""
    rewrite_all("actor = 'somebody'")
    folder = pack()
    (folder / "lines").rename(tmp_path / "lines of the first check")
    check(folder)
    heads_here = "".join(line for line in kept.splitlines(keepends=True) if line.startswith("here"))
    assert subprocess.run(grep, cwd=folder, capture_output=True, text=True).stdout == heads_here


def test_the_documented_check_in_python_says_the_same(pack):
    folder = pack()
    assert check_in_python(folder) == "whole\n"
    n = longest_chain(folder)
    change(folder, lambda lines: lines.pop(n))
    assert check_in_python(folder) == f"line {n + 1} does not follow the line before it\nwhole\n"


def test_the_explanation_in_the_pack_has_the_same_commands():
    readme = log_pack.README.read_text(encoding="utf-8")
    assert (readme.count(SHELL), readme.count(KEPT)) == (1, 1)


def test_an_unknown_district_is_refused(here, tmp_path):
    with pytest.raises(CommandError, match="没有代码为 nowhere 的区县。"):
        call_command("audit", "export", "--district", "nowhere", str(tmp_path / "log.zip"))
