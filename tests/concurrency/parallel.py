"""Many hands at once, a worker that can be killed, and waiting for a condition instead of a time."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).parents[2]
CONNECTIONS = 50  # at once; PostgreSQL takes 100, and others want some
PATIENCE_SECONDS = 60

Answer = TypeVar("Answer")


def at_once(times: int, action: Callable[[int], Answer]) -> list[Answer | Exception]:
    """`action(0)`, `action(1)`… from many threads that start together; what an action raised stands for its answer."""
    threads = min(times, CONNECTIONS)
    gate = Barrier(threads)

    def several(first: int) -> list[Answer | Exception]:
        try:
            connection.ensure_connection()  # waiting at the gate with the connection open makes the race narrower
            gate.wait(PATIENCE_SECONDS)
            return [answer_of(action, number) for number in range(first, times, threads)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(several, range(threads), timeout=PATIENCE_SECONDS))
    return [shares[number % threads][number // threads] for number in range(times)]


def answer_of(action: Callable[[int], Answer], number: int) -> Answer | Exception:
    try:
        return action(number)
    except Exception as error:  # the test says which one it expects
        return error


def until(condition: Callable[[], Answer], seconds: float = PATIENCE_SECONDS) -> Answer:
    """The condition's first true answer; fails the test when it takes too long."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
    return answer


class Worker:
    """A real Celery worker with its own beat, on the test database with production's rights, and a queue of its own."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        server = urlsplit(os.environ["DATABASE_URL"])
        host = server.netloc.rpartition("@")[2]
        database = server._replace(
            netloc=f"{settings.APP_DATABASE_ROLE}@{host}", path=f"/{connection.settings_dict['NAME']}"
        )
        self.environment = os.environ | {
            "DATABASE_URL": urlunsplit(database),
            "SMS_KEPT_HERE": "1",  # messages to phones stay in their table: there is no gateway here
            "REDIS_URL": settings.REDIS_URL,
            "CELERY_QUEUE": f"test-{secrets.token_hex(4)}",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "PUBLISHED_ROOT": str(settings.PUBLISHED_ROOT),
            "PUBLIC_URL": settings.PUBLIC_URL,
        }

    def start(self) -> None:
        """Start it; it looks at the outbox as soon as its beat says so, within five seconds."""
        options = ["--concurrency=2", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--beat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app=config", "worker", *options],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9, the whole process group: the worker, its beat and its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def ready_worker(log: Path) -> Iterator[Worker]:
    """A worker, not yet started; stopped at the end, whatever happened."""
    worker = Worker(log)
    try:
        yield worker
    finally:
        worker.stop()
