"""The portal as it runs in production, on a free port, with the sample district in a database of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator


@contextlib.contextmanager
def served(application: str = "config.wsgi:application", **environment: str) -> Iterator[int]:
    """The port of a granian with one worker; `environment` holds further settings.

    Sets `os.environ` for good and Django up in this process too, which then shares the server's database.
    """
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-") as var, socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        reserved.close()
        os.environ |= {"LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "config.settings"} | environment
        os.environ.setdefault("SUNSHINE_VAR", var)
        prepare()
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads=8", "--no-ws", "--log-level", "error", application),
        ]
        process = subprocess.Popen(command)
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def prepare() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_district", settings.BASE_DIR / "districts" / "samples" / "yangquan-2024", stdout=sys.stderr)
    connection.close()


def wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
