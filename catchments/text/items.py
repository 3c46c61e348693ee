"""One item of a list: the name, its numbers, and the twelve jobs that its brackets may have."""

from __future__ import annotations

import re
from dataclasses import replace

from catchments.text.boundaries import segment_of
from catchments.text.bracket_words import (
    CONDITION,
    EXCLUDE,
    EXCLUDE_END,
    INCLUDE,
    MERGED,
    OLD,
    STATUS,
    numbers_inside,
    siblings_in,
    told_apart,
)
from catchments.text.clauses import Claim, Kind
from catchments.text.conditions import read_condition
from catchments.text.drafts import (
    Draft,
    State,
    add_names,
    changed,
    named,
    names_of,
    no_place,
    old_names,
    own_name,
    plausible,
    refine,
)
from catchments.text.item_numbers import clean, continued, find_numbers
from catchments.text.layout import Layout, lay_out
from catchments.text.names import CODES, bracketed, coded, leading_sibling, several, sibling, written
from catchments.text.normalise import is_han
from catchments.text.number_reading import Reading, read_numbers
from catchments.text.numbers import Numbers, Term
from catchments.text.plain_names import plain_name
from catchments.text.vocabulary import ROAD_END, SETTLEMENT

MAX_DEPTH = 4  # deeper brackets are noise: they stay unread

_BETWEEN_ITEMS = re.compile(r"[、,; ]+|(?<=[^、,; ])(?:及其|[和及与](?![平睦谐顺兴义])|以及)")

_LEAD_INSIDE = re.compile(r"(?:其中|但)?(?P<not>不含|不包括|不包含|除了?(?=.{2,}))|包括|包含|其中")

_WITHOUT_END = re.compile(r"(?<=.{2})(?:除了?|不含|不包括)$")

_OUTSIDE = re.compile(r"(?:以外|之外|除外|外)?")

_TAIL = re.compile(
    r"(?:[东南西北][侧边面]|等(?:\w{0,3}个)?(?:小区|片区|地段|村庄|地|处|路段|区域)?(?:整片区|范围)?|(?:以)?内的?(?:住宅)?小区|整片区|全段两侧|全段|全部|整片|两侧|沿线|一带|附近|周边|地区|区域|片区|范围内?|各段|行政区域|辖区内?|境内)$"
)


def item(layout: Layout, start: int, stop: int, limit: int, state: State) -> tuple[list[Draft], int]:
    """Read the item that begins at start; the end may lie beyond its separator when an enumeration goes on."""
    text = layout.text
    if found := several(layout.masked, start, limit):
        return _shared(layout, start, found, stop, limit, state)
    if match := CODES.match(text, start, limit):
        names = coded(match, state.last)
        state.last = names[-1][0]
        drafts = [Draft(Kind.PLACE, start, match.end(), [Claim(one, town=state.town) for one in names])]
        return _with_brackets(layout, drafts, drafts[-1], match.end(), layout.item_end(match.end(), limit), state)
    elder = leading_sibling(layout.masked[start:stop], state.last)
    at, reading = find_numbers(layout, start, start + len(elder), stop, limit, state)
    if reading:
        name = clean(text[start:at])
        if no_place(name):
            return [Draft(Kind.UNREAD, start, stop)], stop
        without = _WITHOUT_END.search(name)
        name = name[: without.start()] if without else name
        name = name if any(is_han(char) for char in name) else ""
        name = sibling(written(name), state.last) if elder and name == elder else name
        base = name or state.base
        if name:
            state.base = state.last = name
        if without:
            # 「某路除2号、4号外」
            reading.numbers = Numbers((), reading.numbers.terms)
            reading.end += len(_OUTSIDE.match(text, reading.end)[0])  # type: ignore[index]
        drafts = _draft(layout, start, reading.end, base, reading, state)
        drafts += _before_numbers(layout, start, at, drafts[0], state)
        return _with_brackets(layout, drafts, drafts[0], reading.end, max(stop, reading.end), state)
    return _plain(layout, start, stop, limit, state)


