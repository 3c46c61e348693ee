"""回避: nobody decides about their own or a declared relative's child, nor checks what they reviewed themselves."""

import pytest
from django.core.exceptions import PermissionDenied

from districts import relatives
from districts.models import AuditEvent, DeclaredRelative, Membership, Role
from districts.refusals import Refused
from enrollment import review, spot_check
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


def test_a_clerk_does_not_review_a_declared_relatives_child(wang, season, district, zhao, at):
    application = steps.submitted(wang, season, at("filing"))
    relatives.declare(zhao, application.child.id_number, "侄子", district=district)

    with pytest.raises(PermissionDenied, match="这是您申报过的亲属的孩子，请由别人办理。"):
        review.approve(application, by=zhao, now=at("review"))


def test_the_bureau_does_not_check_a_declared_relatives_child(wang, season, district, campus, zhao, sun, at):
    application = steps.verified(steps.submitted(wang, season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, application.campus, size=1, by=sun, now=at("spot-check")).items.get()
    relatives.declare(sun, application.child.id_number, "子女", district=district)

    with pytest.raises(PermissionDenied, match="亲属的孩子"):
        spot_check.confirm(item, by=sun, now=at("spot-check"))


def test_who_reviewed_an_application_does_not_check_it(wang, season, district, zhao, sun, at):
    application = steps.verified(steps.submitted(wang, season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, application.campus, size=1, by=sun, now=at("spot-check")).items.get()
    Membership.objects.create(account=zhao, role=Role.BUREAU, district=district)

    with pytest.raises(PermissionDenied, match="您审核过这份报名"):
        spot_check.confirm(item, by=zhao, now=at("spot-check"))


def test_only_a_keyed_hash_is_kept_and_the_log_names_nobody(wang, season, district, zhao, at):
    application = steps.submitted(wang, season, at("filing"))
    number = application.child.id_number
    relatives.declare(zhao, f" {number.lower()} ", "侄子", district=district)

    assert number.encode() not in bytes(DeclaredRelative.objects.get().id_index)
    assert AuditEvent.objects.get(action="relative.declared").detail == {}


@pytest.mark.parametrize(("number", "message"), [("123", "身份证号应为18位"), ("", "身份证号应为18位")])
def test_a_wrong_number_is_refused(district, zhao, number, message):
    with pytest.raises(Refused, match=message):
        relatives.declare(zhao, number, "侄子", district=district)


def test_a_child_is_declared_once(wang, season, district, zhao, at):
    number = steps.submitted(wang, season, at("filing")).child.id_number
    relatives.declare(zhao, number, "侄子", district=district)

    with pytest.raises(Refused, match="已经申报过"):
        relatives.declare(zhao, number, "侄子", district=district)
