"""Made-up families from a seed: names, numbers and addresses that are plainly samples, mistakes in believable shares.

Pure: the same seed and the same catchment texts give the same families.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import TypeVar

from catchments.text import CatchmentText, Kind, read
from districts.identity import FEMALE, MALE, check_digit

Key = TypeVar("Key")

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
SURNAMES = "例样演练"  # no real surnames in use: a sample is seen to be one
REGION = "990000"  # no region has this code: no such number was ever issued
RELATIONS = ("父亲", "母亲", "祖父", "外祖母")

# Shares of the plan's categories; the rest is 户口和房产一致.
CATEGORY_SHARES = {
    "migrant": 0.22,
    "local-grandparents": 0.08,
    "local-new-home": 0.07,
    "local-resettled": 0.02,
    "serviceman": 0.006,
    "police": 0.003,
    "martyr": 0.001,
    "talent": 0.002,
    "disabled-inclusive": 0.012,
}


class Mistake(StrEnum):
    """What goes wrong before it goes right, or does not."""

    WRONG_CHECK_DIGIT = "身份证校验码写错"
    WRONG_SEX = "性别与身份证号不一致"
    TOO_YOUNG = "未满6周岁"
    MISSING_PAGE = "证件缺页"
    NOT_A_PHOTO = "上传的不是照片"
    BLURRED = "照片模糊被退回"
    WRONG_CATCHMENT = "选错学校被退回"
    DUPLICATE = "另一监护人重复报名"
    DOUBLE_CLICK = "连点两次提交"
    NEVER_MENDS = "退回后不再修改"
    NEVER_COMES = "不到校核验"


MISTAKE_SHARES = {
    Mistake.WRONG_CHECK_DIGIT: 0.04,
    Mistake.WRONG_SEX: 0.01,
    Mistake.TOO_YOUNG: 0.01,
    Mistake.MISSING_PAGE: 0.08,
    Mistake.NOT_A_PHOTO: 0.02,
    Mistake.BLURRED: 0.10,
    Mistake.WRONG_CATCHMENT: 0.03,
    Mistake.DUPLICATE: 0.01,
    Mistake.DOUBLE_CLICK: 0.10,
    Mistake.NEVER_MENDS: 0.005,
    Mistake.NEVER_COMES: 0.005,
}


@dataclass(frozen=True)
class SampleChild:
    name: str
    sex: str
    birth_date: date
    id_number: str


@dataclass(frozen=True)
class Family:
    """One household: one child, or twins with a wish. `campus` is the campus whose text names the address."""

    number: int
    phone: str
    guardian: str
    relation: str
    children: tuple[SampleChild, ...]
    category: str
    address: str
    campus: str
    wish: str
    mistake: Mistake | None


def families(count: int, seed: int, texts: Mapping[str, str], born_by: date) -> Iterator[Family]:
    """`count` families; `texts` is campus → official text for the campuses that enrol."""
    chance = Random(seed)  # noqa: S311  samples, not secrets
    places = addresses(texts)
    campuses = list(places)
    weights = [6 if len(names) > 3 else 1 for names in places.values()]
    for number in range(1, count + 1):
        campus = chance.choices(campuses, weights)[0]
        name, village = chance.choice(places[campus]), len(places[campus]) <= 3
        mistake = pick(chance, MISTAKE_SHARES)
        category = "village" if village else pick(chance, CATEGORY_SHARES) or "local-own-home"
        twins = chance.random() < 0.02
        yield Family(
            number=number,
            phone=f"199{number:08d}",
            guardian=person_name(chance),
            relation=chance.choices(RELATIONS, (40, 50, 5, 5))[0],
            children=children(chance, number, born_by, twins, too_young=mistake == Mistake.TOO_YOUNG),
            category=category,
            address=f"{name}{chance.randint(1, 30)}号楼{chance.randint(1, 6)}单元{chance.randint(101, 1804)}室",
            campus=campus,
            wish=chance.choice(("together", "apart", "")) if twins else "",
            mistake=mistake,
        )


def addresses(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Campus → real place names from its text that lead to it alone; a school of its own village: its village."""
    rows = [CatchmentText("primary", "", campus, text) for campus, text in texts.items()]
    book = read(rows)
    found = {}
    for row in rows:
        names = [
            name for clause in book.clauses(row.school) if clause.kind is Kind.PLACE for name in clause.claims[0].names
        ]
        sure = [name for name in names if book.lookup(f"{name}1号楼", "primary").schools == (row.school,)]
        found[row.school] = sure or [row.school.removesuffix("小学").removesuffix("学校") + "村"]
    return found


def pick(chance: Random, shares: Mapping[Key, float]) -> Key | None:
    point = chance.random()
    for key, share in shares.items():
        point -= share
        if point < 0:
            return key
    return None


def person_name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(STEMS) + chance.choice(BRANCHES)


def children(chance: Random, number: int, born_by: date, twins: bool, *, too_young: bool) -> tuple[SampleChild, ...]:
    born = born_by + timedelta(days=30) if too_young else born_by - timedelta(days=chance.randint(0, 364))
    return tuple(child(chance, born, number * 2 + order) for order in range(2 if twins else 1))


def child(chance: Random, born: date, serial: int) -> SampleChild:
    """A valid number: GB 11643 takes the three digits before the last as a serial, odd for boys."""
    sex = chance.choice((MALE, FEMALE))
    order = serial % 450 * 2 + (sex == MALE)
    first17 = f"{REGION[:4]}{serial // 450 % 100:02d}{born:%Y%m%d}{order:03d}"
    return SampleChild(person_name(chance), sex, born, first17 + check_digit(first17))


def with_wrong_check_digit(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


def other_campus(chance_source: int, campuses: Sequence[str], right: str) -> str:
    """Some campus that is not the right one."""
    wrong = [campus for campus in campuses if campus != right]
    return wrong[chance_source % len(wrong)]
