"""The pages of one application while the family owns it: fill in one thing per page, check, submit."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catchments.lookup import Answer, lookup
from catchments.text import Outcome, Sure
from districts import consent
from districts import queries as district_queries
from districts.calendar import StageClosed
from districts.forms import add_errors
from districts.models import Purpose
from districts.refusals import Refused
from districts.submit_key import KeyReused
from enrollment import filing, pages, queries, states
from enrollment.forms import (
    CategoryForm,
    DocumentForm,
    GuardianForm,
    KnownChildForm,
    SchoolForm,
    SubmitForm,
    WishForm,
)
from enrollment.models import Application, EvidencePage
from enrollment.permissions import evidence_page_or_404, family_application_or_404
from enrollment.states import NotAllowed, Status


def _edit(request: HttpRequest, pk: UUID) -> Application:
    """The application, for a page that changes it; drafts and returned ones only."""
    found = family_application_or_404(request.user, request.district, pk)
    if not states.family_may_edit(Status(found.status)):
        raise PermissionDenied("这份报名已经提交，不能修改。学校退回补正时可以修改退回的项目。")
    return found


def _page(request: HttpRequest, name: str, found: Application, form: object, **more: object) -> HttpResponse:
    """A page of the draft; when the school sent this section back, with its reason."""
    finding = queries.open_findings(found).filter(section=name, evidence=None).first()
    context = {"application": found, "season": found.season, "form": form, "finding": finding, **more}
    return render(request, f"enrollment/parents/{name}.html", context)


def _saved(form: forms.Form, save: Callable[..., None]) -> bool:
    """Hand valid entries to a use-case; what it refuses stands beside its field. True when it is done."""
    if not form.is_valid():
        return False
    try:
        save(**form.cleaned_data)
    except Refused as refused:
        add_errors(form, refused)
    return form.is_valid()


@never_cache
@require_http_methods(["GET", "POST"])
def child(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _edit(request, pk)
    form = KnownChildForm(found.child, request.POST or None)
    if _saved(form, partial(filing.correct_child, found, by=request.user)):
        return redirect("application", pk)
    return _page(request, "child", found, form)


@never_cache
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _edit(request, pk)
    form = GuardianForm(
        request.POST or None, initial={"name": found.guardian_name, "relation": found.guardian_relation}
    )
    if _saved(form, partial(filing.save_guardian, found, by=request.user)):
        return redirect("application", pk)
    return _page(request, "guardian", found, form)


@never_cache
@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _edit(request, pk)
    form = CategoryForm(found.season, request.POST or None, initial={"category": found.category_id})
    if _saved(form, partial(filing.save_category, found, by=request.user)):
        return redirect("application", pk)
    return _page(request, "category", found, form)


@never_cache
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """First the address, then its answer; the school is saved when the parent has seen why."""
    found = _edit(request, pk)
    campuses = district_queries.enrolling_campuses(found.season)
    initial = {"address": found.address, "campus": found.campus_id, "asked": found.address}
    form = SchoolForm(campuses, request.POST or None, initial=initial)
    answer = lookup(found.season, found.address) if found.address and not form.is_bound else None
    if form.is_valid():
        entries = form.cleaned_data
        answer = lookup(found.season, entries["address"])
        if entries["asked"] == entries["address"] and entries["campus"]:
            try:
                filing.save_address(
                    found,
                    address=entries["address"],
                    campus=entries["campus"],
                    reason=answer.reason_for(entries["campus"]),
                    by=request.user,
                )
            except Refused as refused:
                add_errors(form, refused)
            else:
                return redirect("application", pk)
        else:
            if entries["asked"] == entries["address"]:
                form.add_error("campus", "请选择一所学校。")
            form = _showing(form, entries["address"], answer)
    narrowed = narrow(form, answer)
    form.fields["campus"].required = answer is not None  # on the page it is asked for; until then it is not there
    return _page(request, "address", found, form, answer=answer, narrowed=narrowed)


def _showing(form: SchoolForm, address: str, answer: Answer) -> SchoolForm:
    """The same form with the answer's school chosen beforehand, for the address just looked up."""
    form.data = form.data.copy()
    form.data["asked"] = address
    if answer.outcome == Outcome.ONE:
        form.data["campus"] = str(answer.servings[0].campus.pk)
    elif "campus" not in form.errors:
        form.data.pop("campus", None)
    return form


