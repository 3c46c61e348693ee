"""Conditions on persons: what a text asks of a household, what a household says of itself, and how the two stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from catchments.text.normalise import fold


class Need(StrEnum):
    """What a condition asks for."""

    HUKOU = "hukou"
    PERMIT = "permit"
    RESIDENT = "resident"
    MATCH = "match"  # 人户一致: registered where one lives
    OWNER = "owner"
    KIN = "kin"  # member or child of a member: of the village, of a work unit
    OTHER = "other"


HERE = ""  # scope: the place of the clause itself


@dataclass(frozen=True, slots=True)
class Atom:
    """One requirement. The scope is a place, or HERE."""

    need: Need
    scope: str = HERE
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, each a set of requirements. A priority does not shut anybody out."""

    quote: str
    ways: tuple[tuple[Atom, ...], ...]
    priority: bool = False
    places: tuple[str, ...] = ()  # the villages that 「以上村」 and HERE stand for


# --- what a text asks --------------------------------------------------------------------------------------------

_OWN = r"(?:本村|本地|本区|本县|本市|本辖区|以上\w{0,3}村|上述\w{0,3}村|该村|当地)"
_ATOMS = (
    (Need.MATCH, re.compile(r'"?(?:人户一致|房户一致|户籍与(?:实际)?居住地一致|人户合一|两一致|住户一致)"?')),
    (Need.PERMIT, re.compile(r"(?:持有?|办理|取得)?(?P<scope>[^,，、或且及和与持有]{0,12}?)居住证(?:明)?")),
    (Need.HUKOU, re.compile(r"(?P<not>非)?(?P<scope>[^,，、或且及和与非含]{0,14}?)(?:常住)?户(?:籍|口)")),
    (Need.RESIDENT, re.compile(r"(?:在?(?P<scope>本村|本辖区|[^,，、或且及和与持有在]{0,8}))?(?:实际|附近|常年)?居住")),
    (Need.OWNER, re.compile(r"(?:落户)?业主|房产|购房|产权")),
    (
        Need.KIN,
        re.compile(
            r"(?P<scope>[^,，、或且及和与]{0,12}?)(?:村民|股民|飞股民|职工|员工|子弟|教职工|在职在编人员|原?居民|老户|子女)(?:的?适龄)?(?:子女)?"
        ),
    ),
)


def read_condition(words: str, places: tuple[str, ...] = ()) -> Condition:
    """Read the words of a condition; what is not recognised stays one `OTHER` requirement."""
    ways: list[tuple[Atom, ...]] = []
    text = fold(words)
    for way in re.split(r"(?:[,、]|^)?(?:或者|或|及(?=持|办)|以及|[,;](?=持))", text):
        atoms = tuple(atom for piece in re.split(r"且|并且|同时|并", way) if piece for atom in _atoms(piece))
        if atoms:
            ways.append(atoms)
    priority = "优先" in text and "优先安排" not in text
    return Condition(words, tuple(ways) or ((Atom(Need.OTHER),),), priority, places)


def _atoms(piece: str) -> Iterable[Atom]:
    for need, pattern in _ATOMS:
        if match := pattern.search(piece):
            groups = match.groupdict()
            scope = _scope(groups.get("scope") or "")
            if need is Need.RESIDENT and Need.HUKOU and "户籍" in piece:
                continue
            yield Atom(need, scope, bool(groups.get("not")))
            return
    if piece.strip("()的适龄儿童少年学生 "):
        yield Atom(Need.OTHER)


def _scope(words: str) -> str:
    words = re.sub(r"^(?:符合|具有|拥有|持有?|须|需|含|有|优先招收|招收|凡|为|的|是|在)+", "", words)
    if not words or re.match(_OWN, words):
        return HERE
    return words


# --- what a household says ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Household:
    """What is known. None means not known; the scopes are the words used (「某村」, 「某中」)."""

    hukou: tuple[str, ...] = ()
    not_hukou: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    no_permit: bool = False
    resident: bool | None = None
    match: bool | None = None
    owner: bool | None = None
    kin: tuple[str, ...] = ()
    attends: str = ""
    nine_year: bool = False
    said: bool = False


_NEGATION = re.compile(r"^(?:但|且|也)?(?:无|没有|没|非|不是|未|不)")


