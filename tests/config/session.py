"""What a test run needs before its first test. Loaded by pytest (-p, see pyproject.toml) before the settings are."""

import os
from pathlib import Path

from django.core.management import call_command

# A `var` of their own: tests never touch the data of a running demo.
os.environ.setdefault("SUNSHINE_VAR", str(Path(__file__).parents[2] / "var" / "test"))


def pytest_sessionstart() -> None:
    """Collect the static files: pages name them by their digest, in tests as in production."""
    call_command("collectstatic", interactive=False, verbosity=0)
