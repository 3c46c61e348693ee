"""The whole portal on one machine, to try it out: `make demo` (docs/operations.md).

Starts PostgreSQL, Redis, the web server, a worker and beat, watches them, and ends them all in order.
"""

import argparse
import contextlib
import fcntl
import functools
import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config import embedded

SAMPLE = "districts/samples/yangquan-2024"
MADE_BY_THE_DEMO = ["postgres", "postgres.new", "media", "published", "static", "secrets.env"]
STARTING_TAKES_AT_MOST = 30  # seconds, until the first page
STOPPING_TAKES_AT_MOST = 10  # seconds for each process; a job cut short is done again from the outbox
FALLS_AT_ONCE = 10  # seconds: what ended earlier than that would only fall again
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, a polite kill, a closed terminal

say = functools.partial(print, flush=True)  # also into a pipe


class DemoError(Exception):
    """The demo cannot go on; the message says to the visitor why."""


@dataclass
class Child:
    """One process of the demo: its command, its log, and how it starts and ends."""

    name: str
    command: dict
    log: Path
    process: subprocess.Popen | None = None
    started: float = 0.0

    def start(self) -> None:
        """Start it, with what it says appended to its log."""
        with self.log.open("ab") as log:
            output = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
            # A session of its own: Ctrl-C in the terminal is for us, and we end everything in order.
            self.process = subprocess.Popen(**self.command | output | {"start_new_session": True})
        self.started = time.monotonic()

    def stop(self) -> None:
        """Ask it to end, insist after a while, and leave none of its own children behind."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPPING_TAKES_AT_MOST)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again_if_it_fell(self) -> None:
        """Say that it fell and start it again; give up if it falls at once."""
        if self.process is None or self.process.poll() is None:
            return
        say(f"\n进程 {self.name} 意外结束（退出码 {self.process.returncode}）。日志 {self.log} 的最后几行：")
        say("\n".join(f"    {line}" for line in self.last_words()))
        self.stop()
        if time.monotonic() - self.started < FALLS_AT_ONCE:
            raise DemoError(f"进程 {self.name} 一启动就结束，演示停止。")
        self.start()
        say(f"已重新启动 {self.name}。")

    def last_words(self) -> list[str]:
        """The end of its log."""
        return self.log.read_text(errors="replace").splitlines()[-15:]


def main() -> int:
    """Run the demo until Ctrl-C, SIGTERM or a closed terminal ends it."""
    parser = argparse.ArgumentParser(prog="make demo", description="在本机启动整套系统（演示）")
    parser.add_argument("--reset", action="store_true", help="先清除演示数据，从头开始")
    options = parser.parse_args()
    for number in ENDING:  # Ctrl-C too: a shell starts what it puts into the background with that one ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with only_demo(embedded.var_folder()) as var:
            if embedded.redis_answers(var):
                raise DemoError("别的命令（例如演练）正在使用本机的 Redis。请等它结束，再启动演示。")
            port = free_port()
            if options.reset:
                forget(var)
            run(var, port)
    except KeyboardInterrupt:
        say("演示已结束。")
    except DemoError as error:
        say(error)
        return 1
    return 0


def run(var: Path, port: int) -> None:
    """Prepare the data, start every process, and watch them until interrupted."""
    our_postgres = not os.environ.get("DATABASE_URL")  # asked before the settings set it
    os.environ |= {"SUNSHINE_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")
    say("准备数据库和示例区县……")
    accounts = prepare()
    if our_postgres:  # from here on as in production: who works on the data does not own it
        call_command("grant_rights", verbosity=0)
        connections.close_all()
        os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].replace(
            "//postgres@", f"//{settings.APP_DATABASE_ROLE}@"
        )
    children = processes(var, port)
    try:
        say("启动网站和后台任务……")
        for child in children:
            child.start()
        wait_for_first_page(children, port)
        say(f"\n阳光入学演示已启动：http://127.0.0.1:{port}/\n\n{accounts}\n日志在 {var / 'log'}。按 Ctrl-C 结束。")
        watch(children, var if our_postgres else None)
    finally:
        # A second Ctrl-C must not leave half of them running; each one gets a limited time.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        say("\n正在结束各进程……")
        for child in reversed(children):
            child.stop()
        embedded.remove_redis_socket(var)


def prepare() -> str:
    """Bring the database and the static files up to date; the table of the demo's accounts."""
    django.setup()
    settings.PUBLISHED_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_district", SAMPLE)
    call_command("demo_people")
    accounts = io.StringIO()
    call_command("demo_people", "--list", stdout=accounts)
    connections.close_all()
    return accounts.getvalue()


