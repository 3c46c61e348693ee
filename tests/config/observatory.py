"""How the MDN HTTP Observatory grades a site: its tests and modifiers (mdn/mdn-http-observatory, SCORE_TABLE).

100 at first; penalties; from 90 on the bonuses too. Two bonuses cannot be had by an answer: 5 for standing in the
browsers' preload list, 5 for hashes of scripts, which Mozilla itself calls useless for scripts of the same host.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.config.stack import Answer

FIRST, NEEDED_FOR_BONUS = 100, 90
MOST = 100 + 10 + 5 + 10 + 5 + 5  # content policy, cookies, resource policy, referrers, frames
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@dataclass(frozen=True)
class Grade:
    modifiers: dict[str, int]

    @property
    def score(self) -> int:
        without = FIRST + sum(one for one in self.modifiers.values() if one < 0)
        bonus = sum(one for one in self.modifiers.values() if one > 0)
        return max(0, without + bonus if without >= NEEDED_FOR_BONUS else without)


def grade(answer: Answer, over_http: Answer) -> Grade:
    """`answer` came over TLS, `over_http` without it to the same address."""
    policy = directives(answer.header("Content-Security-Policy"))
    return Grade(
        {
            "content-security-policy": of_policy(policy),
            "cookies": of_cookies(answer.cookies, hsts=hsts_seconds(answer) >= SIX_MONTHS),
            "cross-origin-resource-sharing": of_sharing(answer),
            "cross-origin-resource-policy": of_resource_policy(answer.header("Cross-Origin-Resource-Policy")),
            "redirection": of_redirection(over_http),
            "referrer-policy": of_referrers(answer.header("Referrer-Policy")),
            "strict-transport-security": of_hsts(answer),
            "subresource-integrity": of_scripts(answer.text),
            "x-content-type-options": 0 if answer.header("X-Content-Type-Options").lower() == "nosniff" else -5,
            "x-frame-options": of_frames(policy, answer.header("X-Frame-Options")),
        }
    )


def directives(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    assert len({part[0] for part in parts}) == len(parts), "a directive stands twice"
    return {name.lower(): {source.lower() for source in sources} or {"'none'"} for name, *sources in parts}


def of_policy(policy: dict[str, set[str]]) -> int:
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style, objects = (policy.get(name, default) for name in ("script-src", "style-src", "object-src"))
    sources = set().union(*policy.values())
    if script & (BROAD | INLINE) or objects & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in sources):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def of_cookies(cookies: list[str], *, hsts: bool) -> int:
    worst = 5 if cookies else 0
    for cookie in cookies:
        name, *attributes = (part.strip().lower() for part in cookie.split(";"))
        session = re.search("sess|login|csrf", name.partition("=")[0]) is not None
        same_site = next((part.partition("=")[2] for part in attributes if part.startswith("samesite")), None)
        if "secure" not in attributes:
            worst = min(worst, (-10 if hsts else -40) if session else (-5 if hsts else -20))
        if "sess" in name.partition("=")[0] and "httponly" not in attributes:
            worst = min(worst, -30)
        if same_site not in {"lax", "strict"}:
            worst = min(worst, -20 if same_site or "csrf" in name else 0)
    return worst


def of_sharing(answer: Answer) -> int:
    everybody = answer.header("Access-Control-Allow-Origin") not in {"", "*"}
    return -50 if everybody and answer.header("Access-Control-Allow-Credentials") == "true" else 0


def of_resource_policy(value: str) -> int:
    return {"": 0, "cross-origin": 0, "same-site": 10, "same-origin": 10}.get(value, -5)


def of_redirection(over_http: Answer) -> int:
    to = urlsplit(over_http.header("Location"))
    if over_http.status not in {301, 302, 307, 308}:
        return -20
    return 0 if to.scheme == "https" else -10


def of_referrers(value: str) -> int:
    return 0 if not value else 5 if value in PRIVATE else -5


def hsts_seconds(answer: Answer) -> int:
    found = re.search(r"max-age=(\d+)", answer.header("Strict-Transport-Security"))
    return int(found[1]) if found else 0


def of_hsts(answer: Answer) -> int:
    if not hsts_seconds(answer):
        return -20
    return 0 if hsts_seconds(answer) >= SIX_MONTHS else -10


def of_scripts(page: str) -> int:
    """-50 for a script from elsewhere; no script without a hash, of this host, costs anything."""
    scripts = re.findall(r"<script[^>]*\bsrc=[\"']([^\"']+)", page)
    return -50 if any(urlsplit(script).netloc for script in scripts) else 0


def of_frames(policy: dict[str, set[str]], header: str) -> int:
    if "frame-ancestors" in policy and not policy["frame-ancestors"] & BROAD:
        return 5
    return 0 if header.upper() in {"DENY", "SAMEORIGIN"} else -20
