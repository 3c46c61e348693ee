"""导出: what one asked for and how far it is, the page that asks, and the file."""

import logging
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import exports, queries
from districts.calendar import StageClosed
from districts.exports import KINDS, Kind
from districts.forms import add_errors
from districts.models import Campus, Export, Membership, Season
from districts.models.exports import ALONE
from districts.permissions import membership_or_404
from districts.private_files import Damaged
from districts.refusals import Refused
from districts.rights import MAY, Right, Role
from districts.step_up import require_recent_factor

log = logging.getLogger(__name__)
PER_PAGE = 20
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}
TONES = {
    Export.State.WAITING: "info",
    Export.State.REFUSED: "warn",
    Export.State.WRITING: "info",
    Export.State.READY: "good",
    Export.State.DELETED: "neutral",
}


class ChoiceForm(forms.Form):
    """What, and of which campus; an empty campus is the whole district."""

    kind = forms.ChoiceField(label="内容", error_messages={"required": "请选择内容。"})
    campus = forms.ModelChoiceField(Campus.objects.none(), label="校区", required=False)

    def __init__(self, membership: Membership, season: Season, data: object = None) -> None:
        super().__init__(data)
        offered = [(code, kind.name) for code, kind in KINDS.items() if membership.role in MAY[kind.right]]
        self.fields["kind"].choices = offered
        campuses = queries.enrolling_campuses(season)
        self.fields["campus"].empty_label = "全区"
        if membership.school_id is not None:
            campuses = campuses.filter(school=membership.school_id)
            self.fields["campus"].required = True
            self.fields["campus"].empty_label = None
        self.fields["campus"].queryset = campuses


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(
        label="用途",
        choices=Export.Purpose.choices,
        error_messages={"required": "请选择用途。"},
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="说明",
        help_text="交给其他单位的，必须写明单位和接收人。不要写孩子的姓名和身份证号。",
        max_length=200,
        required=False,
        error_messages={"max_length": "最多200个字。"},
    )


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What may be exported, and what one asked for."""
    membership = membership_or_404(request.user, request.district, Right.EXPORT_STUDENTS)
    season = queries.season_or_404(membership.district)
    page = Paginator(exports.asked_by(request.user, request.district), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"export": one, "kind": KINDS[one.kind].name, "state": one.state.value, "tone": TONES[one.state]}
        | ({"state": "生成失败，请重新申请", "tone": "bad"} if one.given_up else {})
        | {"ready": one.state is Export.State.READY}
        for one in page
    ]
    writing = any(one.state is Export.State.WRITING and not one.given_up for one in page)
    context = {"page": page, "rows": rows, "writing": writing, "choice": ChoiceForm(membership, season)}
    return render(request, "exports/exports.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """How many rows and which columns, before anything is asked for; then the purpose."""
    membership = membership_or_404(request.user, request.district, Right.EXPORT_STUDENTS)
    season = queries.season_or_404(membership.district)
    choice = ChoiceForm(membership, season, request.GET)
    if not choice.is_valid():
        raise Http404
    require_recent_factor(request)
    code, campus = choice.cleaned_data["kind"], choice.cleaned_data["campus"]
    kind = KINDS[code]
    form = PurposeForm(request.POST or None)
    if form.is_valid():
        try:
            asked = exports.ask(code, season, campus, **form.cleaned_data, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        except StageClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(asked))
            return redirect("exports")
    return render(request, "exports/ask.html", _about(kind, membership, season, campus) | {"form": form})


def _about(kind: Kind, membership: Membership, season: Season, campus: Campus | None) -> dict[str, object]:
    count = kind.count(season, campus)
    return {
        "kind": kind,
        "season": season,
        "place": campus.name if campus else "全区",
        "count": count,
        "columns": kind.columns[Role(membership.role)],
        "needs_another": count > ALONE,
        "limit": ALONE,
        "a_day": exports.A_DAY,
    }


def _said(asked: Export) -> str:
    if asked.release is not None:
        return f"{asked.number} 已申请，共{asked.rows}人，等另一位工作人员复核后生成。"
    return f"{asked.number} 已申请，共{asked.rows}人，正在生成。"


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A download link and, for another office, its password: both are seen this once."""
    membership_or_404(request.user, request.district, Right.EXPORT_STUDENTS)
    found = exports.export_or_404(request.user, request.district, pk)
    if request.method == "GET":  # back from the second factor, or the address opened again
        return redirect("exports")
    require_recent_factor(request, back=reverse("exports"))
    try:
        token = exports.new_link(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("exports")
    return render(
        request,
        "exports/link.html",
        {
            "export": found,
            "kind": KINDS[found.kind].name,
            "href": reverse("export-file", args=[token]),
            "password": exports.password(token) if found.leaves_the_house else "",
            "minutes": exports.LINK_LASTS.seconds // 60,
        },
    )


@never_cache
@require_http_methods(["GET"])  # HEAD would use the link up
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The file, once."""
    membership_or_404(request.user, request.district, Right.EXPORT_STUDENTS)
    try:
        fetched = exports.fetch(token, request.district, by=request.user)
    except Refused:
        return render(request, "exports/void.html", status=410)
    except Damaged as damaged:
        log.error("private file damaged: %s", damaged)
        raise Http404 from None
    response = HttpResponse(fetched.content, content_type=TYPES[fetched.suffix])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=fetched.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
