"""Faults of names: one place with two schools, named at one level only, on the wrong side, or almost the same as another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from catchments.text.book import Book
from catchments.text.clauses import Kind
from catchments.text.finding import Finding, Rule, Severity, quote
from catchments.text.index import Entry, LevelIndex, Role
from catchments.text.names import shortened, stem
from catchments.text.sound import rare as sound_is_rare
from catchments.text.sound import sounds
from catchments.text.vocabulary import OPPOSITE, TELLING

_MANY = 30


def place_faults(book: Book) -> Iterator[Finding]:
    """All faults of names."""
    levels = {level: matcher.index for level, matcher in book.matchers.items()}
    for level, index in levels.items():
        yield from _two_schools(level, index)
        yield from _listed_lines(level, index)
    yield from _one_level_only(levels)
    yield from _other_side(levels)
    for level, index in levels.items():
        yield from _wrong_stretch(level, index)
    yield from _near_names(levels)


def _listed(index: LevelIndex, name: str) -> list[Entry]:
    return [entry for entry in index.names[name].entries if entry.role is Role.PLACE]


def _whole(entry: Entry) -> bool:
    """Whether an entry takes the whole place, for everybody."""
    claim = entry.claim
    return bool(claim and not claim.numbers and not claim.segment and not claim.partial and not entry.clause.condition)


def core(name: str) -> str:
    """What two ways to write one place have in common."""
    return stem(shortened(name))[0]


def _two_schools(level: str, index: LevelIndex) -> Iterator[Finding]:
    for name in index.names:
        entries = [entry for entry in _listed(index, name) if entry.clause.kind is not Kind.SHARED]
        whole = {entry.school: entry for entry in entries if _whole(entry)}
        if len(whole) > 1:
            quotes = tuple(quote(level, school, entry.clause) for school, entry in whole.items())
            question = f"{name}同时列入{'、'.join(whole)}，应由哪一所接收？"
            yield Finding(Rule.TWO_SCHOOLS, Severity.HIGH, name, quotes, question)
        sections = {
            e.school: e
            for e in entries
            if e.claim and e.claim.numbers and any(t.unit == "段" for t in e.claim.numbers.terms)
        }
        ranges = {
            e.school: e
            for e in entries
            if e.claim and e.claim.numbers and any(t.unit == "号" for t in e.claim.numbers.terms)
        }
        for school, section in sections.items():
            others = {s: e for s, e in ranges.items() if s != school}
            if others:
                quotes = (quote(level, school, section.clause), *(quote(level, s, e.clause) for s, e in others.items()))
                question = f"{name}有的学校按路段划分、有的按门牌号划分，路段内的门牌号由哪一所接收？"
                yield Finding(Rule.TWO_SCHOOLS, Severity.HIGH, name, quotes, question)


def _listed_lines(level: str, index: LevelIndex) -> Iterator[Finding]:
    """A school lists a place that is also its own boundary, without saying whether the line is included."""
    for name in index.names.values():
        lines = [e for e in name.entries if e.role is Role.LINE and e.line and not e.line.numbers]
        settled = {entry.school for entry in lines if entry.line.included is not None}  # type: ignore[union-attr]
        for entry in lines:
            if entry.school in settled:
                continue
            own = next(
                (e for e in name.entries if e.role is Role.PLACE and e.school == entry.school and _whole(e)), None
            )
            if own:
                quotes = (quote(level, entry.school, entry.clause), quote(level, own.school, own.clause))
                question = f"{name.text}既是{entry.school}的分界线又列入名单，是否全部由该校接收？"
                yield Finding(Rule.LISTED_LINE, Severity.MEDIUM, name.text, quotes, question)


def _one_level_only(levels: dict[str, LevelIndex]) -> Iterator[Finding]:
    if len(levels) < 2:
        return
    known = {level: {core(name) for name in index.names} for level, index in levels.items()}
    heard = {level: {sounds(one) for one in cores} for level, cores in known.items()}
    for level, index in levels.items():
        others = [other for other in levels if other != level]
        for name in index.names:
            entries = [
                e
                for e in _listed(index, name)
                if (e.claim and e.claim.names[0] == name) or (e.claim and name in e.claim.names)
            ]
            if not entries or entries[0].clause.kind in (Kind.CONDITION, Kind.SHARED):
                continue
            missing = [o for o in others if core(name) not in known[o] and sounds(core(name)) not in heard[o]]
            if missing:
                question = f"{name}在另一学段没有写明学校，应由哪一所接收？"
                yield Finding(
                    Rule.ONE_LEVEL,
                    Severity.MEDIUM,
                    name,
                    (quote(level, entries[0].school, entries[0].clause),),
                    question,
                )


def _other_side(levels: dict[str, LevelIndex]) -> Iterator[Finding]:
    """One place in the lists of two schools that lie on opposite sides of one line."""
    listed: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for level, index in levels.items():
        for name in index.names:
            for entry in _listed(index, name):
                if _whole(entry):
                    listed[core(name)].append((level, entry))
    sides = {
        (level, school): {line.name: line for line in lines}
        for level, index in levels.items()
        for school, lines in index.lines.items()
    }
    for name, entries in listed.items():
        for i, (level, entry) in enumerate(entries):
            for other_level, other in entries[i + 1 :]:
                mine, theirs = sides.get((level, entry.school), {}), sides.get((other_level, other.school), {})
                against = next(
                    (n for n, line in mine.items() if n in theirs and OPPOSITE.get(line.side) == theirs[n].side), ""
                )
                if against and against != name:
                    quotes = (
                        quote(level, entry.school, _clause_of(levels[level], entry.school, against)),
                        quote(level, entry.school, entry.clause),
                        quote(other_level, other.school, _clause_of(levels[other_level], other.school, against)),
                        quote(other_level, other.school, other.clause),
                    )
                    question = f"{entry.school}在{against}以{mine[against].side}，{other.school}在{against}以{theirs[against].side}，但都列入{name}，{name}在哪一侧？"
                    yield Finding(Rule.OTHER_SIDE, Severity.MEDIUM, entry.claim.names[0], quotes, question)  # type: ignore[union-attr]


def _wrong_stretch(level: str, index: LevelIndex) -> Iterator[Finding]:
    """A stretch of a road that lies on the other side of the school's own limit."""
    for name in index.names:
        for entry in _listed(index, name):
            segment = entry.claim.segment if entry.claim else None
            limit = next(
                (
                    line
                    for line in index.lines.get(entry.school, ())
                    if segment
                    and segment.side
                    and line.name == segment.refs[0]
                    and OPPOSITE.get(line.side) == segment.side
                ),
                None,
            )
            if limit and segment:
                quotes = (
                    quote(level, entry.school, _clause_of(index, entry.school, limit.name)),
                    quote(level, entry.school, entry.clause),
                )
                question = (
                    f"{entry.school}的范围在{limit.name}以{limit.side}，名单里却是{name}的{limit.name}以{segment.side}段，"
                    "哪一个写对了？"
                )
                yield Finding(Rule.OTHER_SIDE, Severity.MEDIUM, name, quotes, question)


