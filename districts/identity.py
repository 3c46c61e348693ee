"""Resident identity numbers (GB 11643-1999), mobile numbers, and how both are shown. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
MALE, FEMALE = "男", "女"


class InvalidIdentity(ValueError):
    """The number cannot be right; `str()` is the message for the form's field."""


@dataclass(frozen=True)
class IdentityNumber:
    """A valid 18-character number and the two facts that it carries."""

    number: str
    birth_date: date
    sex: str


def normalise(number: str) -> str:
    """Full-width digits, spaces and a small x are what phones type: fold them."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)).upper()


def check_digit(first17: str) -> str:
    """The eighteenth character for seventeen digits (ISO 7064 MOD 11-2, as GB 11643 says)."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def parse(number: str) -> IdentityNumber:
    """Read a number, raising InvalidIdentity with what is wrong and how to check it."""
    number = normalise(number)
    if len(number) != 18:
        raise InvalidIdentity(f"身份证号应为18位，现在是{len(number)}位，请对照户口簿核对。")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdentity("身份证号只能有数字，最后一位可以是字母X，请对照户口簿核对。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdentity("身份证号第7至14位不是一个日期，请对照户口簿核对。") from None
    if check_digit(number[:17]) != number[17]:
        raise InvalidIdentity("身份证号有误：最后一位校验码与前17位不符，请逐位对照户口簿核对。")
    return IdentityNumber(number, born, MALE if int(number[16]) % 2 else FEMALE)


def disagreements(identity: IdentityNumber, *, birth_date: date | None, sex: str) -> dict[str, str]:
    """Field name → message, for what was typed but does not agree with the number."""
    found = {}
    if birth_date and birth_date != identity.birth_date:
        found["birth_date"] = f"出生日期与身份证号不一致：身份证号中是{identity.birth_date:%Y-%m-%d}。"
    if sex and sex != identity.sex:
        found["sex"] = f"性别与身份证号不一致：身份证号对应的是“{identity.sex}”。"
    return found


def is_mobile(number: str) -> bool:
    return re.fullmatch(r"1[3-9][0-9]{9}", number) is not None


# --- masks: enough to recognise, and no more ------------------------------------------------------------------------
HIDDEN = "***"
# Of an address, road and house number are shown. Digits stand for a home unless a word of _OF_A_ROAD follows them;
# Chinese numerals are part of many names, so they end a road only before 号 or a word for a part of a house.
_NUMERAL = "〇零一二两三四五六七八九十百"
_OF_A_ROAD = "横?(?:街|路|巷|弄|胡同|里|区|村|组|社|矿|条)"
_OF_A_HOUSE = "(?:楼|栋|幢|座|单元|门|排|层|室|房|户|梯)"
_HOME = (
    rf"[{_NUMERAL}]+(?:号|{_OF_A_HOUSE})|[A-Z甲乙丙丁]号?{_OF_A_HOUSE}"
    "|[东南西北中](?:单元|户|室|房|屋|(?:楼|门)(?!街|路|村|巷|口|外|里))|附|地下|单元|层|室"
)
_SHOWN = re.compile(
    rf"(?:\d+(?={_OF_A_ROAD})|(?!\d|{_HOME}).)*(?:(?:\d+|[{_NUMERAL}]+)号(?!{_OF_A_HOUSE})(?:大?院)?)?", re.IGNORECASE
)
_ANY_NUMBER = re.compile(r"(?<!\d)(?:(?P<identity>\d{17}[\dX])|(?P<mobile>1[3-9]\d{9}))(?!\d)", re.IGNORECASE)


def mask_number(number: str) -> str:
    """110101201801010012 → 110101********0012"""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)


def mask_mobile(number: str) -> str:
    """13800000000 → 138****0000"""
    return f"{number[:3]}****{number[-4:]}" if len(number) == 11 else "*" * len(number)


def mask_address(address: str) -> str:
    """德胜东街12号院3号楼2单元501室 → 德胜东街12号院***: what decides the catchment stays, the home does not.

    Building, unit and room are hidden, and whatever follows them; so is everything that is not understood.
    """
    address = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))
    shown = _SHOWN.match(address)[0]
    return shown if shown == address else shown + HIDDEN


def mask_numbers_in(text: str) -> str:
    """The text with every ID number and mobile number in it masked: for words that people typed."""
    return _ANY_NUMBER.sub(lambda found: (mask_number if found["identity"] else mask_mobile)(found[0]), text)


def mask_name(name: str) -> str:
    """张三 → 张*，张小三 → 张*三，欧阳小小三 → 欧***三"""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