def _shared(
    layout: Layout,
    start: int,
    found: tuple[tuple[str, ...], re.Match[str]],
    stop: int,
    limit: int,
    state: State,
) -> tuple[list[Draft], int]:
    """The names that are written as one, each with the bracket right behind its own piece."""
    names, match = found
    end = match.end()
    state.base = state.last = names[-1]
    numbers = continued(layout, end, limit, names[-1]) if len(names) > 1 or end < stop else None
    rest = Draft(Kind.PLACE, start, end, [Claim((name,), town=state.town) for name in names])
    drafts = []
    for name, at in bracketed(match, names):
        # 「某一（单号）、二横路」
        begin = start if not drafts and len(rest.claims) == len(names) else layout.masked.rfind("、", start, at) + 1
        own = Draft(Kind.PLACE, begin, at, [Claim((name,), town=state.town)])
        read, own.end = _with_brackets(layout, [own], own, at, layout.pairs[at] + 1, state)
        drafts += read
        rest.claims = [claim for claim in rest.claims if claim.names[0] != name]
    if rest.claims:
        drafts.insert(0, rest)
    else:
        drafts[-1].end = end
    if numbers:
        return [*drafts, *_draft(layout, end, numbers.end, names[-1], numbers, state)], numbers.end
    return _with_brackets(layout, drafts, rest if rest.claims else drafts[-1], end, layout.item_end(end, limit), state)


def _before_numbers(layout: Layout, start: int, at: int, main: Draft, state: State) -> list[Draft]:
    """「某路（某街以西段）1-99号」: brackets between the name and its numbers, unless they are a piece of the name."""
    found: list[Draft] = []
    for i in range(start, at):
        if layout.text[i] == "(" and (close := layout.pairs.get(i, at)) < at and segment_of(layout.text[i + 1 : close]):
            found += _bracket(layout, i + 1, close, main, state)
    return found


def _draft(layout: Layout, start: int, end: int, base: str, reading: Reading, state: State) -> list[Draft]:
    claims: list[Claim] = []
    if base:
        names, town = names_of(base, state)
        claims.append(Claim(names, reading.numbers, town=town))
    draft = Draft(Kind.NUMBERS, start, end, claims)
    drafts = [draft]
    for a, b in reading.glosses:
        drafts += _bracket(layout, a, b, draft, state)
    return drafts


def _plain(layout: Layout, start: int, stop: int, limit: int, state: State) -> tuple[list[Draft], int]:
    """An item without numbers of its own: a name, perhaps with brackets."""
    text = layout.text
    cut = _outside(layout, start, stop)
    raw = text[start:cut]
    middle = _alias_end(layout, cut, stop)
    if middle:
        cut, raw = middle, text[start:middle]
    listed = layout.listed(start)
    name, partial, kind = plain_name(raw, listed)
    alone = ""
    if elder := sibling(written(name), state.last):
        name, alone = elder, name
    if SETTLEMENT.fullmatch(name) and state.last and len(name) < 5:
        # 「某大学校区和家属院」
        name = re.sub(r"(?:校区|本部)$", "", state.last) + name
    if not plausible(name):
        return [Draft(Kind.UNREAD, start, cut)], max(cut, start + 1)
    names, town = names_of(name, state)
    state.last, state.base = names[-1], ""
    if alone and alone[0] in "东南西北中上下前后":
        names = (*names, alone)  # 「某北街、南街」: 南街 may also be a street of its own
    draft = Draft(Kind.PLACE, start, cut, [Claim(names, partial=partial, town=town)])
    state.run = [draft] if listed == 1 else [*state.run, draft]
    for one in state.run if kind else ():
        add_names(one, [f"{one.claims[0].names[0]}{kind}"])
    if ROAD_END.search(names[0]):
        state.base = names[0]
    return _with_brackets(layout, [draft], draft, cut, stop, state)


def _outside(layout: Layout, start: int, stop: int) -> int:
    """Where the words before the first bracket end."""
    at = layout.masked.find("\0", start, stop)
    return at if at >= 0 else stop


def _alias_end(layout: Layout, cut: int, stop: int) -> int:
    """「东(西)某」: a bracket of one or two characters with more of the name after it."""
    if layout.text[cut : cut + 1] != "(" or cut not in layout.pairs:
        return 0
    close = layout.pairs[cut]
    inside, after = layout.text[cut + 1 : close], layout.text[close + 1 : stop]
    stop_at = re.match(r"[\u3400-\u9fff]+", after)
    if not stop_at or not re.fullmatch(r"[\u3400-\u9fff]{1,2}(?:、[\u3400-\u9fff]{1,2})*", inside):
        return 0
    if inside in ("含", "不含", "部分", "全段") or re.match(r"内|范围|区域|的|等|除", after):
        return 0
    return close + 1 + stop_at.end()


