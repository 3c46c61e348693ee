"""Supervisors see published lists, confirmed lists and draws; they change nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from districts import queries as district_queries
from districts.permissions import membership_or_404
from districts.read_only import read_only
from districts.rights import Right
from enrollment import publishing, queries


@never_cache
@require_safe
@read_only
def overview(request: HttpRequest) -> HttpResponse:
    membership = membership_or_404(request.user, request.district, Right.READ_LISTS)
    season = district_queries.season_or_404(membership.district)
    published = {p.campus_id: publishing.address(p) for p in queries.publications(season)}
    rows = [{"row": row, "href": published.get(row.campus.pk, "")} for row in queries.campus_progress(season)]
    return render(request, "enrollment/supervision/overview.html", {"season": season, "rows": rows})
