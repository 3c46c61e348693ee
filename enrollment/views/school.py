"""The school's desk: review, verify on site, report teams, hold the class draw."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catchments.lookup import lookup
from classing.models import Draw, Lot, LotDraw
from classing.protocol import Notice
from districts import audit, clock
from districts import queries as district_queries
from districts.calendar import Action, StageClosed, is_open, windows_for
from districts.forms import add_errors
from districts.models import Campus, Release, Season
from districts.permissions import membership_or_404
from districts.refusals import Refused
from districts.rights import Right
from enrollment import class_draw, filing, log, pages, publishing, queries, reporting, review
from enrollment.forms import OriginalsForm, PublicDigitsForm, ReturnForm, SealForm, TeamsForm
from enrollment.models import Application, Placement, Publication
from enrollment.permissions import school_application_or_404, school_campus_or_404
from enrollment.states import WORDS, NotAllowed, Status

PER_PAGE = 50
STEPS = ("公告摘要", "监督员密封", "开封并分班", "班主任抽签", "公布")
FILTERS = (Status.SUBMITTED, Status.APPROVED, Status.RETURNED, Status.VERIFIED, Status.CONFIRMED, Status.CLASSED)


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The school's applications, what waits for it first; filter by state, number or name."""
    membership = membership_or_404(request.user, request.district, Right.SEE_SCHOOL)
    season = district_queries.season_or_404(membership.district)
    everything = queries.of_school(membership.school, season)
    counts = queries.counts_by_status(everything)
    status = request.GET.get("status", Status.SUBMITTED)
    wanted = everything.filter(status=status) if status in set(Status) else everything
    text = request.GET.get("q", "").strip()
    if text:
        wanted = everything.filter(receipt_number__iexact=text) | everything.filter(child__name=text)
    page = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"application": application, "tag": pages.staff_tag(application)} for application in page]
    return render(
        request,
        "enrollment/school/queue.html",
        {
            "season": season,
            "school": membership.school,
            "page": page,
            "rows": rows,
            "status": status,
            "q": text,
            "filters": [{"code": s, "word": WORDS[s], "count": counts.get(s, 0)} for s in FILTERS],
            "stats": [pages.Stat(WORDS[s], counts.get(s, 0)) for s in FILTERS[:4]],
            "total": sum(counts.values()),
        },
    )


def _review_page(request: HttpRequest, found: Application, **forms: object) -> HttpResponse:
    """The page for a decision. After a refused one it shows what is true now: somebody else may have decided."""
    found.refresh_from_db(fields=["status", "submitted_at"])
    needed = filing.needed_evidence(found)
    events = district_queries.history(audit.label(found))
    context = {
        "application": found,
        "tag": pages.staff_tag(found),
        "rows": pages.staff_summary(found),
        "answer": lookup(found.season, found.address),
        "documents": [
            {"evidence": evidence, "photos": pages.photos(evidence, evidence.pages.all())} for evidence in needed
        ],
        "findings": queries.open_findings(found),
        "past_findings": queries.past_findings(found),
        "bureau_notes": queries.spot_check_notes(found),
        "history": log.history(events, district_queries.actor_names(events)),
        "on_site": getattr(found, "on_site_check", None),
        "seen": review.version(found),
        "may_decide": found.status == Status.SUBMITTED,
        "may_verify": found.status == Status.APPROVED,
        "return_form": ReturnForm(found.season, needed),
        "originals_form": OriginalsForm(needed),
    }
    return render(request, "enrollment/school/review.html", context | forms)


