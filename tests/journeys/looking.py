"""What a page must be besides right: small, narrow enough, readable by a machine, and true to the content policy."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 100_000
MOST_WAITS = 100
PICTURES = os.environ.get("SCREENSHOTS")
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error("content policy: " + event.violatedDirective + " " + event.blockedURI));
"""
NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")  # of an identity card, of a mobile
# A page that refuses says so with its status; the browser repeats that on the console, and it is not the page's fault.
STATUS = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Watch:
    """What went wrong in a browser: errors of its pages, and what its console complains about."""

    faults: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(STATUS):
            self.faults.append(f"{message.text} ({message.location['url']})")

    def travel(self, request: Request) -> None:
        """No number of a person may stand in an address, nor in the one that a page names as where it came from."""
        for said in (request.url, request.headers.get("referer", "")):
            if NUMBER_OF_A_PERSON.search(unquote(said)):
                self.faults.append(f"a person's number in an address: {said}")

    def arrive(self, response: Response) -> None:
        if NUMBER_OF_A_PERSON.search(unquote(response.headers.get("location", ""))):
            self.faults.append(f"a person's number in a redirect of {response.url}")

    def fall(self, fault: WebError) -> None:
        self.faults.append(str(fault.error))


def watch(context: BrowserContext) -> Watch:
    seen = Watch()
    context.add_init_script(REPORT_VIOLATIONS)
    context.on("console", seen.hear)
    context.on("weberror", seen.fall)
    context.on("request", seen.travel)
    context.on("response", seen.arrive)
    return seen


class Scales:
    """Weighs pages: the bytes that travel with an empty cache, headers included, without the family's photos."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.urls: dict[str, str] = {}
        self.arrived: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._arrived)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _answered(self, event: dict) -> None:
        self.urls[event["requestId"]] = event["response"]["url"]

    def _arrived(self, event: dict) -> None:
        self.arrived[event["requestId"]] = int(event["encodedDataLength"])

    def weigh(self, path: str) -> int:
        """Open the page and return its weight."""
        self.urls.clear()
        self.arrived.clear()
        self.page.goto(path)
        for _ in range(MOST_WAITS):
            if set(self.urls) <= set(self.arrived):
                break
            self.page.wait_for_timeout(20)  # the last bytes are reported a little after the page is ready
        return sum(size for request, size in self.arrived.items() if "/evidence/" not in self.urls.get(request, ""))


def look_at(page: Page, pages: Mapping[str, str]) -> list[str]:
    """Open each page (name → path), and say what is wrong with it."""
    scales = Scales(page)
    found = []
    for name, path in pages.items():
        weight = scales.weigh(path)
        note(f"{weight:>7} {name}")
        if weight >= MOST_BYTES:
            found.append(f"{name}: {weight} bytes")
        found += faults_of(page, name)
    return found


def faults_of(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open: too wide for a phone, or a rule of accessibility broken."""
    own = page.viewport_size
    # From a disk, axe may not read the style sheet a second time; one of its rules would like to.
    violations = Axe().run(page, options={"preload": not page.url.startswith("file:")}).response["violations"]
    found = [f"{name}: {rule['id']} at {[node['target'] for node in rule['nodes']][:3]}" for rule in violations]
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        take_picture(page, f"{name}-{size['width']}")
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
        found.append(f"{name}: {needed} px wide on a phone")
    page.set_viewport_size(own)
    return found


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page when $SCREENSHOTS names a folder."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def note(line: str) -> None:
    """Keep a figure beside the pictures."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        with (Path(PICTURES) / "bytes.txt").open("a") as notes:
            notes.write(f"{line}\n")
