"""One written name, many places: 「东（西）某」, 「南北某街」, 「某一、二、三横路」, 「某一街至某三街」, and the keys names are found by."""

from __future__ import annotations

import re
from functools import lru_cache

from catchments.text.numbers import CN, number, numeral
from catchments.text.vocabulary import ABBREVIATIONS, SETTLEMENT

_DIR = "东南西北中上下前后内外大小新老"
_PAIRS = ("东西", "南北", "上下", "大小", "前后", "内外", "新旧")
_SUFFIX = "横马路|横路|横巷|马路|大街|大道|支路|街|路|巷|村|里|条|弄|园|苑|道|坊|胡同|院|区|段|期"
_ROAD = "横路|横巷|马路|大街|大道|支路|街|路|巷|条|弄|道|苑|坊|胡同|里"

# 「某东、西、北巷」 and 「某一、二、三横路」: one name written once for several.
SHARED_END = re.compile(
    rf"(?P<stem>[\u3400-\u9fff]{{1,8}}?)(?P<alts>(?:[东南西北中上下]|[{CN}]{{1,3}})(?:、(?:[东南西北中上下]|[{CN}]{{1,3}}))+)"
    rf"(?P<end>{_SUFFIX})?(?=[、,;。)( \0]|$)"
)
# 「东、西某村」
SHARED_HEAD = re.compile(rf"(?P<alts>[{_DIR}](?:、[{_DIR}])+)(?P<end>[\u3400-\u9fff]{{2,8}})(?=[、,;。)( \0]|$)")
# 「某一街至某三街」, 「某一至五马路」, 「某南三苑-南九苑」, 「某1-6横路」
NAME_RANGE = re.compile(
    rf"(?P<stem>[\u3400-\u9fff]{{0,10}}?)(?P<d1>[东南西北中])?(?P<n1>[{CN}]{{1,3}}|\d{{1,2}})(?P<e1>{_ROAD})?(?:至|到|-+)"
    rf"(?P<stem2>[\u3400-\u9fff]{{0,10}}?)(?P<d2>[东南西北中])?(?P<n2>[{CN}]{{1,3}}|\d{{1,2}})(?P<e2>{_ROAD})(?=[、,;。)( 除\0]|$)"
)
# 「二街」, 「西街」, 「南段」 after a sibling that has the same ending.
SIBLING = re.compile(rf"(?P<alt>[东南西北中上下前后]|[{CN}]{{1,3}})(?P<end>{_SUFFIX})$")


def shared(match: re.Match[str]) -> tuple[str, ...]:
    """The names behind a SHARED_END or SHARED_HEAD match."""
    groups = match.groupdict()
    stem, end = groups.get("stem") or "", groups.get("end") or ""
    return tuple(f"{stem}{alternative}{end}" for alternative in match["alts"].split("、"))


def name_range(match: re.Match[str]) -> tuple[str, ...]:
    """The names from the first to the last of a NAME_RANGE, or nothing when they do not belong together."""
    low, high = number(match["n1"]), number(match["n2"])
    end1, end = match["e1"] or match["e2"], match["e2"]
    if not low < high <= low + 60 or end1 != end or (match["stem2"] and not match["stem"].endswith(match["stem2"])):
        return ()
    stem = match["stem"] + (match["d1"] or match["d2"] or "")
    return tuple(f"{stem}{numeral(value)}{end}" for value in range(low, high + 1))


def sibling(written: str, before: str) -> str:
    """「二街」 after 「某一街」 is 「某二街」; empty when the two do not belong together."""
    match = SIBLING.fullmatch(written)
    if not match:
        return ""
    alternatives = f"[{CN}]{{1,3}}" if match["alt"][0] in CN else "[东南西北中上下前后]"
    found = re.fullmatch(rf"([\u3400-\u9fff]+?)({alternatives}){match['end']}", before)
    return f"{found[1]}{match['alt']}{match['end']}" if found else ""


@lru_cache(maxsize=4096)
def variants(written: str) -> tuple[str, ...]:
    """All names that one written name stands for, the first being the plainest."""
    found: list[str] = []
    for plain in _without_bracket(written):
        found += [plain, *_pairs(plain)]
        if re.search(r"(?:大学|学院)校区$", plain):
            found.append(plain[:-2])
    return tuple(dict.fromkeys(name for name in found if name))


def _without_bracket(written: str) -> tuple[str, ...]:
    """「东(西)某」 → 东某, 西某; 「某成(城)街」 → both spellings."""
    match = re.fullmatch(r"([^()]*)\(([^()]{1,3})\)([^()]+)", written)
    if not match:
        return (written,)
    before, inside, after = match.groups()
    if not before:
        return (after, inside + after)
    alternatives = [before + after]
    for one in inside.split("、"):
        if len(one) <= len(before):
            alternatives.append(before[: -len(one)] + one + after)
    return tuple(alternatives)


def _pairs(name: str) -> list[str]:
    """「东西某巷」 and 「某南北街」 are two places each."""
    for pair in _PAIRS:
        at = name.find(pair)
        rest = name[at + 2 :]
        if at >= 0 and rest and (len(rest) >= 2 if at == 0 else re.fullmatch(rf"(?:横|正)?(?:{_SUFFIX})", rest)):
            return [name[:at] + char + rest for char in pair]
    return []


@lru_cache(maxsize=65536)
def stem(name: str) -> tuple[str, str]:
    """A name without its kind of settlement, and that kind: 「甲村」 → (甲, village)."""
    match = SETTLEMENT.search(name)
    if not match or match.start() < 2:
        return name, ""
    return name[: match.start()], match.lastgroup or ""


def shortened(name: str) -> str:
    """The name with institutions in their short form, so that both forms meet."""
    for long, short in ABBREVIATIONS:
        if long in name:
            return name.replace(long, short)
    return name
