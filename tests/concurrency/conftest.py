"""Real connections and threads: every test commits, so every test starts from a freshly loaded district."""

import pytest
from django.conf import settings

from config import embedded
from tests.concurrency.parallel import ready_worker


@pytest.fixture(autouse=True)
def really_committed(committed_db: None) -> None:
    pass


@pytest.fixture
def redis():
    with embedded.redis(settings.VAR_DIR):
        yield


@pytest.fixture
def worker(tmp_path):
    """A real worker, not yet started."""
    with ready_worker(tmp_path / "worker.log") as worker:
        yield worker
