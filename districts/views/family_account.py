"""A family's own ways in: a passkey beside the phone, another phone number."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts import factors, sign_in, sign_ins
from districts.forms import CodeForm, PhoneForm
from districts.identity import mask_mobile
from districts.permissions import family_or_403
from districts.sign_in import Purpose, SignInRefused
from districts.staff_forms import PasskeyForm
from districts.step_up import require_recent_factor
from districts.views.accounts import safe_next

CONFIRM_SENT, PHONE_SENT = "confirm-sent", "new-phone-sent"  # in the session: which code is awaited


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """A fresh code to the family's own number, or its passkey; then back to where it was asked for."""
    family = family_or_403(request.user)
    sent = request.session.get(CONFIRM_SENT)
    form = CodeForm(request.POST if request.POST.get("do") == "check" and sent else None)
    errors: list[tuple[str, str]] = []
    try:
        if request.POST.get("do") == "send":
            code = sign_in.send_code(
                family.phone, address=request.META["REMOTE_ADDR"], district=request.district, purpose=Purpose.CONFIRM
            )
            sent = request.session[CONFIRM_SENT] = str(code.id)
        elif request.POST.get("passkey"):
            sign_in.confirm_by_passkey(request, family, request.POST["passkey"], district=request.district)
            return confirmed(request)
        elif form.is_valid():
            code = form.cleaned_data["code"]
            sign_in.confirm_by_code(family, UUID(sent), code=code, district=request.district)
            del request.session[CONFIRM_SENT]
            return confirmed(request)
    except SignInRefused as refused:
        errors = [("", str(refused))]
    context = {"form": form, "sent": sent, "phone": mask_mobile(family.phone)}
    context |= {"errors": errors} if errors else {}
    return render(request, "accounts/confirm.html", context | {"options": factors.passkey_to_show(request, family)})


def confirmed(request: HttpRequest) -> HttpResponse:
    sign_ins.note_factor(request)
    return redirect(safe_next(request, request.GET.get("next", "")) or "account")


@never_cache
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Needs JavaScript; without it the phone is enough."""
    family = family_or_403(request.user)
    require_recent_factor(request)
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        if factors.keep_passkey(request, family, form.cleaned_data["passkey"], name=form.cleaned_data["name"]):
            sign_in.note_enrolled(family, district=request.district)
            messages.success(request, "已添加通行密钥。以后登录不用等短信。")
            return redirect("account")
        form.add_error(None, "没有添加成功，请再试一次。")
    works = factors.can_use_passkeys(request)
    options = factors.passkey_to_make(request, family) if works else ""
    return render(request, "accounts/family_passkey.html", {"form": form, "options": options, "works": works})


@never_cache
@require_http_methods(["GET", "POST"])
def remove_passkey(request: HttpRequest, pk: UUID) -> HttpResponse:
    family = family_or_403(request.user)
    if not family.passkeys.filter(pk=pk).exists():
        raise Http404
    require_recent_factor(request, back=request.path)
    if request.method == "POST":
        sign_in.remove_passkey(family, pk, district=request.district)
        messages.success(request, "已删除这个通行密钥。")
    return redirect("account")


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The new number, once the old one was shown."""
    family = family_or_403(request.user)
    require_recent_factor(request)
    form = PhoneForm(request.POST or None)
    form.fields["phone"].label = "新手机号"
    form.fields["phone"].help_text = "验证码会发到这个号码。"
    if form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            if number == family.phone:
                raise SignInRefused("这就是现在的手机号。")
            code = sign_in.send_code(
                number, address=request.META["REMOTE_ADDR"], district=request.district, purpose=Purpose.NEW_PHONE
            )
        except SignInRefused as refused:
            form.add_error("phone", str(refused))
        else:
            request.session[PHONE_SENT] = str(code.id)
            return redirect("account-phone-code")
    return render(request, "accounts/new_phone.html", {"form": form, "phone": mask_mobile(family.phone)})


@never_cache
@require_http_methods(["GET", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code that was sent to the new number."""
    family = family_or_403(request.user)
    sent = request.session.get(PHONE_SENT)
    number = sign_in.awaited_phone(UUID(sent)) if sent else ""
    if not number:
        return redirect("account-phone")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            sign_in.change_phone(
                family, number, UUID(sent), code=form.cleaned_data["code"], but=request.sign_in.id,
                district=request.district,
            )  # fmt: skip
        except SignInRefused as refused:
            form.add_error("code", str(refused))
        else:
            del request.session[PHONE_SENT]
            messages.success(request, f"手机号已换成{mask_mobile(number)}，其他浏览器已退出登录。")
            return redirect("account")
    return render(request, "accounts/new_phone_code.html", {"form": form, "phone": mask_mobile(number)})
