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


def test_a_table_without_its_columns_is_refused(tmp_path):
    (tmp_path / "texts.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="缺少列"):
        main(["parse", "--texts", str(tmp_path / "texts.csv")])
