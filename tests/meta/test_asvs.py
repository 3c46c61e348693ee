"""docs/asvs.csv answers for every requirement of OWASP ASVS 5.0 at levels 1 and 2, and for eight of level 3."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
# The standard's own numbers, by level; "1.2: 1-5" are 1.2.1 to 1.2.5.
LEVEL_1 = """
1.2: 1-5; 1.3: 1-2; 1.5: 1; 2.1: 1; 2.2: 1-2; 2.3: 1; 3.2: 1-2; 3.3: 1; 3.4: 1-2; 3.5: 1-3; 4.1: 1; 4.4: 1; 5.2:
1-2; 5.3: 1-2; 6.1: 1; 6.2: 1-8; 6.3: 1-2; 6.4: 1-2; 7.2: 1-4; 7.4: 1-2; 8.1: 1; 8.2: 1-2; 8.3: 1; 9.1: 1-3;
9.2: 1; 10.4: 1-5; 11.3: 1-2; 11.4: 1; 12.1: 1; 12.2: 1-2; 13.4: 1; 14.2: 1; 14.3: 1; 15.1: 1; 15.2: 1; 15.3: 1
"""
LEVEL_2 = """
1.1: 1-2; 1.2: 6-9; 1.3: 3-11; 1.4: 1-3; 1.5: 2; 2.1: 2-3; 2.2: 3; 2.3: 2-4; 2.4: 1; 3.3: 2-4; 3.4: 3-6; 3.5:
4-5; 3.7: 1-2; 4.1: 2-3; 4.2: 1; 4.3: 1-2; 4.4: 2-4; 5.1: 1; 5.2: 3; 5.4: 1-3; 6.1: 2-3; 6.2: 9-12; 6.3: 3-4;
6.4: 3-4; 6.5: 1-5; 6.6: 1-3; 6.8: 1-4; 7.1: 1-3; 7.3: 1-2; 7.4: 3-5; 7.5: 1-2; 7.6: 1-2; 8.1: 2; 8.2: 3; 8.4:
1; 9.2: 2-4; 10.1: 1-2; 10.2: 1-2; 10.3: 1-4; 10.4: 6-11; 10.5: 1-5; 10.6: 1-2; 10.7: 1-3; 11.1: 1-2; 11.2: 1-3;
11.3: 3; 11.4: 2-4; 11.5: 1; 11.6: 1; 12.1: 2-3; 12.3: 1-4; 13.1: 1; 13.2: 1-5; 13.3: 1-2; 13.4: 2-5; 14.1: 1-2;
14.2: 2-4; 14.3: 2-3; 15.1: 2-3; 15.2: 2-3; 15.3: 2-7; 16.1: 1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3;
17.1: 1; 17.2: 1-4; 17.3: 1-2
"""
LEVEL_3 = "5.2: 4; 5.2: 6; 6.3: 8; 7.5: 3; 14.2: 6-8; 15.4: 2"  # those that we claim beyond level 2
TEST = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")


def numbers(listed: str) -> list[str]:
    found = []
    for part in " ".join(listed.split()).split("; "):
        section, _, span = part.partition(": ")
        first, _, last = span.partition("-")
        found += [f"{section}.{one}" for one in range(int(first), int(last or first) + 1)]
    return found


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def exists(named: str) -> bool:
    path, _, test = named.partition("::")
    return (ROOT / path).is_file() and (not test or test in functions_of(path))


def test_every_requirement_has_one_row_and_there_is_no_other():
    levels = {"1": LEVEL_1, "2": LEVEL_2, "3": LEVEL_3}
    official = [(one, level) for level, listed in levels.items() for one in numbers(listed)]
    official.sort(key=lambda pair: [int(part) for part in pair[0].split(".")])

    assert [(row["number"], row["level"]) for row in ROWS] == official
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183, "3": 8}


def test_no_cell_is_empty():
    assert [row["number"] for row in ROWS if len(row) != 5 or not all(str(cell).strip() for cell in row.values())] == []


def test_a_state_is_one_of_three():
    assert {row["state"] for row in ROWS} == {"met", "not applicable", "not met"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])
def test_every_test_that_is_named_exists(row: dict[str, str]):
    assert [named for named in TEST.findall(row["proof"]) if not exists(named)] == []


def test_what_is_met_names_a_test_a_command_or_a_document():
    documents = re.compile(r"(?:docs/[\w/-]+\.md|config/[\w.]+)")
    bare = [
        row["number"]
        for row in ROWS
        if row["state"] == "met"
        and not TEST.search(row["proof"])
        and not re.search(r"\bmake (lint|bench-security)\b", row["proof"])
        and not any((ROOT / named).exists() for named in documents.findall(row["proof"]))
    ]

    assert bare == []


def test_what_is_not_met_says_why_in_a_sentence():
    assert [row["number"] for row in ROWS if row["state"] != "met" and not row["proof"].rstrip(")").endswith(".")] == []
