"""The bureau writes to many families: preview first, then a second person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import queries as district_queries
from districts.forms import add_errors
from districts.models import Campus, Season
from districts.permissions import membership_or_404
from districts.refusals import Refused
from districts.rights import Right
from enrollment import mass_messages, pages
from enrollment.mass_messages import Draft
from enrollment.models import Category
from enrollment.states import WORDS, Status

PER_PAGE = 20
NAMES = "、".join(f"{{{name}}}" for name in mass_messages.PLACEHOLDERS)


class MassMessageForm(forms.Form):
    campus = forms.ModelChoiceField(
        label="报名学校", queryset=Campus.objects.none(), required=False, empty_label="全区"
    )
    category = forms.ModelChoiceField(
        label="报名类别", queryset=Category.objects.none(), required=False, empty_label="所有类别"
    )
    status = forms.ChoiceField(
        label="报名状态",
        required=False,
        choices=[("", "所有已提交的"), *((str(one), word) for one, word in WORDS.items() if one != Status.WITHDRAWN)],
    )
    text = forms.CharField(
        label="短信内容",
        max_length=300,
        help_text=f"可以用 {NAMES}，发送时换成这个家庭的。不要写孩子的姓名：手机可能几个人用。",
        error_messages={"required": "请填写短信内容。", "max_length": "最多300个字。"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["campus"].queryset = district_queries.campuses(season)
        self.fields["category"].queryset = Category.objects.filter(season=season)

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def draft(self) -> Draft:
        return Draft(self.season, **self.cleaned_data)


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What was sent, and how far it is."""
    membership = membership_or_404(request.user, request.district, Right.WRITE_MESSAGES)
    season = district_queries.season_or_404(membership.district)
    page = Paginator(mass_messages.sent(season), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "message": one,
            "rule": Draft(season, one.text, one.campus, one.category, one.status).words(),
            "progress": pages.Progress(one.done, one.total, "已发出"),
        }
        for one in page
    ]
    return render(request, "enrollment/bureau/mass_messages.html", {"page": page, "rows": rows, "season": season})


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    membership = membership_or_404(request.user, request.district, Right.WRITE_MESSAGES)
    season = district_queries.season_or_404(membership.district)
    form = MassMessageForm(request.POST or None, season=season)
    shown = None
    if form.is_valid():
        draft = form.draft()
        if request.POST.get("do") == "ask":
            try:
                mass_messages.ask(draft, seen=request.POST.get("seen", ""), by=request.user)
            except Refused as refused:
                add_errors(form, refused)
            else:
                messages.success(request, "已申请群发短信，教育局负责人复核同意后发出。")
                return redirect("bureau-messages")
        shown = mass_messages.preview(draft)
    return render(request, "enrollment/bureau/write_message.html", {"form": form, "preview": shown, "season": season})
