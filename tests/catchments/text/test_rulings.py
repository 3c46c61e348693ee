"""What the bureau settles by hand beside the official texts. The names are invented."""

import pytest

from catchments.text import CatchmentText, Kind, Outcome, Ruling, Sure, lint, read
from catchments.text.__main__ import answer_json
from catchments.text.rulings import whole

FIRST = "南大街以东，松河以北（不含松河路）。包括松园、柏街1-9号、桐村（除兰亭小区外）等。"
SECOND = "南大街以西，松河以南。包括松园、柏街10-20号、兰亭小区、松河路。"
ROWS = [CatchmentText("primary", "", "甲小学", FIRST), CatchmentText("primary", "", "乙小学", SECOND)]
VILLAGES = [CatchmentText("primary", "", "甲小学", "含松村、柏村户籍的适龄儿童，兰苑")]


def ruling(school: str, words: str, replaces: str = "", *, settles: bool = False) -> Ruling:
    """A ruling; `replaces` are words of the school's text."""
    text = next(row.text for row in (*ROWS, *VILLAGES) if row.school == school and replaces in row.text)
    span = (text.index(replaces), text.index(replaces) + len(replaces)) if replaces else None
    return Ruling("primary", school, words, span, settles)


def ask(address: str, *rulings: Ruling, rows=ROWS, hukou: str = ""):
    return read(rows, "", (), rulings).lookup(address, "primary", hukou)


def test_words_that_are_replaced_are_no_longer_read():
    corrected = ruling("甲小学", "柏街1-14号", "柏街1-9号")

    assert ask("柏街14号").schools == ("乙小学",)
    assert ask("柏街14号", corrected).schools == ("甲小学", "乙小学")
    assert ask("柏街9号", ruling("甲小学", "", "柏街1-9号")).outcome is Outcome.NONE


def test_a_corrected_clause_carries_its_ruling_and_its_own_words():
    corrected = ruling("甲小学", "柏街1-8号", "柏街1-9号")

    answer = ask("柏街8号", corrected)
    (match,) = answer.matches

    assert (match.ruled, match.clause.ruling, match.span, match.quote) == (
        True,
        corrected,
        corrected.replaces,
        "柏街1-8号",
    )
    assert answer.sentence == "柏街属于甲小学的施教区：区教育局核定“柏街1-8号”。"
    assert [one["ruled"] for one in answer_json(answer)["clauses"]] == [True]
    assert [one["ruled"] for one in answer_json(ask("柏街8号"))["clauses"]] == [False]


def test_a_correction_of_half_a_clause_takes_the_whole_clause_out_of_force():
    corrected = ruling("甲小学", "柏街1-8号", "1-9号")
    book = read(ROWS, "", (), [corrected])

    # 「柏街」 alone would give the whole street to the school.
    assert book.lookup("柏街12号", "primary").schools == ("乙小学",)
    assert book.lookup("柏街9号", "primary").outcome is Outcome.NONE
    assert [clause.quote for clause in book.clauses("甲小学") if clause.ruling] == ["柏街1-8号"]
    assert whole(read(ROWS).clauses("甲小学"), corrected.replaces) == (FIRST.index("柏街"), FIRST.index("、桐村"))


def test_a_corrected_exception_is_read_with_the_place_that_it_is_cut_from():
    book = read(ROWS, "", (), [ruling("甲小学", "桐村（除兰苑外）", "兰亭小区")])

    assert book.lookup("桐村3组", "primary").schools == ("甲小学",)
    assert book.lookup("桐村兰苑", "primary").outcome is Outcome.NONE


def test_the_rest_of_the_text_is_read_as_before():
    plain = read(ROWS).clauses("甲小学")
    for words in ("松亭", "松路以东。其余另行规定：", "（", "不含", "户籍的适龄儿童"):
        book = read(ROWS, "", (), [ruling("甲小学", words, "柏街1-9号")])
        kept = [clause for clause in book.clauses("甲小学") if not clause.ruling and clause.kind is not Kind.MARK]

        assert [(c.kind, c.span, c.claims, c.lines) for c in kept] == [
            (c.kind, c.span, c.claims, c.lines) for c in plain if c.quote != "柏街1-9号" and c.kind is not Kind.MARK
        ]