def _with_brackets(
    layout: Layout, drafts: list[Draft], main: Draft, i: int, stop: int, state: State
) -> tuple[list[Draft], int]:
    """Read the brackets and the words that follow the name, up to the end of the item."""
    text = layout.text
    while i < stop:
        if text[i] == "(" and i in layout.pairs:
            close = min(layout.pairs[i], len(text))
            drafts += _bracket(layout, i + 1, close, main, state)
            i = close + 1
            if main.kind is not Kind.HEADING:
                main.end = max(main.end, min(i, len(text)))
        elif text[i] in " :":
            i += 1
        else:
            break
    after = text[i : min(stop, i + 80)]
    words = after.replace(" ", "")
    if not words:
        return drafts, min(i, len(text))
    tail = _TAIL.match(words)
    if tail or words in ("部分", "小区", "住户", "零散居民户", "等", "楼", "院"):
        if words == "部分" and main.claims:
            main.claims = [Claim(c.names, c.numbers, c.segment, True, c.town, c.gloss) for c in main.claims]
        main.end = stop
        return drafts, stop
    if main.claims and main.kind is Kind.NUMBERS and is_han(words[0]) and "(" not in after and own_name(words):
        # 「170号某华庭」: the compound at that number.
        main.claims.append(named(words, main.claims[0].town, gloss=True) or Claim((words,), gloss=True))
        main.end = stop
        return drafts, stop
    return drafts, i  # more words follow: the list goes on with them


def _bracket(layout: Layout, a: int, b: int, main: Draft, state: State) -> list[Draft]:
    """Decide which of its jobs a bracket does for the clause before it."""
    b = min(b, len(layout.text))
    content = layout.text[a:b].strip()
    if not content:
        return []
    main.end = max(main.end, min(b + 1, len(layout.text)))
    if (match := EXCLUDE.match(content) or EXCLUDE_END.match(content)) and match["what"]:
        return exclusion(layout, a + content.index(match["what"]) + _lead(layout, a, b), b, main, state)
    if match := INCLUDE.match(content):
        start = a + content.index(match["what"]) + _lead(layout, a, b)
        named = main.claims and match["what"] in main.claims[0].names
        if not named and not numbers_inside(layout, start, b, main):
            return inner_list(layout, start, b, state, main)
        return []
    if found := segment_of(content):
        refine(main, segment=found)
        main.kind = Kind.SEGMENT
        return []
    if CONDITION.search(content):
        names = tuple(name for claim in main.claims for name in claim.names)
        main.condition = read_condition(content, names)
        return []
    if main.claims and (match := CODES.fullmatch(content)):
        town = main.claims[0].town
        main.claims = [Claim(one, town=town) for one in coded(match, main.claims[0].names[0] + "A1")]
        return []
    if main.claims and not main.claims[0].numbers and (siblings := siblings_in(content, main.claims[0].names[0])):
        main.claims += [Claim((name,), town=main.claims[0].town) for name in siblings]
        return []
    if numbers_inside(layout, a, b, main):
        return []
    if re.fullmatch(r"部分|部分区域|.{0,4}部分", content):
        refine(main, partial=True)
        return []
    if match := MERGED.fullmatch(content):
        old_names(main, [name for name in match.groups() if name])
        return []
    if match := OLD.match(content):
        old_names(main, [re.sub(r"(?:范围|区域|部分)$", "", name) for name in re.split(r"[、,和及]", match["what"])])
        return []
    return _names_in_bracket(layout, a, b, content, main, state)


def _lead(layout: Layout, a: int, b: int) -> int:
    raw = layout.text[a:b]
    return len(raw) - len(raw.lstrip())


