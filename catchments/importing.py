"""Official texts come in: read, shown clause by clause beside what is there now, then saved, all of them or none."""

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from catchments import books, rulings
from catchments.effects import Effect, differing
from catchments.models import Catchment, Ruling
from catchments.opening import require_two_people
from catchments.reading import Reading, reading
from catchments.text import CatchmentText
from districts import audit, queries, tables
from districts.models import Account, Campus, District, Season
from districts.models.seasons import Level
from districts.permissions import require_right
from districts.rights import Right
from districts.sheets import Column, read_sheet
from districts.tables import BadValue, BrokenFiles, Fault, Row

MOST_CHARACTERS = 100_000
LEVELS = {"primary": "primary", "小学": "primary", "junior": "junior", "初中": "junior", "中学": "junior"}


def level(cell: str) -> str:
    """Empty when the table has no such column: then it is said from outside."""
    if cell.strip() and cell.strip() not in LEVELS:
        raise BadValue(f"应为 primary（小学）或 junior（初中），现在是“{cell.strip()}”。")
    return LEVELS.get(cell.strip(), "")


def official_text(cell: str) -> str:
    """Line breaks as a text file has them: what a browser sends back is the same text as what it was shown."""
    if len(cell) > MOST_CHARACTERS:
        raise BadValue(f"最多{MOST_CHARACTERS}个字，现在有{len(cell)}个。")
    return tables.text(cell.replace("\r\n", "\n").replace("\r", "\n"))


COLUMNS = {
    "level": Column(level, ("学段",), required=False),
    "group": Column(tables.optional_text, ("集团", "教育集团", "所属集团"), required=False),
    "school": Column(tables.text, ("学校", "学校名称", "校区", "学校（校区）")),
    "text": Column(official_text, ("施教区", "施教区范围", "招生范围", "学区范围", "划片范围", "招生区域", "服务范围")),
}


@dataclass(frozen=True)
class Change:
    """One campus's text as it would become. `before` is empty when it had none; `kept` rulings are with their new
    places, `lost` ones would be withdrawn because their words are no longer there."""

    campus: Campus
    row: CatchmentText
    before: str
    reading: Reading
    kept: Sequence[Ruling] = ()
    lost: Sequence[Ruling] = ()

    @property
    def differences(self) -> list[tuple[str, str]]:
        """(how, words): same, added, removed."""
        found = []
        matcher = difflib.SequenceMatcher(None, self.before, self.row.text, autojunk=False)
        for how, a, b, c, d in matcher.get_opcodes():
            if how == "equal":
                found.append(("same", self.row.text[c:d]))
                continue
            found += [("removed", self.before[a:b])] * (b > a) + [("added", self.row.text[c:d])] * (d > c)
        return found


@dataclass(frozen=True)
class Proposal:
    """What an import would do to one season. `rows` are all texts of the import, changed or not; `effect` says which
    answers would change; `basis` is a digest of the texts that it was compared with."""

    season: Season
    changes: list[Change]
    rows: list[CatchmentText]
    effect: Effect
    same: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    basis: str = ""

    @property
    def unread(self) -> int:
        return sum(change.reading.unread for change in self.changes)

    @property
    def characters(self) -> int:
        return sum(change.reading.characters for change in self.changes)


class Outdated(Exception):
    """The texts have changed since the proposal was shown."""


def propose(district: District, year: int, name: str, content: bytes, default_level: str = "") -> list[Proposal]:
    """Read a table of texts (columns level, group, school, text); one proposal for each season that it speaks of.

    Raises BrokenFiles with every fault of the file, and then nothing of it is of any use.
    """
    faults: list[Fault] = []
    sheet = read_sheet(name, content, COLUMNS, faults)
    seasons = {s.level: s for s in Season.objects.filter(district=district, year=year).select_related("district")}
    known = {of: list(queries.campuses(season)) for of, season in seasons.items()}
    by_level: dict[str, list[tuple[Campus, Row]]] = {}
    seen: dict[int, int] = {}
    for row in sheet.rows:
        of = row["level"] or default_level
        if not of:
            faults.append(row.fault("level", "没有写明学段（小学或初中）。"))
        elif of not in seasons:
            faults.append(row.fault("level", f"{district.name}没有{year}年{Level(of).label}的招生年度。"))
        elif campus := _campus(seasons[of], known[of], row, faults):
            if campus.pk in seen:
                faults.append(row.fault("school", f"“{row['school']}”在第{seen[campus.pk]}行已经有了。"))
            seen.setdefault(campus.pk, row.places["school"][0])
            by_level.setdefault(of, []).append((campus, row))
    if faults:
        raise BrokenFiles(faults)
    return [
        compare(seasons[of], [(campus, row["text"]) for campus, row in rows], sheet.unused)
        for of, rows in sorted(by_level.items(), reverse=True)
    ]


