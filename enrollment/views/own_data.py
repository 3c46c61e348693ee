"""我的个人信息: consents, a copy of everything, taking the consent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import consent
from districts.identity import mask_mobile
from districts.models import Purpose
from districts.permissions import family_or_403
from districts.refusals import Refused
from districts.step_up import require_recent_factor
from enrollment import own_data


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    account = family_or_403(request.user)
    context = {
        "phone": mask_mobile(account.phone),
        "consents": consent.given(account, request.district),
        "agreed": consent.in_force(account, request.district, Purpose.ENROL),
    }
    return render(request, "privacy/own_data.html", context)


@never_cache
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """A file with everything in clear; asked for by a button, never by a link."""
    account = family_or_403(request.user)
    require_recent_factor(request, back=reverse("own-data"))  # a phone left on a table must not give all of this away
    told = own_data.copy(account, request.district)
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = content_disposition_header(True, "我的个人信息.json")
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Asks before the consent is taken back."""
    account = family_or_403(request.user)
    error = ""
    if request.method == "POST":
        try:
            own_data.withdraw_consent(account, request.district)
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, "已撤回同意，草稿已删除。")
            return redirect("own-data")
    return render(request, "privacy/withdraw.html", {"errors": [("", error)] if error else []})
