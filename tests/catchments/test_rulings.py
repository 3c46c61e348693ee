"""核定: what the bureau settles by hand changes the answers, is said as such, and stays in the log."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from catchments import rulings
from catchments.books import open_book
from catchments.lookup import lookup
from catchments.models import Catchment, Ruling
from catchments.rulings import Words
from catchments.text import Outcome
from districts.models import AuditEvent
from districts.refusals import Refused

pytestmark = pytest.mark.django_db

WHY = "2024年7月3日局务会"


def schools(season, address: str) -> list[str]:
    return [serving.campus.name for serving in lookup(season, address).servings]


@pytest.fixture
def xinhua(campus):
    return campus("新华小学")


@pytest.fixture
def text(season, xinhua) -> str:
    """The text of 新华小学 in these tests."""
    Catchment.objects.filter(season=season, campus=xinhua).update(text="松间小区、柏后衔。包括竹里。")
    return "松间小区、柏后衔。包括竹里。"


def test_a_settlement_decides_what_two_texts_leave_open(season, campus, sun):
    assert schools(season, "南大街12号") == ["上站小学校区", "实验小学校区"]

    rulings.settle(season, campus("实验小学校区"), Words("南大街", WHY), by=sun)

    answer = lookup(season, "南大街12号")
    assert (answer.outcome, [s.campus.name for s in answer.servings]) == (Outcome.ONE, ["实验小学校区"])
    assert answer.servings[0].rulings == ("南大街",)
    assert answer.sentence == "南大街属于实验小学校区的施教区：区教育局核定“南大街”。"


def test_two_settlements_share_a_street_by_its_numbers(season, campus, sun):
    rulings.settle(season, campus("实验小学校区"), Words("南大街（单号）", WHY), by=sun)
    rulings.settle(season, campus("上站小学校区"), Words("南大街（双号）", WHY), by=sun)

    assert schools(season, "南大街13号") == ["实验小学校区"]
    assert schools(season, "南大街12号") == ["上站小学校区"]
    assert [option.label for option in lookup(season, "南大街").options] == ["单号", "双号"]


def test_one_place_is_settled_for_one_school(season, campus, sun):
    rulings.settle(season, campus("实验小学校区"), Words("南大街", WHY), by=sun)

    for words in ("南大街", "南大街（单号）"):
        with pytest.raises(Refused, match="“南大街”已经核定归实验小学校区。请先撤销那一条"):
            rulings.settle(season, campus("上站小学校区"), Words(words, WHY), by=sun)


def test_a_withdrawal_says_why(season, xinhua, text, sun):
    ruling = rulings.add(season, xinhua, Words("梅溪公寓", WHY), by=sun)

    with pytest.raises(Refused, match="请写明为什么撤销"):
        rulings.withdraw(ruling, " ", by=sun)
    rulings.withdraw(ruling, "文件已改", by=sun)
    ruling.refresh_from_db()
    assert ruling.withdrawn_because == "文件已改"


def test_a_correction_is_read_instead_of_the_official_words(season, xinhua, text, sun):
    assert schools(season, "柏后街8号") in ([], ["新华小学"])  # one character off: found, if at all, as a slip

    rulings.correct(season, xinhua, (5, 8), Words("柏后街", WHY), by=sun)

    (found,) = lookup(season, "柏后街8号").servings
    assert (found.campus, found.rulings, found.text) == (xinhua, ("柏后街",), text)


def test_a_correction_to_nothing_takes_the_words_out(season, xinhua, text, sun):
    assert schools(season, "竹里3号") == ["新华小学"]

    rulings.correct(season, xinhua, (11, 13), Words("", WHY), by=sun)

    assert schools(season, "竹里3号") == []


def test_an_addition_is_read_beside_the_text(season, xinhua, text, sun):
    rulings.add(season, xinhua, Words("梅溪公寓", WHY), by=sun)

    assert schools(season, "梅溪公寓2号楼") == ["新华小学"]
    assert schools(season, "松间小区2号楼") == ["新华小学"]


def test_the_official_text_itself_is_never_touched(season, xinhua, text, sun):
    rulings.correct(season, xinhua, (5, 8), Words("柏后街", WHY), by=sun)

    assert Catchment.objects.get(season=season, campus=xinhua).text == text


def test_a_withdrawn_ruling_stays_but_is_no_longer_read(season, xinhua, text, sun):
    ruling = rulings.add(season, xinhua, Words("梅溪公寓", WHY), by=sun)
    rulings.withdraw(ruling, "文件已改", by=sun)

    assert schools(season, "梅溪公寓2号楼") == []
    ruling.refresh_from_db()
    assert (ruling.withdrawn_by, ruling.words) == (sun, "梅溪公寓")
    with pytest.raises(Refused, match="这一条已经撤销"):
        rulings.withdraw(ruling, "文件已改", by=sun)


def test_every_ruling_and_its_withdrawal_leave_a_line(season, xinhua, text, sun):
    rulings.withdraw(rulings.correct(season, xinhua, (5, 8), Words("柏后街", WHY), by=sun), "文件已改", by=sun)

    made, withdrawn = AuditEvent.objects.filter(action__startswith="ruling.").order_by("id")
    assert made.detail == {
        "campus": "新华小学",
        "kind": "更正读法",
        "replaced": "柏后衔",
        "words": "柏后街",
        "reason": WHY,
    }
    assert (withdrawn.action, withdrawn.actor) == ("ruling.withdrawn", str(sun.pk))


def test_only_the_bureau_settles(season, xinhua, zhao):
    with pytest.raises(PermissionDenied):
        rulings.add(season, xinhua, Words("梅溪公寓", WHY), by=zhao)


@pytest.mark.parametrize(
    ("words", "reason", "message"),
    [
        ("※※≈≈", WHY, "读不懂“※※≈≈”。请照文件的写法，例如：某某街（单号1—35号）。"),
        ("梅溪公寓", "  ", "请写明依据，例如会议纪要或答复的日期和文号。"),
    ],
)
def test_words_that_say_nothing_and_rulings_without_a_reason_are_refused(season, xinhua, sun, words, reason, message):
    with pytest.raises(Refused) as refused:
        rulings.add(season, xinhua, Words(words, reason), by=sun)
    assert str(refused.value) == message
    assert not Ruling.objects.exists()


def test_the_same_words_are_corrected_once(season, xinhua, text, sun):
    rulings.correct(season, xinhua, (5, 8), Words("柏后街", WHY), by=sun)

    with pytest.raises(Refused, match="“柏后衔”已经更正过"):
        rulings.correct(season, xinhua, (6, 8), Words("后街", WHY), by=sun)


def test_the_database_refuses_a_correction_of_nothing_and_a_ruling_without_reason(season, xinhua, sun):
    for wrong in (
        {"kind": "correction", "start": 3, "end": 3, "replaced": "", "words": "x", "reason": WHY},
        {"kind": "correction", "start": 3, "replaced": "松", "words": "x", "reason": WHY},
        {"kind": "addition", "words": "", "reason": WHY},
        {"kind": "addition", "words": "梅村", "reason": ""},
        {"kind": "no-change", "words": "", "reason": WHY, "finding": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ruling.objects.create(season=season, campus=xinhua, made_by=sun, **wrong)


def test_a_book_in_memory_is_read_again_when_anything_of_it_changes(season, xinhua, sun, django_assert_num_queries):
    first = open_book(season)
    with django_assert_num_queries(1):
        assert open_book(season) is first
    season.seat_plans.filter(campus=xinhua).update(enrols=False)
    second = open_book(season)
    assert xinhua not in second.campuses.values()
    Catchment.objects.filter(season=season).first().save()
    assert open_book(season) is not second
