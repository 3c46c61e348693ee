"""A clause while its text is still being read, and the names in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catchments.text.clauses import Claim, Kind
from catchments.text.conditions import Condition
from catchments.text.layout import MARKS
from catchments.text.names import variants
from catchments.text.normalise import is_han
from catchments.text.number_reading import read_numbers
from catchments.text.vocabulary import SCHOOL_END, SETTLEMENT, SHORT_TOWN, TOWN

_NOT_A_NAME = re.compile(
    r"^共\d+所|^至|适龄|儿童(?!医院|公园|福利|乐园)|招收|招生|入学|就读|学位|统筹|符合|根据|按照|凡|户籍|居住|条件|办理|以下|其中|规定|原则|报名|由.{1,6}负责|^附近|^外的?|^随时|(?:随[到来报交]随|先[到来报]先|即[到来报]即|[应愿][收招入读录来]尽)[\u3400-\u9fff]|辖区内|^范围|^区域|可以|应当|不得|以及|情况|的$"
)

# What no place is called: a verb that says whose a place is, or a plain Latin word behind the characters.
_NO_PLACE = re.compile(
    r"属于|归属于|划归|划入|划给|^[是归为](?=.{2,14}(?:小学|中学|学校|校区)$)|^是|(?<![A-Za-z])[a-z]{3,}$"
)

_LEAD = re.compile(
    r"^(?:包括|包含|另含|含(?!光|元|嘉|笑|谷)|还有|以及|及|和|与|即|涉及|其中|对口接收|接收|对口|所辖|辖区内?|内的?|的|只包括|主要包括|及其?)+(?=.{2})"
)


@dataclass(slots=True)
class Draft:
    """A clause while its text is still being read."""

    kind: Kind
    start: int
    end: int
    claims: list[Claim] = field(default_factory=list)
    condition: Condition | None = None
    gap: str = ""  # what stood before it in the list: 、 or , or a joining word
    part: int = 0


@dataclass(slots=True)
class State:
    """What later items inherit from earlier ones."""

    base: str = ""  # the road that a bare number belongs to
    last: str = ""  # the last name, for siblings
    town: str = ""
    listed: bool = False  # a list of places has begun
    depth: int = 0  # brackets inside brackets
    run: list[Draft] = field(default_factory=list)  # the names joined by 、 so far


_BARE_KIND = re.compile(rf"{SCHOOL_END.pattern}|(?:{SETTLEMENT.pattern[:-1]})")


def plausible(name: str) -> bool:
    """Whether words could be the name of a place."""
    return (
        2 <= len(name) <= 26
        and not _NOT_A_NAME.search(name)
        and not no_place(name)
        and any(is_han(char) for char in name)
    )


def no_place(name: str) -> bool:
    """Whether words can be no name at all, even with a number behind them."""
    return bool(_NO_PLACE.search(name))


def named(words: str, town: str, *, gloss: bool) -> Claim | None:
    """The place that words in a bracket name: a name, or a road with its numbers."""
    words = _LEAD.sub("", words.strip())
    for match in MARKS["number"].finditer(words):
        name = words[: match.start()]
        if len(name) > 1 and (reading := read_numbers(words, match.start(), len(words), {}, name)):
            if reading.end == len(words) and own_name(name):
                return Claim(names_of(name, State())[0], reading.numbers, town=town)
            return None
    return Claim(names_of(words, State())[0], gloss=gloss, town=town) if own_name(words) else None


def own_name(words: str) -> bool:
    """Whether words name something by themselves, and are no number and no bare kind of building."""
    return (
        plausible(words)
        and not SETTLEMENT.fullmatch(words)
        and not re.match(r"(?:新|旧|原|附|含)?\d|前?后座|以[东南西北]|小区|弄内|号内|.*以[东南西北]$", words)
    )


def names_of(name: str, state: State) -> tuple[tuple[str, ...], str]:
    """All spellings of a name, and the town it lies in when the text says so."""
    town = state.town
    match = TOWN.match(name) or SHORT_TOWN.match(name)
    if match and len(name) > match.end() + 1 and not _BARE_KIND.fullmatch(name[match.end() :]):
        # The town of one item is the town of those after it, until another is named.
        town, name = match[1], re.sub(r"^(?:所辖|下辖|辖区内?的?|辖)(?=.{2})", "", name[match.end() :])
        state.town = town
    found = list(variants(name))
    if within := re.fullmatch(r"(.{2,6}[村街区镇城])内(.{2,})", name):
        found.append(within[2])
    if name.startswith("原") and len(name) > 3:
        found.append(name[1:])
    return tuple(dict.fromkeys(found)), town


def old_names(main: Draft, names: list[str]) -> None:
    """「（原甲村）」 is another name of the place; behind a house number it is the name of what stood there."""
    numbers = main.claims[0].numbers if main.claims else None
    numbered = bool(numbers and numbers.terms and numbers.terms[0].unit == "号")
    for name in (re.sub(r"^[原旧](?=.{2})", "", name) for name in names):
        claim = named(name, main.claims[0].town if main.claims else "", gloss=True)
        if claim and main.claims and (claim.numbers or numbered):
            main.claims.append(claim)
        else:
            add_names(main, [name])


def refine(main: Draft, **changes: object) -> None:
    main.claims = [changed(claim, **changes) for claim in main.claims]


def changed(claim: Claim, **changes: object) -> Claim:
    values = {name: getattr(claim, name) for name in ("names", "numbers", "segment", "partial", "town", "gloss")}
    return Claim(**{**values, **changes})  # type: ignore[arg-type]


def add_names(main: Draft, names: list[str]) -> None:
    if main.claims:
        more = [variant for name in names if own_name(name) for variant in variants(name)]
        first = main.claims[0]
        main.claims[0] = changed(first, names=tuple(dict.fromkeys((*first.names, *more))))
