"""Words about persons in a text: who they are, and to which places they apply."""

from __future__ import annotations

import re

from catchments.text.clauses import Kind
from catchments.text.conditions import read_condition
from catchments.text.items import Draft
from catchments.text.reader_state import ReaderState
from catchments.text.sentences import sentence_kind
from catchments.text.vocabulary import ROAD_END

_SPLITS = (
    # 「…等符合“人户一致”条件的适龄儿童」: the list, then the condition
    re.compile(r"^(?P<place>.*?)(?:等|等\w{0,3}(?:小区|片区))?(?P<cond>(?:且|并)?符合.*)$"),
    re.compile(r"^在?(?P<place>.{2,20}?)(?:及其?)?附近居住(?:且|并)?(?P<cond>.*)$"),
    re.compile(r"^(?P<place>.{2,}?)(?P<cond>非[^,]{0,16}户(?:籍|口).*)$"),
    re.compile(r"^(?P<place>.{3,}?)(?P<cond>(?:城区|本[区市县]|本地|全[区市县])(?:常住)?户(?:籍|口).*)$"),
    re.compile(r"^(?P<place>.{2,}?)(?P<cond>(?:持有?|办理).{0,12}居住证.*)$"),
    re.compile(r"^(?P<place>.*?)(?P<cond>(?:的)?(?:常住)?户(?:籍|口).*)$"),
    re.compile(
        r"^(?P<place>.+?)(?P<cond>(?:的)?(?:落户)?(?:业主|在职|在编|教?职工|员工|子弟|子女|村民|股民|飞股民|旧?原?居民|老户|集体户|住户|常住|临街户).*)$"
    ),
    re.compile(r"^(?P<place>.*?)(?P<cond>(?:的)?(?:所有|全体)?(?:适龄|学生|毕业生).*)$"),
)
# 「户籍在某村的适龄儿童」: the place stands inside the words about persons.
_REGISTERED_IN = re.compile(
    r"^(?:凡)?(?:户籍|户口|居住证)(?:所在地|登记地|地址)?(?:在|属于?|为|落在|登记在|位于)(?P<place>(?:(?!户籍|户口|居住证)[^且并]){2,80}?)(?P<who>(?:的|且|并|范围|辖区).*)?$"
)
_MOVED = re.compile(r"搬迁|迁入|拆迁|安置|随迁")
_SELF = re.compile(r"^(?:的)?(?:常住)?户(?:籍|口)|^(?:的)?(?:村民|股民|飞股民|子弟|子女)")
_NOBODY = re.compile(
    r"^(?:的)?(?:所有|全体|零散)?(?:临街户|居民户|住户|居民|常住居民|常住人口)?(?:的)?(?:适龄|学龄|少年)?(?:儿童|少年|学生|子女)*(?:入学|就读)?$"
)
SCOPE_ONLY = re.compile(
    r"[\u3400-\u9fff]{2,5}(?:街道|镇|乡)(?:辖区|范围|区域)?内?的?|"
    r"(?:区域|范围|地区|辖区)?内?的?(?:[\u3400-\u9fff]{1,3}(?<![社小])区(?:域|范围)?内?|本[地区县市]|全[区市县]|城区)(?:的|内)?"
)


