"""One item of a list: the name, its numbers, and the twelve jobs that its brackets may have."""

from __future__ import annotations

import re
from dataclasses import replace

from catchments.text.boundaries import segment_of
from catchments.text.clauses import Claim, Kind
from catchments.text.conditions import read_condition
from catchments.text.drafts import (
    Draft,
    State,
    add_names,
    changed,
    named,
    names_of,
    old_names,
    own_name,
    plausible,
    refine,
)
from catchments.text.layout import Layout, lay_out
from catchments.text.names import NAME_RANGE, SHARED_END, SHARED_HEAD, name_range, shared, sibling
from catchments.text.normalise import is_han
from catchments.text.number_reading import Reading, read_numbers
from catchments.text.numbers import CN, Numbers, Term
from catchments.text.vocabulary import ROAD_END, SETTLEMENT

MAX_DEPTH = 4  # deeper brackets are noise: they stay unread

_BETWEEN_ITEMS = re.compile(r"[、,; ]+|(?<=[^、,; ])(?:及其|[和及与](?![平睦谐顺兴义])|以及)")

_CONDITION_WORDS = re.compile(
    r"户籍|户口|居住证|一致|老户|业主|股民|村民|子弟|职工|集体户|子女|毕业生|居民|户$|学生|住户"
)

_STATUS = re.compile(
    r"各段|全段|拆|筹|规划|暂定|在建|备注|安置|统筹|过渡|范围|登记|交房|未|属临|自愿|管理|等$|入住|建设中|简称|现|方向|同$|近|距离|较"
)

_EXCLUDE = re.compile(
    r"^(?:其中|但)?(?:不含|不包括|不包含|除去|除了|除|扣除|非(?=.{2,}部分))(?P<what>.*?)(?:除外|外|以外)?$"
)

_EXCLUDE_END = re.compile(r"^(?:其中)?(?P<what>.*?)(?:除外|不在内|不包括在内)$")

_INCLUDE = re.compile(r"^(?:其中)?(?:含|包括|包含|另含|即|仅限?|主要指)(?P<what>.+)$")

_MERGED = re.compile(
    r"([\u3400-\u9fff]{2,8}?)(?:已经?)?(?:并入|划入|合并到|更名为?|改名为?).*|([\u3400-\u9fff]{2,8}?)[与和、]([\u3400-\u9fff]{2,8}?)合并(?:而成)?"
)

_OLD = re.compile(r"^(?:原|旧|曾用名|又名|又称|俗称|即|老)(?P<what>.+)$")

_TAIL = re.compile(
    r"(?:[东南西北][侧边面]|等(?:\w{0,3}个)?(?:小区|片区|地段|村庄|地|处|路段|区域)?(?:整片区|范围)?|(?:以)?内的?(?:住宅)?小区|整片区|全段两侧|全段|全部|整片|两侧|沿线|一带|附近|周边|地区|区域|片区|范围内?|各段|行政区域|辖区内?|境内)$"
)


def item(layout: Layout, start: int, stop: int, limit: int, state: State) -> tuple[list[Draft], int]:
    """Read the item that begins at start; the end may lie beyond its separator when an enumeration goes on."""
    text = layout.text
    if several := _several_names(layout, start, stop, limit):
        names, end = several
        state.base = state.last = names[-1]
        numbers = _continued(layout, end, limit, names[-1]) if len(names) > 1 or end < stop else None
        kind = Kind.PLACE
        drafts = [Draft(kind, start, end, [Claim((name,), town=state.town) for name in names])]
        if numbers:
            return [*drafts, *_draft(layout, end, numbers.end, names[-1], numbers, state)], numbers.end
        return _with_brackets(layout, drafts, drafts[-1], end, stop, state)
    at, reading = _find_numbers(layout, start, stop, limit, state)
    if reading:
        name = _clean(text[start:at])
        name = name if any(is_han(char) for char in name) else ""
        base = name or state.base
        if name:
            state.base = state.last = name
        drafts = _draft(layout, start, reading.end, base, reading, state)
        return _with_brackets(layout, drafts, drafts[0], reading.end, max(stop, reading.end), state)
    return _plain(layout, start, stop, limit, state)


def _several_names(layout: Layout, start: int, stop: int, limit: int) -> tuple[tuple[str, ...], int] | None:
    """One written form of several names: 「某一、二、三横路」, 「东、西某村」, 「某一街至某三街」."""
    for pattern, expand in ((SHARED_HEAD, shared), (NAME_RANGE, name_range), (SHARED_END, shared)):
        match = pattern.match(layout.masked, start, limit)
        if not match or (names := expand(match)) == ():
            continue
        if (
            pattern is SHARED_END
            and (not match["end"] or match["end"] in ("区", "期", "段"))
            and match["alts"][0] in CN
        ):
            continue
        if pattern is SHARED_END and not match["end"] and len(match["stem"]) < 2:
            continue
        if pattern is NAME_RANGE and not match["stem"]:
            continue
        if pattern is not SHARED_HEAD and ROAD_END.search(match["stem"]) and names[0].endswith(("巷", "横路")):
            continue  # lanes of a road are numbers of the road
        return names, match.end()
    return None


