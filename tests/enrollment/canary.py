"""A second, made-up district: the sample's rules under other names, with a canary word in every text."""

import csv
import shutil
from pathlib import Path

from tests.conftest import SAMPLE

WORD = "金丝雀"
TEXTS = {
    "hotlines.csv": ("name", "purpose"),
    "stages.csv": ("name", "text"),
    "catchments.csv": ("group", "school", "text"),
    "seat-plans.csv": ("school",),
    "document-kinds.csv": ("name", "hint"),
    "categories.csv": ("name", "sentence", "source"),
    "return-reasons.csv": ("name", "parent_text"),
}


def write(folder: Path) -> Path:
    """The district's files, as `load_district` reads them."""
    shutil.copytree(SAMPLE, folder)
    for name, columns in TEXTS.items():
        rewrite(folder / name, columns)
    rules = folder / "privacy.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("阳泉市城区", f"{WORD}区"), encoding="utf-8")
    sample = (folder / "district.yaml").read_text(encoding="utf-8")
    changed = sample.replace("阳泉市城区", f"{WORD}区").replace("阳城教字", f"{WORD}教字")
    changed = changed.replace("title: ", f"title: {WORD}").replace("yangquan-chengqu", "jinsique")
    (folder / "district.yaml").write_text(changed.replace('host: ""', "path: jinsique"), encoding="utf-8")
    return folder


def rewrite(file: Path, columns: tuple[str, ...]) -> None:
    """Official texts keep their words, so that their addresses are found, and get a place of their own."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        names, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        for column in columns:
            if file.name == "catchments.csv" and column == "text":
                row[column] = row[column].replace("等。", f"、{WORD}巷等。", 1)
            elif row[column]:
                row[column] = f"{WORD}{row[column]}"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, names)
        writer.writeheader()
        writer.writerows(rows)
