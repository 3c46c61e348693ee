"""Province, city and district before an address: the own ones are passed over, another one is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from catchments.text.normalise import fold
from catchments.text.vocabulary import ROAD_END

Known = Callable[[int], int]  # the length of the name of a text that stands at this place, or 0

_OTHER_DISTRICT = re.compile(
    r"(?P<name>[\u3400-\u9fff]{1,4}?(?:[市县旗]|自治县|(?<![社小校园片军福开新镇郊景住东南西北一二三四五六七八九十])区))(?=[\u3400-\u9fff])"
)
_COUNTY_ONLY = re.compile(r"[\u3400-\u9fff]{1,3}[县旗]|[\u3400-\u9fff]{2,3}市")
_PROVINCE = re.compile(
    r"[\u3400-\u9fff]{2,3}(?:省|自治区)|[\u3400-\u9fff]{2,8}自治[区州]|(?:北京|上海|天津|重庆)市?(?=[\u3400-\u9fff]{1,4}区)"
)
_CITY = re.compile(r"[\u3400-\u9fff]{2,5}?(?:市|地区|自治州|盟)")
# Districts that are called by what they are, and not by a name.
_PLAIN_DISTRICT = re.compile(r"(?P<name>郊区|矿区)(?=[\u3400-\u9fff]|$)")
_LOCAL = re.compile(r"[\u3400-\u9fff]{2,}?(?:路|街|巷|村|镇|乡|道|小区|园|苑|里)|[\u3400-\u9fff]+\d")


@dataclass(frozen=True, slots=True)
class District:
    """The district whose texts are read, in the pieces that people type or leave out."""

    full: str = ""
    pieces: tuple[str, ...] = ()
    prefix: re.Pattern[str] | None = None
    short: re.Pattern[str] | None = None  # its pieces as they are typed right before a name: 「某」 for 「某市」

    @staticmethod
    def of(full: str) -> District:
        """「某省某市某区」 in its pieces."""
        text = fold(full).replace(" ", "")
        pieces = tuple(re.findall(r".+?(?:自治[区州县]|省|市|区|县|旗|新区)", text)) or ((text,) if text else ())
        options = []
        for i, piece in enumerate(pieces):
            short = re.sub(r"(?:省|市|自治区)$", "", piece)
            later = [name for piece in pieces[i + 1 :] for name in (piece, re.sub(r"(?:省|市|自治区)$", "", piece))]
            following = "|".join(map(re.escape, later))
            if following and short != piece:
                options.append(rf"{re.escape(short)}(?={following})")
            options.insert(0, re.escape(piece))
        pattern = re.compile(rf"(?:{'|'.join(options)}|中国|中华人民共和国)+") if options else None
        shorts = [piece[:-1] for piece in pieces if len(piece) > 2 and piece[-1] in "省市区县"]
        short = re.compile("|".join(map(re.escape, shorts))) if shorts else None
        return District(text, pieces, pattern, short)

    def typed(self, text: str, known: Known) -> int:
        """Where the district ends that stands before an address, in full or with its pieces cut short."""
        match = self.prefix.match(text) if self.prefix else None
        i = match.end() if match else 0
        while self.short and not known(i) and (match := self.short.match(text, i)):
            if not known(match.end()) and not (district := _PLAIN_DISTRICT.match(text, match.end())):
                break
            i = match.end()
            if not known(i) and district and district["name"] in self.pieces:
                i = district.end()
        return i


def administrative(text: str, i: int, known: Known, district: District) -> tuple[int, str]:
    """Past province, city and district; the name of another district when one is typed."""
    if district.prefix:
        return i, _other(text, i, known, district)
    if match := _PROVINCE.match(text):
        i = match.end()
    if ((match := _CITY.match(text, i)) and not known(i) and len(text) > match.end() and match.end() - i < 7) and (
        i or _OTHER_DISTRICT.match(text, match.end())
    ):
        i = match.end()
    if (match := _OTHER_DISTRICT.match(text, i)) and not known(i):
        i = match.end()
    return i, ""


def _other(text: str, i: int, known: Known, district: District) -> str:
    """Another province, city or district at this place of the address."""
    if i and i == len(text):
        return ""
    if match := _PROVINCE.match(text, i):
        return match[0]
    if _COUNTY_ONLY.fullmatch(text, i) and text[i:] not in district.pieces:
        return text[i:]
    if match := _PLAIN_DISTRICT.match(text, i):
        name, rest = match["name"], text[match.end() :]
        if name not in district.pieces and not known(i) and (not rest or _LOCAL.match(rest) or (i and len(rest) > 1)):
            return name
    match = _OTHER_DISTRICT.match(text, i)
    if not match or match["name"] in district.pieces:
        return ""
    name = match["name"]
    rest = text[match.end() :]
    if name[-1] in "市县旗":
        return (
            name
            if (len(name) >= 3 or i) and re.match(r"[\u3400-\u9fff]{2,}", rest) and not ROAD_END.match(rest)
            else ""
        )
    said_city = i > 0 or len(name) == 3
    return name if said_city and _LOCAL.match(rest) else ""
