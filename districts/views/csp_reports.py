"""What browsers tell when a page broke the content policy: a line in the process logs, nothing else.

Anybody can send such reports, and browser add-ons cause most of them: small, few, and only the parts that help.
"""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from districts.rate_limit import allow

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
OF_ONE_ADDRESS = (10, 600)
OF_ALL = (300, 3600)


@csrf_exempt  # a browser sends it by itself; nothing is changed
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    if request.content_type not in TYPES or int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    keys = ((f"csp-report:{request.META['REMOTE_ADDR']}", OF_ONE_ADDRESS), ("csp-reports", OF_ALL))
    for key, (most, seconds) in keys:
        if not allow(key, most=most, seconds=seconds):
            return HttpResponse(status=429)
    try:
        reports = found(json.loads(request.read(MOST_BYTES)))
    except ValueError:
        return HttpResponse(status=400)
    for report in reports:
        log.warning("content policy: %s blocked %s on %s", *report)
    return HttpResponse(status=204)


def found(sent: Any) -> list[tuple[str, str, str]]:
    """(directive, origin of what was blocked, path of the page) of each report in either format."""
    bodies = [sent.get("csp-report")] if isinstance(sent, dict) else [one.get("body") for one in told(sent)]
    return [
        (
            word(body, "effective-directive", "effectiveDirective", "violated-directive"),
            origin(word(body, "blocked-uri", "blockedURL")),
            urlsplit(word(body, "document-uri", "documentURL")).path[:200],
        )
        for body in told(bodies)
    ]


def told(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)][:10] if isinstance(values, list) else []


def word(body: dict[str, Any], *names: str) -> str:
    return next((str(body[name])[:500] for name in names if name in body), "")


def origin(address: str) -> str:
    """Without path and question, which may tell about a person; `inline` and `eval` as they are."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else address[:20]
