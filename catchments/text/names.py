"""One written name, many places: 「东（西）某」, 「南北某街」, 「某一、二、三横路」, 「某一街至某三街」, and the keys names are found by."""

from __future__ import annotations

import re
from functools import lru_cache

from catchments.text.numbers import CN, UNITS, number, numeral
from catchments.text.vocabulary import ABBREVIATIONS, ROAD_END, SETTLEMENT

_DIR = "东南西北中上下前后内外大小新老"
_PAIRS = ("东西", "南北", "上下", "大小", "前后", "内外", "新旧")
_ROAD = "横马路|横路|横巷|马路|大街|大道|支路|街坊|街|路|巷|条|支弄|弄|道|苑|坊|胡同|里"
_SUFFIX = f"{_ROAD}|宿舍|组团|分场|村|屯|园|院|区|段|期"

# 「某东、西、北巷」 and 「某一、二、三横路」: one name written once for several.
SHARED_END = re.compile(
    rf"(?P<stem>[\u3400-\u9fff]{{1,8}}?)(?P<alts>(?:[东南西北中上下]|[{CN}]{{1,3}})(?:\0*、(?:[东南西北中上下]|[{CN}]{{1,3}})){{1,30}}\0*)"
    rf"(?P<end>{_SUFFIX})?(?=[、,;。)( \0及和与以等]|$)"
)
# 「东、西某村」
SHARED_HEAD = re.compile(rf"(?P<alts>[{_DIR}](?:、[{_DIR}])+)(?P<end>[\u3400-\u9fff]{{2,8}})(?=[、,;。)( \0]|$)")
# 「某一街至某三街」, 「某一至五马路」, 「某南三苑-南九苑」, 「某1-6横路」
NAME_RANGE = re.compile(
    rf"(?P<stem>[\u3400-\u9fff]{{0,10}}?)(?P<d1>[东南西北中])?(?P<n1>[{CN}]{{1,3}}|\d{{1,2}})(?P<e1>{_ROAD})?(?:至|到|-+)"
    rf"(?P<stem2>[\u3400-\u9fff]{{0,10}}?)(?P<d2>[东南西北中])?(?P<n2>[{CN}]{{1,3}}|\d{{1,2}})(?P<e2>{_ROAD})(?=[、,;。)( 除\0]|$)"
)
# Land and grids that are numbered by codes: 「某片区A-03地块」, 「A-05至A-09地块」, 「某社区XY0201-XY0206网格」
_CODE = r"[A-Z]{1,4}-?\d{1,4}"
_CODED = rf"{_CODE}(?:地块|网格)?(?:(?:至|到|-+){_CODE})?"
CODES = re.compile(
    rf"(?P<head>[\u3400-\u9fff]{{0,12}}?)(?P<codes>{_CODED}(?:、{_CODED}){{0,30}})(?P<kind>地块|网格|街区|组团)"
)
# 「二街」, 「西街」, 「南段」 after a sibling that has the same ending.
SIBLING = re.compile(rf"(?P<alt>[东南西北中上下前后]|[{CN}]{{1,3}})(?P<end>{_SUFFIX})$")

_NUMBERED = re.compile(rf"(?:[{CN}]{{1,3}}|\d{{1,2}})(?:{_SUFFIX})")


def shared(match: re.Match[str]) -> tuple[str, ...]:
    """The names behind a SHARED_END or SHARED_HEAD match."""
    groups = match.groupdict()
    stem, end = groups.get("stem") or "", groups.get("end") or ""
    return tuple(f"{stem}{alternative.strip(chr(0))}{end}" for alternative in match["alts"].split("、"))


def several(masked: str, start: int, limit: int) -> tuple[tuple[str, ...], re.Match[str]] | None:
    """The names that one written form at this place stands for, and where it was found."""
    for pattern, expand in ((SHARED_HEAD, shared), (NAME_RANGE, name_range), (SHARED_END, shared)):
        match = pattern.match(masked, start, limit)
        if not match or (names := expand(match)) == () or _counts(match, pattern):
            continue
        if pattern is not SHARED_HEAD and ROAD_END.search(match["stem"]) and names[0].endswith(("巷", "横路")):
            continue  # lanes of a road are numbers of the road
        return names, match
    return None


def _counts(match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Whether the numerals count something, so that they are numbers and no pieces of names."""
    if pattern is NAME_RANGE:
        return not match["stem"] and match["e2"] in UNITS
    if pattern is SHARED_HEAD:
        return False
    if not match["end"]:
        return match["alts"][0] in CN or len(match["stem"]) < 2
    return match["alts"][0] in CN and match["end"] in UNITS and match["end"] not in ("横路", "横巷", "巷")


def bracketed(match: re.Match[str], names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Which of the names of a SHARED_END match have a bracket of their own, and where it begins."""
    if "\0" not in match[0]:
        return []
    pieces = re.finditer(r"[^、]+", match["alts"])
    return [
        (name, match.start("alts") + piece.start() + piece[0].index("\0"))
        for name, piece in zip(names, pieces, strict=True)
        if "\0" in piece[0]
    ]


def coded(match: re.Match[str], before: str) -> list[tuple[str, ...]]:
    """The names of a CODES match, each in all its spellings; the place they lie in may be that of the name before."""
    head = match["head"] or re.sub(rf"{_CODE}(?:地块|网格|街区|组团)?$", "", before) * bool(re.search(_CODE, before))
    kind = match["kind"]
    codes: list[str] = []
    for piece in match["codes"].split("、"):
        ends = re.findall(r"([A-Z]+-?)(\d+)", piece)
        letters, low = ends[0]
        high = ends[-1][1] if ends[-1][0] == letters else low
        span = range(int(low), min(int(high), int(low) + 200) + 1)
        codes += [f"{letters}{value:0{len(low)}}" for value in span] or [letters + low]
    return [
        tuple(dict.fromkeys((f"{head}{code}{kind}", f"{head}{code.replace('-', '')}{kind}", f"{head}{code}")))
        for code in codes
    ]


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


def leading_sibling(words: str, before: str) -> str:
    """「五横路」 at the beginning of words, after 「某四横路」; a direction is no such sign: 「南街」 may be another street."""
    match = _NUMBERED.match(words)
    return match[0] if match and sibling(written(match[0]), before) else ""


def written(name: str) -> str:
    """「4条」 as names have it: 「四条」; what is counted stays a number."""
    match = re.fullmatch(r"(\d{1,2})(\D+)", name)
    return f"{numeral(int(match[1]))}{match[2]}" if match and match[2] not in UNITS else name


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
