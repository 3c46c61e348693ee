"""Property tests of the draw: an example may be a whole deal, so a slow machine must not fail them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")