def compare(season: Season, texts: Sequence[tuple[Campus, str]], unused: tuple[str, ...] = ()) -> Proposal:
    """What these texts would change in `season`."""
    now = {catchment.campus_id: catchment for catchment in _texts(season)}
    new = {campus.pk: text for campus, text in texts}
    campuses = {campus.pk: campus for campus, _ in texts} | {pk: catchment.campus for pk, catchment in now.items()}
    rows = {
        CatchmentText(season.level, campus.school.name, campus.name, new.get(pk) or now[pk].text): campus
        for pk, campus in campuses.items()
    }
    kept, lost = moved(books.in_force(season), {campus.pk: row.text for row, campus in rows.items()})
    book = books.read(season, rows, kept)
    changes = [
        Change(
            rows[entry.row],
            entry.row,
            now[pk].text if pk in now else "",
            reading(entry.row.text, entry.clauses),
            [ruling for ruling in kept if ruling.campus_id == pk],
            [ruling for ruling in lost if ruling.campus_id == pk],
        )
        for entry in book.entries
        if (pk := rows[entry.row].pk) in new and (pk not in now or now[pk].text != entry.row.text)
    ]
    taking = {catchment.campus_id for catchment in books.enrolling(season)} | set(new)
    after = books.read(season, {row: campus for row, campus in rows.items() if campus.pk in taking}, kept)
    return Proposal(
        season,
        changes,
        [row for row, campus in rows.items() if campus.pk in new],
        Effect(list(differing(season, books.open_book(season).book, after)) if changes else []),
        [campuses[pk].name for pk in new if pk in now and now[pk].text == new[pk]],
        [catchment.campus.name for pk, catchment in now.items() if pk not in new],
        unused,
        basis_of(now.values()),
    )


def save(proposals: Sequence[Proposal], *, by: Account | None) -> int:
    """Write all of them in one transaction; returns how many campuses changed. `by` is None on the command line.

    Raises PermissionDenied, Outdated, Refused.
    """
    with transaction.atomic():
        for proposal in proposals:
            season = proposal.season
            if by is not None:
                require_right(by, Right.WORK_ON_TEXTS, district=season.district, season=season)
            require_two_people(season)
            Season.objects.select_for_update().get(pk=season.pk)
            if basis_of(_texts(season)) != proposal.basis:
                raise Outdated
            for change in proposal.changes:
                _save_one(season, change, by)
    return sum(len(proposal.changes) for proposal in proposals)


def _save_one(season: Season, change: Change, by: Account | None) -> None:
    catchment, _ = Catchment.objects.update_or_create(
        season=season, campus=change.campus, defaults={"text": change.row.text}
    )
    for ruling in change.kept:
        Ruling.objects.filter(pk=ruling.pk).update(start=ruling.start, end=ruling.end)
    for ruling in change.lost:
        rulings.stop(ruling, "施教区文字改动，原文中不再有这些字", by=by)
    audit.record(
        "catchment.imported",
        catchment,
        by=by,
        district=season.district,
        campus=change.campus.name,
        before=change.before,
        after=change.row.text,
        unread=change.reading.unread,
    )


def moved(found: Iterable[Ruling], texts: dict[int, str]) -> tuple[list[Ruling], list[Ruling]]:
    """(kept, lost): corrections follow their words when these still stand once in the new text."""
    kept, lost = [], []
    for ruling in found:
        text = texts.get(ruling.campus_id, "")
        if ruling.kind == Ruling.Kind.CORRECTION and text[ruling.start : ruling.end] != ruling.replaced:
            if text.count(ruling.replaced) != 1:
                lost.append(ruling)
                continue
            ruling.start = text.index(ruling.replaced)
            ruling.end = ruling.start + len(ruling.replaced)
        kept.append(ruling)
    return kept, lost


def basis_of(catchments: Iterable[Catchment]) -> str:
    lines = sorted(f"{catchment.campus_id}\0{catchment.text}\0" for catchment in catchments)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _texts(season: Season) -> list[Catchment]:
    return list(Catchment.objects.filter(season=season).select_related("campus__school").order_by("campus__position"))


def _campus(season: Season, known: list[Campus], row: Row, faults: list[Fault]) -> Campus | None:
    """The campus that the row names, in the season's plan; a name that is nearly right is asked about, not guessed."""
    named = [campus for campus in known if campus.name == row["school"]]
    if row["group"]:
        named = [campus for campus in named if campus.school.name == row["group"]]
    if len(named) == 1:
        return named[0]
    if named:
        faults.append(row.fault("school", f"有{len(named)}个校区叫“{row['school']}”，请写明所属集团。"))
        return None
    words = f"{row['group']} {row['school']}".strip()
    near = difflib.get_close_matches(row["school"], [campus.name for campus in known], n=1)
    hint = f"是不是“{near[0]}”？" if near else "请先在招生计划里加上这所学校。"
    faults.append(row.fault("school", f"{season.year}年{season.get_level_display()}招生计划里没有“{words}”。{hint}"))
    return None
