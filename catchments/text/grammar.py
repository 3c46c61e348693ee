"""From the official text of one school to its clauses: nothing is dropped, what is not understood is `UNREAD`."""

from __future__ import annotations

import re
from dataclasses import replace

from catchments.text import boundaries
from catchments.text.areas import LEAD, LEAD_FRESH, AreaReader
from catchments.text.bracket_words import CONDITION
from catchments.text.clauses import CatchmentText, Claim, Clause, Kind
from catchments.text.conditions import Atom, Condition, Need, read_condition
from catchments.text.drafts import refine
from catchments.text.items import Draft, State, exclusion, inner_list, item
from catchments.text.layout import point_end
from catchments.text.normalise import PUNCTUATION
from catchments.text.sentences import is_feeder, is_heading, sentence_kind
from catchments.text.vocabulary import SCHOOL_END, TOWN

_SHARED_PLACE = re.compile(
    r"(?P<place>[\u3400-\u9fff]{2,8}?(?:镇|乡|街道|村|社区|片区)(?:、[\u3400-\u9fff]{2,8}?(?:镇|乡|街道|村|社区|片区))*)(?:域内|辖区内?|范围内|区域内?|境内|内)?(?P<who>.{0,24}?)(?:可|均可|自愿|任意)"
)
_ALL_BUT = re.compile(
    r"(?P<all>[\u3400-\u9fff]{2,12}?(?:区域|范围|镇|乡|村|社区|街道|小区))(?:除(?:了|去)?)(?P<but>[\u3400-\u9fff、]{2,40}?)(?:(?:以外|之外|外)的?)?(?:(?:所有|全部|其余|其[他它]|各)?(?:行政村|自然村|村|社区|小区|区域|范围|地区|住户)?)$"
)
_GIVEN = re.compile(r"(?:划归|归属?|属于?)(?P<to>[^,、;归属]{2,20})$")
_LONG = 2000  # characters between two commas
_SHARING = re.compile(r"多校划片|共享学区|交叉学区|动态学区|双学区|多学区")
_ONLY = re.compile(r"[只仅](?:包括|包含|含)")
_PERSONS_HEADING = re.compile(r"(?:户籍|居住证|业主|随迁|一致).{0,12}$|(?:适龄儿童|学生|子女)$")


