"""Sign in and out."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from districts import factors, sign_in, sign_ins
from districts.forms import CodeForm, PasswordForm, PhoneForm
from districts.identity import mask_mobile
from districts.models import Account, District
from districts.permissions import memberships
from districts.rights import OF_A_SCHOOL, OF_THE_BUREAU, ONLOOKERS, Role
from districts.sign_in import SignInRefused

HOMES = {
    **dict.fromkeys(OF_A_SCHOOL, "school-queue"),
    **dict.fromkeys(OF_THE_BUREAU, "bureau"),
    **dict.fromkeys(ONLOOKERS | {Role.WITNESS}, "supervision"),
}
SENT = "sign-in-sent"


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Step 1: the mobile number. Known and unknown numbers get the same answer."""
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            sent = sign_in.send_code(number, address=request.META["REMOTE_ADDR"], district=request.district)
        except SignInRefused as refused:
            form.add_error("phone", str(refused))
        else:
            request.session[SENT] = {"id": str(sent.id), "next": request.GET.get("next", "")}
            return redirect("sign-in-code")
    return render(request, "accounts/phone.html", {"form": form, "passkeys_work": factors.can_use_passkeys(request)})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code, in the browser that asked for it."""
    sent = request.session.get(SENT)
    number = sign_in.awaited_phone(UUID(sent["id"])) if sent else ""
    if not number:
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            account = sign_in.check_code(
                UUID(sent["id"]),
                phone=number,
                code=form.cleaned_data["code"],
                district=request.district,
            )
        except SignInRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_ins.begin(request, account)
            sign_ins.note_factor(request)
            return redirect(safe_next(request, sent["next"]) or "desk")
    return render(request, "accounts/code.html", {"form": form, "phone": mask_mobile(number)})


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Families, instead of number and code. No number is named, so none can be tried out."""
    if not factors.can_use_passkeys(request):
        return redirect("sign-in")
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        answer = request.POST.get("passkey", "")
        try:
            account = sign_in.check_family_passkey(
                request, answer, address=request.META["REMOTE_ADDR"], district=request.district
            )
        except SignInRefused as refused:
            errors = [("", str(refused))]
        else:
            sign_ins.begin(request, account)
            sign_ins.note_factor(request)
            return redirect(safe_next(request, request.GET.get("next", "")) or "desk")
    context = {"options": factors.passkey_to_find(request)}
    return render(request, "accounts/passkey.html", context | ({"errors": errors} if errors else {}))


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Staff, step 1: login and password. Then comes the second factor (second_factor.py)."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            account = sign_in.check_password(
                form.cleaned_data["login"],
                form.cleaned_data["password"],
                address=request.META["REMOTE_ADDR"],
                district=request.district,
            )
        except SignInRefused as refused:
            form.add_error("login", str(refused))
        else:
            target = safe_next(request, request.GET.get("next", ""))
            sign_ins.begin(request, account)
            return redirect(f"{reverse('staff-factor')}?{urlencode({'next': target})}" if target else "staff-factor")
    return render(request, "accounts/password.html", {"form": form})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def home_of(account: Account, district: District) -> str:
    membership = memberships(account, district).first()
    return reverse(HOMES[Role(membership.role)]) if membership else reverse("home")


def safe_next(request: HttpRequest, target: str) -> str:
    """`target` when it stays on this site, else nothing."""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and allowed else ""
