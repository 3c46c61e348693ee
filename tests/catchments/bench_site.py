"""The portal as granian serves it, with one more address that does nothing: the benchmark's baseline."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.wsgi import application

__all__ = ["application"]


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty), path("", include("config.urls"))]
settings.ROOT_URLCONF = __name__
