"""What is masked elsewhere, shown in full once: by a form that asks what for, for a minute."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts.forms import add_errors
from districts.models import Account
from districts.permissions import has_right
from districts.refusals import Refused
from districts.rights import Right
from districts.step_up import require_recent_factor
from enrollment import disclosure, pages
from enrollment.forms import DisclosureForm
from enrollment.models import Application
from enrollment.permissions import full_application_or_404


@never_cache
@require_http_methods(["GET", "POST"])
def full_values(request: HttpRequest, pk: UUID) -> HttpResponse:
    """First what for; then the values, on a page that leaves by itself, with JavaScript or without."""
    found = full_application_or_404(request.user, request.district, pk)
    require_recent_factor(request, back=request.path)
    form = DisclosureForm(disclosure.offered(found.season), request.POST if request.method == "POST" else None)
    context = {
        "application": found,
        "form": form,
        "seconds": disclosure.SECONDS_SHOWN,
        "back": _back(request.user, found),
    }
    if form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            values = disclosure.show(found, purpose, note=form.cleaned_data["note"], by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            rows = [pages.Row(name, value) for name, value in values.items()]
            response = render(request, "enrollment/disclosed.html", context | {"rows": rows, "purpose": purpose})
            response["Refresh"] = f"{disclosure.SECONDS_SHOWN}; url={request.path}"
            return response
    return render(request, "enrollment/disclosure.html", context)


def _back(account: Account, application: Application) -> str:
    """The page that leads here: the school's review, or the bureau's newest sample with this application."""
    school = application.campus.school
    if has_right(account, Right.SEE_SCHOOL, district=application.season.district, school_id=school.pk):
        return reverse("school-application", args=[application.pk])
    item = application.spot_checks.order_by("-pk").first()
    if item is None:
        return reverse("bureau-campus", args=[application.campus_id])
    return reverse("bureau-item", args=[item.pk])