@never_cache
@require_safe
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Documents beside the entered facts. Opening it is logged; the family can see that it was opened."""
    found, _ = school_application_or_404(request.user, request.district, pk)
    review.look_at(found, by=request.user)
    return _review_page(request, found)


@never_cache
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, _ = school_application_or_404(request.user, request.district, pk)
    if request.method == "GET":  # the address of a refused decision, opened again
        return redirect("school-application", pk)
    try:
        review.approve(found, by=request.user, seen=request.POST.get("seen", ""))
    except (NotAllowed, Refused, StageClosed) as error:
        return _review_page(request, found, errors=[("", str(error))])
    messages.success(request, f"{found.receipt_number} 线上审核通过，已通知家长到校核验。")
    return redirect(next_in_queue(found))


@never_cache
@require_http_methods(["GET", "POST"])
def return_items(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, _ = school_application_or_404(request.user, request.district, pk)
    if request.method == "GET":  # the address of a refused decision, opened again
        return redirect("school-application", pk)
    form = ReturnForm(found.season, filing.needed_evidence(found), request.POST)
    if form.is_valid():
        try:
            review.return_items(found, form.returned_items(), by=request.user, seen=request.POST.get("seen", ""))
        except Refused as refused:
            add_errors(form, refused)
        except (NotAllowed, StageClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.receipt_number} 已退回补正，家长会收到短信。")
            return redirect(next_in_queue(found))
    return _review_page(request, found, return_form=form, form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, _ = school_application_or_404(request.user, request.district, pk)
    if request.method == "GET":  # the address of a refused decision, opened again
        return redirect("school-application", pk)
    form = OriginalsForm(filing.needed_evidence(found), request.POST)
    if form.is_valid():
        try:
            originals, seen = form.cleaned_data["originals"], request.POST.get("seen", "")
            review.verify_on_site(found, originals=originals, by=request.user, seen=seen)
        except Refused as refused:
            add_errors(form, refused)
        except (NotAllowed, StageClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.receipt_number} 现场核验完成。")
            return redirect(f"{reverse('school-queue')}?status={Status.APPROVED}")
    return _review_page(request, found, originals_form=form, form=form)


def next_in_queue(done: Application) -> str:
    """The next application that waits for this school, so that a clerk goes on without going back; else the queue."""
    waiting = queries.of_school(done.campus.school, done.season).filter(status=Status.SUBMITTED).first()
    return reverse("school-application", args=[waiting.pk]) if waiting else reverse("school-queue")


def _season_and_campuses(request: HttpRequest) -> tuple[Season, list[Campus]]:
    membership = membership_or_404(request.user, request.district, Right.SEE_SCHOOL)
    season = district_queries.season_or_404(membership.district)
    return season, list(district_queries.enrolling_campuses(season).filter(school=membership.school))


@never_cache
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    season, campuses = _season_and_campuses(request)
    reporting_window = windows_for(Action.REPORT_TEAMS, season.windows())[0]
    listed = [{"campus": campus, "teams": queries.teams(season, campus)} for campus in campuses]
    return render(
        request, "enrollment/school/teams.html", {"season": season, "listed": listed, "window": reporting_window}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def campus_teams(request: HttpRequest, campus_id: int) -> HttpResponse:
    campus, membership = school_campus_or_404(request.user, request.district, campus_id)
    season = district_queries.season_or_404(membership.district)
    known = "\n".join(
        "；".join([team.homeroom, *(f"{teacher.subject} {teacher.name}" for teacher in team.teachers.all())])
        for team in queries.teams(season, campus)
    )
    form = TeamsForm(request.POST or None, initial={"teams": known})
    if form.is_valid():
        reported = [reporting.ReportedTeam(homeroom, teachers) for homeroom, teachers in form.cleaned_data["teams"]]
        try:
            reporting.report_teams(season, campus, reported, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        except StageClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{campus.name}已上报{len(reported)}组教师。")
            return redirect("school-teams")
    return render(request, "enrollment/school/campus_teams.html", {"form": form, "campus": campus, "season": season})


@never_cache
@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    season, _ = _season_and_campuses(request)
    membership = membership_or_404(request.user, request.district, Right.SEE_SCHOOL)
    own = district_queries.enrolling_campuses(season).filter(school=membership.school)
    return render(
        request, "enrollment/school/draws.html", {"season": season, "progress": queries.campus_progress(season, own)}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, campus_id: int) -> HttpResponse:
    """The page of the class draw: seal, open and deal, draw the lots, publish; one step after the other."""
    campus, membership = school_campus_or_404(request.user, request.district, campus_id)
    season = district_queries.season_or_404(membership.district)
    held = Draw.objects.filter(season=season, campus=campus).first()
    forms: dict[str, object] = {}
    if request.method == "POST":
        forms = _draw_step(request, season, campus, held)
        if not forms:
            return redirect("school-draw", campus_id)
    return render(request, "enrollment/school/draw.html", _draw_page(season, campus) | forms)


def _draw_step(request: HttpRequest, season: Season, campus: Campus, held: Draw | None) -> dict[str, object]:
    """Take the step that the form names; what is wrong with it comes back as context, nothing when it is done."""
    step = request.POST.get("step", "")
    prefix = f"seal-{request.POST.get('witness', '')}" if step == "seal" else step
    form = (SealForm if step == "seal" else PublicDigitsForm)(request.POST, prefix=prefix)
    try:
        if step == "publish":
            publishing.ask_to_publish(season, campus, by=request.user)
            messages.success(request, "已申请公布，等本校负责人或教育局复核。")
            return {}
        if held is not None and form.is_valid():
            if step == "seal":
                class_draw.seal_witness(held, request.POST["witness"], form.cleaned_data["digits"], by=request.user)
            elif step == "run":
                class_draw.run(held, public_digits=form.cleaned_data["balls"], by=request.user)
            elif step == "lots":
                class_draw.draw_lots(held, public_digits=form.cleaned_data["balls"], by=request.user)
            return {}
    except Refused as refused:
        if step == "publish":
            return {"errors": [("", str(refused))]}
        for sentence in refused.errors.values():
            form.add_error("digits" if step == "seal" else "balls", sentence)
    except StageClosed as error:
        return {"errors": [("", str(error))]}
    return {"form": form, "failed": prefix}


def _draw_page(season: Season, campus: Campus) -> dict[str, object]:
    held = Draw.objects.filter(season=season, campus=campus).first()
    lots = LotDraw.objects.filter(season=season, campus=campus).first()
    publication = (
        Publication.objects.filter(season=season, campus=campus).select_related("campus", "season__district").first()
    )
    progress = queries.campus_progress(season, Campus.objects.filter(pk=campus.pk))[0]
    now = _step_now(held, lots, publication)
    return {
        "season": season,
        "campus": campus,
        "draw": held,
        "open_now": is_open(Action.DRAW, season.windows(), clock.now(season)),
        "window": windows_for(Action.DRAW, season.windows())[0],
        "witnesses": _witnesses(held) if held else [],
        "sizes": _sizes(held) if held and held.record else [],
        "seed": held.record["seed"] if held and held.record else "",
        "run_form": PublicDigitsForm(prefix="run"),
        "lots_form": PublicDigitsForm(prefix="lots"),
        "now": now,
        "steps": [pages.Step(name, "", _state(n, now)) for n, name in enumerate(STEPS, 1)],
        "lots": _by_class(lots) if lots else [],
        "lots_drawn": lots is not None,
        "preflight": _preflight(season, campus),
        "publication": publication,
        "asked": Release.objects.filter(kind="publication", subject=audit.label(campus), outcome="open").first(),
        "published_at": publishing.address(publication) if publication and publication.published_at else "",
        "notices": pages.Progress(progress.notices_written, progress.listed, "已生成通知书"),
    }


def _by_class(held: LotDraw) -> list[Lot]:
    """The drawn lots, 1班 first and 10班 after 9班."""
    drawn = held.lots.select_related("team").prefetch_related("team__teachers")
    return sorted(drawn, key=lambda lot: (len(lot.class_label), lot.class_label))


def _step_now(held: Draw | None, lots: LotDraw | None, publication: Publication | None) -> int:
    """Which of STEPS is next; past the last one when everything is done."""
    done = (
        held is not None,
        held is not None and held.status != Draw.Status.COMMITTED,
        held is not None and held.status == Draw.Status.DRAWN,
        lots is not None,
        publication is not None,
    )
    return (*done, False).index(False) + 1


def _state(step: int, now: int) -> str:
    return "past" if step < now else "now" if step == now else "next"


def _preflight(season: Season, campus: Campus) -> list[pages.Row]:
    """What is published, counted once more before the button."""
    placed = Placement.objects.filter(confirmed_list__season=season, confirmed_list__campus=campus)
    listed, classed = placed.count(), placed.exclude(class_label="").count()
    classes = placed.exclude(class_label="").values("class_label").distinct().count()
    return [
        pages.Row("确认名单", f"{listed} 人"),
        pages.Row("已编班", f"{classed} 人，{classes} 个班"),
        pages.Row("没有编班", f"{listed - classed} 人"),
        pages.Row("将生成通知书", f"{classed} 份"),
    ]


def _witnesses(held: Draw) -> list[dict[str, object]]:
    seals = {sealed.witness: sealed for sealed in held.seals.all()}
    return [
        {"id": w.id, "who": w.who, "seal": seals.get(w.id), "form": SealForm(prefix=f"seal-{w.id}")}
        for w in Notice.parse(held.notice).witnesses
    ]


def _sizes(held: Draw) -> list[dict[str, object]]:
    """Each class with its number of pupils, in the notice's order."""
    labels = [label for _, label in held.record["result"]]
    return [{"label": label, "count": labels.count(label)} for label in Notice.parse(held.notice).classes]
