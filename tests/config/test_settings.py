"""Production refuses to start half configured, and nothing of the demo can be switched on there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def production():
    """An environment as the compose file makes it, with nothing of this test run in it."""
    lines = (ROOT / ".ci/production.env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    return {"PATH": os.environ["PATH"], **given}


def read_settings(environment: dict[str, str], show: str = "None") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"from config import settings; print({show})"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEY", "INDEX_KEY"])
def test_a_missing_secret_is_named(production, name):
    del production[name]
    result = read_settings(production)
    assert result.returncode != 0
    assert f"{name} is not set" in result.stderr
    assert "docs/operations.md" in result.stderr


def test_the_demo_cannot_be_switched_on_beside_a_real_database(production):
    assert read_settings(production | {"SUNSHINE_DEMO": "1"}, "settings.DEMO").stdout == "False\n"


def test_debug_is_off_unless_asked_for(production):
    assert read_settings(production, "settings.DEBUG").stdout == "False\n"


def test_production_starts_no_server_of_its_own(production, tmp_path):
    result = read_settings(
        production | {"SUNSHINE_VAR": str(tmp_path / "var")}, "settings.DATABASES['default']['HOST']"
    )
    assert result.stdout == "database\n"
    assert not (tmp_path / "var").exists()
