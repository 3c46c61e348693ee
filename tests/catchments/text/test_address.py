"""How typed addresses are understood. The names are invented."""

import pytest

from catchments.text import Alias, CatchmentText, Outcome, Reason, Sure, read

TEXTS = [
    CatchmentText(
        "primary",
        "",
        "甲小学",
        "松林路、柏树村、兰亭小区、桂花局宿舍、梧桐街1-99号单号、翠屏豪庭、东营房、桐山北路（柳河以北段）",
    ),
    CatchmentText(
        "primary", "", "乙小学", "梧桐街2-98号双号、西营房、桐山北路（柳河以南段）、竹苑（1-6栋）、松林北路。"
    ),
    CatchmentText("primary", "", "丙小学", "榆街以东，槐街以西（不含槐街），柳河以南"),
    CatchmentText("primary", "", "丁小学", "槐街以东，柳河以北"),
]
BOOK = read(TEXTS, "山南省松江市榕城区")


def ask(address: str, hukou: str = ""):
    return BOOK.lookup(address, "primary", hukou)


@pytest.mark.parametrize(
    "address",
    [
        "松林路12号",
        "松江松林路12号",
        "山南松江松林路12号",
        "山南省松江 松林路12号",
        "山南省松江市榕城区松林路12号",
        "松江市榕城区松林路１２号",
        "榕城区 松林路 12 号 3 号楼 2 单元",
        "榕城区上河街道松林路十二号",
        "柏树村",
        "柏树",
        "柏树村3组李家",
        "兰亭小区5栋",
        "兰亭",
        "梧桐街七十五号",
        "梧桐街75-1号",
        "东营房",
    ],
)
def test_ways_to_type_an_address_of_the_first_school(address):
    answer = ask(address)

    assert (answer.outcome, answer.schools) == (Outcome.ONE, ("甲小学",))


@pytest.mark.parametrize("address", ["翠平豪庭", "翠屏毫庭", "松淋路8号", "桂花局家属院"])
def test_a_slip_is_understood_and_marked(address):
    answer = ask(address)

    assert (answer.schools, answer.sure) == (("甲小学",), Sure.FUZZY)
    assert "请确认" in answer.sentence


@pytest.mark.parametrize(
    ("address", "place", "assumed"),
    [
        ("翠平豪庭", "翠屏豪庭", ("翠平豪庭→翠屏豪庭",)),
        ("松临路", "松林路", ("松临路→松林路",)),
        ("兰廷小区", "兰亭小区", ("兰廷小区→兰亭小区",)),
        ("松林路桥头", "松林路", ()),
    ],
)
def test_an_understood_place_is_called_as_the_text_calls_it(address, place, assumed):
    assert (ask(address).place, ask(address).assumed, ask(address).sure) == (place, assumed, Sure.FUZZY)


def test_a_number_behind_a_slip_counts():
    assert ask("梧同街7号").schools == ("甲小学",)
    assert ask("无桐街8号").schools == ("乙小学",)


@pytest.mark.parametrize("address", ["南营房", "松林南路3号", "松林路小学", "松林街", "柏林村", "兰花小区"])
def test_a_neighbouring_name_is_not_guessed(address):
    assert ask(address).outcome is Outcome.NONE


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", Reason.EMPTY),
        ("12号楼3单元", Reason.NO_PLACE),
        ("松江市梅川区松林路12号", Reason.ELSEWHERE),
        ("海安县城关镇松林路", Reason.ELSEWHERE),
        ("松江市郊区松林路12号", Reason.ELSEWHERE),
        ("松江郊区上河镇", Reason.ELSEWHERE),
        ("郊区松林路", Reason.ELSEWHERE),
        ("矿区松林路", Reason.ELSEWHERE),
        ("松江市海县上河镇", Reason.ELSEWHERE),
        ("松江从未听说路8号", Reason.SILENT),
        ("上河街道", Reason.COARSE),
        ("从未听说路8号", Reason.SILENT),
        ("上河街道从未听说路8号", Reason.SILENT),
        ("梧桐街101号", Reason.NUMBER_UNNAMED),
        ("竹苑7栋", Reason.NUMBER_UNNAMED),
    ],
)
def test_what_has_no_school_is_said_with_its_reason(address, reason):
    answer = ask(address)

    assert (answer.outcome, answer.reason) == (Outcome.NONE, reason)
    assert answer.sentence


def test_a_bare_street_of_which_ranges_are_named_asks_for_the_number():
    answer = ask("梧桐街")

    assert answer.schools == ("甲小学", "乙小学")
    assert "单号还是双号" in answer.question


def test_a_segment_is_decided_by_its_side():
    assert ask("桐山北路（柳河以北）6号").schools == ("甲小学",)
    assert ask("桐山北路6号").outcome is Outcome.SEVERAL


def test_a_line_with_one_silent_side_is_several():
    assert (ask("榆街3号").outcome, ask("榆街3号").schools) == (Outcome.SEVERAL, ("丙小学",))


def test_a_line_that_the_neighbour_excludes_is_inferred():
    answer = ask("槐街3号")

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, ("丁小学",), Sure.INFERRED)


def test_an_answer_carries_the_words_of_the_text():
    (match,) = ask("松林路").matches

    assert TEXTS[0].text[slice(*match.span)] == match.quote == "松林路"


