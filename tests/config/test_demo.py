"""`make demo` starts everything, and leaves nothing behind when it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytest

from config import embedded, headers

ROOT = Path(__file__).parents[2]
# What this test run set for itself, and what the demo must find out anew.
OURS = {"DATABASE_URL", "SECRET_KEY", "FIELD_KEY", "INDEX_KEY", "DJANGO_SETTINGS_MODULE"}


def environment(var: Path, port: int) -> dict[str, str]:
    own = {"SUNSHINE_VAR": str(var), "PORT": str(port), "PYTHONUTF8": "1"}
    return {name: value for name, value in os.environ.items() if name not in OURS} | own


def demo(var: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "config.demo"]
    return subprocess.Popen(command, env=environment(var, port), stdout=subprocess.PIPE, text=True, cwd=ROOT)


def processes_that_name(text: str) -> list[str]:
    """The command lines of living processes in which `text` occurs."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(process.read_bytes().replace(b"\0", b" ").decode())
    return [line for line in found if text in line]


def roles_at_work(var: Path) -> set[str]:
    """As whom the processes are connected to the database; that we look is not counted."""
    with contextlib.closing(psycopg2.connect(host=embedded.socket_folder(var), user="postgres")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT usename FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()")
        return {role for (role,) in cursor.fetchall()}


@pytest.fixture
def port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.journey
def test_the_demo_starts_answers_and_leaves_nothing_behind(tmp_path, port):
    var = tmp_path / "var"
    first = demo(var, port)
    try:
        said = [first.stdout.readline()]
        while said[-1] and "Ctrl-C" not in said[-1]:
            said.append(first.stdout.readline())
        assert f"http://127.0.0.1:{port}/" in "".join(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert "阳光入学" in page.read().decode()
        (var / "published/log").mkdir(parents=True)
        (var / "published/log/index.html").write_text("名单")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/published/log/") as page:
            assert page.read().decode() == "名单"
            expected = {**headers.EVERYWHERE, "Content-Security-Policy": headers.PUBLISHED}
            assert {name: page.headers.get_all(name) for name in expected} == {n: [v] for n, v in expected.items()}
        assert roles_at_work(var) == {"sunshine_app"}
        assert "已经在运行" in demo(var, port).communicate()[0]
    finally:
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert [path.name for path in var.rglob("*") if path.suffix in {".pid", ".lock"} or path.is_socket()] == []
    time.sleep(0.2)
    assert processes_that_name(str(var)) == processes_that_name(f"--port={port}") == []


def test_a_taken_port_is_said_before_anything_starts(tmp_path, port):
    with contextlib.closing(socket.create_server(("127.0.0.1", port))):
        process = demo(tmp_path / "var", port)
        said, _ = process.communicate(timeout=60)
    assert f"端口 {port} 已被别的程序占用" in said
    assert process.returncode == 1
    assert not (tmp_path / "var/postgres").exists()


def test_the_demo_does_not_take_redis_from_a_rehearsal(tmp_path, port):
    var = tmp_path / "var"
    with embedded.redis(var):
        said, _ = demo(var, port).communicate(timeout=60)
        assert "别的命令" in said
        assert embedded.redis_answers(var)
