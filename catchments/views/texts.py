"""The bureau works on official texts: how they were read, a new text with its preview, corrections beside it."""

import csv
import io
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catchments import books, importing, releasing
from catchments.findings import findings
from catchments.forms import CorrectionForm, RulingForm, SheetForm, TextForm
from catchments.importing import Proposal
from catchments.models import Catchment, Ruling
from catchments.permissions import CampusText, bureau_seasons_or_404, campus_text_or_404, ruling_or_404
from catchments.reading import LEGEND, Reading, reading
from districts.forms import add_errors
from districts.models import Campus, Season
from districts.models.seasons import Level
from districts.refusals import Refused
from districts.tables import BrokenFiles

OUTDATED = "预览以后，施教区文字又有改动。请核对新的预览，再保存。"


@dataclass(frozen=True)
class CampusRow:
    """One campus in the overview."""

    campus: Campus
    reading: Reading
    findings: int
    rulings: int


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every campus: how much of its text was read, what is open, what was settled."""
    _, seasons = bureau_seasons_or_404(request.user, request.district)
    found = findings(seasons)
    shown = [{"season": season, "rows": _rows(season, found)} for season in seasons]
    return render(
        request,
        "catchments/bureau/overview.html",
        {"seasons": shown, "findings": len(found), "settled": sum(one.settled for one in found)},
    )


def _rows(season: Season, found: list) -> list[CampusRow]:
    made: dict[int, int] = {}
    for ruling in books.in_force(season):
        made[ruling.campus_id] = made.get(ruling.campus_id, 0) + 1
    return [
        CampusRow(
            campus,
            text,
            sum(any(e.campus == campus.name for e in one.excerpts) and not one.settled for one in found),
            made.get(campus.pk, 0),
        )
        for campus, text in _readings(season).items()
    ]


def _readings(season: Season) -> dict[Campus, Reading]:
    """Every campus of the season, suspended ones too, with its text as it is read now."""
    campuses = {
        books.row_for(season, catchment): catchment.campus
        for catchment in Catchment.objects.filter(season=season).select_related("campus__school")
    }
    book = books.read(season, campuses, books.in_force(season))
    return {campuses[entry.row]: reading(entry.row.text, entry.clauses) for entry in book.entries}


def _text_page(request: HttpRequest, found: CampusText, **more: object) -> HttpResponse:
    context = {
        "campus": found.campus,
        "season": found.season,
        "text": found.text,
        "reading": _readings(found.season).get(found.campus),
        "legend": LEGEND,
        "rulings": Ruling.objects.filter(season=found.season, campus=found.campus).select_related("made_by"),
        "addition": RulingForm(),
    }
    return render(request, "catchments/bureau/text.html", context | more)


@never_cache
@require_safe
def text(request: HttpRequest, campus_id: int) -> HttpResponse:
    """One campus: its text in coloured pieces, clause by clause, and the rulings beside it."""
    return _text_page(request, campus_text_or_404(request.user, request.district, campus_id))


@never_cache
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, campus_id: int) -> HttpResponse:
    """Paste a new text, look at how it is read, save it."""
    found = campus_text_or_404(request.user, request.district, campus_id)
    form = TextForm(request.POST or None, initial={"text": found.text})
    proposal, error = None, ""
    if form.is_valid():
        proposal = importing.compare(found.season, [(found.campus, form.cleaned_data["text"])])
        if not proposal.changes:
            form.add_error("text", "与现在的文字相同，没有改动。")
            proposal = None
        elif "save" in request.POST:
            saved, error = _saved([proposal], request)
            if saved:
                return redirect("bureau-catchment", campus_id)
    return render(
        request,
        "catchments/bureau/paste.html",
        {
            "campus": found.campus,
            "season": found.season,
            "form": form,
            "proposals": [proposal] if proposal else [],
            "basis": proposal.basis if proposal else "",
            "legend": LEGEND,
            "outdated": error,
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def import_texts(request: HttpRequest) -> HttpResponse:
    """A whole table as a file: the preview carries what was read, so that nothing is kept before it is saved."""
    district, seasons = bureau_seasons_or_404(request.user, request.district)
    year = max((season.year for season in seasons), default=0)
    form, proposals, faults, error, table = SheetForm(), [], [], "", ""
    if request.method == "POST":
        source = ("预览.csv", request.POST["table"].encode()) if "table" in request.POST else None
        if source is None:
            form = SheetForm(request.POST, request.FILES)
            source = form.content() if form.is_valid() else None
        if source:
            try:
                proposals = importing.propose(district, year, *source)
            except BrokenFiles as broken:
                faults = broken.faults
        if "save" in request.POST and any(proposal.changes for proposal in proposals):
            saved, error = _saved(proposals, request)
            if saved:
                return redirect("bureau-catchments")
        table = as_table(proposals)
    return render(
        request,
        "catchments/bureau/import.html",
        {
            "form": form,
            "year": year,
            "proposals": proposals,
            "faults": faults,
            "table": table,
            "basis": joint_basis(proposals),
            "legend": LEGEND,
            "outdated": error,
        },
    )


def _saved(proposals: list[Proposal], request: HttpRequest) -> tuple[bool, str]:
    """Save what was shown; (whether it was, what to say when not)."""
    if request.POST.get("basis") != joint_basis(proposals):
        return False, OUTDATED
    try:
        with transaction.atomic():
            said = [_save(proposal, request) for proposal in proposals if proposal.changes]
    except Refused as refused:
        return False, str(refused)
    for sentence in said:
        messages.success(request, sentence)
    return True, ""


def _save(proposal: Proposal, request: HttpRequest) -> str:
    texts = [(change.campus.pk, change.row.text) for change in proposal.changes]
    names = "、".join(change.campus.name for change in proposal.changes)
    what = f"保存{len(texts)}个校区的施教区文字（{names}）"
    payload = {"do": "import", "texts": texts, "basis": proposal.basis}
    return releasing.change(proposal.season, what, payload, by=request.user)


def joint_basis(proposals: list[Proposal]) -> str:
    return " ".join(proposal.basis for proposal in proposals)


def as_table(proposals: list[Proposal]) -> str:
    """All texts of an import as the CSV that it reads again; empty when there is nothing to save."""
    if not any(proposal.changes for proposal in proposals):
        return ""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["level", "group", "school", "text"])
    for proposal in proposals:
        for row in proposal.rows:
            writer.writerow([Level(row.level).value, row.group, row.school, row.text])
    return out.getvalue()


@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, campus_id: int) -> HttpResponse:
    """Read some words of the text otherwise. The link of a clause says where they stand."""
    found = campus_text_or_404(request.user, request.district, campus_id)
    start = request.GET.get("start", "")
    end = request.GET.get("end", "")
    initial = {}
    if start.isdecimal() and end.isdecimal():
        words = found.text[int(start) : int(end)]
        initial = {"replaced": words, "start": int(start), "words": words}
    form = CorrectionForm(request.POST or None, initial=initial, text=found.text)
    context = {"campus": found.campus, "season": found.season, "text": found.text, "form": form}
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("words", "reason", "span")}
        what = f"更正{found.campus}的读法：{form.cleaned_data['replaced']} → {said['words'] or '不作为范围'}"
        payload = {"do": "correct", "campus": campus_id} | said
        try:
            if "try" in request.POST:
                effect = releasing.trial(found.season, payload, by=request.user).sentence
                return render(request, "catchments/bureau/correct.html", context | {"effect": effect})
            sentence = releasing.change(found.season, what, payload, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, sentence)
            return redirect("bureau-catchment", campus_id)
    return render(request, "catchments/bureau/correct.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, campus_id: int) -> HttpResponse:
    found = campus_text_or_404(request.user, request.district, campus_id)
    if request.method == "GET":  # the address of a refused addition, opened again
        return redirect("bureau-catchment", campus_id)
    form = RulingForm(request.POST)
    if form.is_valid():
        payload = {"do": "add", "campus": campus_id} | form.cleaned_data
        try:
            if "try" in request.POST:
                effect = releasing.trial(found.season, payload, by=request.user).sentence
                return _text_page(request, found, addition=form, effect=effect)
            sentence = releasing.change(found.season, f"{found.campus}补充{payload['words']}", payload, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, sentence)
            return redirect("bureau-catchment", campus_id)
    return _text_page(request, found, addition=form, form=form)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    ruling, _ = ruling_or_404(request.user, request.district, pk)
    try:
        payload = {"do": "withdraw", "ruling": pk, "because": request.POST.get("because", "")[:300]}
        messages.success(request, releasing.change(ruling.season, f"撤销{ruling}", payload, by=request.user))
    except Refused as refused:
        messages.error(request, str(refused))
    if request.POST.get("from") == "finding":
        return redirect("bureau-finding", ruling.finding)
    return redirect("bureau-catchment", ruling.campus_id) if ruling.campus_id else redirect("bureau-findings")
