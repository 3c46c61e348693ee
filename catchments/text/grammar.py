"""From the official text of one school to its clauses: nothing is dropped, what is not understood is `UNREAD`."""

from __future__ import annotations

import re
from dataclasses import replace

from . import boundaries
from .clauses import CatchmentText, Claim, Clause, Kind, Line
from .conditions import Atom, Condition, Need, read_condition
from .items import Draft, State, exclusion, inner_list, item, plausible
from .layout import Layout, lay_out, point_end
from .normalise import PUNCTUATION
from .sentences import is_feeder, is_heading, sentence_kind
from .vocabulary import ROAD_END, SCHOOL_END, TOWN

_WORD = r"(?P<word>包括|包含|含(?!光|元|嘉|笑|谷)|不含|不包括|不包含|除了?(?=.{2,40}外)|涉及|对口接收|接收|所辖范围|所辖|以下|位于|在(?=.{2,12}附近))?[:]?"
_LEAD = re.compile(rf"(?:对应|以及|及其|及|和(?![平睦谐顺兴义])|与|另外?|还有|还|其中|即|主要|只|招收|服务于?)*{_WORD}")
_LEAD_FRESH = re.compile(
    rf"(?:对应|以及|及其|另外?(?=[包含有])|还有|其中|即|主要(?=[包含])|只(?=[包含])|招收|服务于?)*{_WORD}"
)
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
_SELF = re.compile(r"^(?:的)?(?:常住)?户(?:籍|口)|^(?:的)?(?:村民|股民|飞股民|子弟|子女)")
_SHARED_PLACE = re.compile(
    r"(?P<place>[\u3400-\u9fff]{2,8}?(?:镇|乡|街道|村|社区|片区)(?:、[\u3400-\u9fff]{2,8}?(?:镇|乡|街道|村|社区|片区))*)(?:域内|辖区内?|范围内|区域内?|境内|内)?(?P<who>.{0,24}?)(?:可|均可|自愿|任意)"
)
_SCOPE_ONLY = re.compile(
    r"[\u3400-\u9fff]{2,5}(?:街道|镇|乡)(?:辖区|范围|区域)?内?的?|"
    r"(?:区域|范围|地区|辖区)?内?的?(?:[\u3400-\u9fff]{1,3}(?<![社小])区(?:域|范围)?内?|本[地区县市]|全[区市县]|城区)(?:的|内)?"
)
_ALL_BUT = re.compile(
    r"(?P<all>[\u3400-\u9fff]{2,12}?(?:区域|范围|镇|乡|村|社区|街道|小区))(?:除(?:了|去)?)(?P<but>[\u3400-\u9fff、]{2,40}?)(?:以外|之外|外)?的?$"
)
_NAMED_INSIDE = re.compile(r"、|(?:全段|全部|单号|双号|\d ?号起?|以后)$")
_PERSONS_HEADING = re.compile(r"(?:户籍|居住证|业主|随迁|一致).{0,12}$|(?:适龄儿童|学生|子女)$")
_NOBODY = re.compile(
    r"^(?:的)?(?:所有|全体|零散)?(?:临街户|居民户|住户|居民|常住居民|常住人口)?(?:的)?(?:适龄|学龄|少年)?(?:儿童|少年|学生|子女)*(?:入学|就读)?$"
)


