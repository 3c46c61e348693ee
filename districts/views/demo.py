"""Demo mode only: these routes exist nowhere else (config/urls.py)."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from districts import clock, factors, queries
from districts.models import SmsMessage, Totp
from districts.views.accounts import safe_next


@login_not_required
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the season's clock to nine in the morning of the chosen stage's first day."""
    season = queries.current_season(request.district)
    stage = get_object_or_404(season.stages, code=request.POST.get("stage", ""))
    clock.move_demo_clock(season, to=stage.opens_at + timedelta(hours=9))
    return redirect(safe_next(request, request.headers.get("Referer", "")) or "home")


@never_cache
@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages that a gateway would send, and what the demo staff's authenticator apps show now."""
    totps = Totp.objects.filter(confirmed_at__isnull=False).select_related("account").order_by("account__created_at")
    context = {
        "sms_messages": list(SmsMessage.objects.order_by("-created_at")[:50]),
        "codes": [(totp.account, factors.next_code(totp)) for totp in totps[:50]],
    }
    return render(request, "demo/outbox.html", context)
