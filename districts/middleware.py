"""Which district a request is for: by host name, or the only one there is."""

from collections.abc import Callable

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse

from districts.models import District


class CurrentDistrict:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.district = district_for(request.get_host().partition(":")[0])
        return self.get_response(request)


def district_for(host: str) -> District | None:
    named_by_host = Case(When(host=host, then=0), default=1) if host else Value(1)
    return District.objects.order_by(named_by_host, "pk").first()
