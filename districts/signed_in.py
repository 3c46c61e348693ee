"""Who a request is from: nobody whose sign-in has ended, and no staff before their second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from districts import sign_ins
from districts.step_up import FactorNeeded


class SignedIn:
    """Sets `request.sign_in` (districts.sign_ins.State) and `request.half_signed_in`.

    Districts below one host share its cookies: staff of one are nobody in another, and stay signed in at home.
    Families are one account in all of them.

    A member of staff who has shown only the password is nobody to every view (`request.user`); the few that take them
    further read `request.half_signed_in`. All other addresses that ask for a person lead to those.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sign_in = request.half_signed_in = None
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        account = request.user
        if not account.is_authenticated:  # closed, or the password was changed elsewhere
            return
        if not account.is_family and not account.memberships.filter(district=request.district).exists():
            request.user = AnonymousUser()
            return
        request.sign_in = sign_ins.state(request, account)
        if request.sign_in is None:
            logout(request)
            messages.info(
                request, f"您已退出登录：{sign_ins.idle_minutes(account)}分钟没有操作、登录过久，或已在别处退出。"
            )
        elif not account.is_family and not request.sign_in.with_factor:
            request.half_signed_in, request.user = account, AnonymousUser()

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.half_signed_in is None or not getattr(view, "login_required", True):
            return None
        return redirect(f"{reverse('staff-factor')}?{urlencode({'next': request.get_full_path()})}")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return redirect(exception.page) if isinstance(exception, FactorNeeded) else None
