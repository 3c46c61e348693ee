"""个人信息保护规则 for everybody to read, and the page on which a guardian agrees to them."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import consent
from districts.forms import add_errors
from districts.models import PrivacyRules, Purpose
from districts.permissions import family_or_403
from districts.refusals import Refused
from districts.views.accounts import safe_next


class ConsentForm(forms.Form):
    """`version` is the one that was on the page: another one that came in between is not agreed to unread."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label="我是孩子的父母或其他监护人，已经阅读以上规则，同意为孩子报名处理这些个人信息，包括不满十四周岁孩子的敏感个人信息。",
        error_messages={"required": "同意请打勾。不同意，可以带证件到学校或者教育局现场办理。"},
    )


@login_not_required
@require_safe
def rules(request: HttpRequest, version: int | None = None) -> HttpResponse:
    """The newest version, or an older one that somebody agreed to."""
    versions = PrivacyRules.objects.filter(district=request.district).order_by("-version")
    found = get_object_or_404(versions[:1] if version is None else versions.filter(version=version))
    return render(request, "privacy/rules.html", {"rules": found, "versions": versions})


@never_cache
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """Before a child is added, and again when the rules have a new version."""
    family_or_403(request.user)
    newest = get_object_or_404(PrivacyRules.objects.filter(district=request.district).order_by("-version")[:1])
    form = ConsentForm(request.POST or None, initial={"version": newest.version})
    if form.is_valid():
        read = get_object_or_404(PrivacyRules, district=request.district, version=form.cleaned_data["version"])
        try:
            consent.give(request.user, read, Purpose.ENROL, address=request.META["REMOTE_ADDR"])
        except Refused as refused:
            add_errors(form, refused)
            form.data = {"version": newest.version}  # shown now; the box has to be ticked anew
        else:
            return redirect(safe_next(request, request.GET.get("next", "")) or "desk")
    earlier = consent.ever_given(request.user, request.district, Purpose.ENROL)
    return render(request, "privacy/agree.html", {"rules": newest, "form": form, "earlier": earlier})
