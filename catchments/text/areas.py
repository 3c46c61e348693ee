"""Areas: the boundary lines of a segment, what their brackets give and take, and what follows them."""

from __future__ import annotations

import re
from dataclasses import replace

from catchments.text import boundaries
from catchments.text.bracket_words import CONDITION
from catchments.text.clauses import Claim, Kind, Line
from catchments.text.conditions import read_condition
from catchments.text.items import Draft, State, exclusion, inner_list, plausible
from catchments.text.persons import SCOPE_ONLY, PersonReader
from catchments.text.sentences import sentence_kind

_WORD = r"(?P<word>包括|包含|含(?!光|元|嘉|笑|谷)|不含|不包括|不包含|除了?(?=.{2,60}外(?:$|[,;。、)\0的]))|涉及|对口接收|接收|所辖范围|所辖|以下|位于|在(?=.{2,12}附近))?[:]?"
LEAD = re.compile(rf"(?:对应|以及|及其|及|和(?![平睦谐顺兴义])|与|另外?|还有|还|其中|即|主要|只|招收|服务于?)*{_WORD}")
LEAD_FRESH = re.compile(
    rf"(?:对应|以及|及其|另外?(?=[包含有])|还有|其中|即|主要(?=[包含])|只(?=[包含])|招收|服务于?)*{_WORD}"
)
_NAMED_INSIDE = re.compile(r"、|(?:全段|全部|单号|双号|\d ?号起?|以后)$")


class AreaReader(PersonReader):
    """Reads segments that hold boundary lines."""

    def _boundary(self, a: int, b: int, limit: int) -> int:
        found = boundaries.read_edge(self.layout, a, b) or boundaries.read_side(self.layout, a, b)
        if found:
            return self._lines(found, found.end)
        marks = boundaries.marks(self.layout, a, b)
        if not marks:
            return a
        i = a
        for n, mark in enumerate(marks):
            if mark.start() >= i:  # 「甲路以北至乙路以南」: the second was read with the first
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
                far := re.compile(
                    r"至([\u3400-\u9fff]{2,8}?)(?:以[东南西北])?(?=的|附近|,|、|。|;|\)|包括|\0|范围|区域|$)"
                ).match(self.layout.masked, end)
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
        if CONDITION.search(content) and not match:
            # 「甲路以东（某区户籍）」
            self._owner(lines).condition = read_condition(content)
        elif "为界" in content:
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
            self.lines[id(self._owner(lines))] = tuple(
                replace(line, segment=segment) if line is on_line else line for line in lines
            )
        elif what and not any(
            what in line.name or (line.name in what and len(what) < len(line.name) + 3) for line in lines
        ):
            drafts = (
                exclusion(self.layout, a, b, None, self.state)
                if without
                else inner_list(self.layout, a, b, State(), None)
            )
            self._extend(drafts)

    def _owner(self, lines: tuple[Line, ...]) -> Draft:
        return next(draft for draft in reversed(self.drafts) if self.lines.get(id(draft)) is lines)

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
            if SCOPE_ONLY.fullmatch(place):
                return self._area_persons(i, stop)
            if plausible(place) and not re.match(r"区域|地区|范围|的", place):
                self._drop_locator(mark)
            return i
        if LEAD.match(text).end() or sentence_kind(text):  # type: ignore[union-attr]
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
            if draft.part != self.part:
                return
            lines = self.lines.get(id(draft))
            if lines:
                self.lines[id(draft)] = lines[:-1] if len(lines) > 1 else ()
                if len(lines) == 1:
                    draft.kind = Kind.NOTE
                return
