#!/usr/bin/env python3
"""核对程序 fairdraw/1: check the record of a supervised draw on any computer, off line.

    python verify.py RECORD.json [--receipt RECEIPT.json]

This one file needs Python 3.8 or newer and nothing else. It is a second implementation of the specification and
imports nothing of the program that made the draw. Of the record it believes only two texts, the notice and the
transcript; everything else is computed again and compared. Exit code 0: everything holds. 1: something does not; the
first such thing is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

# Nothing honest comes near these sizes; a record beyond them is refused before it can exhaust the computer.
MAX_FILE = 64_000_000
MAX_TEXT = 16_000_000
MAX_PUPILS = 5_000
MAX_APPLICANTS = 100_000
MAX_WITNESSES = 30
MAX_FACTORS = 16
MAX_WEIGHT = 1_000_000
MAX_ROUNDS = 1_000_000
MAX_BALLS = 100


class Wrong(Exception):
    """The first thing that does not hold, in words for everybody."""


def demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


# ---------------------------------------------------------------------------------------------------------------------
# Hashes: H(text) in suite sha256 or sm3


def sm3(message: bytes) -> bytes:
    """GB/T 32905-2016, for computers whose Python has no SM3."""
    mask = 0xFFFFFFFF

    def rol(x: int, n: int) -> int:
        n &= 31
        return (x << n & mask) | x >> (32 - n)

    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    bits = len(message) * 8
    message += b"\x80"
    message += bytes(-(len(message) + 8) % 64) + bits.to_bytes(8, "big")
    for at in range(0, len(message), 64):
        w = [int.from_bytes(message[at + 4 * i : at + 4 * i + 4], "big") for i in range(16)]
        for i in range(16, 68):
            x = w[i - 16] ^ w[i - 9] ^ rol(w[i - 3], 15)
            w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[i - 13], 7) ^ w[i - 6])
        a, b, c, d, e, f, g, h = v
        for i in range(64):
            early = i < 16
            ss1 = rol(rol(a, 12) + e + rol(0x79CC4519 if early else 0x7A879D8A, i) & mask, 7)
            tt1 = (a ^ b ^ c if early else a & b | a & c | b & c) + d + (ss1 ^ rol(a, 12)) + (w[i] ^ w[i + 4]) & mask
            tt2 = (e ^ f ^ g if early else e & f | (mask ^ e) & g) + h + ss1 + w[i] & mask
            d, c, b, a = c, rol(b, 9), a, tt1
            h, g, f, e = g, rol(f, 19), e, tt2 ^ rol(tt2, 9) ^ rol(tt2, 17)
        v = [x ^ y for x, y in zip(v, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in v)


def hash_of(suite: str) -> Callable[[bytes], bytes]:
    if suite == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    try:
        hashlib.new("sm3")
    except ValueError:
        return sm3
    return lambda data: hashlib.new("sm3", data).digest()


def h(suite: str, text: str) -> str:
    return hash_of(suite)(text.encode("utf-8")).hex()


# ---------------------------------------------------------------------------------------------------------------------
# Reading the texts


class Pupil(NamedTuple):
    code: str
    group: str
    levels: tuple[str, ...]
    leaf: str


class Notice(NamedTuple):
    text: str
    ordering: bool
    head: dict[str, str]
    witnesses: list[tuple[str, str]]
    factors: list[tuple[str, int]]
    classes: list[str]
    roster: list[Pupil]

    @property
    def suite(self) -> str:
        return self.head["suite"]

    @property
    def n(self) -> int:
        return len(self.roster)


class Transcript(NamedTuple):
    text: str
    notice: str
    commits: list[tuple[str, str]]
    balls: str
    reveals: list[tuple[str, str, str]]
    beacon: str


NUMBER = r"(?:0|[1-9][0-9]{0,8})"
HASH = r"[0-9a-f]{64}"
WORD = r"[^\s|]{1,64}"
LABEL = r"[^\s|]{1,32}"
LINE = r"(?=.{1,200}$)\S+(?: \S+)*"
FACTOR = r"[^\s|:]{1,32}:" + NUMBER
LEVEL = r"[^\s|,]{1,16}"
START = [("suite", "sha256|sm3"), ("draw", WORD), ("school", LINE), ("n", NUMBER)]
RULE_CLASSES = [
    ("k", NUMBER),
    ("classes", f"{LABEL}(?: {LABEL})*"),
    ("cap", NUMBER),
    ("factors", f"{FACTOR}(?: {FACTOR})*"),
    ("rounds", NUMBER),
]
RULE_ORDER = [("seats", NUMBER), ("groups", "all|skip|alone")]
MIDDLE = [("prev", HASH), ("software", HASH)]
END = [("balls", NUMBER), ("beacon", LINE), ("root", HASH)]
ROSTER_LINE = re.compile(rf"([0-9]{{6}}) (-|[TA][^\s|]{{1,63}}) ({LEVEL}(?:,{LEVEL})*) ({HASH})")


def cut(text: str, what: str) -> list[str]:
    """The lines of a canonical text: NFC, line feeds only, nothing invisible, closed by `end`."""
    demand(len(text) <= MAX_TEXT, f"{what}过大")
    demand(text.endswith("\nend\n"), f"{what}应以“end”一行结束，其后不得有任何内容")
    odd = {c for c in set(text) - {"\n"} if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    demand(not odd, f"{what}中有不可见的字符：" + " ".join(f"U+{ord(c):04X}" for c in sorted(odd)))
    demand(unicodedata.normalize("NFC", text) == text, f"{what}的文字不是 NFC 规范形式")
    return text[:-5].split("\n")


class Reader:
    """Takes lines from the front, each of the one kind that may stand there."""

    def __init__(self, lines: list[str], what: str) -> None:
        self.lines, self.what, self.at = lines, what, 0

    def next(self) -> str:
        demand(self.at < len(self.lines), f"{self.what}缺行：在第{self.at + 1}行处提前结束")
        self.at += 1
        return self.lines[self.at - 1]

    def head(self, line: str) -> None:
        demand(self.next() == line, f"{self.what}第{self.at}行应为“{line}”，实为“{self.lines[self.at - 1][:60]}”")

    def field(self, label: str, pattern: str) -> str:
        line = self.next()
        match = re.fullmatch(f"{label}: ({pattern})", line)
        if match is None:
            raise Wrong(f"{self.what}第{self.at}行应是规范写法的“{label}: …”，实为“{line[:60]}”")
        return match.group(1)

    def fields(self, label: str, pattern: str) -> list[str]:
        found = []
        while self.at < len(self.lines) and self.lines[self.at].startswith(f"{label}: "):
            found.append(self.field(label, pattern))
        return found


def read_notice(text: str) -> Notice:
    reader = Reader(cut(text, "通知"), "通知")
    ordering = text.startswith("fairdraw/1 notice order\n")
    reader.head("fairdraw/1 notice order" if ordering else "fairdraw/1 notice")
    head = {label: reader.field(label, p) for label, p in START + (RULE_ORDER if ordering else RULE_CLASSES) + MIDDLE}
    witnesses = [tuple(line.split(" ", 1)) for line in reader.fields("witness", f"{WORD} {LINE}")]
    head.update((label, reader.field(label, pattern)) for label, pattern in END)
    reader.head("roster:")
    roster = []
    while reader.at < len(reader.lines):
        match = ROSTER_LINE.fullmatch(reader.next())
        if match is None:
            raise Wrong(f"通知第{reader.at}行不是规范的名册行")
        code, group, levels, leaf = match.groups()
        roster.append(Pupil(code, group, tuple(levels.split(",")), leaf))
    factors = [part.rsplit(":", 1) for part in head.get("factors", "").split()]
    return Notice(
        text=text,
        ordering=ordering,
        head=head,
        witnesses=witnesses,
        factors=[(name, int(weight)) for name, weight in factors],
        classes=head.get("classes", "").split(),
        roster=roster,
    )


def read_transcript(text: str) -> Transcript:
    reader = Reader(cut(text, "抽取记录"), "抽取记录")
    reader.head("fairdraw/1 transcript")
    notice = reader.field("notice", HASH)
    commits = [tuple(line.split(" ")) for line in reader.fields("commit", f"{WORD} {HASH}")]
    balls = reader.field("balls", f"[0-9]{{0,{MAX_BALLS}}}")
    opened = f"{WORD} (?:[0-9]{{20,200}} [0-9a-f]{{32}}|VOID {HASH})"
    reveals = [tuple(line.split(" ")) for line in reader.fields("reveal", opened)]
    beacon = reader.field("beacon", LINE)
    demand(reader.at == len(reader.lines), f"抽取记录第{reader.at + 1}行是多余的")
    return Transcript(text, notice, commits, balls, reveals, beacon)


def read_json(content: bytes, what: str) -> Any:
    """Strict JSON: UTF-8, no key twice, no values outside the standard."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            demand(key not in found, f"{what}中“{key[:40]}”一项重复")
            found[key] = value
        return found

    def strange(constant: str) -> None:
        raise Wrong(f"{what}中有不合规范的数值 {constant}")

    demand(len(content) <= MAX_FILE, f"{what}过大")
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=strange)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{what}不是规范的 UTF-8 JSON 文件（{type(error).__name__}）") from None


