"""我的个人信息: a copy of everything, and taking the consent back."""

import json

import pytest
from django.urls import reverse

from districts import consent
from districts.models import AuditEvent, Purpose, SignIn
from districts.refusals import Refused
from enrollment import filing, own_data
from enrollment.models import Application
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


def test_the_copy_holds_what_the_family_typed(client, wang, season, at, it_is):
    it_is("filing")
    application = steps.submitted(wang, season, at("filing"))
    client.force_login(wang)

    told = json.loads(client.post(reverse("own-data-copy")).content)

    filed = told["报名"][0]
    assert (told["手机号"], told["同意记录"][0]["规则版本"]) == ("19900000001", 1)
    assert (filed["回执号"], filed["家庭住址"]) == (application.receipt_number, steps.ADDRESS)
    assert filed["孩子"]["身份证号"] == application.child.id_number
    assert AuditEvent.objects.filter(action="personal-data.copied", actor=str(wang.pk)).count() == 1


def test_before_the_copy_the_family_proves_again_who_it_is(client, wang):
    client.force_login(wang)
    SignIn.objects.update(factor_at=None)

    answer = client.post(reverse("own-data-copy"))

    assert (answer.status_code, answer["Location"]) == (302, "/account/confirm/?next=%2Fmy%2Fdata%2F")


def test_the_copy_holds_nothing_of_another_family(wang, li, season, at):
    steps.submitted(li, season, at("filing"))

    assert own_data.copy(wang, season.district)["报名"] == []


def test_taking_the_consent_back_deletes_the_drafts(wang, season, at):
    steps.filled_in(wang, season, at("filing"))

    own_data.withdraw_consent(wang, season.district)

    assert Application.objects.filter(account=wang).count() == 0
    assert consent.in_force(wang, season.district, Purpose.ENROL) is None


def test_while_something_is_filed_the_consent_stays(wang, season, at):
    steps.submitted(wang, season, at("filing"))

    with pytest.raises(Refused) as refused:
        own_data.withdraw_consent(wang, season.district)

    assert refused.value.errors == {
        "": "您还有已经提交的报名。请先撤回报名，再撤回同意；已经录取的，请拨打咨询电话办理。"
    }


def test_without_a_consent_no_child_is_added(wang, season, at):
    with pytest.raises(Refused) as refused:
        filing.add_child(wang, season, **steps.entries(), key=steps.uuid4(), now=at("filing"))

    assert refused.value.errors == {"": "请先阅读并同意个人信息保护规则。"}


def test_the_way_to_a_child_leads_past_the_rules(client, wang, season, it_is):
    it_is("filing")
    client.force_login(wang)

    answer = client.get(reverse("add-child"))

    assert (answer.status_code, answer["Location"]) == (302, "/my/consent/?next=%2Fmy%2Fchildren%2Fadd%2F")


def test_a_new_version_is_read_before_anything_is_submitted(client, wang, season, at, it_is):
    it_is("filing")
    draft = steps.filled_in(wang, season, at("filing"))
    consent.publish_rules(season.district, [{"code": "x", "title": "x", "text": "x"}])
    client.force_login(wang)

    answer = client.get(reverse("application-check", args=[draft.pk]))

    assert answer["Location"].startswith("/my/consent/?next=")
