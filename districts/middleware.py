"""What is known of a request before a page answers it: its number, and which district it is for."""

import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render

from districts import addresses, request_context
from districts.models import District


class RequestNumber:
    """Gives the request a number, for the log and for whoever reports a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = given_number(request) or secrets.token_hex(8)
        with request_context.in_request(number, ip=request.META.get("REMOTE_ADDR", "")):
            response = self.get_response(request)
        response["X-Request-Id"] = number
        return response


def given_number(request: HttpRequest) -> str:
    """The number that nginx gave the request and wrote into its own log; it replaces what a visitor sends."""
    given = request.headers.get("X-Request-Id", "") if settings.BEHIND_TLS else ""
    return given if re.fullmatch("[0-9a-f]{16}", given) else ""


class CurrentDistrict:
    """Sets `request.district`, and takes the district's own path off the address (districts/addresses.py).

    With several districts, an address that names none gets the list of them. None only while nothing is loaded.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info.removeprefix("/").partition("/")[0]
        request.district = addresses.find(split_domain_port(request.get_host())[0], first)
        if request.district is None:
            return self.choose(request)
        if first == "" or first != request.district.path:
            return self.get_response(request)
        rest = request.path_info.removeprefix(f"/{first}")
        if not rest:
            return redirect(f"{request.path}/")
        request.path_info = rest
        with addresses.below(first):
            return self.get_response(request)

    def choose(self, request: HttpRequest) -> HttpResponse:
        """A plain page with every district, and nothing of any of them but name and address."""
        listed = [
            (one, addresses.page(one, "home") if one.host or one.path else "")
            for one in District.objects.order_by("code")
        ]
        if not listed:
            return self.get_response(request)
        return render(request, "districts.html", {"listed": listed}, status=200 if request.path_info == "/" else 404)
