"""Load a district's own data: bureau, hotlines, schools, seasons with their stages and seat plans.

Each floor reads and saves its own files; `load_district` joins them in one transaction.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import models

from districts import consent, tables
from districts.calendar import Action
from districts.models import Campus, District, Hotline, School, Season, SeatPlan, Stage
from districts.models.schools import RESERVED
from districts.tables import BadValue, Fault, Row

PATH = re.compile(r"[a-z0-9-]*")


def path(cell: str) -> str:
    if not PATH.fullmatch(cell.strip()):
        raise BadValue(f"只能有小写字母、数字和短横，现在是“{cell}”。")
    if cell.strip() in RESERVED:
        raise BadValue(f"“{cell.strip()}”是系统的网址，请换一个。")
    return cell.strip()


LEVEL = tables.one_of("primary", "junior")
DISTRICT = dict.fromkeys(("code", "name", "full_name", "bureau"), tables.text) | {
    "host": lambda cell: cell.strip().lower(),
    "path": path,
}
SEASON = {
    "level": LEVEL,
    "year": tables.whole_number,
    "title": tables.text,
    "plan_number": tables.text,
    "born_by": lambda cell: tables.day(cell) if cell else None,
    "class_cap": tables.whole_number,
    "keep_admitted_years": lambda cell: tables.whole_number(cell) if cell else 3,
}
HOTLINES = {"name": tables.text, "number": tables.text, "purpose": tables.text}
SCHOOLS = {"level": LEVEL, "group": tables.optional_text, "school": tables.text, "text": tables.text}
SEAT_PLANS = {"level": LEVEL, "school": tables.text, "enrols": tables.yes_no, "classes": tables.optional_number}

PRIVACY = dict.fromkeys(consent.REQUIRED, tables.text)


def actions(cell: str) -> list[str]:
    unknown = sorted(set(cell.split()) - set(Action))
    if unknown:
        raise BadValue(f"不认识的环节“{'、'.join(unknown)}”，可用的有：{' '.join(Action)}。")
    return cell.split()


STAGES = {
    "level": LEVEL,
    "code": tables.text,
    "name": tables.text,
    "official": tables.yes_no,
    "opens": tables.instant,
    "closes": tables.instant,
    "actions": actions,
    "text": tables.text,
}


@dataclass
class Tally:
    """What loading did, for the line that the command prints."""

    created: int = 0
    changed: int = 0
    same: int = 0

    def count(self, fresh: bool) -> None:
        """A row that is only ever added, never changed."""
        self.created += fresh
        self.same += not fresh

    def save(self, model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> Any:
        """Make the row of `key`, or change what differs from `values`, or leave it alone."""
        row = model.objects.filter(**key).first()
        if row is None:
            self.created += 1
            return model.objects.create(**key, **values)
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if not differing:
            self.same += 1
            return row
        for name in differing:
            setattr(row, name, values[name])
        row.save(update_fields=differing)
        self.changed += 1
        return row


@dataclass
class DistrictFiles:
    """What the files of this floor say, read but not saved."""

    district: Row | None = None
    seasons: list[tuple[Row, list[list[Any]]]] = field(default_factory=list)
    hotlines: list[Row] = field(default_factory=list)
    schools: list[Row] = field(default_factory=list)
    seat_plans: list[Row] = field(default_factory=list)
    stages: list[Row] = field(default_factory=list)
    privacy: Row | None = None


def read(folder: Path, faults: list[Fault]) -> DistrictFiles:
    files = DistrictFiles(
        hotlines=tables.read_csv(folder / "hotlines.csv", HOTLINES, faults),
        schools=tables.read_csv(folder / "catchments.csv", SCHOOLS, faults),
        seat_plans=tables.read_csv(folder / "seat-plans.csv", SEAT_PLANS, faults),
        stages=tables.read_csv(folder / "stages.csv", STAGES, faults),
    )
    root = tables.read_yaml(folder / "district.yaml", faults)
    if root is not None:
        files.district = tables.mapping_row("district.yaml", root, DISTRICT, faults, also=frozenset({"seasons"}))
        files.seasons = read_seasons(root, faults)
    rules = tables.read_yaml(folder / "privacy.yaml", faults)
    if rules is not None:
        files.privacy = tables.mapping_row("privacy.yaml", rules, PRIVACY, faults)
    check(files, faults)
    return files


def read_seasons(root: yaml.MappingNode, faults: list[Fault]) -> list[tuple[Row, list[list[Any]]]]:
    listed = tables.child(root, "seasons")
    seasons = []
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        faults.append(tables.at("district.yaml", listed or root, "seasons 应列出至少一个招生年度。"))
        return seasons
    for node in listed.value:
        row = tables.mapping_row("district.yaml", node, SEASON, faults, also=frozenset({"draw_factors"}))
        if row is not None:
            try:
                seasons.append((row, tables.weights(tables.child(node, "draw_factors"))))
            except BadValue as error:
                faults.append(row.fault("level", f"draw_factors {error}"))
    return seasons


def check(files: DistrictFiles, faults: list[Fault]) -> None:
    """What only shows when the files are held against each other."""
    levels = {row["level"] for row, _ in files.seasons}
    schools = {(row["level"], row["school"]) for row in files.schools}
    seen: set[tuple[str, str]] = set()
    for row in files.schools:
        if (row["level"], row["school"]) in seen:
            faults.append(row.fault("school", f"“{row['school']}”重复出现。"))
        seen.add((row["level"], row["school"]))
    for row in (*files.schools, *files.stages):
        if levels and row["level"] not in levels:
            faults.append(row.fault("level", f"district.yaml 中没有“{row['level']}”的招生年度。"))
    for row in files.seat_plans:
        if (row["level"], row["school"]) not in schools:
            faults.append(row.fault("school", f"catchments.csv 中没有“{row['school']}”。"))
    for row in files.stages:
        if row["opens"] >= row["closes"]:
            faults.append(row.fault("closes", "结束时间应晚于开始时间。"))


def check_address(files: DistrictFiles, faults: list[Fault]) -> None:
    """Every one of several districts has an address of its own; this is asked of the database."""
    if files.district is None:
        return
    row, others = files.district, District.objects.exclude(code=files.district["code"])
    if row["path"] and others.filter(path=row["path"]).exists():
        faults.append(row.fault("path", f"别的区县已经用了“{row['path']}”。"))
    elif row["host"] and not row["path"] and others.filter(host=row["host"], path="").exists():
        faults.append(row.fault("host", f"别的区县已经用了“{row['host']}”。"))
    elif not row["host"] and not row["path"] and others.exists():
        faults.append(row.fault("host", "这里不止一个区县，请写 host 或 path。"))
    if nameless := others.filter(host="", path="").first():
        faults.append(row.fault("host", f"请先给{nameless.name}写 host 或 path，再装载别的区县。"))


def save(files: DistrictFiles, tally: Tally) -> dict[str, Season]:
    """Write what was read; returns the seasons by level. Runs inside the caller's transaction."""
    values = dict(files.district.values)
    district = tally.save(District, {"code": values.pop("code")}, values)
    sections = [{"code": code, "title": title, "text": files.privacy[code]} for code, title in consent.REQUIRED.items()]
    tally.count(consent.publish_rules(district, sections))
    for position, row in enumerate(files.hotlines):
        facts = {"number": row["number"], "purpose": row["purpose"], "position": position}
        tally.save(Hotline, {"district": district, "name": row["name"]}, facts)
    seasons = {}
    for row, factors in files.seasons:
        facts = dict(row.values)
        key = {"district": district, "year": facts.pop("year"), "level": facts.pop("level")}
        seasons[key["level"]] = tally.save(Season, key, facts | {"draw_factors": factors})
    for row in files.stages:
        facts = {name: row[name] for name in ("name", "official", "actions", "text")}
        facts |= {"opens_at": row["opens"], "closes_at": row["closes"]}
        tally.save(Stage, {"season": seasons[row["level"]], "code": row["code"]}, facts)
    save_schools(files, district, seasons, tally)
    return seasons


def save_schools(files: DistrictFiles, district: District, seasons: dict[str, Season], tally: Tally) -> None:
    """A row with a group is a campus of that group's school; a row without is a school with one campus of its name."""
    plans = {(row["level"], row["school"]): row for row in files.seat_plans}
    for position, row in enumerate(files.schools):
        school = tally.save(School, {"district": district, "name": row["group"] or row["school"]}, {})
        campus = tally.save(Campus, {"school": school, "name": row["school"]}, {"position": position})
        plan = plans.get((row["level"], row["school"]))
        facts = {"enrols": plan["enrols"] if plan else True, "classes": plan["classes"] if plan else None}
        tally.save(SeatPlan, {"season": seasons[row["level"]], "campus": campus}, facts)