def _continued(layout: Layout, i: int, limit: int, base: str) -> Reading | None:
    return read_numbers(layout.text, i, limit, layout.pairs, base) if layout.text[i : i + 1].isdigit() else None


def _find_numbers(layout: Layout, start: int, stop: int, limit: int, state: State) -> tuple[int, Reading | None]:
    """Where the numbers of the item begin, and what they say."""
    for at, first in layout.from_here("number", start, stop):
        if layout.text[at].isdigit() and at > start and layout.text[at - 1].isdigit():
            continue
        name = _clean(layout.text[start:at])
        if len(name) > 30:
            break
        if len(name) == 1 or (not name and not layout.text[at].isdigit() and first not in "单双连" and not state.base):
            continue
        reading = read_numbers(layout.text, at, limit, layout.pairs, name or state.base)
        if reading:
            return at, reading
    return start, None


def _clean(words: str) -> str:
    return re.sub(r"\([^()]*\)?", "", words).replace(" ", "").strip(':、,"*·.(').removeprefix("的")


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
    name = raw.replace(" ", "").strip('":*·.')
    if elder := sibling(name, state.last):
        name = elder
    if SETTLEMENT.fullmatch(name) and state.last and len(name) < 5:
        # 「某大学校区和家属院」
        name = re.sub(r"(?:校区|本部)$", "", state.last) + name
    name = re.sub(r"(?<=.{2})等$", "", name)
    partial = bool(re.search(r"部分$|部分区域$", name))
    name = re.sub(r"(?:部分区域|部分|全段两侧|全段|全部|两侧|沿线|周边|附近|所辖范围|所辖区域|所辖|整片区?)$", "", name)
    name = re.sub(
        r"(?<=.{2})(?:行政区域|辖区|全域|全境|域内|辖区内|范围内?|区域内?|内)?(?:的)?(?:所有)?(?<=[域区境内围的有])(?:住宅)?小区$",
        "",
        name,
    )
    name = re.sub(r"(?<=[镇乡村街道区])(?:行政区域|辖区|全域|全境|域内|辖区内|范围内?|区域内?|内)$", "", name)
    name = re.sub(r"(?<=.{2})(?:地区|一带)$", "", name)
    if not plausible(name):
        return [Draft(Kind.UNREAD, start, cut)], max(cut, start + 1)
    names, town = names_of(name, state)
    state.last, state.base = names[-1], ""
    draft = Draft(Kind.PLACE, start, cut, [Claim(names, partial=partial, town=town)])
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
        found, _ = names_of(words, State())
        main.claims.append(Claim(found, gloss=True, town=main.claims[0].town))
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
    if (match := _EXCLUDE.match(content) or _EXCLUDE_END.match(content)) and match["what"]:
        return exclusion(layout, a + content.index(match["what"]) + _lead(layout, a, b), b, main, state)
    if match := _INCLUDE.match(content):
        start = a + content.index(match["what"]) + _lead(layout, a, b)
        named = main.claims and match["what"] in main.claims[0].names
        if not named and not _numbers_inside(layout, start, b, main):
            return inner_list(layout, start, b, state, main)
        return []
    if found := segment_of(content):
        refine(main, segment=found)
        main.kind = Kind.SEGMENT
        return []
    if _CONDITION_WORDS.search(content):
        names = tuple(name for claim in main.claims for name in claim.names)
        main.condition = read_condition(content, names)
        return []
    if main.claims and not main.claims[0].numbers and (siblings := _siblings(content, main.claims[0].names[0])):
        main.claims += [Claim((name,), town=main.claims[0].town) for name in siblings]
        return []
    if _numbers_inside(layout, a, b, main):
        return []
    if re.fullmatch(r"部分|部分区域|.{0,4}部分", content):
        refine(main, partial=True)
        return []
    if match := _MERGED.fullmatch(content):
        old_names(main, [name for name in match.groups() if name])
        return []
    if match := _OLD.match(content):
        old_names(main, [re.sub(r"(?:范围|区域|部分)$", "", name) for name in re.split(r"[、,和及]", match["what"])])
        return []
    return _names_in_bracket(layout, a, b, content, main, state)