def processes(var: Path, port: int) -> list[Child]:
    """What runs beside PostgreSQL, in the order in which it starts; it ends in the opposite order."""
    logs = var / "log"
    python = [*embedded.DIE_WITH_PARENT, sys.executable, "-m"]
    celery = [*python, "celery", "--app=config"]
    beat = [*celery, "beat", "--loglevel=INFO", "--pidfile="]
    worker = [*celery, "worker", "--loglevel=INFO", "--concurrency=2"]
    web = [*python, "granian", "--interface=wsgi", "--host=127.0.0.1", f"--port={port}", "--workers=2"]
    web += ["--blocking-threads=8", "--no-ws"]  # each thread keeps a database connection
    children = [
        Child("worker", {"args": worker}, logs / "worker.log"),
        Child("beat", {"args": beat}, logs / "beat.log"),
        Child("web", {"args": [*web, "config.wsgi:application"]}, logs / "web.log"),
    ]
    if not os.environ.get("REDIS_URL"):
        children.insert(0, Child("redis", embedded.redis_command(var), logs / "redis.log"))
    return children


def wait_for_first_page(children: list[Child], port: int) -> None:
    """Return when the site shows its first page."""
    deadline = time.monotonic() + STARTING_TAKES_AT_MOST
    while first_page_status(port) >= 500:
        for child in children:
            child.start_again_if_it_fell()
        if time.monotonic() > deadline:
            web = children[-1]
            raise DemoError("\n".join([f"网站没有正常回应，日志 {web.log} 的最后几行：", *web.last_words()]))
        time.sleep(0.2)


def first_page_status(port: int) -> int:
    """The HTTP status of the first page; 503 while nobody listens."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except OSError:
            return 503


def watch(children: list[Child], postgres_var: Path | None) -> None:
    """Start again what falls, until an interrupt ends the demo."""
    while True:
        time.sleep(1)
        for child in children:
            child.start_again_if_it_fell()
        if postgres_var and embedded.revive_postgres(postgres_var):
            say("\n数据库意外结束，已重新启动。")


def free_port() -> int:
    """The port of the site, $PORT or 8000; tried now, because granian would share it with whoever has it already."""
    port = int(os.environ.get("PORT") or 8000)
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of the last demo may still fade out
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(f"端口 {port} 已被别的程序占用。请换一个端口，例如：PORT={port + 1} make demo") from None
    return port


def forget(var: Path) -> None:
    """Remove the demo's data; refused while anything uses it."""
    if not embedded.stop_idle_postgres(var):
        raise DemoError("别的命令正在使用数据库，请先结束它，再运行 make demo-reset。")
    for path in (var / name for name in MADE_BY_THE_DEMO):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    say("演示数据已清除。")


@contextlib.contextmanager
def only_demo(var: Path) -> Iterator[Path]:
    """Hold the right to run the demo of this `var`; the kernel gives it back even after kill -9."""
    logs = var / "log"
    logs.mkdir(parents=True, exist_ok=True)
    folder = os.open(logs, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("演示已经在运行。请先在它的窗口里按 Ctrl-C 结束它。") from None
        yield var
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main())
