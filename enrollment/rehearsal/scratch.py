"""What exists for one rehearsal only: a database beside the real one, a queue of its own, a folder for its files."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from config import embedded

WORKERS = 2
MARK = "演练.txt"  # in a folder that a rehearsal wrote and the next may replace


@contextmanager
def environment(out: Path) -> Iterator[dict[str, str]]:
    """The environment in which the rehearsal runs; afterwards the database server is as it was before."""
    name = f"rehearsal_{secrets.token_hex(4)}"
    work = out / "work"
    with ExitStack() as stack:
        if "REDIS_URL" not in os.environ:
            stack.enter_context(embedded.redis(settings.VAR_DIR))
        _server(f'CREATE DATABASE "{name}"')
        stack.callback(_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        yield os.environ | {
            "DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")),
            "REDIS_URL": settings.REDIS_URL,
            "CELERY_QUEUE": name,
            "MEDIA_ROOT": str(work),
            "PUBLISHED_ROOT": str(out / "published"),
            "SMS_KEPT_HERE": "1",
            "LOG_LEVEL": "ERROR",
        }


def _server(statement: str) -> None:
    """Run a statement that no transaction may hold."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


class Workers:
    """Real Celery workers of the rehearsal's own queue."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # They end with this process, also when it is killed.
        options = ["worker", f"--concurrency={WORKERS}", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*embedded.DIE_WITH_PARENT, sys.executable, "-m", "celery", "-A", "config", *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)

    def peak_memory(self) -> int:
        """The most bytes that any one of the workers' processes has held so far."""
        if self.process is None:
            return 0
        pids = [self.process.pid, *_children(self.process.pid)]
        return max(peak_memory(pid) for pid in pids)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def peak_memory(pid: int | str = "self") -> int:
    """Bytes: the high-water mark of a process's resident memory; 0 when it is gone or the system does not say."""
    status = Path(f"/proc/{pid}/status")
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
