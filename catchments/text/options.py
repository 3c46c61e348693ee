"""The deciding question of an open answer as buttons, and the answer that each of them gives.

Wherever the engine can be asked again with the choice typed behind the address, it is: the option is its answer.
A chosen option may leave a second question, which has options of its own; the choices stand in `Answer.said`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from catchments.text.answers import Answer, Match, Option, Outcome, Reason, Sure
from catchments.text.clauses import Claim, Kind, Line
from catchments.text.questions import deciding_axis, line_question, segment_words
from catchments.text.sides import road_or_land
from catchments.text.typed import number_asked, spoken
from catchments.text.vocabulary import OPPOSITE

Again = Callable[[str], Answer]  # asks with these words typed behind the address

MEETS, MEETS_NOT, MEETS_NONE = "符合", "不符合", "都不符合"
OTHER_STRETCH, OTHER_PART = "其他路段", "都不是"


@dataclass(frozen=True, slots=True)
class _Way:
    """An option with all that its answer says."""

    label: str
    schools: tuple[str, ...]
    matches: tuple[Match, ...]
    reason: Reason
    question: str = ""
    refused: tuple[Match, ...] = ()
    added: str = ""  # the words behind the address that say the same
    open: bool = False  # one school is left, but not for certain


def options(answer: Answer, again: Again) -> tuple[Option, ...]:
    """The options that tell schools apart, in the order of the question."""
    return tuple(Option(way.label, way.schools) for way in _ways(answer, again))


def answered(answer: Answer, labels: str, again: Again) -> Answer:
    """The answer that the options of these labels leave, chosen one after the other (「甲、乙」)."""
    while labels:
        ways = [way for way in _ways(answer, again) if f"{labels}、".startswith(f"{way.label}、")]
        if not ways:
            break
        way = max(ways, key=lambda one: len(one.label))
        labels = labels[len(way.label) + 1 :]
        answer = _narrowed(answer, way)
    return answer


def _narrowed(answer: Answer, way: _Way) -> Answer:
    outcome = (Outcome.NONE, Outcome.ONE)[len(way.schools)] if len(way.schools) < 2 else Outcome.SEVERAL
    if way.schools and way.open:
        outcome = Outcome.SEVERAL
    found = replace(
        answer,
        outcome=outcome,
        schools=way.schools,
        sure=Sure.INFERRED if answer.sure is Sure.EXACT else answer.sure,
        reason=Reason.NAMED if outcome is Outcome.ONE else way.reason,
        matches=way.matches,
        question=way.question if outcome is not Outcome.NONE else "",
        refused=way.refused,
        said=f"{answer.said}、{way.label}" if answer.said else way.label,
        added=way.added or answer.added,
        kept=answer.kept or not way.added,
    )
    return replace(found, question=_next_question(found)) if found.kept else found


def _next_question(answer: Answer) -> str:
    """What is still to be asked of the matches that a choice left."""
    conditions = dict.fromkeys(words for match in answer.matches for words in match.conditions)
    if answer.outcome is Outcome.SEVERAL:
        if _tell_apart(list(_lines(answer)), answer):
            return line_question(answer.place, _sided(answer))
        if conditions:
            return f"是否符合条件：{'；'.join(conditions)}？"
        if _tell_apart(list(_choices(answer)), answer):
            return "可选择其中一所，请问选择哪一所？"
        return f"请向区教育局核实{answer.place}由哪一所接收。"
    return f"是否符合条件：{'；'.join(conditions)}？" if conditions else ""


def asks(answer: Answer, again: Again) -> str:
    """The unit of the number that the question is about, when typing one really brings the answer nearer."""
    if not answer.question or answer.kept or _parts(answer, again):
        return ""
    for unit, words in (pair for claim in _numbered(answer) for pair in number_asked(claim.numbers)):  # type: ignore[arg-type]
        if _nearer(again(answer.added + words), answer):
            return spoken(unit)
    return ""


def _numbered(answer: Answer) -> list[Claim]:
    return [match.claim for match in answer.matches if match.claim and match.claim.numbers]


def _nearer(found: Answer, answer: Answer) -> bool:
    """Whether a second answer leaves fewer schools, or asks for something else."""
    if found.outcome is not Outcome.SEVERAL or set(found.schools) < set(answer.schools):
        return True
    return found.question != answer.question


def _ways(answer: Answer, again: Again) -> list[_Way]:
    if not answer.question:
        return []
    if not answer.kept:
        if parts := _parts(answer, again):
            return parts
        if asks(answer, again):
            return []
    for kind in (_lines, _conditions, _choices):
        ways = list(kind(answer))
        if _tell_apart(ways, answer):
            return ways
    return []


def _parts(answer: Answer, again: Again) -> list[_Way]:
    """Stretches of a road, the two sides of its numbers, or parts that have a word for a number."""
    for kind in (_road_or_land, _segments, _parities, _labels):
        ways = list(kind(answer, lambda words: again(answer.added + words)))
        if _tell_apart(ways, answer):
            return ways
    return []


def _tell_apart(ways: list[_Way], answer: Answer) -> bool:
    """Whether a choice brings the answer nearer, and none of the ways was chosen before."""
    said = answer.said.split("、")
    return any(set(way.schools) != set(answer.schools) for way in ways) and not any(way.label in said for way in ways)


def _segments(answer: Answer, again: Again) -> Iterator[_Way]:
    """Sides of another road; the side of which no text speaks too, because somebody lives there."""
    segments = dict.fromkeys(match.claim.segment for match in answer.matches if match.claim and match.claim.segment)
    if answer.reason is Reason.SIDE:
        segments |= dict.fromkeys(match.line.segment for match in answer.matches if match.line and match.line.segment)
    for segment in list(segments):
        if segment.side in OPPOSITE:
            segments.setdefault(replace(segment, side=OPPOSITE[segment.side]))
    for segment in segments:
        words = f"（{segment.printed()}）"
        yield _asked(segment_words(segment), again(words), answer.added + words)
    if segments and not any(segment.side for segment in segments):
        rest = [m for m in answer.matches if not (m.claim and m.claim.segment) and not (m.line and m.line.segment)]
        yield _kept(OTHER_STRETCH, rest, answer.reason if rest else Reason.NUMBER_UNNAMED)


def _parities(answer: Answer, again: Again) -> Iterator[_Way]:
    """Odd and even, where the texts say nothing else about the numbers."""
    terms = [term for claim in _numbered(answer) for term in (*claim.numbers.terms, *claim.numbers.holes)]  # type: ignore[union-attr]
    if terms and all(t.unit == "号" and t.parity and t.low <= 1 and t.high is None and not t.inner for t in terms):
        yield _asked("单号", again("1号"), answer.added + "1号")
        yield _asked("双号", again("2号"), answer.added + "2号")


def _labels(answer: Answer, again: Again) -> Iterator[_Way]:
    """Parts that are named by a direction or a letter (「北区」, 「A区」), which nobody could type as a number."""
    terms = [term for claim in _numbered(answer) for term in (*claim.numbers.terms, *claim.numbers.holes)]  # type: ignore[union-attr]
    if not terms or not all(term.label and not term.low and not term.high and not term.inner for term in terms):
        return
    words = list(dict.fromkeys(term.label + spoken(term.unit) for term in terms))
    found = [(one, again(one)) for one in words]
    if not all(_nearer(other, answer) for _, other in found):
        return
    for one, other in found:
        yield _asked(one, other, answer.added + one)
    rest = [match for match in answer.matches if not (match.claim and match.claim.numbers)]
    only_lines = bool(rest) and all(match.line for match in rest)
    reason = Reason.LINE_ONLY if only_lines else answer.reason if rest else Reason.NUMBER_UNNAMED
    yield replace(_kept(OTHER_PART, rest, reason), open=only_lines)


def _asked(label: str, found: Answer, added: str) -> _Way:
    several = found.outcome is Outcome.SEVERAL
    return _Way(label, found.schools, found.matches, found.reason, found.question, found.refused, added, several)


def _road_or_land(answer: Answer, again: Again) -> Iterator[_Way]:
    """「甲路以东」: on the road itself, which a text lists, or on the land east of it."""
    if answer.reason is Reason.SIDE and any(match.claim for match in answer.matches):
        on, off = road_or_land(answer.place)
        yield _asked(on, again(f"（{on}）"), f"{answer.added}（{on}）")
        land = [match for match in answer.matches if match.line]
        yield _kept(off, land, Reason.SIDE if land else Reason.NUMBER_UNNAMED)


def _sided(answer: Answer) -> list[tuple[str, Line]]:
    return [(match.school, match.line) for match in answer.matches if match.line and match.line.side in OPPOSITE]


def _lines(answer: Answer) -> Iterator[_Way]:
    """The sides of one boundary line; nothing is known of a side on which no text has a school."""
    sided = _sided(answer)
    axis = deciding_axis(sided, answer.said.split("、")) if answer.reason is Reason.LINE_ONLY else ""
    lines = [line for _, line in sided if line.name == axis]
    # A school of which another line speaks may have either side.
    others = {match.school for match in answer.matches} - {school for school, line in sided if line.name == axis}
    for line in dict.fromkeys((one.segment, one.side) for one in lines):
        there = {school for school, one in sided if one.name == axis and (one.segment, one.side) == line} | others
        kept = [m for m in answer.matches if m.school in there and _runs(m, axis, line)]
        yield _kept(_side(next(one for one in lines if (one.segment, one.side) == line), line[1]), kept, answer.reason)
    taken = {line.side for line in lines}
    for line in lines:
        if OPPOSITE[line.side] not in taken:
            taken.add(OPPOSITE[line.side])
            rest = [match for match in answer.matches if match.school in others]
            reason = answer.reason if rest else Reason.NUMBER_UNNAMED
            yield replace(_kept(_side(line, OPPOSITE[line.side]), rest, reason), open=True)


def _runs(match: Match, axis: str, line: tuple[object, str]) -> bool:
    """Whether a match does not speak against this side of the axis."""
    return not match.line or match.line.name != axis or (match.line.segment, match.line.side) == line


def _side(line: Line, side: str) -> str:
    stretch = f"（{line.segment.printed()}）" if line.segment else ""
    return f"{line.name}{stretch}以{side}"


def _conditions(answer: Answer) -> Iterator[_Way]:
    """Who meets a condition, and who meets none; a priority decides nothing for those who do not have it."""
    asked = [match for match in answer.matches if match.conditions]
    if not asked or any(match.clause.condition and match.clause.condition.priority for match in asked):
        return
    free = [match for match in answer.matches if not match.conditions]
    sets = dict.fromkeys(match.conditions for match in asked)
    for conditions in sets:
        met = [replace(match, conditions=()) for match in asked if match.conditions == conditions]
        label = MEETS if len(sets) == 1 else "；".join(conditions)
        yield _kept(label, [*met, *free], Reason.CONFLICT)
    none = _kept(MEETS_NOT if len(sets) == 1 else MEETS_NONE, free, Reason.CONFLICT)
    yield none if free else replace(none, reason=Reason.CONDITION_FAILS, refused=tuple(asked))


def _choices(answer: Answer) -> Iterator[_Way]:
    """Schools of a shared catchment: the family chooses."""
    if len(answer.schools) > 1 and any(match.clause.kind is Kind.SHARED for match in answer.matches):
        for school in answer.schools:
            yield _kept(school, [match for match in answer.matches if match.school == school], Reason.NAMED)


def _kept(label: str, matches: Iterable[Match], reason: Reason) -> _Way:
    kept = tuple(matches)
    return _Way(label, tuple(dict.fromkeys(match.school for match in kept)), kept, reason)
