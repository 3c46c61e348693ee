"""Give the tests a `var` of their own, so that they never touch the data of a running demo.

Loaded by pytest (-p, see pyproject.toml) before the settings are.
"""

import os
from pathlib import Path

os.environ.setdefault("SUNSHINE_VAR", str(Path(__file__).parents[2] / "var" / "test"))
