"""What is installed is what was written down: pinned, with hashes, in the lists that the set-up and the image use."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DIRECT = ROOT / "requirements.txt"
TOOLS = ROOT / "config" / "requirements-dev.txt"
LOCK = ROOT / "config" / "requirements.lock"
DEV_LOCK = ROOT / "config" / "requirements-dev.lock"
BILL = ROOT / "docs" / "sbom.json"
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# Whoever ships these gives the sources of his own work away with them; LGPL and MPL ask for that of the package alone.
COPYLEFT = re.compile(r"A?GPL|GNU (Affero )?General Public", re.IGNORECASE)
# What these say of themselves, where the list has nothing: read in their own licence files.
LICENCE_READ = {"pypdfium2": "BSD-3-Clause, Apache-2.0", "uritemplate": "BSD-3-Clause OR Apache-2.0"}


def direct(path: Path) -> dict[str, str]:
    """Name to pinned version. Raises KeyError for a line without one."""
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        wanted = line.partition("#")[0].strip()
        if wanted and not wanted.startswith("-r"):
            name, version = wanted.split("==")
            pins[canonicalize_name(name)] = version
    return pins


def locked(path: Path) -> dict[str, list[tuple[Requirement, int]]]:
    """Name to each of its lines and the number of its hashes: numpy has one line for each Python."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in re.split(r"\n(?=\w)", path.read_text(encoding="utf-8")):
        requirement = Requirement(entry.partition(" \\\n")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, len(DIGEST.findall(entry))))
    return found


def versions(path: Path) -> dict[str, list[str]]:
    return {name: [str(line.specifier) for line, _ in lines] for name, lines in locked(path).items()}


@pytest.fixture(scope="module")
def shipped() -> dict[str, dict]:
    """The bill of materials: name to what it says of the package."""
    bill = json.loads(BILL.read_text(encoding="utf-8"))
    return {canonicalize_name(part["name"]): part for part in bill["components"]}


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK], ids=lambda path: path.name)
def test_every_package_in_a_lock_has_one_version_and_hashes(lock: Path):
    lines = [line for lines in locked(lock).values() for line in lines]
    loose = [str(line) for line, _ in lines if not re.fullmatch(r"==[\w.]+", str(line.specifier))]

    assert loose + [str(line) for line, hashes in lines if hashes == 0] == []


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK], ids=lambda path: path.name)
def test_a_lock_names_no_place_to_fetch_from(lock: Path):
    assert re.findall(r"https?:|file:|--(?:index|extra|find|trusted)[\w-]*", lock.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("listed", "lock"), [(DIRECT, LOCK), (DIRECT, DEV_LOCK), (TOOLS, DEV_LOCK)])
def test_a_lock_has_the_versions_that_were_chosen(listed: Path, lock: Path):
    chosen = {name: [f"=={version}"] for name, version in direct(listed).items()}

    assert {name: found for name, found in versions(lock).items() if name in chosen} == chosen


def test_the_tools_come_on_top_of_exactly_what_is_shipped():
    alone, together = versions(LOCK), versions(DEV_LOCK)

    assert {name: together[name] for name in alone} == alone


def test_the_set_up_and_the_image_install_by_hash_only():
    commands = [
        line.strip()
        for path in (ROOT / "config" / "setup.sh", ROOT / "Dockerfile")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "pip install" in line
    ]

    assert [command for command in commands if "--require-hashes" not in command] == []
    assert len(commands) == 2


def test_the_bill_of_materials_is_that_of_the_lock(shipped: dict[str, dict]):
    on_the_image = {"python_version": "3.11", "python_full_version": "3.11.14", "sys_platform": "linux"}
    wanted = {
        name: str(line.specifier)
        for name, lines in locked(LOCK).items()
        for line, _ in lines
        if line.marker is None or line.marker.evaluate(on_the_image)
    }

    assert {name: f"=={part['version']}" for name, part in shipped.items()} == wanted


def test_every_shipped_package_may_be_shipped(shipped: dict[str, dict]):
    forbidden = []
    for name, part in shipped.items():
        choices = [
            choice.get("expression") or choice["license"].get("id") or choice["license"]["name"]
            for choice in part.get("licenses", [])
        ] or [LICENCE_READ.get(name, "GPL? none is named")]
        if all(COPYLEFT.search(re.sub(r"LGPL|Lesser General Public", "", choice)) for choice in choices):
            forbidden.append((name, choices))

    assert forbidden == []


def test_the_image_has_no_history_tests_or_data():
    assert set((ROOT / ".dockerignore").read_text(encoding="utf-8").split()) >= {".git", ".venv", ".ci", "var", "tests"}
