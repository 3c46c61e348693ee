"""复核: what waits for a second person, and one of them with its decision."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import release
from districts.calendar import StageClosed
from districts.forms import add_errors
from districts.permissions import membership_or_404
from districts.refusals import Refused
from districts.release import KINDS
from districts.rights import Right
from districts.step_up import require_recent_factor

PER_PAGE = 20


class DecisionForm(forms.Form):
    agree = forms.ChoiceField(
        label="复核结果",
        choices=[("yes", "同意，立即办理"), ("no", "不同意")],
        error_messages={"required": "请选择复核结果。"},
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="说明", help_text="不同意时必须写明原因，申请人会看到。", max_length=300, required=False,
        error_messages={"max_length": "最多300个字。"},
    )  # fmt: skip


@never_cache
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    membership_or_404(request.user, request.district, Right.ASK_FOR_RELEASE)
    page = Paginator(release.concerning(request.user, request.district), PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {"release": one, "kind": KINDS[one.kind].name, "mine": release.may_decide(request.user, one)} for one in page
    ]
    return render(request, "releases/releases.html", {"page": page, "shown": shown})


@never_cache
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    membership_or_404(request.user, request.district, Right.ASK_FOR_RELEASE)
    found = release.release_or_404(request.user, request.district, pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and not release.may_decide(request.user, found):
        raise PermissionDenied("这件事不由您复核，或者已经办完。")
    if request.method == "POST":
        require_recent_factor(request)
    if form.is_valid():
        agree = form.cleaned_data["agree"] == "yes"
        try:
            handover = release.decide(found, by=request.user, agree=agree, note=form.cleaned_data["note"])
        except Refused as refused:
            add_errors(form, refused)
        except StageClosed as error:
            form.add_error(None, str(error))
        else:
            if handover is not None:  # the only time that the link is seen
                context = {"person": handover.person, "invitation": handover.link, "sent": handover.sent}
                return render(request, "people/link.html", context | {"back": "releases"})
            messages.success(request, "已同意并办理。" if agree else "已记录：不同意。")
            return redirect("releases")
    return render(
        request,
        "releases/release.html",
        {
            "release": found,
            "kind": KINDS[found.kind].name,
            "form": form,
            "details": release.details(found),
            "may_decide": release.may_decide(request.user, found),
        },
    )
