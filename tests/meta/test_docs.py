"""What README and docs name exists: files, make targets, commands, links."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from enrollment import demo

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCS += [ROOT / "districts/samples/README.md", ROOT / "templates/components/README.md"]
FOLDERS = "config|districts|catchments|classing|enrollment|templates|static|tests|docs|.ci"
FILE = re.compile(rf"(?<![\w./-])((?:{FOLDERS})(?:/[\w.-]+)*/?(?:\.\w+)?)(?![\w*…])")
TARGET = re.compile(r"\bmake ([a-z][a-z-]+)\b(?=[`\s:]|$)")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`[^`\n]+`|^ {4}.+$", re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def code(doc: Path) -> str:
    """What stands in back quotes or is indented."""
    return "\n".join(CODE.findall(doc.read_text(encoding="utf-8")))


@pytest.fixture(params=DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def doc(request) -> Path:
    return request.param


def test_every_file_that_is_named_exists(doc: Path):
    named = {match.rstrip(".") for match in FILE.findall(code(doc)) if "/" in match}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_make_target_that_is_named_exists(doc: Path):
    assert set(TARGET.findall(code(doc))) <= TARGETS


def test_every_command_that_is_named_exists(doc: Path):
    assert set(re.findall(r"manage\.py ([a-z_]+)", code(doc))) <= set(get_commands())


def test_every_link_leads_somewhere(doc: Path):
    links = [link for link in LINK.findall(doc.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (doc.parent / link).exists()] == []


def test_the_readme_names_every_demo_account():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [login for _, login, _ in demo.table() if login not in readme] == []
