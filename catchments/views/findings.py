"""文字核对: what is wrong in the texts, and what the bureau settles about it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catchments import releasing, rulings
from catchments.books import open_book
from catchments.findings import RULES, SEVERITIES, Found, campuses_of, findings
from catchments.forms import DecisionForm
from catchments.permissions import bureau_seasons_or_404
from catchments.rulings import Words, clauses_of
from districts.forms import add_errors
from districts.models import Campus, Season
from districts.refusals import Refused

PER_PAGE = 20


@never_cache
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """All findings, the gravest first; filtered by what is open, by severity, by rule."""
    _, seasons = bureau_seasons_or_404(request.user, request.district)
    every = findings(seasons)
    wanted = {name: request.GET.get(name, "") for name in ("state", "severity", "rule")}
    shown = [one for one in every if _wanted(one, wanted)]
    rules = {one.finding.rule for one in every}
    return render(
        request,
        "catchments/bureau/findings.html",
        {
            "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
            "count": len(shown),
            "total": len(every),
            "settled": sum(one.settled for one in every),
            "wanted": wanted,
            "query": urlencode({name: value for name, value in wanted.items() if value}),
            "severities": SEVERITIES.items(),
            "rules": [(rule, name) for rule, name in RULES.items() if rule in rules],
        },
    )


def _wanted(one: Found, wanted: dict[str, str]) -> bool:
    return (
        wanted["state"] in ("", "settled" if one.settled else "open")
        and wanted["severity"] in ("", one.finding.severity)
        and wanted["rule"] in ("", one.finding.rule)
    )


@never_cache
@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, key: str) -> HttpResponse:
    """One finding: the words side by side, the question, the decision that then changes lookups."""
    _, seasons = bureau_seasons_or_404(request.user, request.district)
    every = findings(seasons)
    one = next((one for one in every if one.key == key), None)
    if one is None:
        raise Http404
    of = {campus.pk: (campus, season) for season in seasons for campus in campuses_of(one, open_book(season))}
    names = {campus.name for campus, _ in of.values()}
    form = DecisionForm(
        request.POST or None,
        campuses=[campus for campus, _ in of.values()],
        initial={"words": "" if one.finding.subject in names else one.finding.subject},
    )
    if form.is_valid() and (sentence := _decided(request, one, form, of, seasons)):
        messages.success(request, sentence)
        return redirect("bureau-finding", key)
    following = next((other for other in every if not other.settled and other.key != key), None)
    return render(
        request,
        "catchments/bureau/finding.html",
        {
            "found": one,
            "form": form,
            "next": reverse("bureau-finding", args=[following.key]) if following else "",
        },
    )


def _decided(
    request: HttpRequest, one: Found, form: DecisionForm, of: dict[int, tuple[Campus, Season]], seasons: list[Season]
) -> str:
    """What was settled and what it changes, as a sentence; empty when it was refused."""
    said = {"words": form.cleaned_data["words"], "reason": form.cleaned_data["reason"], "finding": one.key}
    try:
        if form.cleaned_data["campus"] == DecisionForm.LEAVE:
            rulings.leave(seasons[0], Words("", said["reason"], one.key), by=request.user)
            return "已记录：维持原文。"
        campus, season = of[int(form.cleaned_data["campus"])]
        if not _about(one, season, said["words"]):
            message = f"没有写到“{one.finding.subject}”。与它无关的改动，请到那所学校的文字页上补充。"
            form.add_error("words", message)
            return ""
        what = f"核定{said['words']}归{campus}"
        payload = {"do": "settle", "campus": campus.pk} | said
        if "try" in request.POST:
            form.effect = releasing.trial(season, payload, by=request.user).sentence
            return ""
        return releasing.change(season, what, payload, by=request.user)
    except Refused as refused:
        add_errors(form, refused)
        return ""


def _about(one: Found, season: Season, words: str) -> bool:
    """Whether a decision speaks of what was found: otherwise the finding would count as settled and still be open."""
    names = [name for clause in clauses_of(season, words) for claim in clause.claims for name in claim.names]
    quoted = one.finding.subject + "".join(excerpt.words for excerpt in one.excerpts)
    return not names or any(name in quoted or one.finding.subject in name for name in names)