class Reader(AreaReader):
    """Reads one text, part by part, segment by segment, item by item."""

    def read(self) -> tuple[Clause, ...]:
        for a, b in self.layout.parts:
            self.part += 1
            self.excluding = False
            self.state.town = ""
            if a and self.layout.text[a - 1] in "。\n":
                self.heading = None
            self._part(a, b)
        return self._clauses()

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
        if b - a > _LONG:  # a list without commas: read it in pieces, so that no word is looked at again and again
            b = max(self.layout.masked.rfind("、", a, a + _LONG), a + 1)
        words = self.layout.masked[a:b].replace("\0", "")
        if "本村" in words or "本社区" in words:
            return self._own_village(a, b)
        if self.layout.text[a] == "(":
            return self._loose_bracket(a, b)
        colon = self.layout.masked.find(":", a, min(b, a + 30))
        if colon > a and (end := self._heading(a, colon, b)) > a:
            return end
        kind = sentence_kind(words)
        if kind is Kind.OTHER_CATCHMENT and (given := _GIVEN.search(words)) and given["to"] in self.row.school:
            kind = None  # to this very school: the places count, the words behind them are not understood
        if kind is Kind.SHARED and (shared := _SHARED_PLACE.match(self.layout.masked, a, b)):
            return self._shared(shared, a, b)
        if kind in (Kind.UNDEFINED, Kind.OTHER_CATCHMENT) or (
            (kind and not boundaries.marks(self.layout, a, b)) or kind is Kind.CAPACITY
        ):
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
        if (len(bare) < 12 and TOWN.match(bare + "甲")) or (
            re.fullmatch(r"[\u3400-\u9fff]{2,3}街", bare) and not self.layout.text[colon + 1].isdigit()
        ):
            self.state.town = re.sub(r"(?:所辖范围|所辖|:)$", "", bare)
            return self._add(Draft(Kind.HEADING, a, colon + 1))
        located = len(bare) <= 8 and boundaries.marks(self.layout, colon, b)  # 「某新区：甲路以西…」
        if (
            located
            or colon + 1 == b
            or is_heading(words)
            or (SCHOOL_END.search(bare) and not self.layout.text[colon + 1 : colon + 2].isdigit())
        ):
            if self._junior() and is_feeder(bare):
                return self._add(Draft(Kind.FEEDER, a, b))
            if bare in ("备注", "说明", "注"):
                return self._add(Draft(Kind.NOTE, a, b))
            self._add(Draft(Kind.HEADING, a, colon + 1))
            self.heading = None
            self.sharing = bool(_SHARING.search(bare))
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
        close = self.layout.pairs.get(a, b)
        after = min(close + 1, len(self.layout.text))
        content = self.layout.text[a + 1 : close]
        last = self.last
        if _FILLER.fullmatch(content) or not content.strip(" "):
            return self._add(Draft(Kind.MARK, a, after))
        if re.search(r"除外$", content) or re.match(r"(?:其中)?(?:不含|除)", content):
            start = a + 1 + (re.match(r"(?:其中|但)*(?:不含|不包括|除了?)?", content).end())  # type: ignore[union-attr]
            found = exclusion(self.layout, start, close, last if last and last.part == self.part else None, self.state)
            self._extend(found)
            if not found and last and last is self.drafts[-1]:
                last.end = after  # the numbers of the last place have got a hole
            else:
                self._add(Draft(Kind.EXCEPTION, a, after) if not found else Draft(Kind.MARK, a, start))
        elif re.match(r"备注|说明|注[:：]", content):
            self._add(Draft(Kind.NOTE, a, after))
        elif re.match(r"限|仅限|凡", content) and CONDITION.search(content):
            self._apply(content, "符合", [], False, Draft(Kind.CONDITION, a, after))
        elif kind := sentence_kind(content):
            self._add(Draft(kind, a, after))
        elif CONDITION.search(content):
            self._apply(content, "符合", [], False, Draft(Kind.CONDITION, a, after))
        elif re.match(r"包含|包括|含|\S{2,}、", content):
            lead = LEAD.match(content).end()  # type: ignore[union-attr]
            self._extend(inner_list(self.layout, a + 1 + lead, close, State(town=self.state.town), None))
        else:
            self._add(Draft(Kind.NOTE, a, after))
        return after

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
        # After a separator 「和」 begins a name (「和某路」); only in the middle of words does it join.
        lead = (LEAD_FRESH if a == 0 or text[a - 1] in "、,;。( \n:" else LEAD).match(text, a, limit)
        i, word = min(lead.end(), stop), lead["word"] or ""  # type: ignore[union-attr]
        if i == stop or (_FILLER.fullmatch(text, a, stop) and self.layout.find("open", a, stop) < 0):
            return self._add(Draft(Kind.MARK, a, stop))
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
        if (only := find("only", i + 2, stop)) > 0:
            # 「某小区只包括某路二巷」
            before = len(self.drafts)
            self._place(i, only, only, joined)
            for draft in self.drafts[before:]:
                refine(draft, partial=True)
            return self._add(Draft(Kind.MARK, only, _ONLY.match(text, only).end()))  # type: ignore[union-attr]
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
            if but.end("but") < stop:
                self._add(Draft(Kind.MARK, but.end("but"), stop))
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


_FILLER = re.compile(
    r"(?:以及|及其?|和|与|等|的|其中|不?含|不?包括|包含|即|号|内|外|除外|除|在|段|为界|交界|接壤|相邻|相接|片区|区域|范围|住户|居民)+"
)


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
