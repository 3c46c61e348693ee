"""The second guardian: invited on one page, accepted on another, and the page that shows how the application stands."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import audit, clock, consent
from districts import queries as district_queries
from districts.forms import PhoneForm, add_errors
from districts.identity import mask_mobile
from districts.models import PrivacyRules
from districts.permissions import family_or_403
from districts.refusals import Refused
from enrollment import guardians, pages, queries
from enrollment.models import Placement
from enrollment.permissions import family_application_or_404, followed_application_or_404, invitation_or_404
from enrollment.views.parents import notice_file


class InvitedPhoneForm(PhoneForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["phone"]
        field.label, field.help_text = "另一位监护人的手机号", "请他或她用这个号码登录。您看不到对方是否注册过。"
        field.widget.attrs["autocomplete"] = "off"


class AcceptForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label="我是孩子的父母或其他监护人，已经阅读个人信息保护规则，同意。",
        error_messages={"required": "同意请打勾。"},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who else follows this child; invite one, or cancel."""
    found = family_application_or_404(request.user, request.district, pk)
    form = InvitedPhoneForm(request.POST or None)
    if form.is_valid():
        try:
            guardians.invite(found, phone=form.cleaned_data["phone"], by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "邀请短信会发到这个手机号。")
            return redirect("application-guardians", pk)
    other = guardians.current(found.child)
    context = {"application": found, "form": form, "other": other, "phone": mask_mobile(other.phone) if other else ""}
    return render(request, "enrollment/parents/guardians.html", context)


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The guardian who filed ends it."""
    found = family_application_or_404(request.user, request.district, pk)
    if other := guardians.current(found.child):
        guardians.end(other, by=request.user)
        messages.success(request, "已取消。")
    return redirect("application-guardians", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept with consent, or decline."""
    family_or_403(request.user)
    found = invitation_or_404(request.user, request.district, pk)
    newest = consent.newest_rules(request.district)
    if request.method == "POST" and "decline" in request.POST:
        guardians.end(found, by=request.user)
        messages.success(request, "已谢绝。")
        return redirect("desk")
    form = AcceptForm(request.POST or None, initial={"version": newest.version})
    if form.is_valid():
        read = get_object_or_404(PrivacyRules, district=request.district, version=form.cleaned_data["version"])
        try:
            guardians.accept(found, by=request.user, rules=read, address=request.META["REMOTE_ADDR"])
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "现在您可以查看孩子的报名进度。")
            return redirect("desk")
    context = {"invitation": found, "rules": newest, "form": form}
    return render(request, "enrollment/parents/invitation.html", context)


@never_cache
@require_safe
def followed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How the application stands, without anything that tells where the other guardian lives."""
    found = followed_application_or_404(request.user, request.district, pk)
    placement = Placement.objects.select_related("confirmed_list", "notice").filter(application=found).first()
    texts = {stage.code: "" for stage in found.season.stages.all() if stage.official}
    history = pages.history(district_queries.history(audit.label(found)), placement)
    return render(
        request,
        "enrollment/parents/followed.html",
        {
            "application": found,
            "tag": pages.followed_tag(found),
            "findings": queries.open_findings(found),
            "placement": placement,
            "history": pages.told_to_the_other(history),
            "steps": pages.steps(found.season.windows(), texts, clock.now(found.season)),
        },
    )


@never_cache
@require_safe
def followed_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The child's 入学通知书: it names neither address nor guardian."""
    found = followed_application_or_404(request.user, request.district, pk)
    return notice_file(found)


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks before the second guardian stops following."""
    found = followed_application_or_404(request.user, request.district, pk)
    if request.method == "POST":
        guardians.end(guardians.follows(request.user).get(child=found.child_id), by=request.user)
        messages.success(request, "您不再查看这份报名。")
        return redirect("desk")
    return render(request, "enrollment/parents/leave.html", {"application": found})
