"""Supervisors read the log; nothing on these pages changes anything."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts import queries
from districts.models import Role
from districts.permissions import membership_or_404

PER_PAGE = 50


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    membership = membership_or_404(request.user, Role.SUPERVISOR)
    events = queries.log_of(membership.district)
    wanted = request.GET.get("action", "")
    if wanted:
        events = events.filter(action__startswith=wanted)
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "supervision/log.html", {"page": page, "wanted": wanted})
