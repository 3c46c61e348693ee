"""What another version of the texts changes, and how far a version reaches. The names are invented."""

from catchments.text import CatchmentText, Change, Ruling, changes, coverage, named_places, read

FIRST = (
    "松路以东，柳河以南。包括柏街1-9号（单号）、桐园（1-3栋、8栋）、兰园北区、槐路100号以上（102号除外）、菊路18弄（1-5号）、"
    "榆路（松路以东段）、杏村户籍适龄儿童等"
)
ROWS = [
    CatchmentText("primary", "", "甲小学", FIRST),
    CatchmentText("primary", "", "乙小学", "包括柏街2-8号（双号）、桐园4-6栋、竹街双号。"),
    CatchmentText("junior", "", "丙中学", "包括桃园。"),
]
BOOK = read(ROWS)


def test_every_place_of_a_level_is_named_as_one_could_type_it():
    assert named_places(BOOK, "primary") == (
        "松路",
        "柏街1号",
        "柏街9号",
        "桐园1栋",
        "桐园3栋",
        "桐园8栋",
        "兰园北区",
        "槐路100号",
        "槐路102号",
        "菊路18弄1号",
        "菊路18弄5号",
        "榆路（松路以东段）",
        "杏村",
        "柏街2号",
        "柏街8号",
        "桐园4栋",
        "桐园6栋",
        "竹街2号",
    )
    assert named_places(BOOK, "初中") == ("桃园",)
    assert named_places(BOOK, "nursery") == ()


def test_the_places_that_a_text_gives_to_its_school_are_answered_with_it():
    wrong = {"松路", "槐路102号"}  # a line, a hole

    asked = [place for place in named_places(BOOK, "primary") if place not in wrong]

    assert all(len(BOOK.lookup(place, "primary").schools) == 1 for place in asked)
    assert {BOOK.lookup(place, "primary").outcome for place in wrong} == {"several", "none"}


def test_addresses_with_other_schools_or_another_outcome_are_changes():
    after = read(ROWS, "", (), [Ruling("primary", "乙小学", "柏街9号、兰园南区", settles=True)])

    found = changes(BOOK, after, "primary", ["柏街9号", "柏街1号", "兰园南区", "柏街9号", "从未听说路"])

    assert found == (
        Change("柏街9号", BOOK.lookup("柏街9号", "primary"), after.lookup("柏街9号", "primary")),
        Change("兰园南区", BOOK.lookup("兰园南区", "primary"), after.lookup("兰园南区", "primary")),
    )
    assert [change.after.schools for change in found] == [("乙小学",), ("乙小学",)]


def test_the_same_texts_have_no_changes():
    assert changes(BOOK, read(ROWS), "primary", named_places(BOOK, "primary")) == ()


def test_coverage_shows_the_roads_with_most_gaps_first():
    asked = [
        "柏街1号",
        "柏街2号",
        "柏街11号",
        "桐园7栋",
        "桐园9栋",
        "兰园北区",
        "从未听说路3号",
        "从未听说路5号",
        "松路8号",
    ]

    found = coverage(BOOK, "primary", [*asked, "柏街1号"])

    assert [(road.road, road.one, road.several, road.none) for road in found] == [
        ("从未听说路", 0, 0, 2),
        ("桐园", 0, 0, 2),
        ("柏街", 2, 0, 1),
        ("松路", 0, 1, 0),
        ("兰园", 1, 0, 0),
    ]
    assert [answer.address for answer in found[2].answers] == ["柏街11号"]


def test_an_unknown_road_is_found_behind_district_and_subdistrict():
    book = read(ROWS, "山南省松江市榕城区")

    found = coverage(book, "primary", ["山南省松江市榕城区上河街道长兴路8号3栋", "榕城区长兴路9号", "8号楼"])

    assert [(road.road, road.none) for road in found] == [("长兴路", 2), ("号楼", 1)]
