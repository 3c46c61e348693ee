"""What the engine must hold, measured: `python -m tests.catchments.bench`. Exit status 1 when a floor is missed."""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import replace

from catchments.text import Book, CatchmentText, lint, read
from catchments.text.__main__ import characters
from catchments.text.clauses import Kind
from tests.catchments.bench_api import measure_api
from tests.catchments.faults_found import faults, judged, score
from tests.catchments.worked import DISTRICTS, book, book_name, case_files, cases, texts

CASES_RIGHT = 0.97
CHARACTERS_READ = 0.90
LOOKUPS_A_SECOND = 20_000
HOME = "yangquan"


def main() -> int:
    """Print every figure; return 1 when one is below its floor."""
    missed = [*measure_cases(), *measure_characters(), *measure_speed(), *measure_lint()]
    measure_memory()
    missed += measure_api()
    print("\n" + ("floors missed: " + "; ".join(missed) if missed else "all floors held"))
    return 1 if missed else 0


def measure_cases() -> list[str]:
    """Right outcome and right set of schools, file by file."""
    print("cases (outcome and set of schools right)")
    right = total = wrong = 0
    for path in case_files():
        asked = cases(path)
        answers = [book(book_name(path)).lookup(case.address, case.level, case.hukou) for case in asked]
        good = sum(case.right(answer) for case, answer in zip(asked, answers, strict=True))
        other = sum(case.wrong_one(answer) for case, answer in zip(asked, answers, strict=True))
        print(f"  {path.stem:36} {good:4}/{len(asked):<4} {good / len(asked):7.1%}   one, but another school: {other}")
        right, total, wrong = right + good, total + len(asked), wrong + other
    print(f"  {'all':36} {right:4}/{total:<4} {right / total:7.1%}   one, but another school: {wrong}")
    missed = [f"{right / total:.1%} of cases right"] if right / total < CASES_RIGHT else []
    return missed + ([f"{wrong} cases answered with another school"] if wrong else [])


def measure_characters() -> list[str]:
    """Characters inside read clauses, by kind; punctuation and joining words (mark) are shown apart."""
    print("\ncharacters inside read clauses (without marks: of the characters that are no punctuation or joining word)")
    missed = []
    for name in sorted(DISTRICTS):
        counts: Counter[str] = Counter()
        for entry in book(name).entries:
            counts.update(characters(entry.clauses))
        total, unread, marks = sum(counts.values()), counts[Kind.UNREAD], counts[Kind.MARK]
        share = 1 - unread / total
        inner = 1 - unread / (total - marks)
        kinds = " ".join(f"{kind} {count}" for kind, count in counts.most_common())
        print(f"  {name:28} {share:6.1%}  without marks {inner:6.1%}  {kinds}")
        if inner < CHARACTERS_READ:
            missed.append(f"{name}: {inner:.1%} of characters read")
    return missed


def addresses(rows: list[CatchmentText], one: Book, count: int) -> list[tuple[str, str]]:
    """Typed addresses: every name of the texts, with prefixes, numbers and doors, and one in ten unknown."""
    rng = random.Random(20240901)
    names = [(e.row.level, n) for e in one.entries for c in e.clauses for claim in c.claims for n in claim.names]
    found = []
    for _ in range(count):
        level, name = rng.choice(names)
        if rng.random() < 0.1:
            name = "".join(rng.sample("松柏桐梧兰竹菊荷桂柳", 2)) + rng.choice(["路", "街", "小区", "村"])
        prefix = rng.choice(["", "", "山西省阳泉市城区", "城区"])
        door = rng.choice(["", f"{rng.randint(1, 300)}号", f"{rng.randint(1, 300)}号{rng.randint(1, 9)}号楼2单元501室"])
        found.append((f"{prefix}{name}{door}", level))
    return found


def speed(one: Book, asked: list[tuple[str, str]]) -> float:
    """Lookups a second on one core, the best of three runs (the machine may be shared)."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for address, level in asked:
            one.lookup(address, level)
        best = max(best, len(asked) / (time.process_time() - start))
    return best


def copies(rows: list[CatchmentText], count: int) -> list[CatchmentText]:
    """The same texts for many districts: every copy has names of its own."""
    import re

    found = list(rows)
    for i in range(1, count):
        mark = chr(0x4E00 + 37 * i)
        rename = re.compile(r"(?<=[、，。：；])(?=[\u4e00-\u9fff]{2})")
        found += [replace(row, school=f"{mark}{row.school}", text=mark + rename.sub(mark, row.text)) for row in rows]
    return found


def measure_speed() -> list[str]:
    """Lookups a second at 1, 10 and 100 times the clauses."""
    print("\nlookups a second on one core")
    rows = texts(HOME)
    asked = addresses(rows, book(HOME), 10_000)
    rates, sizes = [], []
    for times in (1, 10, 100):
        start = time.process_time()
        one = read(copies(rows, times), DISTRICTS[HOME])
        took = time.process_time() - start
        rates.append(speed(one, asked))
        sizes.append(sum(len(entry.clauses) for entry in one.entries))
        print(f"  {times:4}x  {sizes[-1]:7} clauses  {rates[-1]:9,.0f}/s   read in {took:.2f} s")
    missed = [f"{rates[0]:,.0f} lookups/s"] if rates[0] < LOOKUPS_A_SECOND else []
    growth = rates[0] / rates[-1]
    print(f"  a lookup costs {growth:.2f} times as much at {sizes[-1] / sizes[0]:.0f} times the clauses")
    return missed + ([f"cost grows {growth:.0f} times"] if growth > sizes[-1] / sizes[0] / 4 else [])


def measure_memory() -> None:
    """Memory of a book of about 100 000 clauses."""
    rows = texts(HOME)
    clauses = sum(len(entry.clauses) for entry in book(HOME).entries)
    many = copies(rows, 100_000 // clauses)
    gc.collect()
    tracemalloc.start()
    one = read(many, DISTRICTS[HOME])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    count = sum(len(entry.clauses) for entry in one.entries)
    print(
        f"\nmemory: {size / 2**20:.0f} MiB for {count:,} clauses ({size / count:.0f} bytes a clause, indexes included)"
    )


def measure_lint() -> list[str]:
    """Recall and false alarms against the known faults of the home district's text."""
    known = faults(HOME)
    result = score(known, lint(book(HOME)))
    print("\nfaults of the text")
    print(f"  known {len(known)}, findable from the text {result.findable}, wholly found {result.whole}")
    print(f"  recall {result.recall:.1%} (share of the places of each fault, averaged)")
    print(f"  findings {result.findings}, about no known fault {len(result.false_alarms)}")
    judgements = judged(HOME)
    for finding in result.false_alarms:
        verdict = judgements.get((finding.rule, finding.subject), "not judged")
        print(f"    {finding.severity:6} {finding.rule:18} {finding.subject}   judged: {verdict}")
    return []


if __name__ == "__main__":
    sys.exit(main())
