"""保存期限: what is kept how long, what is due, what was deleted; here the bureau asks for a season's run."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts import erasure as technical
from districts import queries as district_queries
from districts.forms import add_errors
from districts.models import ErasureRun, Season
from districts.permissions import membership_or_404
from districts.refusals import Refused
from districts.rights import Right
from enrollment import erasure, retention

RUNS_PER_PAGE = 20
COUNTED = {rule.code: rule.what for rule in retention.RULES} | {"page": "照片页"}


class AskForm(forms.Form):
    season = forms.ModelChoiceField(
        Season.objects.none(),
        label="招生年度",
        error_messages={"required": "请选择招生年度。", "invalid_choice": "请选择本区的招生年度。"},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """The preview first, then the button: another person releases what is asked for here."""
    membership = membership_or_404(request.user, request.district, Right.ASK_FOR_ERASURE)
    district = membership.district
    seasons = district_queries.seasons(district).select_related("district")
    form = AskForm(request.POST if request.method == "POST" else None)
    form.fields["season"].queryset = seasons
    if form.is_valid():
        try:
            erasure.ask(form.cleaned_data["season"], by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "已申请删除，等教育局负责人复核。")
            return redirect("releases")
    runs = ErasureRun.objects.filter(Q(district=district) | Q(district=None)).select_related(
        "season", "asked_by", "released_by"
    )
    counts = technical.preview()
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.told = [(COUNTED.get(code, code), number) for code, number in one.counts.items() if number]
    return render(
        request,
        "enrollment/bureau/erasure.html",
        {
            "seasons": [
                {"season": season, "lines": lines, "any_due": any(line.is_due and line.applications for line in lines)}
                for season, lines in erasure.previews(seasons).items()
            ],
            "rules": [{"rule": rule, "due": counts.get(rule.code, 0)} for rule in retention.RULES],
            "counted": erasure.statistics(district),
            "page": page,
            "form": form,
        },
    )
