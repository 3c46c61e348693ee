"""The portal as granian serves it, with a few more addresses that break."""

from typing import NoReturn

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import include, path

from config.wsgi import application
from tests.config.stack import ID_NUMBER

__all__ = ["application"]


@login_not_required
def broken(request: HttpRequest) -> NoReturn:
    raise ValueError(f"no child has {ID_NUMBER}")


@login_not_required
def database_away(request: HttpRequest) -> NoReturn:
    raise OperationalError("server closed the connection unexpectedly")


urlpatterns = [
    path("broken/", broken),
    path("api/v1/broken", broken),
    path("database-away/", database_away),
    path("api/v1/database-away", database_away),
    path("", include("config.urls")),
]
handler400 = "districts.views.errors.bad_request"
handler403 = "districts.views.errors.permission_denied"
handler404 = "districts.views.errors.not_found"
handler500 = "districts.views.errors.server_error"
settings.ROOT_URLCONF = __name__
