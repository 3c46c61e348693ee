"""The embedded servers outlive every way in which commands come, go and get killed."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config import embedded

USE_POSTGRES = """
import sys
from pathlib import Path
from config import embedded
print(embedded.postgres_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


class Command:
    """Another process that uses the server of `var` until it leaves or is killed."""

    def __init__(self, var: Path):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE_POSTGRES, str(var)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def joined(self) -> str:
        return self.process.stdout.readline()

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.leave()


@pytest.fixture
def command(var):
    """Start commands that use `var`; those that a failed test forgot are ended."""
    with contextlib.ExitStack() as at_the_end:

        def start() -> Command:
            new = Command(var)
            at_the_end.callback(new.leave)
            return new

        yield start


@pytest.fixture
def var(tmp_path):
    yield tmp_path / "var"
    assert embedded.stop_idle_postgres(tmp_path / "var")


def server_pid(var: Path) -> int:
    return int((var / "postgres/postmaster.pid").read_text().split()[0])


def left_behind(var: Path) -> list[str]:
    """Everything below `var` that is not data."""
    return [path.name for path in var.rglob("*") if path.suffix in {".pid", ".lock"} or path.is_socket()]


def connect(var: Path):
    return psycopg2.connect(host=str(embedded.socket_folder(var)), user="postgres", dbname="postgres")


def test_two_commands_at_the_same_moment_share_one_new_server(command, var):
    first, second = command(), command()
    assert first.joined() == second.joined() != ""


def test_the_last_command_stops_the_server_and_leaves_no_file(command, var):
    first, second = command(), command()
    assert first.joined() == second.joined()
    first.leave()
    connect(var).close()
    second.leave()
    assert left_behind(var) == []
    with pytest.raises(psycopg2.OperationalError):
        connect(var)


def test_a_killed_command_does_not_keep_the_server(command, var):
    killed = command()
    killed.joined()
    killed.kill()
    later = command()
    later.joined()
    later.leave()
    assert left_behind(var) == []


def test_a_killed_server_starts_again_although_its_child_is_still_busy(command, var):
    command().joined()
    with contextlib.closing(connect(var)) as connection:
        busy = connection.cursor()
        busy.execute("CREATE TABLE kept (line int)")
        connection.commit()
        busy.execute("SELECT pg_backend_pid()")
        backend = busy.fetchone()[0]
        os.kill(backend, signal.SIGSTOP)
        os.kill(server_pid(var), signal.SIGKILL)
        command().joined()
    with contextlib.closing(connect(var)) as connection:
        connection.cursor().execute("SELECT * FROM kept")
    assert not embedded.revive_postgres(var)


def test_a_pid_that_another_program_has_now_is_no_obstacle(command, var):
    command().joined()
    os.kill(server_pid(var), signal.SIGKILL)
    time.sleep(0.5)
    note = var / "postgres/postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.read_text().split(chr(10), 1)[1]}")
    assert embedded.revive_postgres(var)


def test_a_first_start_that_was_killed_is_begun_again(command, var):
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new/PG_VERSION").write_text("18\n")
    assert command().joined()


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path):
    var = tmp_path / ("long" * 30) / "var"
    far = Command(var)
    assert far.joined()
    connect(var).close()
    far.leave()
    assert not embedded.socket_folder(var).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another account")
def test_roots_server_runs_as_another_account_and_opens_no_folder_to_the_rest(command, tmp_path, var):
    tmp_path.chmod(0o700)
    command().joined()
    tmp_path.chmod(0o700)  # as pytest does again and again; it takes the account's way from it
    command().joined()
    assert Path(f"/proc/{server_pid(var)}").stat().st_uid not in {0, os.geteuid()}
    assert not tmp_path.stat().st_mode & stat.S_IRWXO
    assert not tmp_path.stat().st_mode & (stat.S_IRGRP | stat.S_IWGRP)


def test_secrets_are_made_once_and_only_for_the_owner(var):
    text = embedded.secrets_file(var).read_text()
    assert embedded.secrets_file(var).read_text() == text
    assert stat.S_IMODE(embedded.secrets_file(var).stat().st_mode) == 0o600
    assert [line.split("=")[0] for line in text.splitlines()] == ["SECRET_KEY", "FIELD_KEY", "INDEX_KEY"]


def test_redis_is_shared_and_ends_with_the_command_that_started_it(var):
    with embedded.redis(var) as first:
        with embedded.redis(var) as second:
            assert first == second
        assert embedded.redis_answers(var)
    assert not embedded.redis_answers(var)
    assert left_behind(var) == []
