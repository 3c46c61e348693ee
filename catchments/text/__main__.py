"""The engine on files alone: `python -m catchments.text lookup|parse|lint|coverage|diff --texts TEXTS.csv`."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from catchments.text.answers import Answer
from catchments.text.book import Book, read
from catchments.text.changes import changes, named_places
from catchments.text.clauses import CatchmentText, Clause, Kind
from catchments.text.coverage import coverage
from catchments.text.lint import findings_json, lint

_HEADS = {
    "学段": "level",
    "集团": "group",
    "学校": "school",
    "校区": "school",
    "施教区范围": "text",
    "招生范围": "text",
}
_HEADS |= {"住址": "address", "地址": "address", "户籍": "hukou"}


def load_texts(path: Path) -> list[CatchmentText]:
    """The official table: columns level, group, school, text."""
    rows = _rows(path, ("level", "school", "text"))
    return [CatchmentText(row["level"], row.get("group") or "", row["school"], row["text"]) for row in rows]


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SystemExit(f"不能读取 {path}：{error.strerror}") from None
    text = _decoded(content)
    if text is None:
        raise SystemExit(f"{path}: 不是 UTF-8 或 GB18030 编码")
    with io.StringIO(text, newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [_HEADS.get((name or "").strip(), name) for name in reader.fieldnames or []]
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise SystemExit(f"{path}: 缺少列 {'、'.join(missing)}")
        return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer as plain data."""
    return {
        "address": answer.address,
        "level": answer.level,
        "outcome": answer.outcome,
        "schools": list(answer.schools),
        "sure": answer.sure,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "question": answer.question,
        "assumed": list(answer.assumed),
        "clauses": [
            {
                "school": match.school,
                "text_of": match.row.school if match.row else match.school,
                "kind": match.clause.kind,
                "span": list(match.span),
                "quote": match.quote,
                "conditions": list(match.conditions),
                "ruled": match.ruled,
            }
            for match in answer.matches
        ],
        "refused": [
            {"school": match.school, "span": list(match.span), "quote": match.quote} for match in answer.refused
        ],
        "district_wide": list(answer.also),
    }


def parse_json(book: Book) -> dict[str, object]:
    """All clauses of a book, and how many characters were read and not read."""
    schools, total = [], Counter[str]()
    for entry in book.entries:
        counts = characters(entry.clauses)
        total.update(counts)
        schools.append(
            {
                "level": entry.row.level,
                "group": entry.row.group,
                "school": entry.school,
                "text_of": entry.row.school,
                "clauses": [_clause_json(clause) for clause in entry.clauses],
                "characters": _split(counts),
            }
        )
    return {"schools": schools, "characters": _split(total)}


def _clause_json(clause: Clause) -> dict[str, object]:
    found: dict[str, object] = {"kind": clause.kind, "span": list(clause.span), "quote": clause.quote}
    if clause.claims:
        found["names"] = [list(claim.names) for claim in clause.claims]
        found["numbers"] = [claim.numbers.printed() for claim in clause.claims if claim.numbers]
    if clause.lines:
        found["lines"] = [{"name": line.name, "side": line.side, "included": line.included} for line in clause.lines]
    if clause.condition:
        found["condition"] = clause.condition.quote
    return found


def characters(clauses: Sequence[Clause]) -> Counter[str]:
    """Characters by the kind of the clause that covers them; each counted once."""
    counts: Counter[str] = Counter()
    end = 0
    for clause in sorted(clauses, key=lambda c: (c.span[0], -c.span[1])):
        a, b = max(clause.span[0], end), clause.span[1]
        if b > a:
            counts[clause.kind] += b - a
            end = b
    return counts


def _split(counts: Counter[str]) -> dict[str, object]:
    unread = counts.get(Kind.UNREAD, 0)
    return {"read": sum(counts.values()) - unread, "unread": unread, "by_kind": dict(counts)}


def _lookups(book: Book, path: Path) -> Iterator[dict[str, object]]:
    for row in _rows(path, ("level", "address")):
        yield answer_json(book.lookup(row["address"], row["level"], row.get("hukou")))


def coverage_json(book: Book, addresses: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    """Answers by level and road; in full those that are not one school."""
    return [
        {
            "level": level,
            "road": road.road,
            "one": road.one,
            "several": road.several,
            "none": road.none,
            "answers": [answer_json(answer) for answer in road.answers],
        }
        for level, asked in _by_level(addresses).items()
        for road in coverage(book, level, asked)
    ]


def diff_json(before: Book, after: Book, addresses: Iterable[tuple[str, str]] | None) -> list[dict[str, object]]:
    """Addresses with another answer than before; without a list, every place that one of the books names."""
    if addresses is None:
        levels = dict.fromkeys((*before.matchers, *after.matchers))
        addresses = (
            (level, place) for level in levels for book in (before, after) for place in named_places(book, level)
        )
    return [
        {
            "level": level,
            "address": change.address,
            "before": answer_json(change.before),
            "after": answer_json(change.after),
        }
        for level, asked in _by_level(addresses).items()
        for change in changes(before, after, level, asked)
    ]


def _by_level(addresses: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    levels: dict[str, list[str]] = {}
    for level, address in addresses:
        levels.setdefault(level, []).append(address)
    return levels


def _addresses(path: Path) -> list[tuple[str, str]]:
    return [(row["level"], row["address"]) for row in _rows(path, ("level", "address"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="catchments.text", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("lookup", "parse", "lint", "coverage", "diff"):
        command = commands.add_parser(name)
        command.add_argument("--texts", type=Path, required=True)
        command.add_argument("--district", default="")
        if name == "lookup":
            command.add_argument("--batch", type=Path, required=True)
        if name == "diff":
            command.add_argument("--with", type=Path, required=True, dest="after")
        if name in ("coverage", "diff"):
            command.add_argument("--addresses", type=Path, required=name == "coverage")
    options = parser.parse_args(arguments)
    book = read(load_texts(options.texts), options.district)
    out = sys.stdout
    if options.command == "lookup":
        for found in _lookups(book, options.batch):
            out.write(json.dumps(found, ensure_ascii=False) + "\n")
        return 0
    if options.command == "parse":
        result: object = parse_json(book)
    elif options.command == "lint":
        result = findings_json(lint(book))
    elif options.command == "coverage":
        result = coverage_json(book, _addresses(options.addresses))
    else:
        after = read(load_texts(options.after), options.district)
        result = diff_json(book, after, _addresses(options.addresses) if options.addresses else None)
    out.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
