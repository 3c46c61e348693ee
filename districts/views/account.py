"""One's own account: where one is signed in; for staff also password, second factors and recovery codes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import factors, people, sign_in, sign_ins
from districts.forms import add_errors
from districts.identity import mask_mobile
from districts.permissions import staff_or_403
from districts.refusals import Refused
from districts.staff_forms import NewPasswordForm
from districts.step_up import require_recent_factor


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    browsers = [
        {"row": row, "words": sign_ins.words(row.browser), "here": row.pk == request.sign_in.id}
        for row in sign_ins.living(request.user)
    ]
    context = {"browsers": browsers, "idle": sign_ins.idle_minutes(request.user)}
    context["passkeys_work"] = factors.can_use_passkeys(request)
    if request.user.is_family:
        context["phone"] = mask_mobile(request.user.phone)
        context["passkeys"] = list(request.user.passkeys.order_by("created_at"))
    else:
        context["factors"] = factors.describe(request.user)
    return render(request, "accounts/account.html", context)


@require_POST
def end_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign one browser out, at its next request."""
    if not sign_in.end_browser(request.user, pk, district=request.district):
        raise Http404
    messages.success(request, "已让那个浏览器退出登录。")
    return redirect("account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    ended = sign_in.end_other_browsers(request.user, but=request.sign_in.id, district=request.district)
    messages.success(request, f"已让其他{ended}个浏览器退出登录。" if ended else "没有别的浏览器登录着。")
    return redirect("account")


@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; every other browser is signed out."""
    own = staff_or_403(request.user)
    require_recent_factor(request)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            people.change_password(own, form.cleaned_data["password"], district=request.district)
        except Refused as refused:
            add_errors(form, refused)
        else:
            update_session_auth_hash(request, own)
            sign_ins.end_all(own, but=request.sign_in.id)
            messages.success(request, "密码已修改，其他浏览器已退出登录。")
            return redirect("account")
    return render(request, "accounts/new_password.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Fresh codes; shown once."""
    own = staff_or_403(request.user)
    require_recent_factor(request)
    if request.method == "GET":
        return redirect("account")
    codes = sign_in.new_recovery_codes(own, district=request.district)
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "go_on": reverse("account")})


@never_cache
@require_http_methods(["GET", "POST"])
def remove_passkey(request: HttpRequest, pk: UUID) -> HttpResponse:
    own = staff_or_403(request.user)
    if not own.passkeys.filter(pk=pk).exists():
        raise Http404
    require_recent_factor(request, back=request.path)
    if request.method == "POST":
        if sign_in.remove_passkey(own, pk, district=request.district):
            messages.success(request, "已删除这个通行密钥。")
        else:
            messages.error(request, "这是唯一的第二重验证，不能删除。请先登记验证器应用。")
    return redirect("account")
