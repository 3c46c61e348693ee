"""The parent's desk: add a child, follow each application, take it back, download the notice."""

import io
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import audit, clock, consent
from districts import queries as district_queries
from districts.calendar import Action, StageClosed, is_open, windows_for
from districts.forms import add_errors
from districts.models import Purpose
from districts.refusals import Refused
from districts.submit_key import KeyReused
from enrollment import erasure, filing, guardians, pages, queries, states
from enrollment.forms import (
    NewChildForm,
)
from enrollment.models import Application, Placement
from enrollment.permissions import family_application_or_404
from enrollment.private_files import NOTICES
from enrollment.states import NotAllowed, Status
from enrollment.views.evidence import content_or_404


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    if not request.user.is_family:
        raise PermissionDenied("“我的报名”只供家长使用，请用手机号登录。")
    season = district_queries.season_or_404(request.district)
    now = clock.now(season)
    applications = [
        {"application": application, "tag": pages.family_tag(application)}
        for application in queries.of_family(request.user, season)
    ]
    texts = {stage.code: "" for stage in season.stages.all() if stage.official}
    return render(
        request,
        "enrollment/parents/desk.html",
        {
            "season": season,
            "applications": applications,
            "invitations": guardians.invitations_to(request.user, request.district),
            "followed": [
                (followed, pages.family_tag(followed)) for followed in guardians.followed(request.user, season)
            ],
            "withdrawn": queries.withdrawn_of_family(request.user, season),
            "may_apply": is_open(Action.APPLY, season.windows(), now),
            "filing": windows_for(Action.APPLY, season.windows())[0],
            "steps": pages.steps(season.windows(), texts, now),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def add_child(request: HttpRequest) -> HttpResponse:
    if not request.user.is_family:
        raise PermissionDenied("“添加孩子”只供家长使用，请用手机号登录。")
    season = district_queries.season_or_404(request.district)
    filing_window = windows_for(Action.APPLY, season.windows())[0]
    closed = request.method == "GET" and not filing_window.contains(clock.now(season))
    if not closed and not consent.in_force(request.user, request.district, Purpose.ENROL):
        return redirect(f"{reverse('consent')}?{urlencode({'next': request.path})}")
    form = NewChildForm(request.POST or None)
    if form.is_valid():
        entries = form.cleaned_data
        try:
            application = filing.add_child(request.user, season, **entries)
        except Refused as refused:
            add_errors(form, refused)
        except (StageClosed, KeyReused) as error:
            form.add_error(None, str(error))
        else:
            return redirect("application", application.pk)
    context = {"form": form, "season": season, "application": None, "closed": filing_window if closed else None}
    return render(request, "enrollment/parents/child.html", context)


@never_cache
@require_safe
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hub: what is done, what comes next; after submitting, where it stands."""
    found = family_application_or_404(request.user, request.district, pk)
    needed = filing.needed_evidence(found)
    findings = list(queries.open_findings(found))
    placement = Placement.objects.select_related("confirmed_list", "notice").filter(application=found).first()
    may_apply = is_open(Action.APPLY, found.season.windows(), clock.now(found.season))
    return render(
        request,
        "enrollment/parents/application.html",
        {
            "application": found,
            "tag": pages.family_tag(found),
            "tasks": pages.tasks(found, needed, findings),
            "editable": states.family_may_edit(Status(found.status)),
            "too_late": found.status == Status.DRAFT and not may_apply,
            "deadline": pages.deadline(found),
            "may_withdraw": found.status == Status.DRAFT
            or (may_apply and found.status in (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)),
            "rows": pages.answers(found, needed, []),
            "needed": needed,
            "findings": findings,
            "history": pages.history(district_queries.history(audit.label(found)), placement),
            "placement": placement,
        },
    )


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = family_application_or_404(request.user, request.district, pk)
    if found.receipt_number is None or found.status == Status.WITHDRAWN:  # nothing to hold on to
        return redirect("application", pk)
    review = windows_for(Action.REVIEW, found.season.windows())
    texts = {stage.code: "" for stage in found.season.stages.all() if stage.official}
    return render(
        request,
        "enrollment/parents/receipt.html",
        {
            "application": found,
            "tag": pages.family_tag(found),
            "review": review[0] if review else None,
            "panel": pages.Panel(
                "预报名已提交", found.receipt_number, "这是回执号，请记下来或者打印。登记先后不影响录取。"
            ),
            "steps": pages.steps(found.season.windows(), texts, clock.now(found.season)),
            "needed": filing.needed_evidence(found),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks before an application is taken back or a draft deleted."""
    found = family_application_or_404(request.user, request.district, pk)
    error = ""
    if request.method == "POST":
        try:
            filing.withdraw(found, by=request.user)
        except (StageClosed, NotAllowed) as refused:
            error = str(refused)
        else:
            messages.success(request, "已撤回。" if found.receipt_number else "草稿已删除。")
            return redirect("desk")
    errors = [("", error)] if error else []
    return render(request, "enrollment/parents/withdraw.html", {"application": found, "errors": errors})


@never_cache
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks before what a family gave for an application that it took back is deleted at once."""
    found = family_application_or_404(request.user, request.district, pk)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            erasure.erase_at_once(found, by=request.user)
        except Refused as refused:
            errors = list(refused.errors.items())
        else:
            messages.success(request, "资料和照片已删除。")
            return redirect("desk")
    context = {"application": found, "withdrawn": found.status == Status.WITHDRAWN, "errors": errors}
    return render(request, "enrollment/parents/erase.html", context)


@never_cache
@require_safe
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The family's own 入学通知书."""
    found = family_application_or_404(request.user, request.district, pk)
    return notice_file(found)


def notice_file(found: Application) -> FileResponse:
    """The application's notice as a download; 404 while there is none."""
    written = getattr(getattr(found, "placement", None), "notice", None)
    if written is None or not written.file_address:
        raise Http404
    content = io.BytesIO(content_or_404(NOTICES, written.file_address))
    return FileResponse(content, as_attachment=True, filename=f"入学通知书-{written.code}.pdf")
