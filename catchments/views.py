"""「查学校」: anyone can ask."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catchments.forms import AddressForm
from catchments.lookup import lookup as ask
from districts import queries


@login_not_required
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    season = queries.current_season(request.district)
    form = AddressForm(request.GET if "address" in request.GET else None)
    answer = ask(season, form.cleaned_data["address"]) if season and form.is_valid() else None
    return render(request, "catchments/lookup.html", {"form": form, "answer": answer, "season": season})
