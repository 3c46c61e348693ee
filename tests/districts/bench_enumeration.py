"""How long answers about known and unknown people take: `python -m tests.districts.bench_enumeration`.

A real server; each step of signing in is taken for somebody known and somebody unknown in turns, in random order, and
timed where an attacker would. Printed are both medians, their difference with a bootstrap interval, and the chance that
an answer about somebody known took longer (Mann-Whitney; 0.5 when nothing can be told). Exit status 1 beyond a bound.
"""

import http.client
import random
import re
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from tests.served import served

PAIRS = 250
MOST_MILLISECONDS = 5.0  # between the medians
# The chance's standard deviation is 1/sqrt(6 x pairs) = 0.026 when both are alike: four of them.
FARTHEST_FROM_HALF = 0.1
RESAMPLES = 1000
CHOOSE = random.Random(1)


@dataclass
class Browser:
    """One visitor on an open connection, with cookies."""

    line: http.client.HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **typed: str) -> tuple[float, int, str]:
        """Milliseconds, status and page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(typed | {"csrfmiddlewaretoken": self.cookies["csrftoken"]})
        started = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        page = answer.read().decode()
        took = (time.perf_counter() - started) * 1000
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return took, answer.status, page


@dataclass
class Step:
    """What one step took for the known and for the unknown, in milliseconds, and what was answered."""

    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    answers: set[tuple[int, str]] = field(default_factory=set)


def phones(start: int) -> list[str]:
    return [f"199{start + number:08d}" for number in range(PAIRS)]


def make_people() -> None:
    """As many families as there are pairs, one clerk, one link that was used."""
    from datetime import timedelta

    from django.utils import timezone

    from districts import sign_in
    from districts.encryption import blind_index
    from districts.models import Account, Invitation

    for phone in phones(0):
        sign_in.family_account(phone)
    clerk = Account.objects.create_staff("known-clerk", "a long enough password", "样")
    used = Invitation(account=clerk, expires_at=timezone.now() + timedelta(hours=1), used_at=timezone.now())
    used.token_mac = blind_index("invitation", "link-that-was-used")
    used.save()


def forget_limits() -> None:
    """The limits would end the measurement after ten; they are the same for both, see test_sign_in.py."""
    from districts.models import RateWindow

    RateWindow.objects.all().delete()


def without_what_was_typed(page: str) -> str:
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page)
    return re.sub(r"199\*{4}\d{4}|199\d{8}|known-clerk|clerk-\d+", "…", page)


def measure(port: int) -> dict[str, Step]:
    steps = {name: Step() for name in ("asking for a code", "a wrong code", "a wrong password", "a void link")}
    line = http.client.HTTPConnection("127.0.0.1", port)

    def note(step: str, known: bool, answer: tuple[float, int, str]) -> None:
        took, status, page = answer
        (steps[step].known if known else steps[step].unknown).append(took)
        steps[step].answers.add((status, without_what_was_typed(page)))

    def visit(number: int, known: bool) -> None:
        browser = Browser(line)
        browser.ask("GET", "/sign-in/")
        phone = phones(0 if known else 50_000_000)[number]
        note("asking for a code", known, browser.ask("POST", "/sign-in/", phone=phone))
        browser.ask("GET", "/sign-in/code/")
        note("a wrong code", known, browser.ask("POST", "/sign-in/code/", code="000000"))
        login = "known-clerk" if known else f"clerk-{number:05d}"
        note("a wrong password", known, browser.ask("POST", "/staff/sign-in/", login=login, password="wrong"))
        link = "link-that-was-used" if known else f"link-of-nobody-{number:03d}"
        note("a void link", known, browser.ask("GET", f"/staff/invitations/{link}/"))

    for number in range(PAIRS):
        for known in CHOOSE.sample([True, False], 2):
            visit(number, known)
        forget_limits()
    return steps


def interval(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Bootstrap, 95 %: of the difference between the medians."""
    found = sorted(
        median(CHOOSE.choices(known, k=len(known))) - median(CHOOSE.choices(unknown, k=len(unknown)))
        for _ in range(RESAMPLES)
    )
    return found[int(RESAMPLES * 0.025)], found[int(RESAMPLES * 0.975)]


def chance_of_longer(known: list[float], unknown: list[float]) -> float:
    """Mann-Whitney: in which share of all pairs the known one took longer; equal ones count half."""
    longer = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return longer / (len(known) * len(unknown))


def main() -> int:
    missed = []
    with served(LOG_LEVEL="ERROR") as port:
        make_people()
        steps = measure(port)
    print(f"{PAIRS} pairs; milliseconds; floor: medians at most {MOST_MILLISECONDS:.0f} ms apart,")
    print(f"chance within 0.5 ± {FARTHEST_FROM_HALF}, one answer for all")
    for name, step in steps.items():
        apart = median(step.known) - median(step.unknown)
        low, high = interval(step.known, step.unknown)
        chance = chance_of_longer(step.known, step.unknown)
        held = abs(apart) <= MOST_MILLISECONDS and abs(chance - 0.5) <= FARTHEST_FROM_HALF and len(step.answers) == 1
        print(
            f"  {name:18} known {median(step.known):6.1f}   unknown {median(step.unknown):6.1f}   "
            f"apart {apart:+5.2f} (95 %: {low:+5.2f} to {high:+5.2f})   chance {chance:.3f}   "
            f"answers {len(step.answers)}   {'held' if held else 'MISSED'}"
        )
        missed += [] if held else [name]
    print("floors missed: " + ", ".join(missed) if missed else "all floors held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
