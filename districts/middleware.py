"""What is known of a request before a page answers it: its number, and which district it is for."""

import secrets
from collections.abc import Callable

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse

from districts import audit
from districts.models import District


class RequestNumber:
    """Gives the request a number, for the log and for whoever reports a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        with audit.in_request(request.META.get("REMOTE_ADDR", ""), number):
            response = self.get_response(request)
        response["X-Request-Id"] = number
        return response


class CurrentDistrict:
    """By host name, or the only one there is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.district = district_for(request.get_host().partition(":")[0])
        return self.get_response(request)


def district_for(host: str) -> District | None:
    named_by_host = Case(When(host=host, then=0), default=1) if host else Value(1)
    return District.objects.order_by(named_by_host, "pk").first()
