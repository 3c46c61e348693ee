"""The bureau's desk: progress of every school, spot check, confirmed lists, rosters."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catchments.lookup import lookup
from districts import queries as district_queries
from districts.calendar import StageClosed
from districts.forms import add_errors
from districts.models import Campus, Season
from districts.permissions import membership_or_404
from districts.refusals import Refused
from districts.rights import Right
from enrollment import class_draw, filing, late_changes, pages, queries, review, spot_check
from enrollment.forms import ListChangeForm, SendBackForm, SpotCheckForm
from enrollment.models import SpotCheckItem
from enrollment.permissions import bureau_campus_or_404, bureau_item_or_404
from enrollment.states import NotAllowed, Status


@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Every school on one page, from filing to written notices."""
    membership = membership_or_404(request.user, request.district, Right.SEE_DISTRICT)
    season = district_queries.season_or_404(membership.district)
    rows = queries.campus_progress(season)
    stats = [
        pages.Stat("已提交", sum(row.total for row in rows)),
        pages.Stat("待学校审核", sum(row.waiting for row in rows)),
        pages.Stat("待家长处理", sum(row.with_family for row in rows)),
        pages.Stat("核验通过", sum(row.verified for row in rows)),
        pages.Stat("名单已确认", sum(row.listed for row in rows)),
    ]
    return render(
        request,
        "enrollment/bureau/progress.html",
        {
            "season": season,
            "rows": rows,
            "stats": stats,
            "bars": _bars(rows),
            "being_written": queries.being_written(season),
        },
    )


def _bars(rows: list[queries.CampusProgress]) -> list[pages.Bar]:
    """How far the district's submitted applications are."""
    listed = (Status.CONFIRMED, Status.CLASSED)
    reached = {
        "线上审核通过": (Status.APPROVED, Status.VERIFIED, *listed),
        "现场核验通过": (Status.VERIFIED, *listed),
        "名单已确认": listed,
        "已分班": (Status.CLASSED,),
    }
    total = sum(row.total for row in rows)
    bars = [pages.Bar(label, sum(row.of(*statuses) for row in rows), total) for label, statuses in reached.items()]
    return [*bars, pages.Bar("已生成通知书", sum(row.notices_written for row in rows), total)]


def _campus_page(request: HttpRequest, season: Season, campus: Campus, **more: object) -> HttpResponse:
    row = queries.campus_progress(season, Campus.objects.filter(pk=campus.pk))[0]
    context = {
        "season": season,
        "campus": campus,
        "row": row,
        "checks": queries.spot_checks(season, campus),
        "available": queries.never_checked(season, campus),
        "check_form": SpotCheckForm(),
        "preflight": spot_check.preflight(season, campus),
        "teams": queries.teams(season, campus),
    }
    return render(request, "enrollment/bureau/campus.html", context | more)


@never_cache
@require_safe
def campus(request: HttpRequest, campus_id: int) -> HttpResponse:
    found, membership = bureau_campus_or_404(request.user, request.district, campus_id)
    return _campus_page(request, district_queries.season_or_404(membership.district), found)


