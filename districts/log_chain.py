"""The log's chains, read and checked: every line carries the hash of the one before it (docs/audit.md).

The database writes the chains (migration 0006). Here the text of each line is built from its columns again and hashed
by Python, so that neither a changed column nor a changed function of the database goes unnoticed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

START = "0" * 64  # what the first line of a chain names as the one before it
AT_A_TIME = 5000  # rows in memory

LINKS = """
SELECT link.district, link.chain, link.place, link.previous, link.hash, link.event, CASE WHEN event.id IS NOT NULL THEN
    json_build_array(
        link.chain, link.place, link.previous, event.id,
        to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event.district, event.actor, event.actor_role, event.action, event.subject, host(event.ip), event.request,
        event.detail)::text END
FROM districts_auditlink AS link LEFT JOIN districts_auditevent AS event ON event.id = link.event
WHERE %(district)s IS NULL OR link.district = %(district)s ORDER BY link.district, link.chain, link.place
"""
UNLINKED = """
SELECT event.district, event.id
FROM districts_auditevent AS event LEFT JOIN districts_auditlink AS link ON link.event = event.id
WHERE link.event IS NULL AND (%(district)s IS NULL OR event.district = %(district)s) ORDER BY event.id
"""
HEADS = """
SELECT district, chain, place, hash FROM districts_audithead
WHERE %(district)s IS NULL OR district = %(district)s ORDER BY district, chain
"""


class Link(NamedTuple):
    """One link; `line` is the text that was hashed, without its line end, or None when the log's line is gone."""

    district: str
    chain: int
    place: int
    previous: str
    hash: str
    event: int
    line: str | None


class Head(NamedTuple):
    """The last link of a chain: now, or when somebody wrote it down; `source` says where."""

    district: str
    chain: int
    place: int
    hash: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.district} {self.chain} {self.place} {self.hash}"


class Fault(NamedTuple):
    """What is wrong, with which line; `event` is 0 where not even the line's number is left."""

    district: str
    chain: int | None
    place: str
    event: int
    what: str

    def __str__(self) -> str:
        chained = "" if self.chain is None else f" 链{self.chain}第{self.place}条"
        return f"{self.district}{chained}{f' 日志{self.event}' if self.event else ''}：{self.what}"


def hash_of(line: str) -> str:
    """SHA-256 of the line with its line end, as `sha256sum` reads it from a file."""
    return hashlib.sha256(line.encode() + b"\n").hexdigest()


def links(district: str | None = None) -> Iterator[Link]:
    """Every link, chain by chain in its order; some thousand rows are in memory at a time."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(LINKS, {"district": district})
        while rows := cursor.fetchmany(AT_A_TIME):
            yield from map(Link._make, rows)


def heads(district: str | None = None) -> list[Head]:
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {"district": district})
        return [Head(*row) for row in cursor.fetchall()]


def written_heads(file: Path) -> list[Head]:
    """The heads of an earlier day, as they were published, or a copy kept elsewhere."""
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return [Head(district, int(chain), int(place), digest, file.name) for district, chain, place, digest in rows]


def one_moment() -> None:
    """What this transaction reads is of one moment, while others go on writing; and it may take its time."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def faults(district: str | None = None, written: Iterable[Head] = ()) -> Iterator[Fault]:
    """Every broken line, chain by chain. What `written` heads say must still be so."""
    with transaction.atomic(durable=True):
        one_moment()
        ends = {head[:2]: head for head in heads(district)}
        kept: dict[tuple, list[Head]] = defaultdict(list)
        for head in written:
            if district in (None, head.district):
                kept[head[:2]].append(head)
        for key, chain in groupby(links(district), key=lambda link: link[:2]):
            yield from _faults_of(chain, ends.pop(key, Head(*key, 0, START)), kept.pop(key, []))
        for key in sorted(ends.keys() | kept.keys()):  # chains of which no link is left
            yield from _faults_of([], ends.get(key, Head(*key, 0, START)), kept.get(key, []))
        with connection.cursor() as cursor:
            cursor.execute(UNLINKED, {"district": district})
            for of, event in cursor:
                yield Fault(of, None, "", event, "不在链上，是绕过数据库规则插入的")


def _faults_of(chain: Iterable[Link], end: Head, written: list[Head]) -> Iterator[Fault]:
    """The broken lines of one chain, whose head is `end`."""

    def fault(place: int, event: int, what: str, until: int = 0) -> Fault:
        return Fault(end.district, end.chain, f"{place}–{until}" if until > place else str(place), event, what)

    expected: dict[int, list[Head]] = defaultdict(list)
    for head in written:
        expected[head.place].append(head)
    last = Link(end.district, end.chain, 0, "", START, 0, None)
    for link in chain:
        sound = link.line is not None and hash_of(link.line) == link.hash
        if link.place != last.place + 1:
            yield fault(last.place + 1, 0, "被删除，链上的记录也被删除", until=link.place - 1)
        elif sound and link.previous != last.hash:  # what a sound link names was there when it was written
            yield fault(last.place, last.event, "被整条替换，后一条记着它原来的摘要")
        if link.line is None:
            yield fault(link.place, link.event, "被删除")
        elif not sound:
            yield fault(link.place, link.event, "被改动，与写入时的摘要不符")
        for head in expected.pop(link.place, ()):
            if head.hash != link.hash:
                yield fault(link.place, link.event, f"与 {head.source} 不符，它或它前面的日志被改写")
        last = link
    if last.place < end.place:
        yield fault(last.place + 1, 0, "从链尾被截去", until=end.place)
    elif last.place > end.place:
        yield fault(end.place + 1, last.event, "超出链头，是绕过数据库规则加上的", until=last.place)
    elif last.hash != end.hash:
        yield fault(last.place, last.event, "被整条替换，链头记着它原来的摘要")
    for head in (head for there in expected.values() for head in there):
        yield fault(last.place + 1, 0, f"不见了，{head.source} 里记着", until=head.place)
