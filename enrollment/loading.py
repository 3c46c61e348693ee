"""Load a season's own rules: kinds of documents, categories, what each needs, reasons for returning an item."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from catchments import loading as catchment_loading
from districts import audit, tables
from districts import loading as district_loading
from districts.loading import LEVEL, DistrictFiles, Tally
from districts.models import District, Season
from districts.tables import BrokenFiles, Fault, Row
from enrollment.class_draw import FACTORS
from enrollment.models import Category, DocumentKind, Requirement, ReturnReason

DOCUMENT_KINDS = {"level": LEVEL, "code": tables.text, "name": tables.text, "hint": tables.text}
CATEGORIES = {"level": LEVEL} | dict.fromkeys(("code", "group", "name", "sentence", "source"), tables.text)
REQUIREMENTS = {"level": LEVEL, "category": tables.text, "kind": tables.text, "least_pages": tables.whole_number}
RETURN_REASONS = {"level": LEVEL, "code": tables.text, "name": tables.text, "parent_text": tables.text}


@dataclass
class RuleFiles:
    """What the files of this floor say, read but not saved."""

    document_kinds: list[Row]
    categories: list[Row]
    requirements: list[Row]
    return_reasons: list[Row]


def load_district(folder: Path) -> tuple[District, Tally]:
    """Load a whole folder in one transaction; loading it again changes nothing.

    Raises BrokenFiles with every fault of every file, and then nothing was saved.
    """
    faults: list[Fault] = []
    district_files = district_loading.read(folder, faults)
    rule_files = read(folder, faults)
    check_factors(district_files, faults)
    district_loading.check_address(district_files, faults)
    if faults:
        raise BrokenFiles(faults)
    tally = Tally()
    with transaction.atomic():
        seasons = district_loading.save(district_files, tally)
        catchment_loading.save(district_files.schools, seasons, tally)
        save(rule_files, seasons, tally)
        district = next(iter(seasons.values())).district
        if tally.created or tally.changed:
            facts = {"created": tally.created, "changed": tally.changed}
            audit.record("rules.loaded", district, by=None, district=district, **facts)
    return district, tally


def check_factors(files: DistrictFiles, faults: list[Fault]) -> None:
    """The factors of balance are computed here, so their names are checked here; the protocol puts sex first."""
    for row, factors in files.seasons:
        names = [name for name, _ in factors]
        if names[0] != "性别" or not set(names) <= set(FACTORS):
            known = "、".join(FACTORS)
            faults.append(
                row.fault("level", f"draw_factors 第一项应为性别，可用的有：{known}；现在是 {'、'.join(names)}。")
            )


def read(folder: Path, faults: list[Fault]) -> RuleFiles:
    files = RuleFiles(
        tables.read_csv(folder / "document-kinds.csv", DOCUMENT_KINDS, faults),
        tables.read_csv(folder / "categories.csv", CATEGORIES, faults),
        tables.read_csv(folder / "requirements.csv", REQUIREMENTS, faults),
        tables.read_csv(folder / "return-reasons.csv", RETURN_REASONS, faults),
    )
    kinds = {(row["level"], row["code"]) for row in files.document_kinds}
    categories = {(row["level"], row["code"]) for row in files.categories}
    for row in files.requirements:
        if (row["level"], row["kind"]) not in kinds:
            faults.append(row.fault("kind", f"document-kinds.csv 中没有“{row['kind']}”。"))
        if (row["level"], row["category"]) not in categories:
            faults.append(row.fault("category", f"categories.csv 中没有“{row['category']}”。"))
    return files


def save(files: RuleFiles, seasons: dict[str, Season], tally: Tally) -> None:
    for row in files.document_kinds:
        key = {"season": seasons[row["level"]], "code": row["code"]}
        tally.save(DocumentKind, key, {"name": row["name"], "hint": row["hint"]})
    for position, row in enumerate(files.categories):
        facts = {name: row[name] for name in ("group", "name", "sentence", "source")} | {"position": position}
        tally.save(Category, {"season": seasons[row["level"]], "code": row["code"]}, facts)
    for position, row in enumerate(files.requirements):
        season = seasons[row["level"]]
        key = {
            "category": Category.objects.get(season=season, code=row["category"]),
            "kind": DocumentKind.objects.get(season=season, code=row["kind"]),
        }
        tally.save(Requirement, key, {"least_pages": row["least_pages"], "position": position})
    for position, row in enumerate(files.return_reasons):
        facts = {"name": row["name"], "parent_text": row["parent_text"], "position": position}
        tally.save(ReturnReason, {"season": seasons[row["level"]], "code": row["code"]}, facts)