@lru_cache(maxsize=1024)
def household(words: str | None) -> Household:
    """Read what is known of a household, in a clerk's words; blank is 「nothing known」."""
    facts: dict[str, object] = {}
    hukou: list[str] = []
    not_hukou: list[str] = []
    permits: list[str] = []
    kin: list[str] = []
    for piece in re.split(r"[,;、。\s]|且|并|及|但", fold(words or "")):
        negated = bool(_NEGATION.match(piece))
        rest = _NEGATION.sub("", piece)
        if not rest:
            continue
        if re.search(r"人户不一致|人户分离|不一致", piece):
            facts["match"] = False
        elif re.search(r"人户一致|房户一致|人户合一|户房一致", piece):
            facts["match"] = not negated
        if match := re.search(r"(?:持有?|有|办理了?)?([^持有]*?)居住证", rest):
            if negated:
                facts["no_permit"] = True
            else:
                permits.append(match[1])
        if match := re.search(
            r"(?:有|是|为|属于?|具有|户口在|户籍在)*(.*?)(?:的)?(?:常住)?户(?:籍|口)(?:在(.*))?", rest
        ):
            (not_hukou if negated else hukou).append(match[2] or match[1])
        if re.search(r"居住|租房|租住|住在", rest) and "居住证" not in rest:
            facts["resident"] = not negated
        if re.search(r"业主|产权|房产|购房", rest):
            facts["owner"] = not negated
        if (match := re.search(r"(.*?)(?:村民|股民|职工|员工|子弟|教职工|在编)", rest)) and not negated:
            kin.append(match[1] or match[0])
        if match := re.search(r"(?:就读于?|毕业于?|在读于?)(.*?(?:小学|中学|学校)[^,()]*?)(?:\(|毕业|就读|$)", rest):
            facts["attends"] = match[1]
        if not facts.get("attends") and (match := re.search(r"(.{2,}?(?:小学|学校))(?:应届)?(?:毕业|就读|在读)", rest)):
            facts["attends"] = match[1]
        if "九年一贯" in piece or "九年制" in piece:
            facts["nine_year"] = not negated
    return Household(
        tuple(hukou),
        tuple(not_hukou),
        tuple(permits),
        kin=tuple(kin),
        said=bool(words and words.strip()),
        **facts,  # type: ignore[arg-type]
    )


# --- how the two stand -------------------------------------------------------------------------------------------


def met(condition: Condition, home: Household, names: tuple[str, ...], district: tuple[str, ...]) -> bool | None:
    """True, False, or None when what is known does not decide. `names` are the places of the clause."""
    results = [_all(_met(atom, home, condition.places or names, district) for atom in way) for way in condition.ways]
    if True in results:
        return True
    return None if None in results else False


def _all(results: Iterable[bool | None]) -> bool | None:
    found = list(results)
    return False if False in found else None if None in found else True


def _met(atom: Atom, home: Household, names: tuple[str, ...], district: tuple[str, ...]) -> bool | None:
    if not home.said:
        return None
    result = _plain(atom, home, names, district)
    return result if result is None or not atom.negated else not result


def _plain(atom: Atom, home: Household, names: tuple[str, ...], district: tuple[str, ...]) -> bool | None:
    scopes = (atom.scope,) if atom.scope else names
    match atom.need:
        case Need.HUKOU:
            return _hukou(scopes, home, bool(atom.scope), district)
        case Need.PERMIT:
            if any(_same(a, b) for a in home.permits for b in scopes) or "" in home.permits:
                return True
            return False if home.no_permit or home.permits else None
        case Need.RESIDENT:
            return home.resident if home.resident is not None else home.match
        case Need.MATCH:
            return home.match
        case Need.OWNER:
            return home.owner
        case Need.KIN:
            return True if any(_same(a, b) or not a for a in home.kin for b in scopes) else None
        case _:
            return None


def _hukou(scopes: tuple[str, ...], home: Household, elsewhere: bool, district: tuple[str, ...]) -> bool | None:
    """Whether the registration is in one of the scopes; a village lies in its district, not the other way round."""
    own = [scope for scope in scopes if _is_district(scope, district)]
    for said in home.hukou:
        if any(_same(said, scope) for scope in scopes) or _HERE.match(said):
            return True
        if own and (_is_district(said, district) or re.search(r"[村组队社]$", said)):
            return True
    if home.hukou:
        if all(_is_district(said, district) for said in home.hukou) and not own:
            return None  # registered in the district: perhaps in this very village
        return False
    if any(_same(said, scope) or _HERE.match(said) for said in home.not_hukou for scope in scopes):
        return False
    if home.match is not None and (not elsewhere or own):
        return True if home.match else None
    return False if home.permits or (home.no_permit and home.not_hukou) else None


_HERE = re.compile(r"本村|本地|本辖区|当地|本社区|本街道|本镇|本校施教区")


def _is_district(scope: str, district: tuple[str, ...]) -> bool:
    """Whether the words mean the district itself: 「甲区」 and 「某甲」 both mean 「某甲区」."""
    if re.fullmatch(r"本(?:区|县|市|地)|我(?:区|县|市)|区内|辖区", scope):
        return True
    return any(len(scope) > 1 and (scope in part or part in scope) for part in district if part)


def _same(a: str, b: str) -> bool:
    """Whether two scopes name the same place, with or without 村 and the like."""
    a, b = bare(a), bare(b)
    return bool(a and b) and (a == b or (len(a) > 2 and a.endswith(b)) or (len(b) > 2 and b.endswith(a)))


@lru_cache(maxsize=4096)
def bare(name: str) -> str:
    """A place without the word for its kind."""
    return re.sub(r"(?:行政村|自然村|村委会|村|社区|小区|街道|区|县|镇|乡|市)$", "", name) or name