def narrow(form: SchoolForm, answer: Answer | None) -> bool:
    """Offer only the schools that the text names; every school when it names none, or when its condition may not be
    met or what was typed may have been misread. Each school has the answer beside it that would decide for it."""
    if answer is None or answer.outcome == Outcome.NONE:
        return False
    if any(serving.conditions for serving in answer.servings) or answer.sure == Sure.FUZZY:
        return False
    field = form.fields["campus"]
    field.queryset = field.queryset.filter(pk__in=[serving.campus.pk for serving in answer.servings])
    field.sayings = {school: option.label for option in answer.options for school in option.schools}
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _edit(request, pk)
    form = WishForm(request.POST or None, initial={"wish": found.multiples_wish})
    if _saved(form, partial(filing.save_wish, found, by=request.user)):
        return redirect("application", pk)
    return _page(request, "wish", found, form)


@never_cache
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, pk: UUID, evidence_pk: UUID) -> HttpResponse:
    """One document: its pages so far, and a field for more."""
    found = _edit(request, pk)
    evidence = next((e for e in filing.needed_evidence(found) if e.pk == evidence_pk), None)
    if evidence is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(request.user, *sent)
    whole = form.is_valid()
    if form.pages:
        try:
            filing.add_pages(evidence, form.pages, by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "照片已保存。" if whole else f"能用的{len(form.pages)}页已保存。")
            if whole:
                return redirect("application-document", pk, evidence_pk)
    shown = list(EvidencePage.objects.filter(evidence=evidence))
    return _page(
        request,
        "document",
        found,
        form,
        evidence=evidence,
        photos=pages.photos(evidence, shown, removable=True),
        enough=len(shown) >= evidence.least_pages,
        finding=next((f for f in queries.open_findings(found) if f.evidence_id == evidence.pk), None),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def remove_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks before a page is removed."""
    page = evidence_page_or_404(request.user, request.district, pk)
    found = _edit(request, page.evidence.application_id)
    if request.method == "POST":
        try:
            filing.remove_page(page, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("application-document", found.pk, page.evidence_id)
    photo = pages.photos(page.evidence, [page])[0]
    return render(request, "enrollment/parents/remove_page.html", {"application": found, "page": page, "photo": photo})


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check the answers and submit. Whoever comes back here afterwards gets the receipt, not a second submission."""
    found = family_application_or_404(request.user, request.district, pk)
    if not states.family_may_edit(Status(found.status)) and request.method == "GET":
        return redirect("application-receipt", pk)
    if not consent.in_force(request.user, found.season.district, Purpose.ENROL):  # the rules have a new version
        return redirect(f"{reverse('consent')}?{urlencode({'next': request.path})}")
    form = SubmitForm(request.POST or None)
    if form.is_valid():
        try:
            filing.submit(found, by=request.user, key=form.cleaned_data["key"], seen=form.cleaned_data["seen"])
        except Refused as refused:
            add_errors(form, refused)
        except NotAllowed:
            return redirect("application-receipt", pk)
        except (StageClosed, KeyReused) as error:
            form.add_error(None, str(error))
        else:
            return redirect("application-receipt", pk)
        found = family_application_or_404(request.user, request.district, pk)
    needed = filing.needed_evidence(found)
    seen = filing.content_digest(found, needed)
    form = _fresh(form, seen)
    tasks = pages.tasks(found, needed, list(queries.open_findings(found)))
    return _page(
        request,
        "check",
        found,
        form,
        rows=pages.answers(found, needed, tasks),
        gaps=filing.missing(found, needed),
        again=found.status == Status.RETURNED,
    )


def _fresh(form: SubmitForm, seen: str) -> SubmitForm:
    """The form for the content that is shown now: a new key when the content changed since the last try."""
    if not form.is_bound:
        return SubmitForm(initial={"seen": seen})
    if form.data.get("seen") != seen:
        form.data = form.data.copy()
        form.data["seen"] = seen
        form.data["key"] = str(SubmitForm().fields["key"].initial())
    return form
