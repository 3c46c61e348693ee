"""The floors of the house stay in order (docs/architecture.md): read from the import statements themselves."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
# Floor → the floors that it may import from. (The settings name the floors in strings, never by import.)
BELOW = {
    "districts": set(),
    "catchments": {"districts"},
    "classing": {"districts"},
    "enrollment": {"districts", "catchments", "classing"},
    "config": set(),
}
# A rehearsal needs a Redis for as long as it runs, and only config knows how this machine gets one.
EXCEPTIONS = {"enrollment/rehearsal/scratch.py": {"config"}}
# Who speaks with another process or machine, and over what (security requirement C11). Redis and PostgreSQL are reached
# by Celery and Django alone; whoever else opens a line must stand here.
OUTWARD = {
    "districts/sms.py": {"urllib"},  # the SMS gateway: the only other machine
    "districts/virus_scan.py": {"socket"},  # clamd, over a unix socket
    "config/embedded.py": {"socket"},  # what runs on one machine: is it up?
    "config/demo.py": {"socket", "http"},
}
SPEAKING = {
    *(
        "socket",
        "ssl",
        "http",
        "ftplib",
        "smtplib",
        "poplib",
        "imaplib",
        "telnetlib",
        "xmlrpc",
        "asyncio",
        "socketserver",
    ),
    *("urllib3", "requests", "httpx", "aiohttp", "redis", "kombu", "boto3", "paramiko", "websockets"),
}
# Values in, values out: no Django, and of our own code only what is pure itself. Folders with all that is in them.
PURE = (
    *("districts/calendar.py", "districts/rights.py", "districts/identity.py"),
    *("districts/tables.py", "districts/sheets.py"),
    *("catchments/text", "catchments/areas.py", "classing/protocol", "classing/verify.py"),
    *("enrollment/states.py", "enrollment/eligibility.py", "enrollment/sampling.py"),
    "enrollment/rehearsal/families.py",
)


def files(*places: str) -> list[str]:
    """The Python files in these folders, and those named themselves."""
    found = (path for place in places for path in (ROOT / place).rglob("*.py"))
    return [place for place in places if place.endswith(".py")] + sorted(str(path.relative_to(ROOT)) for path in found)


def imported(file: str) -> Iterator[str]:
    """Every module and name that the file imports, also inside functions."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def tops(file: str) -> set[str]:
    return {name.partition(".")[0] for name in imported(file)}


@pytest.mark.parametrize("floor", BELOW)
def test_a_floor_imports_only_from_floors_below(floor: str):
    for file in files(floor):
        allowed = BELOW[floor] | {floor} | EXCEPTIONS.get(file, set())
        assert tops(file) & set(BELOW) <= allowed, file
        assert "" not in tops(file), f"{file}: a relative import hides the floor that it comes from"


def test_every_exception_is_still_needed():
    assert all(needed <= tops(file) for file, needed in EXCEPTIONS.items())


@pytest.mark.parametrize("file", files(*PURE))
def test_a_pure_module_imports_no_django_and_nothing_that_is_not_pure(file: str):
    assert not tops(file) & {"django", "rest_framework", "celery"}
    ours = [name.split(".") for name in imported(file) if name.partition(".")[0] in BELOW]
    modules = {f"{'/'.join(parts[:length])}.py" for parts in ours for length in range(1, len(parts) + 1)}
    assert {module for module in modules if (ROOT / module).exists()} <= set(files(*PURE))


def lines_out(file: str) -> set[str]:
    """The modules through which the file could reach somebody; `urllib.parse` and `http.HTTPStatus` reach nobody."""
    names = {
        name for name in imported(file) if not name.startswith(("urllib.parse", "urllib.error", "http.HTTPStatus"))
    }
    return {name.partition(".")[0] for name in names} & (SPEAKING | {"urllib"})


def test_only_these_files_can_speak_with_anybody():
    assert {file: found for file in files(*BELOW) if (found := lines_out(file))} == OUTWARD


def test_no_mail_is_sent_and_no_admin_is_served():
    names = {name for file in files(*BELOW) for name in imported(file)}
    assert [name for name in names if name.startswith(("django.core.mail", "django.contrib.admin"))] == []
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.parametrize("file", files("classing/protocol", "classing/verify.py"))
def test_the_draw_needs_only_the_standard_library(file: str):
    own = set() if file == "classing/verify.py" else {"classing"}
    assert tops(file) <= sys.stdlib_module_names | own


def test_no_module_is_a_drawer_for_everything():
    assert not {Path(file).stem for file in files(*BELOW)} & {"utils", "util", "common", "helpers", "misc"}
