"""Pages for everybody: what, when, which school, who leads which class, is this notice real."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catchments.forms import QuestionForm
from catchments.lookup import lookup as ask
from catchments.text import typed_number
from classing.models import Draw, LotDraw
from districts import clock
from districts import queries as district_queries
from districts.calendar import Action, is_open, windows_for
from districts.models import Campus
from districts.models.seasons import Level
from enrollment import notices, pages, publishing, queries
from enrollment.forms import VerifyForm

MOST_SAID = 300  # characters of answers to deciding questions, one after the other


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    season = district_queries.current_season(request.district) if request.district else None
    if season is None:
        return render(request, "enrollment/public/empty.html")
    now = clock.now(season)
    texts = {stage.code: "" for stage in season.stages.all() if stage.official}
    return render(
        request,
        "enrollment/public/home.html",
        {
            "season": season,
            "steps": pages.steps(season.windows(), texts, now),
            "may_apply": is_open(Action.APPLY, season.windows(), now),
            "filing": windows_for(Action.APPLY, season.windows())[0],
            "not_yet": now < windows_for(Action.APPLY, season.windows())[0].opens,
        },
    )


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Both levels, in the plan's own words, at the same moment: a demo moves the clock of its first level only."""
    shown = []
    seasons = list(district_queries.seasons(request.district))
    now = clock.now(seasons[0]) if seasons else None
    for season in seasons:
        texts = {stage.code: stage.text for stage in season.stages.all() if stage.official}
        shown.append({"season": season, "steps": pages.steps(season.windows(), texts, now)})
    return render(request, "enrollment/public/calendar.html", {"seasons": shown})


@login_not_required
@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    shown = [
        {"season": season, "schools": pages.school_cards(season, district_queries.schools(season))}
        for season in district_queries.seasons(request.district)
    ]
    return render(request, "enrollment/public/schools.html", {"seasons": shown})


@login_not_required
@require_safe
def campus(request: HttpRequest, campus_id: int) -> HttpResponse:
    """One campus: its official catchment text, its teams, its draw and list when there are."""
    found = get_object_or_404(Campus.objects.select_related("school"), pk=campus_id, school__district=request.district)
    plan = found.seat_plans.select_related("season").order_by("-season__year").first()
    if plan is None:
        raise Http404
    season = plan.season
    publication = queries.publications(season).filter(campus=found).first()
    return render(
        request,
        "enrollment/public/campus.html",
        {
            "campus": found,
            "season": season,
            "plan": plan,
            "catchment": found.catchments.filter(season=season).first(),
            "teams": queries.teams(season, found),
            "draw": Draw.objects.filter(season=season, campus=found).first(),
            "single_class": LotDraw.objects.filter(season=season, campus=found, transcript="").exists(),
            "published_at": publishing.address(publication) if publication else "",
        },
    )


@login_not_required
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """「我家属于哪个学校」: what the texts say, what would decide, and what a family does next. Nothing is kept."""
    seasons = {level: district_queries.newest_season(request.district, level) for level in Level}
    levels = [level for level, season in seasons.items() if season]
    form = QuestionForm(request.GET if "address" in request.GET else None, levels=levels)
    season = seasons[Level.PRIMARY] or seasons[Level.JUNIOR]
    context = {"form": form, "season": season}
    if season and form.is_valid():
        season = seasons.get(form.cleaned_data.get("level")) or season
        address, hukou = form.cleaned_data["address"], form.cleaned_data["hukou"]
        said = request.GET.get("said", "")[:MOST_SAID]
        answer = ask(season, address, hukou=hukou, said=said)
        number = request.GET.get("number", "")[:20]
        if answer.asks and (words := typed_number(answer.asks, number)):
            more = {"address": f"{address}{words}"} | ({"said": said} if said else {})
            return redirect(f"{reverse('lookup')}?{urlencode(form.asked() | more)}")
        campuses = [serving.campus for serving in answer.servings]
        asked = form.asked() | ({"said": answer.said} if answer.said else {})
        context |= {
            "season": season,
            "answer": answer,
            "number_wrong": bool(answer.asks and "number" in request.GET),
            "query": urlencode(form.asked()),
            "share": request.build_absolute_uri(f"{reverse('lookup')}?{urlencode(asked)}"),
            "cards": list(zip(answer.servings, queries.seats(season, campuses), strict=True)),
            "categories": queries.categories(season),
        }
    return render(request, "enrollment/public/lookup.html", context)


@login_not_required
@require_safe
def materials(request: HttpRequest) -> HttpResponse:
    """报名条件和所需证件, by category."""
    season = district_queries.current_season(request.district)
    categories = queries.categories(season)
    return render(request, "enrollment/public/materials.html", {"season": season, "categories": categories})


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "enrollment/public/contact.html")


@login_not_required
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    season = district_queries.current_season(request.district)
    lists = [
        {"publication": publication, "href": publishing.address(publication)}
        for publication in queries.publications(season)
    ]
    draws = Draw.objects.filter(season=season).select_related("campus").order_by("campus__position")
    return render(request, "enrollment/public/published.html", {"season": season, "lists": lists, "draws": draws})


@login_not_required
@require_safe
def draw_notice(request: HttpRequest, number: str) -> HttpResponse:
    """The committed notice, exactly: what its hash is taken of."""
    draw = get_object_or_404(Draw, number=number, season__district=request.district)
    return HttpResponse(draw.notice, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("verify-code", form.cleaned_data["code"])
    return render(request, "enrollment/public/verify.html", {"form": form})


@login_not_required
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a notice is real, for whoever holds it."""
    checked = notices.check(code.upper(), request.district)
    context = {"form": VerifyForm(initial={"code": code}), "checked": checked, "code": code.upper()}
    return render(request, "enrollment/public/verify.html", context, status=200 if checked else 404)
