"""The command line: files in, JSON out."""

import json

import pytest

from catchments.text.__main__ import main

TEXTS = (
    "level,group,school,text\nprimary,,甲小学,松路以东。包括松园、柏街1-9号等。\n"
    "primary,,乙小学,包括松园、柏街10-20号。\n"
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "texts.csv").write_text(TEXTS, encoding="utf-8")
    (tmp_path / "cases.csv").write_text(
        "level,address,hukou\nprimary,柏街3号,\nprimary,松园,\nprimary,,\n", encoding="utf-8"
    )
    return tmp_path


def test_lookup_writes_one_object_a_line_in_order(files, capsys):
    main(
        [
            "lookup",
            "--texts",
            str(files / "texts.csv"),
            "--district",
            "山南省松江市城区",
            "--batch",
            str(files / "cases.csv"),
        ]
    )

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [(one["address"], one["outcome"], one["schools"]) for one in found] == [
        ("柏街3号", "one", ["甲小学"]),
        ("松园", "several", ["甲小学", "乙小学"]),
        ("", "none", []),
    ]
    assert found[0]["clauses"][0]["quote"] == "柏街1-9号"
    assert {"sure", "sentence", "question"} <= set(found[0])


def test_parse_counts_the_characters(files, capsys):
    main(["parse", "--texts", str(files / "texts.csv")])

    found = json.loads(capsys.readouterr().out)

    assert found["characters"]["unread"] == 0
    assert found["characters"]["read"] == sum(found["characters"]["by_kind"].values())
    assert found["schools"][0]["clauses"][0] == {
        "kind": "boundary",
        "span": [0, 4],
        "quote": "松路以东",
        "lines": [{"name": "松路", "side": "东", "included": None}],
    }


def test_lint_shows_the_words_side_by_side(files, capsys):
    main(["lint", "--texts", str(files / "texts.csv")])

    twice = next(one for one in json.loads(capsys.readouterr().out) if one["rule"] == "two-schools")

    assert twice["severity"] == "high"
    assert [quote["school"] for quote in twice["quotes"]] == ["甲小学", "乙小学"]
    assert "松园" in twice["question"]


def test_coverage_counts_the_answers_road_by_road(files, capsys):
    main(["coverage", "--texts", str(files / "texts.csv"), "--addresses", str(files / "cases.csv")])

    found = json.loads(capsys.readouterr().out)

    assert [(one["road"], one["one"], one["several"], one["none"]) for one in found] == [
        ("", 0, 0, 1),
        ("松园", 0, 1, 0),
        ("柏街", 1, 0, 0),
    ]
    assert [answer["address"] for one in found for answer in one["answers"]] == ["", "松园"]


def test_diff_shows_the_places_that_change_their_school(files, capsys):
    (files / "new.csv").write_text(
        TEXTS.replace("柏街1-9号", "柏街1-8号").replace("松园、柏街10", "柏街10"), encoding="utf-8"
    )

    main(["diff", "--texts", str(files / "texts.csv"), "--with", str(files / "new.csv")])

    found = json.loads(capsys.readouterr().out)
    assert [(one["address"], one["before"]["schools"], one["after"]["schools"]) for one in found] == [
        ("松园", ["甲小学", "乙小学"], ["甲小学"]),
        ("柏街9号", ["甲小学"], []),
    ]


def test_diff_asks_only_the_addresses_of_a_list(files, capsys):
    (files / "new.csv").write_text(TEXTS.replace("松园", "竹园"), encoding="utf-8")

    tables = ["--texts", str(files / "texts.csv"), "--with", str(files / "new.csv")]
    main(["diff", *tables, "--addresses", str(files / "cases.csv")])

    assert [one["address"] for one in json.loads(capsys.readouterr().out)] == ["松园"]


def test_a_table_without_its_columns_is_refused(tmp_path):
    (tmp_path / "texts.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="缺少列"):
        main(["parse", "--texts", str(tmp_path / "texts.csv")])
