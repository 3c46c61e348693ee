"""The headers of every answer, whoever gives it: Django, the static files, the published pages, nginx.

One list. The web process adds what an answer does not say itself; config/nginx.conf says the same for what it serves
alone (tests/config/test_nginx.py compares). Security requirements C1, C2.
"""

import logging
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

REPORTS = "/api/csp-reports"
HSTS_SECONDS = 2 * 365 * 24 * 3600
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    f"report-uri {REPORTS}; report-to csp"
)
PUBLISHED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
NOT_USED = (
    *("accelerometer", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "usb"),
)
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
EVERYWHERE = {
    "Content-Security-Policy": PAGES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{name}=()" for name in NOT_USED), *(f"{name}=(self)" for name in PASSKEYS)]),
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": f'csp="{REPORTS}"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Over TLS only: a browser ignores it elsewhere (RFC 6797).
OVER_TLS = {"Strict-Transport-Security": f"max-age={HSTS_SECONDS}; includeSubDomains; preload"}
LAST_WORDS = "系统出了问题，请过几分钟再试。之前已经保存和提交的内容都还在。\n"

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]
log = logging.getLogger(__name__)


def of_answers(*, tls: bool) -> dict[str, str]:
    return EVERYWHERE | OVER_TLS if tls else EVERYWHERE


def of_published_files(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """whitenoise's way to add headers to its files."""
    headers["Content-Security-Policy"] = PUBLISHED


class EveryAnswer:
    """A WSGI application whose every answer has these headers, also when the application itself fails."""

    def __init__(self, application: Application, headers: dict[str, str]) -> None:
        self.application = application
        self.headers = headers

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], *failure: Any) -> Any:
            said = {name.lower() for name, _ in own}
            missing = [(name, value) for name, value in self.headers.items() if name.lower() not in said]
            return start_response(status, own + missing, *failure)

        try:
            return self.application(environ, start)
        except Exception:  # Django answers its own failures: this one is of what stands before it
            log.exception("no answer")
            start("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return [LAST_WORDS.encode()]


class OneTrustedHop:
    """A WSGI application that learns from the one proxy before it where a request comes from (requirement A19).

    Of several addresses the last counts: the proxy wrote it, the others may be a visitor's invention.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if forwarded := environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip():
            environ["REMOTE_ADDR"] = forwarded
        return self.application(environ, start_response)