def _names_in_bracket(layout: Layout, a: int, b: int, content: str, main: Draft, state: State) -> list[Draft]:
    """A bracket of names: another name of the same place, its siblings, or the villages of a town."""
    if main.kind is Kind.NUMBERS and not main.claims and own_name(content):
        main.claims.append(Claim(names_of(content, State())[0]))
    if not main.claims or STATUS.search(content):
        return []
    first = main.claims[0]
    if re.search(r"(?:镇|乡|街道)$", first.names[0]) or (
        re.search(r"(?:村|社区)(?:、|$)", content) and "、" in content
    ):
        town = first.names[0] if re.search(r"(?:镇|乡|街道|街)$", first.names[0]) else first.town
        inner = inner_list(layout, a, b, State(town=town, depth=state.depth), main)
        if inner:
            main.claims = []
            main.kind = Kind.HEADING
            main.end = a - 1
        return inner
    if (
        first.numbers is None
        and ROAD_END.search(first.names[0])
        and re.fullmatch(r"[东南西北上下中、]+段?|[东南西北中]段(?:、[东南西北中]段)*", content)
    ):
        labels = [piece.strip("段") for piece in content.split("、")]
        if any(label in ("上下", "东西", "南北") for label in labels):
            return []  # both halves: the whole road
        terms = tuple(Term("段", 0, 0, 0, label) for label in labels)
        refine(main, numbers=Numbers(terms))
        return []
    address = re.fullmatch(r"(.{2,12}?(?:路|街|巷|道|弄))(\d+.*)", content)
    if address:
        reading = read_numbers(content, address.start(2), len(content), {}, address[1])
        if reading:
            main.claims.append(Claim((address[1],), reading.numbers, town=first.town))
        return []
    pieces = [piece for piece in re.split(r"[、,和及与]", content) if plausible(piece)]
    if len(content) <= 40 and pieces:
        numbered = first.numbers is not None
        for piece in pieces:
            if numbered and (claim := named(piece, first.town, gloss=True)):
                main.claims.append(claim)
            elif not numbered and (claim := named(piece, first.town, gloss=False)) and claim.numbers:
                main.claims.append(claim)
                continue
            if numbered or not own_name(piece):
                continue
            if piece.endswith(("社区", "街道", "镇")) and not first.names[0].endswith(piece[-2:]):
                continue  # where the place lies, not what it is called
            add_names(main, list(names_of(piece, State())[0]))
    return []


def exclusion(layout: Layout, a: int, b: int, main: Draft | None, state: State) -> list[Draft]:
    """「（62号除外）」 makes a hole in the numbers; 「（除某小区外）」 is an exception of its own."""
    text = layout.text
    cut = re.search(r"除外|以外|外$|不在内", text[a:b])
    b = a + cut.start() if cut else b
    if main and main.claims:
        name, length = told_apart(text[a:b], tuple(claim.names[0] for claim in main.claims))
        which = next((n for n, claim in enumerate(main.claims) if claim.names[0] == name), 0)
        claim = main.claims[which]
        reading = read_numbers(text, a + length, b, layout.pairs, claim.names[0])
        if reading and reading.end >= b - 1:
            old = claim.numbers or Numbers()
            if name or len(main.claims) == 1 or claim.numbers:
                main.claims[which] = changed(claim, numbers=Numbers(old.terms, (*old.holes, *reading.numbers.terms)))
            main.kind = Kind.NUMBERS
            return []
    drafts: list[Draft] = []
    if re.search(r"(?:学区|招生范围|招生区域|施教区|服务区|学区范围)$", text[a:b].strip()):
        return [Draft(Kind.OTHER_CATCHMENT, a, b)]
    for draft in inner_list(
        layout, a, b, State(town=state.town, base=state.base * (main is None), depth=state.depth), None
    ):
        draft.kind = Kind.EXCEPTION if draft.claims else draft.kind
        drafts.append(draft)
    if main is None:
        # 「除某路53号、55号外」: the second number is of the same road
        numbered = [claim.names[0] for draft in drafts for claim in draft.claims if claim.numbers]
        state.base = numbered[-1] if numbered else ""
    return drafts


def inner_list(layout: Layout, a: int, b: int, state: State, main: Draft | None) -> list[Draft]:
    """The items of a list inside a bracket, read as a small text of their own."""
    if state.depth >= MAX_DEPTH:
        return [Draft(Kind.UNREAD, a, b)]
    inside = lay_out(layout.text[a:b])
    inner = replace(state, depth=state.depth + 1)
    drafts: list[Draft] = []
    i, end, without = 0, len(inside.text), False
    while i < end:
        if separator := _BETWEEN_ITEMS.match(inside.text, i):
            i = separator.end()
            continue
        if word := _LEAD_INSIDE.match(inside.text, i):
            without, i = bool(word["not"]), word.end()
        stop = inside.item_end(i, end)
        if stop == i:
            i += 1
            continue
        if (cut := inside.find("join", i + 2, stop)) > 0:
            stop = cut
        person = inside.find("person", i + 2, stop)
        found, after = item(inside, i, person if person > 0 else stop, person if person > 0 else end, inner)
        if person > 0:
            names = tuple(name for draft in found for claim in draft.claims for name in claim.names)
            condition = read_condition(inside.text[person:stop], names)
            for draft in found:
                draft.condition = condition
            after = stop
        for draft in found if without else ():
            draft.kind = Kind.EXCEPTION if draft.claims else draft.kind
        drafts += found
        i = max(after, i + 1)
    for draft in drafts:
        draft.start, draft.end = draft.start + a, min(draft.end + a, b)
    return drafts