class Reader:
    """Reads one text. Holds what earlier words mean for later ones: the list, the town, the road, the part."""

    def __init__(self, row: CatchmentText, scopes: tuple[str, ...] = ()) -> None:
        self.layout: Layout = lay_out(row.text)
        self.row = row
        self.drafts: list[Draft] = []
        self.lines: dict[int, tuple[Line, ...]] = {}
        self.state = State()
        self.part = 0
        self.excluding = False
        self.last: Draft | None = None  # the last draft that claims something
        self.loose = 0  # drafts before this one have had their chance of a condition
        self.heading: Condition | None = None  # 「某某户籍儿童：」 before a list
        self.scopes = (
            re.compile(rf"^(?P<place>.{{2,}}?)(?P<cond>(?:{'|'.join(map(re.escape, scopes))})(?:常住)?户(?:籍|口).*)$")
            if scopes
            else None
        )

    def read(self) -> tuple[Clause, ...]:
        for a, b in self.layout.parts:
            self.part += 1
            self.excluding = False
            self.state.town = ""
            if a and self.layout.text[a - 1] in "。\n":
                self.heading = None
            self._part(a, b)
        return self._clauses()

    # --- parts and segments ---

    def _part(self, a: int, b: int) -> None:
        i, fresh = a, True  # fresh: the words here may begin a sentence, a heading or a boundary
        while i < b:
            char = self.layout.text[i]
            if (end := point_end(self.layout, i)) > i:
                self._add(Draft(Kind.MARK, i, end))
                i, fresh = end, True
                continue
            if char in PUNCTUATION and self.layout.masked[i] != "\0":
                fresh = fresh or char in ",;。\n|" or self.layout.text.startswith("  ", i)
                i += 1
                continue
            start, stop = i, self.layout.segment_end(i, b)
            i = self._segment(i, stop, b) if fresh else i
            if i > start:
                fresh = self.drafts[-1].kind is Kind.HEADING
            else:
                fresh = False
                i = self._item(i, self.layout.item_end(i, b), b)
            i = max(i, start + 1)

    def _segment(self, a: int, b: int, limit: int) -> int:
        """A segment that is a sentence, a heading or a boundary; returns a when it is a plain list."""
        words = self.layout.masked[a:b].replace("\0", "")
        if "本村" in words or "本社区" in words:
            return self._own_village(a, b)
        if self.layout.text[a] == "(":
            return self._loose_bracket(a, b)
        colon = self.layout.masked.find(":", a, min(b, a + 30))
        if colon > a and (end := self._heading(a, colon, b)) > a:
            return end
        kind = sentence_kind(words)
        if kind is Kind.SHARED and (shared := _SHARED_PLACE.match(self.layout.masked, a, b)):
            return self._shared(shared, a, b)
        if kind is Kind.UNDEFINED or (kind and not boundaries.marks(self.layout, a, b) or kind is Kind.CAPACITY):
            return self._add(Draft(kind, a, b))
        if (colon := self.layout.masked.find(":", a, b)) > a and _PERSONS_HEADING.search(self.layout.masked[a:colon]):
            self.heading = read_condition(self.layout.text[a:colon])
            return self._add(Draft(Kind.HEADING, a, colon + 1))
        if self._junior() and is_feeder(words):
            return self._add(Draft(Kind.FEEDER, a, b))
        return self._boundary(a, b, limit)

    def _shared(self, match: re.Match[str], a: int, b: int) -> int:
        """「某镇域内户籍适龄儿童可在甲校、乙校选择一所登记」."""
        names = tuple(match["place"].split("、"))
        condition = read_condition(match["who"], names) if re.search(r"户籍|户口", match["who"]) else None
        return self._add(Draft(Kind.SHARED, a, b, [Claim((name,)) for name in names], condition))

    def _junior(self) -> bool:
        return "初中" in self.row.school or "中学" in self.row.school or self.row.level.startswith(("junior", "初"))

    def _heading(self, a: int, colon: int, b: int) -> int:
        words = self.layout.masked[a:colon]
        if words in ("东", "西", "南", "北"):
            return a
        bare = words.replace("\0", "").strip(' *"')
        if boundaries.MARK.search(bare):
            self._boundary(a, colon, colon)
            return colon + 1
        if (
            (len(bare) < 12 and TOWN.match(bare + "甲"))
            or re.fullmatch(r"[\u3400-\u9fff]{2,3}街", bare)
            and not self.layout.text[colon + 1].isdigit()
        ):
            self.state.town = re.sub(r"(?:所辖范围|所辖|:)$", "", bare)
            return self._add(Draft(Kind.HEADING, a, colon + 1))
        if is_heading(words) or SCHOOL_END.search(bare) and not self.layout.text[colon + 1 : colon + 2].isdigit():
            if self._junior() and is_feeder(bare):
                return self._add(Draft(Kind.FEEDER, a, b))
            if bare in ("备注", "说明", "注"):
                return self._add(Draft(Kind.NOTE, a, b))
            self._add(Draft(Kind.HEADING, a, colon + 1))
            self.heading = None
            self.state.listed = True
            return colon + 1
        return a

    def _own_village(self, a: int, b: int) -> int:
        """「本村」 is the village that the school is named after."""
        name = school_stem(self.row.school)
        words = self.layout.text[a:b]
        said = re.search(r"户籍|居住证", words)
        condition = read_condition(words[words.find("本村") :] if said else words, (name,))
        if not said:
            condition = replace(condition, ways=((Atom(Need.OTHER),),))
        condition = Condition(words, condition.ways, priority="优先" in words or "为主" in words, places=(name,))
        return self._add(Draft(Kind.CONDITION, a, b, [Claim((name, f"{name}村"))], condition))

    def _loose_bracket(self, a: int, b: int) -> int:
        """A bracket with no word before it speaks of the list so far."""
        close = min(self.layout.pairs.get(a, b), len(self.layout.text) - 1)
        content = self.layout.text[a + 1 : close]
        last = self.last
        if re.search(r"除外$", content) or re.match(r"(?:其中)?(?:不含|除)", content):
            start = a + 1 + (re.match(r"(?:其中|但)*(?:不含|不包括|除了?)?", content).end())  # type: ignore[union-attr]
            found = exclusion(self.layout, start, close, last if last and last.part == self.part else None, self.state)
            self._extend(found)
            self._add(Draft(Kind.EXCEPTION, a, close + 1) if not found else Draft(Kind.MARK, a, start))
        elif kind := sentence_kind(content):
            self._add(Draft(kind, a, close + 1))
        elif re.match(r"包含|包括|含|\S{2,}、", content):
            lead = _LEAD.match(content).end()  # type: ignore[union-attr]
            self._extend(inner_list(self.layout, a + 1 + lead, close, State(town=self.state.town), None))
        else:
            self._add(Draft(Kind.NOTE, a, close + 1))
        return close + 1

    # --- boundaries ---

    def _boundary(self, a: int, b: int, limit: int) -> int:
        found = boundaries.read_edge(self.layout, a, b) or boundaries.read_side(self.layout, a, b)
        if found:
            return self._lines(found, found.end)
        marks = boundaries.marks(self.layout, a, b)
        if not marks:
            return a
        i = a
        for n, mark in enumerate(marks):
            i = self._one_mark(i, mark, n == 0, b)
        return self._rest(i, b, marks[-1])

    def _one_mark(self, i: int, mark: re.Match[str], first: bool, b: int) -> int:
        """The lines before one mark; what stands before them in the segment is list."""
        chunk = self.layout.masked[i : mark.start()].lstrip("、 ")
        names = [name for name in chunk.split("、") if name]
        shared = not first or (
            len(names) <= 3
            and not self.state.listed
            and not any(char.isdigit() and "号" not in chunk for char in chunk)
        )
        if lead := re.search(r"包括|包含|(?<=.)含(?!光|元|嘉|谷)", chunk):
            shared = False
            self._list(i, mark.start() - len(chunk) + lead.start(), b)
        found = boundaries.read_mark(self.layout, i, mark, shared, b)
        self._list(i, found.start, found.start)
        village = re.match(
            r"(.{2,10}(?:社区|村|小区))(.{2,}(?:路|街|巷|道|河|线))$", self.layout.masked[found.start : mark.start()]
        )
        if village and len(found.lines) == 1 and self.layout.text.startswith("部分", mark.end()):
            segment = boundaries.segment_of(f"{village[2]}以{mark['dir']}")
            self._add(
                Draft(
                    Kind.SEGMENT,
                    found.start,
                    mark.end() + 2,
                    [Claim((village[1],), segment=segment, partial=not segment)],
                )
            )
            return mark.end() + 2
        return self._lines(found, found.end)

    def _lines(self, found: boundaries.Found, end: int) -> int:
        lines = found.lines
        while (
            lines
            and self.layout.text.startswith("至", end)
            and (
                far := re.compile(r"至([\u3400-\u9fff]{2,8}?)(?=的|附近|,|、|。|;|\)|包括|\0|范围|区域|$)").match(
                    self.layout.masked, end
                )
            )
        ):
            # 「甲路以西至乙路」: the area ends at the second line.
            side = boundaries.OPPOSITE.get(lines[-1].side, "?")
            lines = (*lines, Line(far[1], side))
            end = far.end()
        draft = Draft(Kind.BOUNDARY, found.start, end)
        self._add(draft)
        self.lines[id(draft)] = lines
        self._named_stretches(draft, lines)
        for a, b in found.brackets:
            self._line_bracket(a, b, self.lines[id(draft)])
        return end

    def _named_stretches(self, draft: Draft, lines: tuple[Line, ...]) -> None:
        """「甲街东段、乙路以东」: a stretch listed before a line may be a line or a place; it is kept as both."""
        for line in lines[:-1]:
            if line.numbers and line.numbers.terms[0].unit == "段" and line.numbers.terms[0].label:
                draft.claims.append(Claim((line.name,), line.numbers))

    def _line_bracket(self, a: int, b: int, lines: tuple[Line, ...]) -> None:
        """What a bracket beside a line gives or takes apart from the line itself, piece by piece."""
        start = a
        for stop in (*self._commas_inside(a, b), b):
            self._line_words(start, stop, lines)
            start = stop + 1

    def _commas_inside(self, a: int, b: int) -> list[int]:
        """Commas of a bracket that stand in no bracket of their own."""
        found, i = [], a
        while i < b:
            if self.layout.text[i] == "(" and i in self.layout.pairs:
                i = self.layout.pairs[i]
            elif self.layout.text[i] in ",;":
                found.append(i)
            i += 1
        return found

    def _line_words(self, a: int, b: int, lines: tuple[Line, ...]) -> None:
        content = self.layout.text[a:b]
        match = re.match(r"(?:其中|但)?(?:(?P<not>不含|不包括|不包含|除了|除去|除)|含|包括|包含)", content)
        if content in ("全段", "部分", "含", "不含"):
            return
        if "为界" in content:
            for opening in (i for i in range(a, b) if self.layout.text[i] == "(" and i in self.layout.pairs):
                self._line_words(opening + 1, min(self.layout.pairs[opening], b), lines)
        elif match and not content.endswith("除外"):
            self._line_list(a + match.end(), b, bool(match["not"]), lines)
        elif content.endswith("除外"):
            self._extend(exclusion(self.layout, a, b, None, self.state))
        elif _NAMED_INSIDE.search(content) and not boundaries.segment_of(content) and not sentence_kind(content):
            self._extend(inner_list(self.layout, a, b, State(), None))

    def _line_list(self, a: int, b: int, without: bool, lines: tuple[Line, ...]) -> None:
        """「（含某街以南某路）」 takes a stretch of the line in; other names are places or exceptions."""
        what = self.layout.text[a:b]
        on_line = next((line for line in lines if what.endswith(line.name) and len(what) > len(line.name)), None)
        if on_line and not without:
            segment = boundaries.segment_of(what[: -len(on_line.name)])
            self._add(Draft(Kind.SEGMENT, a, b, [Claim((on_line.name,), segment=segment, partial=not segment)]))
            # Only this stretch is taken in: beyond it the line is a line of somebody else.
            owner = next(d for d in reversed(self.drafts) if self.lines.get(id(d)) is lines)
            self.lines[id(owner)] = tuple(replace(line, segment=segment) if line is on_line else line for line in lines)
        elif what and not any(
            what in line.name or (line.name in what and len(what) < len(line.name) + 3) for line in lines
        ):
            drafts = (
                exclusion(self.layout, a, b, None, self.state)
                if without
                else inner_list(self.layout, a, b, State(), None)
            )
            self._extend(drafts)

    def _rest(self, i: int, b: int, mark: re.Match[str]) -> int:
        """After the last line of a segment: 「范围内」, a place that the line only locates, or a person condition."""
        end = boundaries.rest_end(self.layout, i, b)
        if end > i:
            self.drafts[-1].end = end
            i = end
        words = self.layout.masked[i:b]
        stop = self.layout.item_end(i, b)
        if not words or stop == i or words[0] in "\0:":
            return i
        text = self.layout.masked[i:stop]
        if self.layout.find("person", i, stop) >= 0:
            place = text[: self._split(text, 0)[0]].replace("\0", "")
            if _SCOPE_ONLY.fullmatch(place):
                return self._area_persons(i, stop)
            if plausible(place) and not re.match(r"区域|地区|范围|的", place):
                self._drop_locator(mark)
            return i
        if _LEAD.match(text).end() or sentence_kind(text):  # type: ignore[union-attr]
            return i
        if plausible(text.replace("\0", "")):
            self._drop_locator(mark)
            return i
        return i

    def _area_persons(self, a: int, b: int) -> int:
        """「甲路以北某区户籍适龄儿童」: a condition on everybody in the area."""
        draft = Draft(Kind.CONDITION, a, b, condition=read_condition(self.layout.text[a:b]))
        for line in (d for d in self.drafts[self.loose :] if d.part == self.part and id(d) in self.lines):
            line.condition = draft.condition
        self.loose = len(self.drafts)
        return self._add(draft)

    def _drop_locator(self, mark: re.Match[str]) -> None:
        """「甲路以东某城」: the line says where the place lies; it is no boundary of the school."""
        for draft in reversed(self.drafts):
            lines = self.lines.get(id(draft))
            if lines:
                self.lines[id(draft)] = lines[:-1] if len(lines) > 1 else ()
                if len(lines) == 1:
                    draft.kind = Kind.NOTE
                return

    # --- list items ---

    def _list(self, a: int, b: int, limit: int) -> None:
        i = a if self.layout.text[a:b].strip("、, 和及与") else b
        while i < b:
            if self.layout.text[i] in PUNCTUATION and self.layout.masked[i] != "\0":
                i += 1
                continue
            i = max(self._item(i, min(self.layout.item_end(i, b), b), b), i + 1)

    def _item(self, a: int, stop: int, limit: int) -> int:
        """One item of a list, with the words that lead in and the person condition behind."""
        text = self.layout.masked
        # After a separator 「和」 begins a name (「和平路」); only in the middle of words does it join.
        lead = (_LEAD_FRESH if a == 0 or text[a - 1] in "、,;。( \n:" else _LEAD).match(text, a, stop)
        i, word = lead.end(), lead["word"] or ""  # type: ignore[union-attr]
        if stop - i < 2:
            i, word = a, ""
        joined = text[a:i].startswith(("以及", "及", "和", "与"))
        if word:
            self.excluding = word.startswith(("不", "除"))
            self.state.listed = True
        if i > a:
            self._add(Draft(Kind.MARK, a, i))
        if self.excluding:
            return self._exclude(i, stop)
        find = self.layout.find
        if (strong := find("also", i + 2, stop)) > 0:
            stop = strong
        person = find("person", i, stop) >= 0
        if not person and (cut := find("join", i + 2, stop)) > 0:
            stop = cut
        if person:
            return self._person(i, stop, joined)
        if (open_ := find("open", i, stop)) >= 0:
            at = i
            while at < open_:
                at = max(self._place(at, open_, open_, joined), at + 1)
            end = boundaries.rest_end(self.layout, open_ + 1, stop)
            self._add(Draft(Kind.OPEN, open_, end))
            return end
        return self._place(i, stop, limit, joined)

    def _place(self, a: int, stop: int, limit: int, joined: bool) -> int:
        if stop <= a:
            return a + 1
        if but := _ALL_BUT.match(self.layout.masked, a, stop):
            self._place(a, but.end("all"), but.end("all"), joined)
            self._extend(exclusion(self.layout, but.start("but"), but.end("but"), None, self.state))
            return stop
        if self.layout.text[a] == "(" and a in self.layout.pairs:
            return self._loose_bracket(a, stop)
        found, end = item(self.layout, a, stop, limit, self.state)
        kind = (
            sentence_kind(self.layout.masked[a : min(stop, a + 200)])
            if len(found) == 1 and found[0].kind is Kind.UNREAD
            else None
        )
        if kind:
            found, end = [Draft(kind, a, stop)], stop
        self._extend(found)
        if found:
            self.state.listed = True
        return end

    def _exclude(self, a: int, stop: int) -> int:
        cut = re.search(r"(?:以)?外$|除外$", self.layout.masked[a:stop])
        end = a + cut.start() if cut else stop
        self._extend(exclusion(self.layout, a, end, None, self.state))
        if cut:
            self._add(Draft(Kind.MARK, end, stop))
            self.excluding = False
        return stop

    # --- persons ---

    def _person(self, a: int, stop: int, joined: bool) -> int:
        """An item that ends with words about persons: who they are, and to which places the words apply."""
        text = self.layout.text
        # Brackets stay in place of themselves, so that the words keep their positions.
        words = self.layout.masked[a:stop]
        kind = sentence_kind(words.replace("\0", ""))
        if kind in (Kind.CAPACITY, Kind.UNDEFINED, Kind.SHARED, Kind.LOTTERY):
            return self._add(Draft(kind, a, stop))
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

    def _split(self, words: str, a: int) -> tuple[int, str]:
        """Where the place ends and the condition begins."""
        if match := _SPLITS[1].match(words):
            return a + match.end("place"), match["cond"]
        patterns = (self.scopes, *_SPLITS) if self.scopes else _SPLITS
        found = [match for pattern in patterns if (match := pattern.match(words))]
        if not found:
            return a, words
        best = min(found, key=lambda match: match.end("place"))
        if _SCOPE_ONLY.fullmatch(best["place"]):
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
        if cond.startswith("符合") or not here:
            group = [
                d
                for d in self.drafts[self.loose :]
                if d.part == self.part
                and not d.condition
                and d.kind is not Kind.EXCEPTION
                and (d.claims or id(d) in self.lines)
            ]
        elif _SELF.match(cond) or not joined and not cond.startswith("非"):
            group = self._run_before(here, villages=bool(_SELF.match(cond)))
        else:
            group = here
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

    # --- the end ---

    def _add(self, draft: Draft) -> int:
        draft.part = draft.part or self.part
        if self.heading and draft.claims and not draft.condition and draft.kind is not Kind.EXCEPTION:
            draft.condition = self.heading
        if draft.claims:
            self.last = draft
        self.drafts.append(draft)
        return draft.end

    def _extend(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self._add(draft)

    def _clauses(self) -> tuple[Clause, ...]:
        """Freeze the drafts in the order of the text, and make a clause of every word that nobody read."""
        text = self.row.text
        clauses = [
            Clause(
                d.kind,
                (d.start, d.end),
                text[d.start : d.end],
                tuple(d.claims),
                self.lines.get(id(d), ()),
                d.condition,
                d.part,
            )
            for d in self.drafts
            if d.end > d.start
        ]
        clauses += _uncovered(self.layout.text, text, clauses)
        return tuple(sorted(clauses, key=lambda clause: clause.span))


_FILLER = re.compile(r"(?:以及|及其?|和|与|等|的|其中|含|包括|号|内|外|除外|除|在|段|片区|范围)+")


def _uncovered(folded: str, text: str, clauses: list[Clause]) -> list[Clause]:
    """Runs of text outside every clause: punctuation and joining words are marks, the rest is unread."""
    covered = bytearray(len(text))
    for clause in clauses:
        a, b = clause.span
        covered[a:b] = b"\1" * (b - a)
    found: list[Clause] = []
    for match in re.finditer(rb"\0+", bytes(covered)):
        for piece in re.finditer(r"[^\w\u3400-\u9fff]+|[\w\u3400-\u9fff]+", text[match.start() : match.end()]):
            a, b = match.start() + piece.start(), match.start() + piece.end()
            mark = not piece[0][0].isalnum() or _FILLER.fullmatch(folded[a:b])
            found.append(Clause(Kind.MARK if mark else Kind.UNREAD, (a, b), text[a:b]))
    return found


def school_stem(school: str) -> str:
    """The place a school is named after: without its kind, its number and the city in front."""
    name = re.sub(r"(?:（.*|\(.*)$", "", school)
    name = re.sub(r"^.{2,4}?[省市](?:.{1,3}?[区县])?|^.{1,3}?[区县](?=.{2,}[小中]学)", "", name)
    return (
        re.sub(
            r"(?:中心|第[一二三四五六七八九十]+|实验|附属|完全|初级|高级)*(?:小学校?|中学校?|学校|幼儿园).*$", "", name
        )
        or name
    )


def read_text(row: CatchmentText, scopes: tuple[str, ...] = ()) -> tuple[Clause, ...]:
    """All clauses of one official text, in the order of the text."""
    return Reader(row, scopes).read()