def test_a_corrected_place_keeps_the_condition_of_its_list():
    corrected = ruling("甲小学", "竹村", "柏村")

    assert "户籍" in ask("竹村", corrected, rows=VILLAGES).question
    assert (
        ask("竹村", corrected, rows=VILLAGES, hukou="非竹村户籍").outcome
        is ask("松村", rows=VILLAGES, hukou="非松村户籍").outcome
    )


def test_a_corrected_condition_reaches_the_places_before_it():
    corrected = ruling("甲小学", "户籍及持居住证的适龄儿童", "户籍的适龄儿童")

    quotes = {
        clause.condition.quote
        for clause in read(VILLAGES, "", (), [corrected]).clauses("甲小学")
        if clause.claims and clause.condition
    }

    assert quotes == {"户籍及持居住证的适龄儿童"}


def test_the_condition_of_a_corrected_place_does_not_reach_its_neighbours():
    rows = [CatchmentText("primary", "", "甲小学", "包括松村、柏村。")]
    corrected = Ruling("primary", "甲小学", "柏树村户籍的适龄儿童", (5, 7))

    assert ask("松村", corrected, rows=rows) == ask("松村", rows=rows)
    assert "户籍" in ask("柏树村", corrected, rows=rows).question


def test_two_corrections_inside_one_clause_are_both_read():
    book = read(ROWS, "", (), [ruling("甲小学", "柏街1号", "柏街"), ruling("甲小学", "柏街9号", "9号、桐"[:2])])

    ruled = [
        (clause.quote, clause.ruling.words) for clause in book.clauses("甲小学") if clause.ruling and clause.claims
    ]

    assert ruled == [("柏街1号", "柏街1号"), ("柏街9号", "柏街9号")]


def test_added_words_are_read_as_if_they_stood_at_the_end_of_the_text():
    added = ruling("甲小学", "竹苑、菊路2-8号双号")
    book = read(ROWS, "", (), [added])

    answer = book.lookup("菊路4号", "primary")

    assert (answer.schools, answer.sure) == (("甲小学",), Sure.EXACT)
    assert answer.matches[0].span == (len(FIRST), len(FIRST))
    assert {clause.quote for clause in book.clauses("甲小学") if clause.ruling is None} >= {"松园", "柏街1-9号"}
    assert book.lookup("菊路5号", "primary").outcome is Outcome.NONE


def test_an_added_name_that_another_text_has_too_is_a_conflict_that_shows_both_sources():
    answer = ask("兰亭小区", ruling("甲小学", "兰亭小区"))

    assert answer.schools == ("甲小学", "乙小学")
    assert "文件和区教育局的核定中有多处写到" in answer.sentence


def test_official_and_ruled_words_of_one_answer_are_stated_each_with_its_own_verb():
    answer = ask("松河路2号", ruling("乙小学", "松河路1-9号"))

    assert "区教育局核定“松河路1-9号”" in answer.sentence
    both = ask("松园", ruling("甲小学", "松园", settles=True))
    assert both.sentence == "松园属于甲小学的施教区：区教育局核定“松园”。"


def test_a_settled_place_has_one_school_whatever_the_texts_say():
    assert ask("松园").outcome is Outcome.SEVERAL

    answer = ask("松园3栋", ruling("乙小学", "松园", settles=True))

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, ("乙小学",), Sure.EXACT)


@pytest.mark.parametrize("typed", ["兰亭小区", "兰亭", "桐村兰亭小区", "兰亭小区5栋"])
@pytest.mark.parametrize("settled", ["兰亭小区", "兰亭"])
def test_a_settled_place_is_the_same_place_with_and_without_its_kind(typed, settled):
    assert ask(typed, ruling("甲小学", settled, settles=True)).schools == ("甲小学",)


def test_a_settled_place_is_not_its_neighbour_of_another_kind():
    rows = [CatchmentText("primary", "", "甲小学", "松村"), CatchmentText("primary", "", "乙小学", "柏园")]

    assert ask("松村", Ruling("primary", "乙小学", "松小区", settles=True), rows=rows).schools == ("甲小学",)


def test_a_line_that_is_settled_is_a_place():
    assert ask("南大街3号").outcome is Outcome.SEVERAL
    assert ask("南大街3号", ruling("甲小学", "南大街", settles=True)).schools == ("甲小学",)


