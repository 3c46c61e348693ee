"""Which district a request is for: by host name, or the only one there is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from districts.models import District


class CurrentDistrict:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.district = district_for(request.get_host().partition(":")[0])
        return self.get_response(request)


def district_for(host: str) -> District | None:
    by_host = District.objects.filter(host=host).first() if host else None
    return by_host or District.objects.order_by("pk").first()
