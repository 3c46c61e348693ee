"""Refusals in the log: who tried to open or do what is not theirs (security requirement L7).

Nothing was changed, so the line has a transaction of its own. There is an end to it: nobody can fill the log by asking
again and again.
"""

import logging

from django.db import DatabaseError, models, transaction
from django.http import HttpRequest

from districts import audit, request_context
from districts.models import Account, District
from districts.rate_limit import allow

log = logging.getLogger(__name__)

HOUR = 3600
LINES_OF_ONE = 30  # an hour, for one account, or one address while nobody is signed in
LINES_OF_STRANGERS = 1000  # an hour, for all of them together


def note(action: str, request: HttpRequest, **detail: object) -> None:
    """Write the refusal of this request down; `detail` names the route, never a value.

    A line that cannot be written does not change the answer.
    """
    route = request.resolver_match.view_name if request.resolver_match else ""
    account = request.user if request.user.is_authenticated else None
    district = getattr(request, "district", None)
    if district is None:
        return
    try:
        write(action, account or district, by=account, district=district, route=route, method=request.method, **detail)
    except DatabaseError as error:
        log.error("a refusal was not logged: %s", type(error).__name__)


def write(action: str, subject: models.Model, *, by: Account | None, district: District, **detail: object) -> None:
    """One line in a transaction of its own, unless there were too many in this hour."""
    if by is not None:
        limits = [(f"refused:{by.pk}", LINES_OF_ONE)]
    else:
        limits = [
            (f"refused-address:{request_context.current().get('ip', '')}", LINES_OF_ONE),
            ("refused-strangers", LINES_OF_STRANGERS),
        ]
    with transaction.atomic():
        if all(allow(key, most=most, seconds=HOUR) for key, most in limits):
            audit.record(action, subject, by=by, district=district, role="" if by else audit.VISITOR, **detail)
        else:
            log.warning("more refusals than are logged: %s", action)
