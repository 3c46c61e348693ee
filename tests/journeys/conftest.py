"""A real browser before the real application, on a database that commits."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import embedded
from districts import factors
from districts.models import Account
from tests.concurrency.parallel import Worker, ready_worker
from tests.journeys.clerk import PASSWORD
from tests.journeys.looking import PHONE, Watch, watch

QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
LONGEST_WAIT = 15_000  # milliseconds, for any one thing in the browser


class QuietRequests(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def really_committed(committed_db: None) -> None:
    pass


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for the whole session; each visitor gets a context of their own."""
    # Playwright keeps an event loop in this thread, and Django would refuse to speak to the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=LONGEST_WAIT)
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(really_committed: None, settings, monkeypatch) -> Iterator[str]:
    """The address of the application: a real server in this process, so that a test can stop the season's clock.

    It works with the rights that it has in production; the test itself keeps its connection, the owner's.
    """
    from config.wsgi import application  # lists the static files when it is imported: not before they are collected

    monkeypatch.setitem(connection.settings_dict, "USER", settings.APP_DATABASE_ROLE)
    with ThreadedWSGIServer(("127.0.0.1", 0), QuietRequests) as server:
        server.set_app(application)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
        yield settings.PUBLIC_URL
        server.shutdown()
        thread.join()


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a browser as somebody: visitor(), visitor(wang), visitor(zhao, size=DESK), visitor(offline=True).

    At the end no page may have broken the content policy or thrown an error.
    """
    with contextlib.ExitStack() as at_the_end:
        watches: list[Watch] = []

        def open_as(account: Account | None = None, *, size: dict[str, int] = PHONE, **options: object) -> Page:
            context = chromium.new_context(**{"base_url": site, "viewport": size, "locale": "zh-CN"} | options)
            at_the_end.callback(context.close)
            context.set_default_timeout(LONGEST_WAIT)
            if account is not None:
                sign_in_quietly(context, account, site)
            watches.append(watch(context))
            return context.new_page()

        yield open_as
        assert [fault for seen in watches for fault in seen.faults] == []


def sign_in_quietly(context: BrowserContext, account: Account, site: str) -> None:
    """Give the context a signed-in session without walking the sign-in pages."""
    client = Client()
    client.force_login(account)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.fixture
def redis() -> Iterator[None]:
    with embedded.redis(settings.VAR_DIR):
        yield


@pytest.fixture
def worker(site: str, redis: None, tmp_path: Path) -> Iterator[Worker]:
    """A real worker on the test's database."""
    with ready_worker(tmp_path / "worker.log") as worker:
        worker.start()
        yield worker


@pytest.fixture
def with_password() -> Callable[[Account], Account]:
    """Let a clerk sign in on the page."""

    def give(account: Account) -> Account:
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
        factors.give_totp(account)
        return account

    return give
