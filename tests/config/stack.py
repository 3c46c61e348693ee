"""The web process of production: granian, with TLS's settings, behind a proxy that this module plays."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
HOST = "enrolment.example"
ID_NUMBER = "990001201803050021"  # in the message of the fault at /broken/ (faulty_site.py)
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value; two of the same are a fault."""
        values = [value for given, value in self.headers if given.lower() == name.lower()]
        assert len(values) < 2, f"{name}: {values}"
        return values[0] if values else ""

    @property
    def cookies(self) -> list[str]:
        return [value for name, value in self.headers if name.lower() == "set-cookie"]

    @property
    def text(self) -> str:
        return self.body.decode()


class Web:
    """One running server."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """As nginx would pass it on; header names with _ for -."""
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request(method, path, body or None, sent)
            response = line.getresponse()
            return Answer(response.status, response.getheaders(), response.read())

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


def database_of_the_test() -> str:
    """Its address, in words that the settings do not take for the embedded server of a demo."""
    server = urlsplit(os.environ["DATABASE_URL"])
    place = server.netloc.rpartition("@")[2]
    own = server._replace(
        netloc=f"{settings.APP_DATABASE_ROLE}@{place}",
        path=f"/{connection.settings_dict['NAME']}",
        query=f"{server.query}&application_name=web",
    )
    return urlunsplit(own)


@contextlib.contextmanager
def web(folder: Path, **environment: str) -> Iterator[Web]:
    """Start the server and end it; `environment` changes production's."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    production = {
        "PUBLIC_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database_of_the_test(),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEY": settings.FIELD_KEYS[1],
        "INDEX_KEY": settings.INDEX_KEYS[1],
        "REDIS_URL": "redis://127.0.0.1:1",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
        "SMS_GATEWAY_URL": "https://sms.example",
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "web.log"
    command = [sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1", f"--port={port}"]
    command += ["--workers=1", "--blocking-threads=4", "--no-ws", "tests.config.faulty_site:application"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={"PATH": os.environ["PATH"], **production, **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(port, log)
        yield Web(port, log)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text())