def _clause_of(index: LevelIndex, school: str, line: str):  # type: ignore[no-untyped-def]
    """The boundary clause of a school that has this line."""
    return next(e.clause for e in index.names[line].entries if e.role is Role.LINE and e.school == school)


def _near_names(levels: dict[str, LevelIndex]) -> Iterator[Finding]:
    """Names that differ by one character, by a doubled ending, or by the kind of settlement."""
    where: dict[str, tuple[str, Entry]] = {}
    for level, index in levels.items():
        for name, found in index.names.items():
            where.setdefault(name, (level, found.entries[0]))
    blanked: defaultdict[str, list[str]] = defaultdict(list)
    for name in where:
        for i, char in enumerate(name):
            if char not in TELLING and len(name) < 16:
                blanked[f"{name[:i]}?{name[i + 1 :]}"].append(name)
        blanked[shortened(name) if shortened(name) != name else core(name)].append(name)
        if name[:-1] in where and name[-1] in "路街村":
            blanked[name[:-1]].append(name)
    seen: set[frozenset[str]] = set()
    for key, group in blanked.items():
        if len(group) > _MANY:
            continue  # one common ending, not names that are alike
        names = sorted({*group, *([key] if key in where else [])})
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                if frozenset((a, b)) in seen or where[a][1].clause is where[b][1].clause:
                    continue
                if _confusable(a, b):
                    seen.add(frozenset((a, b)))
                    quotes = tuple(quote(where[n][0], where[n][1].school, where[n][1].clause) for n in (a, b))
                    yield Finding(Rule.NEAR_NAMES, Severity.LOW, f"{a}/{b}", quotes, f"{a}与{b}是同一处吗？")


def _confusable(a: str, b: str) -> bool:
    """Whether two names may be one place."""
    if core(a) == core(b):
        return True
    if len(a) != len(b):
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        return longer.startswith(shorter) and len(longer) == len(shorter) + 1
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(differing) != 1 or any(char.isascii() for char in differing[0]):
        return False
    if sounds(a) == sounds(b):
        return True
    rare = all(sound_is_rare(char) for char in differing[0])
    return a[-1] != b[-1] and a[:-1] == b[:-1] and (rare or len(a) == 3)
