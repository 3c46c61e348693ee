"""What one job may take: a document that does not end, or fills the memory, must cost one job and not a worker.

Measured with WeasyPrint 70 on a busy core: an admission notice takes 1.2 s, its process writes to 0.12 GB; a table of
3 000 rows is ended after 20.7 s.
"""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

SECONDS = 20  # shorter than the lease of a job (districts/outbox.py): nobody else begins it meanwhile
MEMORY = 1024**3  # bytes that a worker process may write to; what is beyond is a MemoryError


class TookTooLong(Exception):
    """The job was ended."""


@contextmanager
def of_one_job() -> Iterator[None]:
    """Raises TookTooLong inside after SECONDS. Only in a process's main thread: signals go nowhere else."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*args: object) -> NoReturn:
        raise TookTooLong(f"the job took longer than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 1)  # and again: a library may swallow the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def of_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