def test_a_gazetteer_is_used_where_the_text_is_silent():
    book = read(TEXTS, "山南省松江市榕城区", [Alias("银杏湾", "梧桐街8号")])

    answer = book.lookup("银杏湾3栋", "primary")

    assert (answer.schools, answer.sure, answer.assumed) == (("乙小学",), Sure.INFERRED, ("银杏湾→梧桐街8号",))


def test_a_level_may_be_written_in_chinese():
    assert BOOK.lookup("松林路", "小学").schools == ("甲小学",)


def test_a_match_says_in_which_text_its_span_is():
    book = read(
        [CatchmentText("primary", "", "甲小学·东街", "松园"), CatchmentText("primary", "", "甲小学·西街", "柏苑、桐庭")]
    )

    (match,) = book.lookup("桐庭2栋", "primary").matches

    assert match.school == "甲小学"
    assert match.row is not None
    assert match.row.text[slice(*match.span)] == "桐庭"


TOWNS = read(
    [
        CatchmentText("primary", "", "甲小学", "松路以东，柏路以西，西与银桂街道为界，北至榆林镇，南与梅花区交界"),
        CatchmentText("primary", "", "乙小学", "石岭镇"),
        CatchmentText("primary", "", "丙小学", "青石村、桐路；梅村1-3组"),
    ]
)


@pytest.mark.parametrize("address", ["银桂街道", "榆林镇", "梅花区", "银桂街道3号"])
def test_a_town_across_the_boundary_is_too_coarse_an_address(address):
    answer = TOWNS.lookup(address, "primary")

    assert (answer.outcome, answer.reason) == (Outcome.NONE, Reason.COARSE)


@pytest.mark.parametrize("address", ["银桂街道桃花苑5号", "梅花区桃花路8号"])
def test_a_place_in_a_town_across_the_boundary_is_not_on_the_boundary(address):
    assert TOWNS.lookup(address, "primary").outcome is Outcome.NONE


def test_a_road_in_a_town_across_the_boundary_is_still_looked_at():
    assert TOWNS.lookup("榆林镇松路5号", "primary").reason is Reason.LINE_ONLY


@pytest.mark.parametrize("address", ["石岭镇青石村", "石岭镇青石村12号", "石岭镇桐路5号", "石岭镇梅村2组"])
def test_a_village_or_a_road_is_finer_than_the_town_typed_around_it(address):
    assert TOWNS.lookup(address, "primary").schools == ("丙小学",)


def test_a_village_of_which_another_school_has_a_part_is_not_given_to_its_town_at_once():
    answer = TOWNS.lookup("石岭镇梅村", "primary")

    assert (answer.outcome, set(answer.schools)) == (Outcome.SEVERAL, {"乙小学", "丙小学"})
    assert TOWNS.lookup("石岭镇梅村5组", "primary").schools == ("乙小学",)


DOORS = read(
    [
        CatchmentText(
            "primary",
            "",
            "甲小学",
            "松路12-1号、14号；柏路12号甲、20号附1号至附3号；桐苑（西组团）、梅苑（东3栋、a座）",
        ),
        CatchmentText("primary", "", "乙小学", "松路12-3号；柏路22号之一；桐苑（东组团）、梅苑（东4栋、B座）"),
    ]
)


@pytest.mark.parametrize(
    ("address", "school"),
    [
        ("松路12-1号", "甲小学"),
        ("松路12-1号2单元", "甲小学"),
        ("松路12号之一", "甲小学"),
        ("松路12号附1", "甲小学"),
        ("松路12附1号", "甲小学"),
        ("松路12-3", "乙小学"),
        ("松路14-1号", "甲小学"),
        ("松路14号之三", "甲小学"),
        ("松路14甲", "甲小学"),
        ("柏路12甲号", "甲小学"),
        ("柏路12号甲", "甲小学"),
        ("柏路20-2号", "甲小学"),
        ("柏路22之一号", "乙小学"),
        ("梅苑东3栋", "甲小学"),
        ("梅苑东四栋2单元", "乙小学"),
        ("梅苑A座", "甲小学"),
        ("梅苑a座", "甲小学"),
        ("梅苑b座", "乙小学"),
        ("桐苑西组团", "甲小学"),
        ("桐苑东组团5栋", "乙小学"),
    ],
)
def test_a_door_a_building_with_a_direction_and_a_small_letter_are_read(address, school):
    answer = DOORS.lookup(address, "primary")

    assert (answer.outcome, answer.schools, answer.sure) == (Outcome.ONE, (school,), Sure.EXACT)


@pytest.mark.parametrize(
    "address", ["松路12-2号", "松路12号之五", "柏路12乙", "柏路20号附7", "梅苑西3栋", "桐苑南组团"]
)
def test_a_door_or_a_building_that_no_text_names_has_no_school(address):
    answer = DOORS.lookup(address, "primary")

    assert (answer.outcome, answer.reason) == (Outcome.NONE, Reason.NUMBER_UNNAMED)


@pytest.mark.parametrize(
    ("address", "schools"), [("松路12号", {"甲小学", "乙小学"}), ("柏路12号", {"甲小学"}), ("柏路22号", {"乙小学"})]
)
def test_a_house_of_which_the_texts_name_doors_is_asked_for_the_door(address, schools):
    answer = DOORS.lookup(address, "primary")

    assert (answer.outcome, set(answer.schools)) == (Outcome.SEVERAL, schools)
    assert "附几号" in answer.question
