"""地名地址表, what the texts give its addresses, what changes from year to year, and areas drawn on a map."""

import csv
from base64 import b64encode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catchments import drawn, places, releasing
from catchments.books import open_book
from catchments.effects import all_named, differing, schools, standard_addresses
from catchments.forms import DrawnForm, SheetForm
from catchments.models import PlaceName
from catchments.opening import has_opened
from catchments.permissions import bureau_seasons_or_404
from catchments.text import coverage
from districts import queries
from districts.forms import add_errors
from districts.models import Account, District, Season
from districts.models.seasons import Level
from districts.refusals import Refused
from districts.tables import BrokenFiles

PER_PAGE = 50
FORMULA_SIGNS = tuple("=+-@＝＋－＠|%")
OUTCOMES = {"one": "一所学校", "several": "几所学校，文件不能直接确定", "none": "没有学校"}


@never_cache
@require_http_methods(["GET", "POST"])
def names(request: HttpRequest) -> HttpResponse:
    """The table as it is, and a new one in its place."""
    district, seasons = bureau_seasons_or_404(request.user, request.district)
    form, faults = SheetForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        try:
            messages.success(request, _import_names(district, seasons, *form.content(), by=request.user))
        except BrokenFiles as broken:
            faults = broken.faults
        except Refused as refused:
            add_errors(form, refused)
        else:
            return redirect("bureau-places")
    typed = request.GET.get("q", "").strip()
    found = PlaceName.objects.filter(district=district)
    if typed:
        found = found.filter(name__contains=typed) | found.filter(means__contains=typed)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "catchments/bureau/places.html", {"form": form, "faults": faults, "page": page, "typed": typed}
    )


def _import_names(district: District, seasons: list[Season], file: str, content: bytes, *, by: Account) -> str:
    """Import the table, or ask for it; returns what came of it. Raises BrokenFiles, Refused."""
    proposal = places.propose(district, file, content)
    unused = f"，没有读取的列：{'、'.join(proposal.unused)}" if proposal.unused else ""
    what = f"导入地名地址表{len(proposal.rows)}行：新增{proposal.added}，去掉{proposal.removed}{unused}"
    first = next(filter(has_opened, seasons), seasons[0])
    others = [season for season in seasons if season != first]
    payload = {"do": "places", "file": file, "content": b64encode(content).decode()}
    return releasing.change(first, what, payload, by=by, also=others)


def _season(request: HttpRequest, seasons: list[Season]) -> Season | None:
    return next((season for season in seasons if season.level == request.GET.get("level")), next(iter(seasons), None))


@never_cache
@require_safe
def covered(request: HttpRequest) -> HttpResponse:
    """How many standard addresses have one, several or no school, road by road; without a table, the places named."""
    district, seasons = bureau_seasons_or_404(request.user, request.district)
    season = _season(request, seasons)
    addresses = standard_addresses(district)
    book = open_book(season).book
    roads = coverage(book, season.level, addresses or all_named(season.level, book))
    if request.GET.get("format") == "csv":
        return _as_csv(season, roads)
    totals = {name: sum(getattr(road, name) for road in roads) for name in OUTCOMES}
    total = sum(totals.values())
    return render(
        request,
        "catchments/bureau/coverage.html",
        {
            "season": season,
            "seasons": seasons,
            "from_table": bool(addresses),
            "total": total,
            "bars": [{"label": OUTCOMES[name], "value": count, "total": total} for name, count in totals.items()],
            "page": Paginator(roads, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _as_csv(season: Season, roads: tuple) -> HttpResponse:
    """What a bureau works through: every address that has not exactly one school."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="coverage-{season.year}-{season.level}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["路、小区或村", "住址", "结果", "学校", "说明"])
    for road in roads:
        for answer in road.answers:
            cells = [road.road, answer.address, OUTCOMES[answer.outcome], schools(answer), answer.sentence]
            writer.writerow([plain(cell) for cell in cells])
    return response


def plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever blanks stand before its first sign."""
    return f"'{cell}" if cell.lstrip()[:1] in FORMULA_SIGNS or cell[:1] in ("\t", "\r", "\n") else cell


@never_cache
@require_safe
def year_changes(request: HttpRequest) -> HttpResponse:
    """Two years' texts of one level: which addresses change their school."""
    district, newest = bureau_seasons_or_404(request.user, request.district)
    level = request.GET.get("level") or (newest[0].level if newest else Level.PRIMARY)
    years = [season for season in queries.seasons(district) if season.level == level]
    after = _year(years, request.GET.get("to"), 0)
    before = _year(years, request.GET.get("from"), 1)
    compared = before and after and before != after
    found = differing(after, open_book(before).book, open_book(after).book) if compared else ()
    return render(
        request,
        "catchments/bureau/changes.html",
        {
            "level": level,
            "levels": Level.choices,
            "years": years,
            "before": before,
            "after": after,
            "count": len(found),
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _year(years: list[Season], typed: str | None, otherwise: int) -> Season | None:
    named = next((season for season in years if str(season.year) == typed), None)
    return named or (years[otherwise] if otherwise < len(years) else None)


@never_cache
@require_http_methods(["GET", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """Areas as GeoJSON, and how they look."""
    _, seasons = bureau_seasons_or_404(request.user, request.district)
    season = _season(request, seasons)
    form = DrawnForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            content = form.cleaned_data["file"].read(drawn.MOST_BYTES + 1)
            payload = {"do": "areas", "content": b64encode(content).decode()}
            messages.success(request, releasing.change(season, "导入校区范围图", payload, by=request.user))
        except drawn.BadDrawing as error:
            form.add_error("file", str(error))
        except Refused as refused:
            add_errors(form, refused)
        else:
            for pair in open_book(season).areas.overlapping():
                names = "和".join(str(campus) for campus in queries.campuses(season) if campus.pk in pair)
                messages.warning(request, f"{names}的范围图有重叠，重叠的地方不能由图确定学校。")
            return redirect(request.get_full_path())
    book = open_book(season)
    campuses = list(book.campuses.values())
    return render(
        request,
        "catchments/bureau/areas.html",
        {
            "season": season,
            "seasons": seasons,
            "form": form,
            "campuses": [(campus, campus.pk in book.areas.keys) for campus in campuses],
            "picture": book.areas.picture({campus.pk for campus in campuses}),
        },
    )
