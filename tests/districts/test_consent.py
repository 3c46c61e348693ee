"""知情同意: which version of the rules a guardian agreed to, kept for ever."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from districts import consent
from districts.models import AuditEvent, Consent, PrivacyRules, Purpose
from districts.refusals import Refused

pytestmark = pytest.mark.django_db
SECTIONS = [{"code": code, "title": title, "text": "样文"} for code, title in consent.REQUIRED.items()]


def renew(district) -> PrivacyRules:
    consent.publish_rules(district, SECTIONS)
    return consent.newest_rules(district)


def test_the_rules_tell_the_ten_things_that_the_law_asks_for(district):
    assert [section["code"] for section in consent.newest_rules(district).sections] == list(consent.REQUIRED)


def test_the_hash_is_that_of_the_words_that_are_shown(district):
    rules = consent.newest_rules(district)

    assert consent.fingerprint(rules.sections) == rules.sha256


def test_the_same_words_are_no_new_version(district):
    again = consent.publish_rules(district, consent.newest_rules(district).sections)

    assert (again, PrivacyRules.objects.count()) == (False, 1)


def test_other_words_are_a_new_version(district):
    assert (renew(district).version, PrivacyRules.objects.count()) == (2, 2)


def test_a_consent_says_who_to_which_words_for_what_when_and_from_where(wang, district):
    rules = consent.newest_rules(district)

    given = consent.give(wang, rules, Purpose.ENROL, address="192.0.2.7")

    kept = Consent.objects.get()
    assert (kept, kept.account, kept.rules, kept.purpose, kept.address) == (given, wang, rules, "enrol", "192.0.2.7")
    assert kept.given_at is not None


def test_a_consent_is_in_the_log_with_the_hash_of_the_words(wang, district):
    rules = consent.newest_rules(district)

    consent.give(wang, rules, Purpose.ENROL)

    line = AuditEvent.objects.get(action="consent.given")
    assert (line.actor, line.detail) == (
        str(wang.pk),
        {"purpose": "为孩子报名入学", "version": 1, "rules_sha256": rules.sha256},
    )


def test_agreeing_twice_is_agreeing_once(wang, district):
    rules = consent.newest_rules(district)

    first, second = (consent.give(wang, rules, Purpose.ENROL) for _ in range(2))

    assert (first, AuditEvent.objects.filter(action="consent.given").count()) == (second, 1)


def test_an_older_version_is_not_agreed_to_any_more(wang, district):
    old = consent.newest_rules(district)
    renew(district)

    with pytest.raises(Refused) as refused:
        consent.give(wang, old, Purpose.ENROL)

    assert refused.value.errors == {"agreed": "规则刚刚更新，请阅读新的内容后再同意。"}


def test_a_new_version_wants_a_new_consent(wang, district):
    consent.give(wang, consent.newest_rules(district), Purpose.ENROL)
    renew(district)

    with pytest.raises(Refused) as refused:
        consent.require(wang, district, Purpose.ENROL)

    assert refused.value.errors == {"": "请先阅读并同意个人信息保护规则。"}


def test_agreeing_to_one_purpose_is_not_agreeing_to_another(wang, district):
    consent.give(wang, consent.newest_rules(district), Purpose.FOLLOW)

    assert consent.in_force(wang, district, Purpose.ENROL) is None


def test_a_consent_that_was_withdrawn_is_not_in_force_and_still_there(wang, district):
    consent.give(wang, consent.newest_rules(district), Purpose.ENROL)

    assert consent.withdraw(wang, district, Purpose.ENROL) == 1

    assert consent.in_force(wang, district, Purpose.ENROL) is None
    assert Consent.objects.get().withdrawn_at is not None


@pytest.mark.parametrize("change", ["purpose = 'follow'", "given_at = now()", "withdrawn_at = NULL", "address = NULL"])
def test_the_database_refuses_to_rewrite_a_consent(wang, district, change):
    consent.give(wang, consent.newest_rules(district), Purpose.ENROL, address="192.0.2.7")

    with pytest.raises(IntegrityError, match="a consent can only be withdrawn, once"), transaction.atomic():
        sql(f"UPDATE districts_consent SET {change}")


def test_the_database_refuses_to_rewrite_what_was_agreed_to(district):
    with pytest.raises(IntegrityError, match="a version of the privacy rules never changes"), transaction.atomic():
        PrivacyRules.objects.filter(district=district).update(sections=[])


def test_everybody_reads_the_rules_and_their_older_versions(client, district):
    renew(district)

    newest, old = client.get(reverse("privacy")), client.get(reverse("privacy-version", args=[1]))

    assert (newest.context["rules"].version, old.context["rules"].version) == (2, 1)


def test_the_page_asks_for_the_tick(client, wang, district):
    client.force_login(wang)

    page = client.post(reverse("consent"), {"version": 1})

    assert page.context["form"].errors == {"agreed": ["同意请打勾。不同意，可以带证件到学校或者教育局现场办理。"]}
    assert Consent.objects.count() == 0


def test_the_page_leads_on_to_where_the_guardian_was_going(client, wang, district):
    client.force_login(wang)

    answer = client.post(reverse("consent") + "?next=/my/children/add/", {"version": 1, "agreed": "on"})

    assert (answer.status_code, answer["Location"]) == (302, "/my/children/add/")


def test_rules_renewed_while_the_guardian_was_reading_are_shown_and_not_agreed_to(client, wang, district):
    client.force_login(wang)
    renew(district)

    page = client.post(reverse("consent"), {"version": 1, "agreed": "on"})

    assert page.context["form"].errors == {"agreed": ["规则刚刚更新，请阅读新的内容后再同意。"]}
    assert (page.context["rules"].version, str(page.context["form"]["version"].value())) == (2, "2")
    assert Consent.objects.count() == 0


def sql(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