# ---------------------------------------------------------------------------------------------------------------------
# Rule "classes" (specification, section 4)


class Stream:
    """Section 3: the numbers that every choice is made with."""

    def __init__(self, suite: str, label: str, seed: str) -> None:
        self._words = self._endless(hash_of(suite), f"{label}|{seed}|")

    @staticmethod
    def _endless(hash_bytes: Callable[[bytes], bytes], prefix: str) -> Iterator[int]:
        counter = 0
        while True:
            block = hash_bytes(f"{prefix}{counter}".encode())
            for at in range(0, 32, 4):
                yield int.from_bytes(block[at : at + 4], "big")
            counter += 1

    def below(self, m: int) -> int:
        usable = 2**32 - 2**32 % m
        return next(word for word in self._words if word < usable) % m


class Dealing:
    """One deal from a notice and a seed. Pupils are row numbers, levels are numbers, `at[row]` is the pupil's class."""

    def __init__(self, notice: Notice, seed: str) -> None:
        self.notice, self.seed = notice, seed
        self.n, self.k = notice.n, len(notice.classes)
        self.places = [self.n // self.k + (1 if c < self.n % self.k else 0) for c in range(self.k)]
        seen: dict[tuple[int, str], int] = {}
        self.carried = []
        for pupil in notice.roster:
            self.carried.append([seen.setdefault(level, len(seen)) for level in enumerate(pupil.levels)])
        self.level_names = list(seen)
        self.together = self._groups("T")
        self.apart = self._groups("A")
        tied = {row for group in self.together for row in group}
        self.free = [row for row in range(self.n) if row not in tied]
        self.apart_of = {row: group for group in self.apart for row in group}
        self.bounds = [self._bounds(number) for number in range(len(seen))]
        # cost[level][count]: what a class with that many carriers of the level adds to the total violation
        self.cost = [
            [max(low - count, count - high, 0) * notice.factors[factor][1] for count in range(max(self.places) + 1)]
            for (low, high), (factor, _) in zip(self.bounds, self.level_names)
        ]
        self.at = [-1] * self.n
        self.tally = [[0] * len(seen) for _ in range(self.k)]
        self.alike: dict[int, dict[tuple[int, ...], list[int]]] = {}

    def _groups(self, kind: str) -> list[list[int]]:
        ids = sorted({pupil.group for pupil in self.notice.roster if pupil.group[0] == kind})
        rows: dict[str, list[int]] = {group: [] for group in ids}
        for row, pupil in enumerate(self.notice.roster):
            if pupil.group[0] == kind:
                rows[pupil.group].append(row)
        return [rows[group] for group in ids]

    def _bounds(self, level: int) -> tuple[int, int]:
        """Fair share of one level: at least this many and at most that many in every class."""
        everywhere = [row for row in range(self.n) if level in self.carried[row]]
        v = len(everywhere)
        floor, ceiling = v // self.k, (v + self.k - 1) // self.k
        w = max([len(set(group).intersection(everywhere)) for group in self.together] or [0])
        return (min(floor, (v - w) // (self.k - 1)), w) if w > ceiling else (floor, ceiling)

    def run(self) -> dict[str, str]:
        self.seat_groups()
        self.deal_round()
        shuffle = Stream(self.notice.suite, "shuffle", self.seed)
        self.total = sum(self.cost[level][count] for counts in self.tally for level, count in enumerate(counts))
        self.put_in_order(shuffle)
        for _ in range(int(self.notice.head["rounds"])):
            self.trial(shuffle)
        suite, seed = self.notice.suite, self.seed
        self.names = sorted(self.notice.classes, key=lambda label: h(suite, f"class|{seed}|{label}"))
        return {pupil.code: self.names[self.at[row]] for row, pupil in enumerate(self.notice.roster)}

    def enter(self, row: int, c: int) -> None:
        self.at[row] = c
        self.places[c] -= 1
        for level in self.carried[row]:
            self.tally[c][level] += 1

    def seat_groups(self) -> None:
        """Step 2. Groups that stay together first, then the members of groups that are kept apart."""
        stream = Stream(self.notice.suite, "group", self.seed)
        for unit in self.together + [[row] for group in self.apart for row in group]:
            taken = {self.at[other] for other in self.apart_of.get(unit[0], [])}
            fitting = [c for c in range(self.k) if self.places[c] >= len(unit) and c not in taken]
            demand(bool(fitting), f"分组 {self.notice.roster[unit[0]].group} 放不进任何一个班，通知本身无效")
            chosen = fitting[stream.below(len(fitting))]
            for row in unit:
                self.enter(row, chosen)

    def deal_round(self) -> None:
        """Step 3. The others in the order of their lots, one sex after the other, dealt like cards."""
        suite, pupils = self.notice.suite, self.notice.roster
        waiting = [row for row in range(self.n) if self.at[row] < 0]
        waiting.sort(key=lambda row: (pupils[row].levels[0], h(suite, f"ticket|{self.seed}|{pupils[row].leaf}")))
        turn = 0
        for row in waiting:
            while self.places[turn % self.k] == 0:
                turn += 1
            self.enter(row, turn % self.k)
            turn += 1

    def put_in_order(self, stream: Stream) -> None:
        """Step 4. Exchange pupils, found by lot, until every rule holds."""
        for _ in range(5 * self.n):
            if self.total == 0:
                return
            out = []
            for level, (low, high) in enumerate(self.bounds):
                out += [(level, c) for c in range(self.k) if not low <= self.tally[c][level] <= high]
            level, c = out[stream.below(len(out))]
            over = self.tally[c][level] > self.bounds[level][1]
            eligible = [row for row in self.free if self.at[row] == c and (level in self.carried[row]) is over]
            if not eligible:
                continue
            pupil = eligible[stream.below(len(eligible))]
            offset = stream.below(len(self.free))
            for other in self.free[offset:] + self.free[:offset]:
                if self.at[other] != c and self.change(pupil, other) <= -1 and self.allowed([pupil], [other]):
                    self.swap(pupil, other)
                    break
            else:
                for _ in self.free:
                    self.trial(stream)

    def trial(self, stream: Stream) -> None:
        """Step 5. One trial exchange: of a pupil, or of a group with as many partners from one class."""
        x = stream.below(len(self.free) + 20 * len(self.together))
        movers = [self.free[x]] if x < len(self.free) else self.together[(x - len(self.free)) // 20]
        partners = []
        for mover in movers:
            pool = self.pool(mover, stream.below(len(self.notice.factors) + 1))
            if not pool:
                return
            partners.append(pool[stream.below(len(pool))])
        target = {self.at[row] for row in partners}
        if len(set(partners)) < len(partners) or len(target) > 1 or self.at[movers[0]] in target:
            return
        if not self.allowed(movers, partners):
            return
        before = self.total
        for pair in zip(movers, partners):
            self.swap(*pair)
        if self.total > before:
            for pair in zip(movers, partners):
                self.swap(*pair)

    def pool(self, mover: int, factor: int) -> list[int]:
        """Everybody outside together-groups, or those of them who are like the mover in every factor but one."""
        if factor == len(self.notice.factors):
            return self.free
        if factor not in self.alike:
            self.alike[factor] = {}
            for row in self.free:
                self.alike[factor].setdefault(self.without(row, factor), []).append(row)
        return self.alike[factor].get(self.without(mover, factor), [])

    def without(self, row: int, factor: int) -> tuple[int, ...]:
        return tuple(self.carried[row][:factor] + self.carried[row][factor + 1 :])

    def change(self, a: int, b: int) -> int:
        """How the total would change if two pupils of different classes changed places."""
        here, there = self.tally[self.at[a]], self.tally[self.at[b]]
        difference = 0
        for x, y in zip(self.carried[a], self.carried[b]):
            if x != y:
                cost = self.cost[x]
                difference += cost[here[x] - 1] + cost[there[x] + 1] - cost[here[x]] - cost[there[x]]
                cost = self.cost[y]
                difference += cost[here[y] + 1] + cost[there[y] - 1] - cost[here[y]] - cost[there[y]]
        return difference

    def swap(self, a: int, b: int) -> None:
        self.total += self.change(a, b)
        here, there = self.tally[self.at[a]], self.tally[self.at[b]]
        for x, y in zip(self.carried[a], self.carried[b]):
            here[x] -= 1
            there[x] += 1
            here[y] += 1
            there[y] -= 1
        self.at[a], self.at[b] = self.at[b], self.at[a]

    def allowed(self, movers: Sequence[int], partners: Sequence[int]) -> bool:
        """Whether no pupil would come into a class where a member of the same apart-group stays."""
        for coming, leaving in ((movers, partners), (partners, movers)):
            c = self.at[leaving[0]]
            for row in coming:
                if any(self.at[o] == c and o not in leaving for o in self.apart_of.get(row, ())):
                    return False
        return True


# ---------------------------------------------------------------------------------------------------------------------
# Rule "order" (specification, section 5)


class Ordering(NamedTuple):
    order: list[str]
    admitted: list[str]
    waiting: list[str]


def put_in_order(notice: Notice, seed: str) -> Ordering:
    groups = notice.head["groups"]
    holders: dict[str, list[str]] = {}
    tickets = []
    for pupil in notice.roster:
        key = pupil.group if pupil.group[0] == "T" and groups != "alone" else pupil.code
        if key not in holders:
            tickets.append((h(notice.suite, f"ticket|{seed}|{pupil.leaf}"), key))
        holders.setdefault(key, []).append(pupil.code)
    result = Ordering([], [], [])
    free = int(notice.head["seats"])
    for _, key in sorted(tickets):
        codes = holders[key]
        result.order.extend(codes)
        if free >= (len(codes) if groups == "skip" else 1):
            result.admitted.extend(codes)
            free -= len(codes)
        else:
            result.waiting.extend(codes)
    return result


# ---------------------------------------------------------------------------------------------------------------------
# The checks of section 7, in order; each returns what it found, or raises Wrong


class Case:
    """What is known so far about one record."""

    def __init__(self, record: Any, receipt: Any = None) -> None:
        self.record, self.receipt = record, receipt
        self.notice: Notice
        self.transcript: Transcript
        self.seed = ""
        self.dealing: Dealing | None = None
        self.classes: dict[str, str] = {}
        self.ordering: Ordering | None = None


REQUIRED = {"format", "notice", "transcript", "seed", "digest_sm3", "result", "stats"}
OPTIONAL = {"lots", "late", "signatures"}


def check_record(case: Case) -> str:
    record = case.record
    demand(isinstance(record, dict), "记录不是一个 JSON 对象")
    demand(record.get("format") == "fairdraw/1", f"不认识的格式：{str(record.get('format'))[:40]}")
    missing = REQUIRED - set(record)
    demand(not missing, "缺少：" + "、".join(sorted(missing)))
    extra = set(record) - REQUIRED - OPTIONAL
    demand(not extra, "有多余的项：" + "、".join(sorted(map(str, extra)))[:80])
    for name in ("notice", "transcript", "seed", "digest_sm3"):
        demand(isinstance(record[name], str), f"“{name}”应是文字")
    beside = "、".join(sorted(OPTIONAL & set(record)))
    return f"另附 {beside}，不在本程序核对之列" if beside else ""


def check_notice(case: Case) -> str:
    case.notice = notice = read_notice(case.record["notice"])
    limits = {"balls": MAX_BALLS, "rounds": MAX_ROUNDS, "cap": MAX_PUPILS, "seats": MAX_APPLICANTS}
    for name, most in limits.items():
        demand(int(notice.head.get(name, 0)) <= most, f"“{name}”大得不合情理")
    demand(notice.head.get("cap") != "0", "“cap”应大于 0")
    demand(len(notice.witnesses) <= MAX_WITNESSES, "监督员多得不合情理")
    demand(distinct([witness for witness, _ in notice.witnesses]), "通知中监督员编号重复")
    demand(distinct([name for name, _ in notice.factors]), "因素名称重复")
    demand(len(notice.factors) <= MAX_FACTORS, "因素多得不合情理")
    demand(all(1 <= weight <= MAX_WEIGHT for _, weight in notice.factors), "因素的权重不合情理")
    return f"{notice.head['school']}，抽取编号 {notice.head['draw']}"


def check_roster(case: Case) -> str:
    notice = case.notice
    most = MAX_APPLICANTS if notice.ordering else MAX_PUPILS
    demand(int(notice.head["n"]) == notice.n, f"通知写 n 为 {notice.head['n']}，名册却有 {notice.n} 行")
    demand((1 if notice.ordering else 2) <= notice.n <= most, f"人数 {notice.n} 不合情理")
    for before, after in zip(notice.roster, notice.roster[1:]):
        demand(before.code < after.code, f"编号 {after.code} 重复，或没有按编号排列")
    demand(distinct([pupil.leaf for pupil in notice.roster]), "有两行的密封码相同")
    width = 1 if notice.ordering else len(notice.factors)
    for pupil in notice.roster:
        demand(len(pupil.levels) == width, f"编号 {pupil.code} 的因素代号个数不对")
        demand(not notice.ordering or pupil.levels == ("-",), f"编号 {pupil.code} 的因素代号应为“-”")
    return f"{notice.n} 人"


def check_classes(case: Case) -> str:
    notice = case.notice
    k = len(notice.classes)
    demand(int(notice.head["k"]) == k, f"通知写 k 为 {notice.head['k']}，却列了 {k} 个班")
    demand(distinct(notice.classes), "班名重复")
    demand(2 <= k <= notice.n, f"{notice.n} 人不能分成 {k} 个班")
    groups: dict[str, int] = {}
    for pupil in notice.roster:
        groups[pupil.group] = groups.get(pupil.group, 0) + 1
    for group, size in sorted(groups.items()):
        most = {"T": -(-notice.n // k), "A": k, "-": notice.n}[group[0]]
        demand(size <= most, f"分组 {group} 有 {size} 人，任何分班都放不下")
    return f"{k} 个班：{' '.join(notice.classes)}"


def check_cap(case: Case) -> str:
    largest, cap = -(-case.notice.n // len(case.notice.classes)), int(case.notice.head["cap"])
    demand(largest <= cap, f"最大的班将有 {largest} 人，超过通知规定的 {cap} 人")
    return f"最大的班 {largest} 人，规定不超过 {cap} 人"


def check_seats(case: Case) -> str:
    demand(case.notice.head["seats"] != "0", "没有名额可抽")
    words = {"all": "轮到时整组录取", "skip": "余额不足则候补", "alone": "各抽各的"}
    return f"{case.notice.head['seats']} 个名额；多胞胎{words[case.notice.head['groups']]}"


def check_root(case: Case) -> str:
    hash_bytes = hash_of(case.notice.suite)
    layer = [hash_bytes(b"\x00" + bytes.fromhex(pupil.leaf)) for pupil in case.notice.roster]
    while len(layer) > 1:
        # Joining neighbours and carrying an odd last one upwards gives the tree of RFC 9162.
        pairs = [hash_bytes(b"\x01" + layer[i] + layer[i + 1]) for i in range(0, len(layer) - 1, 2)]
        layer = pairs + layer[len(pairs) * 2 :]
    demand(layer[0].hex() == case.notice.head["root"], "由名册的密封码算出的总根值与通知所写不同")
    return case.notice.head["root"]


def check_transcript(case: Case) -> str:
    case.transcript = read_transcript(case.record["transcript"])
    return ""


def check_notice_hash(case: Case) -> str:
    found = h(case.notice.suite, case.notice.text)
    demand(case.transcript.notice == found, f"抽取记录所写的通知指纹不是这份通知的指纹（应为 {found}）")
    return f"请与张贴的纸质通知比对：{found}"


def check_witnesses(case: Case) -> str:
    names = [witness for witness, _ in case.notice.witnesses]
    demand(len(names) >= 3, "监督员不足三人")
    demand([witness for witness, _ in case.transcript.commits] == names, "承诺与通知所列监督员不一一对应")
    demand([reveal[0] for reveal in case.transcript.reveals] == names, "开封与通知所列监督员不一一对应")
    return "、".join(f"{witness} {who}" for witness, who in case.notice.witnesses)


def check_reveals(case: Case) -> str:
    void = []
    for (witness, sealed), (_, digits, nonce) in zip(case.transcript.commits, case.transcript.reveals):
        if digits == "VOID":
            demand(nonce == sealed, f"监督员 {witness} 的作废行所写不是其承诺")
            void.append(witness)
        else:
            opened = h(case.notice.suite, f"commit/1|{case.notice.head['draw']}|{witness}|{digits}|{nonce}")
            demand(opened == sealed, f"监督员 {witness} 开封的数与事前的承诺不符")
    return f"违规记录：{'、'.join(void)} 的数作废，按规则以封存的承诺代入" if void else ""


def check_public_numbers(case: Case) -> str:
    promised, drawn = int(case.notice.head["balls"]), case.transcript.balls
    demand(len(drawn) == promised, f"应公开摇出 {promised} 位数字，记录里有 {len(drawn)} 位")
    announced, found = case.notice.head["beacon"], case.transcript.beacon
    demand((announced == "none") == (found == "none"), "公共随机数（信标）与通知所定不一致")
    beacon = "" if found == "none" else f"；信标 {found}，请按通知所写来源（{announced}）自行比对"
    return f"公开数字 {drawn or '无'}{beacon}"


def check_seed(case: Case) -> str:
    case.seed = h(case.notice.suite, case.transcript.text)
    demand(case.record["seed"] == case.seed, f"记录所写种子不是由抽取记录算出的种子（应为 {case.seed}）")
    demand(case.record["digest_sm3"] == h("sm3", case.transcript.text), "记录所写的 SM3 值不是抽取记录的 SM3 值")
    return case.seed


def check_result(case: Case) -> str:
    given = case.record["result"]
    demand(isinstance(given, list), "结果应是一个列表")
    if case.notice.ordering:
        case.ordering = put_in_order(case.notice, case.seed)
        expected: list[Any] = list(case.ordering.order)
    else:
        case.dealing = Dealing(case.notice, case.seed)
        case.classes = case.dealing.run()
        expected = [[code, case.classes[code]] for code in sorted(case.classes)]
    demand(len(given) == len(expected), f"结果应有 {len(expected)} 行，记录里有 {len(given)} 行")
    for number, (stated, computed) in enumerate(zip(given, expected), 1):
        demand(stated == computed, f"第 {number} 行应为 {shown(computed)}，记录写作 {shown(stated)}")
    return f"{len(expected)} 行逐行重算，全部相同"


def check_figures(case: Case) -> str:
    if case.ordering:
        over = max(0, len(case.ordering.admitted) - int(case.notice.head["seats"]))
        more = f"（因多胞胎整组录取多 {over} 人）" if over else ""
        return f"录取 {len(case.ordering.admitted)} 人{more}，候补 {len(case.ordering.waiting)} 人"
    return "；".join(figures(case.dealing)) if case.dealing else ""


def figures(dealing: Dealing) -> list[str]:
    """Sizes, the largest difference of each factor's levels between classes, and the rules that stayed open."""
    size_of = {name: dealing.at.count(c) for c, name in enumerate(dealing.names)}
    sizes = [size_of[name] for name in dealing.notice.classes]
    found = [f"每班 {min(sizes)} 至 {max(sizes)} 人"]
    for factor, (name, _) in enumerate(dealing.notice.factors):
        spreads = []
        for level, (of, _) in enumerate(dealing.level_names):
            if of == factor:
                counts = [counts[level] for counts in dealing.tally]
                spreads.append(max(counts) - min(counts))
        found.append(f"{name} 同类人数最多相差 {max(spreads)}")
    for level, (low, high) in enumerate(dealing.bounds):
        factor, token = dealing.level_names[level]
        for c, counts in enumerate(dealing.tally):
            if not low <= counts[level] <= high:
                where = f"{dealing.notice.factors[factor][0]} 的 {token} 类在 {dealing.names[c]} 班"
                found.append(f"未能满足：{where}有 {counts[level]} 人，均衡应为 {low} 至 {high} 人")
    return found


def check_receipt(case: Case) -> str:
    receipt, notice = case.receipt, case.notice
    keys = ("code", "name", "id", "group", "levels", "salt")
    demand(isinstance(receipt, dict) and set(receipt) == set(keys), f"回执应恰有这几项：{'、'.join(keys)}")
    levels = receipt["levels"]
    demand(isinstance(levels, list), "回执的 levels 应是列表")
    demand(all(isinstance(v, str) for v in levels + [receipt[k] for k in keys if k != "levels"]), "回执各项应是文字")
    mine = [pupil for pupil in notice.roster if pupil.code == receipt["code"]]
    demand(bool(mine), f"名册里没有编号 {receipt['code'][:20]}")
    name = " ".join(unicodedata.normalize("NFC", receipt["name"]).split())
    identity = unicodedata.normalize("NFC", receipt["id"].strip().upper())
    parts = (notice.head["draw"], receipt["code"], name, identity, receipt["group"], " ".join(levels), receipt["salt"])
    try:
        leaf = h(notice.suite, "leaf/1\n" + "".join(f"{part}\n" for part in parts))
    except UnicodeEncodeError:
        raise Wrong("回执里有不合规范的字符") from None
    demand(leaf == mine[0].leaf, "由回执算出的密封码不是名册中这个编号的密封码")
    # The leaf seals what the family was told; the draw used what the roster says. They must be the same.
    told = (receipt["group"], tuple(levels))
    demand(told == (mine[0].group, mine[0].levels), "名册中这个孩子的分组或因素代号与回执不同")
    return standing(case, receipt["code"])


def standing(case: Case, code: str) -> str:
    if not case.ordering:
        return f"孩子在名册中，编号 {code}，班级：{case.classes[code]}"
    place = f"孩子在名册中，编号 {code}，顺序第 {case.ordering.order.index(code) + 1} 位，"
    if code in case.ordering.admitted:
        return place + "已录取"
    return place + f"候补第 {case.ordering.waiting.index(code) + 1} 位"


def distinct(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


OPENING: list[tuple[str, Callable[[Case], str]]] = [
    ("记录文件的格式，没有缺项和多余的项", check_record),
    ("通知：每一行的写法和次序", check_notice),
    ("名册：编号和密封码没有重复，按编号排列", check_roster),
]
FOR_CLASSES: list[tuple[str, Callable[[Case], str]]] = [("班级", check_classes), ("每班人数上限", check_cap)]
FOR_ORDER: list[tuple[str, Callable[[Case], str]]] = [("名额和同组规则", check_seats)]
CLOSING: list[tuple[str, Callable[[Case], str]]] = [
    ("总根值由名册重新算出", check_root),
    ("抽取记录：每一行的写法和次序", check_transcript),
    ("抽取记录用的就是这份通知", check_notice_hash),
    ("监督员至少三人，每人一个承诺、一次开封", check_witnesses),
    ("每次开封与事前的承诺相符", check_reveals),
    ("公开数字的位数和信标", check_public_numbers),
    ("种子由抽取记录算出", check_seed),
    ("结果由通知和种子逐行重算", check_result),
    ("人数与均衡情况", check_figures),
]


class Outcome(NamedTuple):
    title: str
    passed: bool
    detail: str


def verify(record: Any, receipt: Any = None) -> list[Outcome]:
    """Make every check in order and stop at the first that fails; the record and the receipt are parsed JSON."""
    case = Case(record, receipt)
    outcomes: list[Outcome] = []

    def passes(checks: list[tuple[str, Callable[[Case], str]]]) -> bool:
        for title, check in checks:
            try:
                outcomes.append(Outcome(title, True, check(case)))
            except Wrong as wrong:
                outcomes.append(Outcome(title, False, str(wrong)))
                return False
        return True

    if passes(OPENING):
        rule = FOR_ORDER if case.notice.ordering else FOR_CLASSES
        passes(rule + CLOSING + ([("家长回执", check_receipt)] if receipt is not None else []))
    return outcomes


def holds(outcomes: list[Outcome]) -> bool:
    return bool(outcomes) and all(outcome.passed for outcome in outcomes)


# ---------------------------------------------------------------------------------------------------------------------
# The command


def load(path: str, what: str) -> Any:
    try:
        with open(path, "rb") as file:
            return read_json(file.read(MAX_FILE + 1), what)
    except OSError as error:
        raise Wrong(f"{what}打不开：{error.strerror}") from None


def own_fingerprint(record: Any) -> str:
    """Whether this very file is the one that the notice promised; only paper can prove that, so it is no check."""
    head = read_notice(record["notice"]).head
    with open(__file__, "rb") as file:
        found = hash_of(head["suite"])(file.read()).hex()
    same = "与通知所公布的一致" if found == head["software"] else f"通知所公布的是 {head['software']}，不是同一个文件"
    return f"本程序文件的 {head['suite']} 值：{found}（{same}）"


def main(arguments: list[str] | None = None) -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console may lack some character
    parser = argparse.ArgumentParser(description="核对一次电脑随机分班或摇号的记录（fairdraw/1）")
    parser.add_argument("record", metavar="RECORD.json", help="公布的记录文件")
    parser.add_argument("--receipt", metavar="RECEIPT.json", help="家长手里的回执文件")
    options = parser.parse_args(arguments)
    try:
        record = load(options.record, "记录")
        receipt = load(options.receipt, "回执") if options.receipt else None
        demand(receipt is not None or not options.receipt, "回执是空的")
    except Wrong as wrong:
        print(f"不通过：{wrong}")
        return 1
    outcomes = verify(record, receipt)
    for number, outcome in enumerate(outcomes, 1):
        print(f"{number:2}. {outcome.title}：{'通过' if outcome.passed else '不通过'}")
        if outcome.detail:
            print(f"    {outcome.detail}")
    if not holds(outcomes):
        print(f"\n结论：不通过。第一处不符：{outcomes[-1].title}——{outcomes[-1].detail}。其后各项没有再核对。")
        return 1
    print(f"\n{own_fingerprint(record)}")
    mock = "（这是一次演练，不是正式结果）" if "\ndraw: MOCK-" in record["notice"] else ""
    print(f"结论：全部 {len(outcomes)} 项通过{mock}。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
