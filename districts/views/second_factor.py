"""Staff on their way in: invitation, second factor, enrolment; and the second factor once more before what matters."""

from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts import factors, people, sign_in, sign_ins
from districts.forms import add_errors
from districts.models import Account
from districts.permissions import staff_or_403
from districts.refusals import Refused
from districts.sign_in import SignInRefused
from districts.staff_forms import FactorForm, FirstCodeForm, NewPasswordForm, PasskeyForm
from districts.step_up import require_recent_factor
from districts.templatetags.components import shanghai
from districts.views.accounts import home_of, safe_next

DEVICE_DAYS = 400


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link: whoever holds it sets the password, and goes on to the second factor."""
    account = people.invited(token, request.district)
    if account is None:
        return render(request, "accounts/invitation_void.html", status=404)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            account = people.accept(token, form.cleaned_data["password"], district=request.district)
        except Refused as refused:
            add_errors(form, refused)
        else:
            sign_ins.begin(request, account)
            return redirect("staff-enrol")
    return render(request, "accounts/invitation.html", {"form": form, "account": account})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Step 2 of a sign-in."""
    account = request.half_signed_in
    if account is None:
        return redirect("home" if request.user.is_authenticated else "staff-sign-in")
    target = safe_next(request, request.GET.get("next", ""))
    if not factors.has_any(account):
        return redirect(with_next("staff-enrol", target))
    form = FactorForm(request.POST or None)
    if form.is_valid() and passes(request, account, form):
        return enter(request, account, target)
    return render(request, "accounts/factor.html", factor_page(request, account, form))


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The second factor again, for somebody who is signed in; then back to where it was asked for."""
    account = staff_or_403(request.user)
    form = FactorForm(request.POST or None)
    if form.is_valid() and passes(request, account, form):
        sign_ins.note_factor(request)
        messages.success(request, "验证通过，5分钟内不再询问。请接着办理。")
        return redirect(safe_next(request, request.GET.get("next", "")) or home_of(account, request.district))
    return render(request, "accounts/factor.html", factor_page(request, account, form) | {"again": True})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Scan the QR code, show that it worked. On the way in, or later to change the phone."""
    account = enrolling(request)
    if account is None:
        return redirect(with_next("staff-factor", safe_next(request, request.GET.get("next", ""))))
    form = FirstCodeForm(request.POST or None)
    if form.is_valid():
        if factors.confirm_totp(account, form.cleaned_data["code"]):
            return enrolled(request, account)
        form.add_error("code", "动态码不对。请核对手机的时间，等出现新的6位数字再试。")
    totp = factors.unconfirmed_totp(account)
    context = {
        "form": form,
        "qr": segno.make(factors.otpauth(account, totp), micro=False).svg_data_uri(scale=5, border=3),
        "secret": " ".join(totp.secret[at : at + 4] for at in range(0, len(totp.secret), 4)),
        "passkeys_work": factors.can_use_passkeys(request),
        "first": request.half_signed_in is not None,
    }
    return render(request, "accounts/enrol.html", context)


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def enrol_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey in place of the app or beside it; needs JavaScript."""
    account = enrolling(request)
    if account is None:
        return redirect(with_next("staff-factor", safe_next(request, request.GET.get("next", ""))))
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        if factors.keep_passkey(request, account, form.cleaned_data["passkey"], name=form.cleaned_data["name"]):
            return enrolled(request, account)
        form.add_error(None, "没有登记成功，请再试一次，或者改用验证器应用。")
    works = factors.can_use_passkeys(request)
    options = factors.passkey_to_make(request, account) if works else ""
    return render(request, "accounts/enrol_passkey.html", {"form": form, "options": options, "works": works})


def enrolling(request: HttpRequest) -> Account | None:
    """Who may enrol: on the way in only somebody without any factor; later whoever has just shown one."""
    if request.half_signed_in is not None:
        return None if factors.has_any(request.half_signed_in) else request.half_signed_in
    if not request.user.is_authenticated:
        return None
    account = staff_or_403(request.user)
    require_recent_factor(request)
    return account


def enrolled(request: HttpRequest, account: Account) -> HttpResponse:
    """Signed in if that was open; the first time with recovery codes to print."""
    sign_in.note_enrolled(account, district=request.district)
    if request.half_signed_in is None:
        messages.success(request, "已登记。")
        return redirect("account")
    response = enter(request, account, "")
    codes = sign_in.new_recovery_codes(account, district=request.district)
    page = render(request, "accounts/recovery_codes.html", {"codes": codes, "go_on": response["Location"]})
    page.cookies.update(response.cookies)
    return page


def passes(request: HttpRequest, account: Account, form: FactorForm) -> bool:
    try:
        sign_in.check_factor(request, account, **form.cleaned_data, district=request.district)
    except SignInRefused as refused:
        form.add_error("code", str(refused))
        return False
    return True


def enter(request: HttpRequest, account: Account, target: str) -> HttpResponse:
    """Through the door: tell when and where it was the last time, and know this device from now on."""
    before, device = sign_in.complete(
        request, account, device=request.COOKIES.get(device_cookie(request), ""), district=request.district
    )
    request.user, request.half_signed_in = account, None
    if before is not None:
        when, where = shanghai(before.started_at, "full"), before.address or "地址不详"
        browser = sign_ins.words(before.browser)
        messages.info(request, f"上次登录：{when}（{where}，{browser}）。不是您本人，请立即修改密码。")
    response = redirect(target or home_of(account, request.district))
    response.set_cookie(
        device_cookie(request),
        device,
        max_age=DEVICE_DAYS * 86400,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def device_cookie(request: HttpRequest) -> str:
    return "__Host-device" if request.is_secure() else "device"


def factor_page(request: HttpRequest, account: Account, form: FactorForm) -> dict[str, object]:
    return {"form": form, "options": factors.passkey_to_show(request, account), "account": account}


def with_next(name: str, target: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': target})}" if target else reverse(name)
