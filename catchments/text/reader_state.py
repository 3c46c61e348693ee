"""The shared state of the readers of one text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from catchments.text.clauses import CatchmentText, Kind, Line
from catchments.text.conditions import Condition
from catchments.text.items import Draft, State
from catchments.text.layout import Layout, lay_out


class ReaderState(ABC):
    """What the readers of one text share: the words, the clauses so far, and what earlier words mean for later ones."""

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
        self.sharing = False  # under 「多校划片：」 every place belongs to several schools
        self.scopes = (
            re.compile(rf"^(?P<place>.{{2,}}?)(?P<cond>(?:{'|'.join(map(re.escape, scopes))})(?:常住)?户(?:籍|口).*)$")
            if scopes
            else None
        )

    def _add(self, draft: Draft) -> int:
        draft.part = draft.part or self.part
        if self.heading and draft.claims and not draft.condition and draft.kind is not Kind.EXCEPTION:
            draft.condition = self.heading
        if self.sharing and draft.kind in (Kind.PLACE, Kind.NUMBERS, Kind.SEGMENT):
            draft.kind = Kind.SHARED
        if draft.claims:
            self.last = draft
        self.drafts.append(draft)
        return draft.end

    def _extend(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self._add(draft)

    # Written by the readers that build on this state.
    @abstractmethod
    def _item(self, a: int, stop: int, limit: int) -> int:
        """Read one item of the list from `a`; where the next begins."""

    @abstractmethod
    def _place(self, a: int, stop: int, limit: int, joined: bool) -> int:
        """Read a place from `a`; where the next item begins."""

    @abstractmethod
    def _list(self, a: int, b: int, limit: int) -> None:
        """Read the items between `a` and `b`."""
