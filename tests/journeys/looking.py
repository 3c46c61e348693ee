"""What a page must be besides right: small, narrow enough, readable by a machine, and true to the content policy."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, CDPSession, ConsoleMessage, Page, WebError

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 100_000
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error("content policy: " + event.violatedDirective + " " + event.blockedURI));
"""
# A page that refuses says so with its status; the browser repeats that on the console, and it is not the page's fault.
STATUS = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """What went wrong in a browser: errors of its pages, and what its console complains about."""

    faults: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(STATUS):
            self.faults.append(f"{message.text} ({message.location['url']})")

    def fall(self, fault: WebError) -> None:
        self.faults.append(str(fault.error))


def watch(context: BrowserContext) -> Watch:
    seen = Watch()
    context.add_init_script(REPORT_VIOLATIONS)
    context.on("console", seen.hear)
    context.on("weberror", seen.fall)
    return seen


class Scales:
    """Weighs pages: the bytes that travel with an empty cache, headers included, without the family's photos."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.session.on("Network.responseReceived", self._answered)
        self.session.on("Network.loadingFinished", self._arrived)
        self.urls: dict[str, str] = {}
        self.arrived: dict[str, int] = {}

    def _answered(self, event: dict) -> None:
        self.urls[event["requestId"]] = event["response"]["url"]

    def _arrived(self, event: dict) -> None:
        self.arrived[event["requestId"]] = int(event["encodedDataLength"])

    def weigh(self, address: str) -> int:
        """Open the page and return its weight."""
        self.urls.clear()
        self.arrived.clear()
        self.page.goto(address, wait_until="networkidle")
        return sum(size for request, size in self.arrived.items() if "/evidence/" not in self.urls.get(request, ""))


def faults_of(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, at both widths; keeps a picture when $SCREENSHOTS names a folder."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        width = size["width"]
        take_picture(page, f"{name}-{width}")
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{name}: {needed} px wide on a screen of {width}")
        for violation in Axe().run(page).response["violations"]:
            where = [target for node in violation["nodes"] for target in node["target"]]
            found.append(f"{name} at {width} px: {violation['id']} {where[:3]}")
    return found


def take_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