@never_cache
@require_http_methods(["GET", "POST"])
def draw_check(request: HttpRequest, campus_id: int) -> HttpResponse:
    found, membership = bureau_campus_or_404(request.user, request.district, campus_id)
    if request.method == "GET":  # the address of a refused step, opened again
        return redirect("bureau-campus", campus_id)
    season = district_queries.season_or_404(membership.district)
    form = SpotCheckForm(request.POST)
    if form.is_valid():
        try:
            spot_check.draw(season, found, size=form.cleaned_data["size"], by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        except StageClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已抽取{form.cleaned_data['size']}份。")
            return redirect("bureau-campus", campus_id)
    return _campus_page(request, season, found, check_form=form, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One application of the sample: confirm, or send back to the school with the reason."""
    found, _ = bureau_item_or_404(request.user, request.district, pk)
    form = SendBackForm(request.POST if request.POST.get("decision") == "send-back" else None)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "confirm":
                spot_check.confirm(found, by=request.user)
                messages.success(request, f"{found.application.receipt_number} 抽检通过。")
                return redirect(next_item(found))
            if form.is_valid():
                spot_check.send_back(found, note=form.cleaned_data["note"], by=request.user)
                messages.success(request, f"{found.application.receipt_number} 已退回学校。")
                return redirect(next_item(found))
        except (Refused, NotAllowed, StageClosed) as error:
            errors = [("", str(error))]
    else:
        review.look_at(found.application, by=request.user)
    needed = filing.needed_evidence(found.application)
    return render(
        request,
        "enrollment/bureau/item.html",
        {
            "item": found,
            "application": found.application,
            "rows": pages.staff_summary(found.application),
            "answer": lookup(found.application.season, found.application.address),
            "documents": [
                {"evidence": evidence, "photos": pages.photos(evidence, evidence.pages.all())} for evidence in needed
            ],
            "on_site": getattr(found.application, "on_site_check", None),
            "form": form,
            "errors": errors,
            "open": found.outcome == SpotCheckItem.Outcome.OPEN,
        },
    )


def next_item(done: SpotCheckItem) -> str:
    waiting = done.spot_check.items.filter(outcome=SpotCheckItem.Outcome.OPEN).exclude(pk=done.pk).first()
    if waiting is None:
        return reverse("bureau-campus", args=[done.spot_check.campus_id])
    return reverse("bureau-item", args=[waiting.pk])


@never_cache
@require_http_methods(["GET", "POST"])
def close_list(request: HttpRequest, campus_id: int) -> HttpResponse:
    """The counts first, then the button."""
    found, membership = bureau_campus_or_404(request.user, request.district, campus_id)
    season = district_queries.season_or_404(membership.district)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            confirmed = spot_check.close_list(season, found, by=request.user)
        except (Refused, StageClosed) as error:
            errors = [("", str(error))]
        else:
            messages.success(request, f"{found.name}名单已确认，共{confirmed.count}人。")
            return redirect("bureau-campus", campus_id)
    context = {"campus": found, "season": season, "preflight": spot_check.preflight(season, found), "errors": errors}
    return render(request, "enrollment/bureau/close_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def change_list(request: HttpRequest, campus_id: int) -> HttpResponse:
    """How the closed list has changed since, and asking for a change."""
    found, membership = bureau_campus_or_404(request.user, request.district, campus_id)
    season = district_queries.season_or_404(membership.district)
    form = ListChangeForm(request.POST or None)
    if form.is_valid():
        try:
            late_changes.ask(season, found, **form.cleaned_data, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        except StageClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已申请变更名单，另一位工作人员复核同意后生效。")
            return redirect("bureau-change-list", campus_id)
    row = queries.campus_progress(season, Campus.objects.filter(pk=found.pk))[0]
    context = {"campus": found, "row": row, "changes": queries.list_changes(season, found), "form": form}
    return render(request, "enrollment/bureau/change_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def commit_roster(request: HttpRequest, campus_id: int) -> HttpResponse:
    """The counts first, then the button: from here on nothing of the roster can change."""
    found, membership = bureau_campus_or_404(request.user, request.district, campus_id)
    season = district_queries.season_or_404(membership.district)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            draw = class_draw.commit_roster(season, found, by=request.user)
        except (Refused, StageClosed) as error:
            errors = [("", str(error))]
        else:
            done = f"名册已封存，公告摘要 {draw.notice_hash[:12]}…" if draw else "名册已封存，只有一个班，已直接编班。"
            messages.success(request, done)
            return redirect("bureau-campus", campus_id)
    row = queries.campus_progress(season, Campus.objects.filter(pk=found.pk))[0]
    classes = 0
    try:
        classes = class_draw.classes_for(season, found, row.confirmed.count) if row.confirmed else 0
    except Refused as refused:
        errors = errors or [("", str(refused))]
    context = {"campus": found, "season": season, "row": row, "classes": classes, "errors": errors}
    return render(request, "enrollment/bureau/commit_roster.html", context)
