"""The bureau looks after its people. Every change asks for the second factor again."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts import clock, people
from districts.forms import add_errors
from districts.models import Account, Membership
from districts.refusals import Refused
from districts.staff_forms import InviteForm, RoleForm
from districts.step_up import require_recent_factor


@never_cache
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    district = people.managed_district_or_404(request.user, request.district)
    rows = [{"person": person, "roles": roles(person)} for person in people.staff_of(district)]
    return render(request, "people/list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    district = people.managed_district_or_404(request.user, request.district)
    require_recent_factor(request)
    form = InviteForm(request.POST or None, district=district, roles=people.manageable_roles(request.user, district))
    if form.is_valid():
        try:
            account, link = people.invite(district, **form.given(), by=request.user)
        except Refused as refused:
            add_errors(form, refused)
        else:
            if not link:
                messages.success(request, f"已申请邀请{account.name}。另一位工作人员复核后，由复核人把链接交给本人。")
                return redirect("bureau-people")
            sent = bool(form.cleaned_data["mobile"])
            context = {"person": account, "invitation": link, "sent": sent, "back": "bureau-people"}
            return render(request, "people/link.html", context)  # the only time that the link is seen
    return render(request, "people/invite.html", {"form": form})


@never_cache
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, _ = people.person_or_404(request.user, request.district, pk)
    return person_page(request, found)


@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a new link for somebody who lost the phone or never used the first one."""
    found, district = people.person_or_404(request.user, request.district, pk)
    if request.method == "GET":  # back from the second factor, or the address of a refused step opened again
        return redirect("bureau-person", pk)
    require_recent_factor(request, back=reverse("bureau-person", args=[pk]))
    try:
        people.ask_to_reset(found, district, by=request.user)
    except Refused as refused:
        return person_page(request, found, errors=[("", str(refused))])
    messages.success(request, "已申请重置。另一位工作人员复核同意后，由复核人把新链接当面交给本人。")
    return redirect("bureau-person", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, pk: UUID, membership_pk: int) -> HttpResponse:
    """Another role, school or time; or the end."""
    found, district = people.person_or_404(request.user, request.district, pk)
    membership = next((one for one in found.roles_here if one.pk == membership_pk), None)
    if membership is None:
        raise Http404
    people.require_manager(request.user, district, [membership.role])
    require_recent_factor(request)
    start = {"role": membership.role, "school": membership.school_id, "ends": last_day(membership)}
    posted = request.POST if request.POST.get("do") == "change" else None
    form = RoleForm(posted, initial=start, district=district, roles=people.manageable_roles(request.user, district))
    errors: list[tuple[str, str]] = []
    try:
        if request.POST.get("do") == "end":
            people.end_membership(membership, by=request.user)
            messages.success(request, f"{found.name}的这个任职已经结束，所有登录已退出。")
            return redirect("bureau-person", pk)
        if form.is_valid():
            changed = people.change_membership(membership, **form.given(), by=request.user)
            done = f"{found.name}的任职已更改，所有登录已退出。"
            messages.success(request, done if changed else "已申请更改任职，另一位工作人员复核同意后生效。")
            return redirect("bureau-person", pk)
    except Refused as refused:
        if form.is_bound:
            add_errors(form, refused)
        else:
            errors = [("", str(refused))]
    context = {"person": found, "membership": membership, "form": form}
    return render(request, "people/role.html", context | ({"errors": errors} if errors else {}))


def person_page(request: HttpRequest, found: Account, **more: object) -> HttpResponse:
    last = found.sign_ins.filter(factor_at__isnull=False).order_by("-started_at").first()
    mine = set(people.manageable_roles(request.user, people.managed_district_or_404(request.user, request.district)))
    held = roles(found)
    context = {
        "person": found,
        "roles": [role | {"mine": role["membership"].role in mine} for role in held],
        "last": last,
        "is_me": found.pk == request.user.pk,
        "is_mine": all(role["over"] or role["membership"].role in mine for role in held),
    }
    return render(request, "people/person.html", context | more)


def roles(account: Account) -> list[dict[str, object]]:
    now = clock.database_now()
    words = []
    for one in account.roles_here:
        over, coming = one.ends_at is not None and one.ends_at <= now, one.starts_at > now
        state = "已结束" if over else "未开始" if coming else "在任"
        tone = "neutral" if over else "info" if coming else "good"
        words.append({"membership": one, "state": state, "tone": tone, "over": over})
    return words


def last_day(membership: Membership) -> object:
    """The day before the midnight at which it ends."""
    if membership.ends_at is None:
        return None
    return timezone.localtime(membership.ends_at - timedelta(microseconds=1)).date()