def _lead(layout: Layout, a: int, b: int) -> int:
    raw = layout.text[a:b]
    return len(raw) - len(raw.lstrip())


def _names_in_bracket(layout: Layout, a: int, b: int, content: str, main: Draft, state: State) -> list[Draft]:
    """A bracket of names: another name of the same place, its siblings, or the villages of a town."""
    if main.kind is Kind.NUMBERS and not main.claims and own_name(content):
        main.claims.append(Claim(names_of(content, State())[0], gloss=True))
    if not main.claims or _STATUS.search(content):
        return []
    first = main.claims[0]
    if re.search(r"(?:镇|乡|街道)$", first.names[0]) or (
        re.search(r"(?:村|社区)(?:、|$)", content) and "、" in content
    ):
        town = first.names[0] if re.search(r"(?:镇|乡|街道|街)$", first.names[0]) else first.town
        inner = inner_list(layout, a, b, State(town=town), main)
        if inner:
            main.claims = []
            main.kind = Kind.HEADING
            main.end = a
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


def _siblings(content: str, name: str) -> list[str]:
    """「某一巷(二、三、四巷)」, 「某西街(中街)」, 「某街(上下)」."""
    match = re.fullmatch(
        rf"((?:[{CN}]{{1,3}}|[东南西北中])(?:、(?:[{CN}]{{1,3}}|[东南西北中]))*)(路|街|巷|段|横路)", content
    )
    if match:
        found = [sibling(f"{one}{match[2]}", name) for one in match[1].split("、")]
        return [one for one in found if one]
    return []


def _numbers_inside(layout: Layout, a: int, b: int, main: Draft) -> bool:
    """A bracket that filters the name by numbers: 「（单号93号、双号68号以后）」."""
    if not main.claims:
        return False
    name = main.claims[0].names[0]
    content = layout.text[a:b]
    inside = re.fullmatch(rf"([{CN}、]{{2,}})(队|组|社)", content)
    if inside and "、" not in inside[1]:
        content = ""
    reading = read_numbers(layout.text, a, b, layout.pairs, name)
    if not reading or (reading.end < b - 1 and layout.text[reading.end : b].strip("、,; 号除外")):
        return False
    numbers = reading.numbers
    if all(term.high is None and term.low == 1 and term.parity == 0 for term in numbers.terms) and not numbers.holes:
        return True  # 「含单双号」
    first = main.claims[0]
    if first.numbers and first.numbers.terms:
        only = numbers.terms[0]
        parity = only.parity if len(numbers.terms) == 1 and only.low == 1 and only.high is None else 0
        if not parity:
            return False
    refine(main, numbers=numbers)
    main.kind = Kind.NUMBERS
    return True


def exclusion(layout: Layout, a: int, b: int, main: Draft | None, state: State) -> list[Draft]:
    """「（62号除外）」 makes a hole in the numbers; 「（除某小区外）」 is an exception of its own."""
    text = layout.text
    cut = re.search(r"除外|以外|外$|不在内", text[a:b])
    b = a + cut.start() if cut else b
    if main and main.claims:
        name = main.claims[0].names[0]
        at = a + len(name) if text.startswith(name, a) else a
        reading = read_numbers(text, at, b, layout.pairs, name)
        if reading and reading.end >= b - 1:
            claim = main.claims[0]
            old = claim.numbers or Numbers()
            if len(main.claims) == 1 or claim.numbers:
                main.claims[0] = changed(claim, numbers=Numbers(old.terms, (*old.holes, *reading.numbers.terms)))
            main.kind = Kind.NUMBERS
            return []
    drafts: list[Draft] = []
    if re.search(r"(?:学区|招生范围|招生区域|施教区|服务区|学区范围)$", text[a:b].strip()):
        return [Draft(Kind.OTHER_CATCHMENT, a, b)]
    for draft in inner_list(layout, a, b, State(town=state.town), None):
        draft.kind = Kind.EXCEPTION if draft.claims else draft.kind
        drafts.append(draft)
    return drafts


def inner_list(layout: Layout, a: int, b: int, state: State, main: Draft | None) -> list[Draft]:
    """The items of a list inside a bracket, read as a small text of their own."""
    if state.depth >= MAX_DEPTH:
        return [Draft(Kind.UNREAD, a, b)]
    inside = lay_out(layout.text[a:b])
    inner = replace(state, depth=state.depth + 1)
    drafts: list[Draft] = []
    i, end = 0, len(inside.text)
    while i < end:
        if separator := _BETWEEN_ITEMS.match(inside.text, i):
            i = separator.end()
            continue
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
        drafts += found
        i = max(after, i + 1)
    for draft in drafts:
        draft.start, draft.end = draft.start + a, min(draft.end + a, b)
    return drafts