SIDES = (ruling("甲小学", "南大街（单号）", settles=True), ruling("乙小学", "南大街（双号）", settles=True))


@pytest.mark.parametrize(("number", "school"), [("3", "甲小学"), ("18", "乙小学")])
def test_settled_parts_are_decided_by_the_number(number, school):
    assert ask(f"南大街{number}号", *SIDES).schools == (school,)


def test_settled_parts_ask_for_the_number_that_is_missing():
    answer = ask("南大街", *SIDES)

    assert (answer.outcome, answer.schools) == (Outcome.SEVERAL, ("甲小学", "乙小学"))
    assert "单号还是双号" in answer.question
    assert all(match.ruled for match in answer.matches)


def test_numbers_that_the_settlement_does_not_name_are_decided_by_the_texts():
    settled = ruling("甲小学", "柏街10号", settles=True)

    assert ask("柏街10号", settled).schools == ("甲小学",)
    assert ask("柏街12号", settled) == ask("柏街12号")
    assert ask("南大街4号", SIDES[0]) == ask("南大街4号")


def test_the_texts_count_for_what_a_settled_part_leaves_open():
    rows = [
        CatchmentText("primary", "", "甲小学", "柏园"),
        CatchmentText("primary", "", "乙小学", "松园"),
    ]
    settled = Ruling("primary", "甲小学", "松园1-3栋", settles=True)

    assert set(ask("松园", settled, rows=rows).schools) == {"甲小学", "乙小学"}
    assert ask("松园2栋", settled, rows=rows).schools == ("甲小学",)
    assert ask("松园5栋", settled, rows=rows).schools == ("乙小学",)


def test_both_settled_sides_of_a_line_leave_nothing_to_the_texts():
    settled = [
        ruling("甲小学", "松河路（南大街以东段）", settles=True),
        ruling("乙小学", "松河路（南大街以西段）", settles=True),
    ]

    assert ask("松河路", *settled).schools == ("甲小学", "乙小学")
    assert ask("松河路（南大街以东）", *settled).schools == ("甲小学",)


def test_a_settled_estate_wins_over_the_number_of_its_road():
    assert ask("柏街3号松亭", ruling("乙小学", "松亭", settles=True)).schools == ("乙小学",)


def test_a_settled_road_does_not_win_over_an_estate_that_a_text_names():
    assert ask("南大街兰亭小区", ruling("甲小学", "南大街", settles=True)).schools == ("乙小学",)


def test_what_a_ruling_gives_only_the_same_ruling_takes_back():
    assert ask("桐村兰亭小区", ruling("甲小学", "兰亭小区", settles=True)).schools == ("甲小学",)
    assert ask("桐村兰亭小区", ruling("甲小学", "桐村（除兰亭小区外）", settles=True)).schools == ("乙小学",)
    assert ask("桐村松亭", ruling("甲小学", "桐村（除松亭外）", settles=True)).outcome is Outcome.NONE


def test_an_excepted_compound_that_another_text_names_goes_to_that_school():
    assert ask("桐村兰亭小区").schools == ("乙小学",)


def test_a_settlement_with_a_condition_counts_for_those_who_meet_it():
    settled = ruling("甲小学", "兰亭小区户籍适龄儿童", settles=True)

    assert set(ask("兰亭小区", settled).schools) == {"甲小学", "乙小学"}
    assert ask("兰亭小区", settled, hukou="兰亭小区户籍").schools == ("甲小学",)
    assert ask("兰亭小区", settled, hukou="非兰亭小区户籍").schools == ("乙小学",)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Ruling("primary", "丙小学", "松园"), "丙小学.*没有施教区文字"),
        (Ruling("junior", "甲小学", "松园"), "甲小学.*没有施教区文字"),
        (Ruling("primary", "甲小学", "松园", (3, 1000)), "不在甲小学的文字里"),
    ],
)
def test_a_ruling_that_stands_on_no_text_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        read(ROWS, "", (), [wrong])


def test_a_ruled_text_can_be_checked_for_faults():
    rulings = [*SIDES, ruling("甲小学", "松路以东", "柏街1-9号"), ruling("乙小学", "柳河以北，竹苑")]

    assert lint(read(ROWS, "", (), rulings))