class PersonReader(ReaderState):
    """Reads items that end with words about persons."""

    def _person(self, a: int, stop: int, joined: bool) -> int:
        """An item that ends with words about persons: who they are, and to which places the words apply."""
        text = self.layout.text
        # Brackets stay in place of themselves, so that the words keep their positions.
        words = self.layout.masked[a:stop]
        kind = sentence_kind(words.replace("\0", ""))
        if kind in (Kind.CAPACITY, Kind.UNDEFINED, Kind.SHARED, Kind.LOTTERY):
            return self._add(Draft(kind, a, stop))
        if after := self._registered_in(a):
            return after
        place_end, cond = self._split(words, a)
        here: list[Draft] = []
        if place_end > a:
            here = self._places(a, place_end)
        condition_words = text[place_end:stop].strip()
        if _NOBODY.match(condition_words.strip("的")):
            self._add(Draft(Kind.MARK, place_end, stop))
            return stop
        self._apply(condition_words, cond, here, joined, Draft(Kind.CONDITION, place_end, stop))
        return stop

    def _registered_in(self, a: int) -> int:
        """「户籍在甲村、乙村且有房产的」: the registration stands before the places it is about."""
        stop = self.layout.segment_end(a, len(self.layout.text))
        match = _REGISTERED_IN.match(self.layout.masked[a:stop]) if stop - a < 200 else None
        if (
            not match
            or re.match(r"[我本该全][市区县镇乡村街校]|辖区", match["place"])
            or SCOPE_ONLY.fullmatch(match["place"])
        ):
            return 0
        before = len(self.drafts)
        begin, end = a + match.start("place"), a + match.end("place")
        self._list(begin, end, end)
        here = [draft for draft in self.drafts[before:] if draft.claims]
        names = tuple(name for draft in here for claim in draft.claims for name in claim.names)
        condition = read_condition(f"户籍{match['who'] or ''}", names)
        for draft in here:
            draft.condition = condition
        for i, j in ((a, begin), (end, stop)):
            self._add(Draft(Kind.CONDITION, i, j, condition=condition))
        self.loose = len(self.drafts)
        return stop

    def _split(self, words: str, a: int) -> tuple[int, str]:
        """Where the place ends and the condition begins."""
        if match := _SPLITS[1].match(words):
            return a + match.end("place"), match["cond"]
        patterns = (self.scopes, *_SPLITS) if self.scopes else _SPLITS
        found = [match for pattern in patterns if (match := pattern.match(words))]
        if not found:
            return a, words
        best = min(found, key=lambda match: match.end("place"))
        if SCOPE_ONLY.fullmatch(best["place"]) or best["place"] in ("凡", "凡是", "所有", "对", "对于"):
            return a, words
        return a + best.end("place"), best["cond"]

    def _places(self, a: int, end: int) -> list[Draft]:
        before = len(self.drafts)
        i = a + (1 if self.layout.text[a] == "在" else 0)
        while i < end:
            cut = re.compile(r"以及|及|[和与](?![平睦谐顺兴义])").search(self.layout.masked, i + 2, end)
            stop = cut.start() if cut else end
            while i < stop:
                i = max(self._place(i, stop, stop, False), i + 1)
            i = cut.end() if cut else end
        return [draft for draft in self.drafts[before:] if draft.claims]

    def _apply(self, words: str, cond: str, here: list[Draft], joined: bool, draft: Draft) -> None:
        """Give the condition to the places that it is about."""
        listed = self.layout.text[max(0, draft.start - 1)] == "、" and not cond.startswith("符合")
        if not here and (listed or _MOVED.search(words)):
            group = []  # one more item of the list: people from elsewhere, no condition on the places before it
        elif cond.startswith("符合") or not here:
            group = [
                d
                for d in self.drafts[self.loose :]
                if d.part == self.part and not d.condition and (d.claims or id(d) in self.lines)
            ]
        elif _SELF.match(cond) or (not joined and not cond.startswith("非")):
            group = self._run_before(here, villages=bool(_SELF.match(cond)))
        else:
            group = here
        group = [d for d in group if d.kind is not Kind.EXCEPTION]
        names = tuple(dict.fromkeys(name for d in group for claim in d.claims for name in claim.names))
        condition = read_condition(words, names)
        for d in group:
            d.condition = condition
        self.loose = len(self.drafts)
        draft.condition = condition
        self._add(draft)

    def _run_before(self, here: list[Draft], villages: bool) -> list[Draft]:
        """The items joined to these by 、 that are of the same kind: 「甲村、乙村户籍」 speaks of both."""
        run = list(here)
        edge = here[0].start
        at = len(self.drafts) - 1
        while self.drafts[at] is not here[0]:
            at -= 1
        for draft in (self.drafts[n] for n in range(at - 1, -1, -1)):
            if draft.kind is Kind.MARK:
                continue
            gap = self.layout.text[draft.end : edge]
            if not draft.claims or draft.condition or gap.strip(" ") not in ("、", "", "及", "和", "与"):
                break
            if villages and ROAD_END.search(draft.claims[0].names[0]):
                break
            run.append(draft)
            edge = draft.start
        return run
