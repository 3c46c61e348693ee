"""What a form does not ask for is not taken: every field of every model, posted along, changes nothing."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from districts.models import Account, OutboxJob, RateWindow, School, SignIn, SubmitKey
from enrollment import filing, review, spot_check
from enrollment.models import Category, ReturnReason
from tests.enrollment import steps

pytestmark = pytest.mark.django_db
FLOORS = ("districts", "catchments", "classing", "enrollment")
# Rows about the visit and the form itself.
OF_THE_VISIT = {SignIn, RateWindow, SubmitKey, OutboxJob}
# What differs between two runs of the same thing.
EACH_TIME = (
    "password",
    "_cipher",
    "_mac",
    "_at",
    "_hash",
    "token",
    "seed",
    "sha256",
    "receipt_number",
    "request",
    "subject",
)


def models_of_ours() -> list[type[models.Model]]:
    return [model for floor in FLOORS for model in apps.get_app_config(floor).get_models() if model not in OF_THE_VISIT]


def poison(field: models.Field) -> str:
    """A value that the field would take."""
    if field.choices:
        return str(list(field.choices)[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField | models.DateField):
        return "2020-01-01"
    return "1" if isinstance(field, models.IntegerField | models.ForeignKey | models.AutoField) else "poison"


def all_fields() -> dict[str, str]:
    found = {}
    for model in models_of_ours():
        for field in model._meta.concrete_fields:
            found |= {field.name: poison(field), field.attname: poison(field)}
    return found


def everything() -> Counter:
    """Every row of ours, without what differs each time."""
    rows = Counter()
    for model in models_of_ours():
        columns = [
            column
            for field in model._meta.concrete_fields
            if not field.attname.endswith(EACH_TIME) and field.attname != "at"
            for column in columns_of(field)
        ]
        if not columns:
            rows[(model.__name__, ())] = model.objects.count()
            continue
        for row in model.objects.values_list(*columns):
            rows[(model.__name__, tuple(bytes(v) if isinstance(v, memoryview) else str(v) for v in row))] += 1
    return rows


def columns_of(field: models.Field) -> list[str]:
    """What is compared of a field. Of accounts by who they are: a new one has a new key each time."""
    if field.primary_key or isinstance(field, models.JSONField):
        return []
    if field.related_model is Account:
        return [f"{field.name}__login", f"{field.name}__phone_index"]
    random_keys = isinstance(field, models.ForeignKey) and (
        field.related_model._meta.app_label != "districts" or field.related_model.__name__ in ("Release", "SmsMessage")
    )
    return [] if random_keys else [field.attname]


def test_there_is_no_form_that_takes_its_fields_from_a_model():
    sources = [path for floor in FLOORS for path in (Path(settings.BASE_DIR) / floor).rglob("*.py")]
    taking = re.compile(r"ModelForm\b|ModelSerializer\b|\*\*request\.(POST|GET|data)|setattr\(\w+, \w+, request")

    assert [str(path) for path in sources if taking.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture
def forms(wang, zhao, sun, season, campus, district, at, it_is):
    """Each writable form: who sends it, where, and what it asks for. They are at different points of the season."""
    it_is("filing")
    draft = steps.filled_in(wang, season, at("filing"))
    sent = steps.submitted(steps.family(1), season, at("filing"))
    approved = steps.submitted(steps.family(2), season, at("filing"))
    review.approve(approved, by=zhao, now=at("review"))
    verified = steps.verified(steps.submitted(steps.family(3), season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, verified.campus, size=1, by=sun, now=at("spot-check")).items.get()
    steps.verified(steps.submitted(steps.family(4), season, at("filing")), zhao, at("review"))
    category = Category.objects.filter(season=season).exclude(pk=draft.category_id).first()
    reason = ReturnReason.objects.filter(season=season).first()
    child = {"name": "样改名", "sex": "男", "birth_date": "2018-03-05", "id_number": draft.child.id_number}
    new_child = child | {"id_number": steps.id_number(date(2018, 3, 5)), "key": "7b8f4d1e-0f3a-4f3e-8d5b-1d2c3b4a5f60"}
    originals = [evidence.kind.code for evidence in filing.needed_evidence(steps.fresh(approved))]
    other = School.objects.get(name="朝阳小学")
    membership = zhao.memberships.get()
    return {
        "add-child": (wang, [], new_child, "filing"),
        "application-child": (wang, [draft.pk], child, "filing"),
        "application-guardian": (wang, [draft.pk], {"name": "样改名", "relation": "父亲"}, "filing"),
        "application-category": (wang, [draft.pk], {"category": category.pk}, "filing"),
        "application-withdraw": (sent.account, [sent.pk], {}, "filing"),
        "school-approve": (zhao, [sent.pk], {"seen": review.version(sent)}, "review"),
        "school-return": (zhao, [sent.pk], {"reason_guardian": reason.code}, "review"),
        "school-verify": (zhao, [approved.pk], {"originals": originals}, "review"),
        "bureau-item": (sun, [item.pk], {"decision": "send-back", "note": "再看一遍"}, "spot-check"),
        "bureau-draw-check": (sun, [campus(steps.CAMPUS).pk], {"size": 1}, "spot-check"),
        "bureau-close-list": (sun, [campus("朝阳小学").pk], {}, "spot-check"),
        "bureau-invite": (
            sun, [], {"login": "wulei", "name": "吴", "role": "school", "school": other.pk}, "review",
        ),
        "bureau-person-role": (
            sun, [zhao.pk, membership.pk], {"do": "change", "role": "school", "school": other.pk}, "review",
        ),
        "declared-relatives": (zhao, [], {"id_number": steps.id_number(), "relation": "侄子"}, "review"),
    }  # fmt: skip


NAMES = (
    *("add-child", "application-child", "application-guardian", "application-category", "application-withdraw"),
    *("school-approve", "school-return", "school-verify", "bureau-item", "bureau-draw-check", "bureau-close-list"),
    *("bureau-invite", "bureau-person-role", "declared-relatives"),
)


@pytest.mark.parametrize("name", NAMES)
def test_all_fields_of_all_models_posted_along_change_nothing(client, forms, it_is, name):
    person, arguments, asked, stage = forms[name]
    it_is(stage)
    client.force_login(person)
    before = everything()

    def after(extra: dict[str, str]) -> tuple[int, Counter]:
        """The form is sent, and what came of it is undone."""
        with transaction.atomic():
            status = client.post(reverse(name, args=arguments), extra | asked).status_code
            found = everything()
            transaction.set_rollback(True)
        return status, found

    plain, with_poison = after({}), after(without_own_fields(name, asked))

    assert plain[1] != before, "the form itself must do something"
    assert with_poison[0] == plain[0]
    assert with_poison[1] - plain[1] == plain[1] - with_poison[1] == Counter()


def without_own_fields(name: str, asked: dict[str, object]) -> dict[str, str]:
    """All fields but those that the form itself asks for and may be left empty."""
    optional = {"bureau-invite": {"mobile", "starts", "ends"}, "bureau-person-role": {"starts", "ends"}}
    own = set(asked) | optional.get(name, set())
    return {field: value for field, value in all_fields().items() if field not in own}
