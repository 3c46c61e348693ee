"""Which schools the clauses give to an address: a number beats a street, a name beats a boundary, no guess is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catchments.text.address import Address, Part
from catchments.text.answers import Answer, Match, Outcome, Reason, Sure
from catchments.text.clauses import Claim
from catchments.text.conditions import Household, met
from catchments.text.fits import (
    Candidate,
    Findings,
    Tier,
    assumed,
    deep,
    fineness,
    other_town,
    same_unit,
    segment_fit,
    within_town,
)
from catchments.text.index import Entry, LevelIndex, Role, line_names
from catchments.text.numbers import Fit
from catchments.text.questions import asked, deciding_question, number_question, segment_words
from catchments.text.registration import by_primary_school, by_registration
from catchments.text.settling import settle
from catchments.text.sides import add_line, on_side, side_question, side_words
from catchments.text.vocabulary import OPPOSITE, ROAD_END

_SURE = (Sure.EXACT, Sure.INFERRED, Sure.FUZZY)


class Matcher:
    """Lookups in one level."""

    def __init__(self, level: str, index: LevelIndex, district: tuple[str, ...], also: tuple[str, ...]) -> None:
        self.level, self.index, self.district, self.also = level, index, district, also

    def answer(self, typed: str, address: Address, home: Household) -> Answer:
        if address.elsewhere:
            return self._none(typed, Reason.ELSEWHERE, place=address.elsewhere)
        if len(address.parts) == 1 and (plain := self._plainly(typed, address, address.parts[0], home)):
            return plain
        best: tuple[int, Part, Findings] | None = None
        seen: list[tuple[Part, Findings]] = []
        several = len(address.parts) > 1
        exceptions = [(part, entry) for part in address.parts for entry in self._exceptions(part)] if several else []
        for part in address.parts:
            findings = self._findings(part, address.town, home)
            # 「除某小区外」 also counts when the compound is typed after its road.
            findings.excepted += [entry for other, entry in exceptions if other is not part]
            if self.index.settled:
                settle(findings)
            rank = self._rank(part, findings)
            seen.append((part, findings))
            if best is None or rank > best[0] or (rank == best[0] and fineness(part.typed) > fineness(best[1].typed)):
                best = (rank, part, findings)
            if rank >= Tier.SPECIFIC and not self.index.settled:
                break
        if best is None:
            return self._unplaced(typed, address, home)
        rank, part, findings = best
        if several and rank == Tier.WHOLE and not fineness(part.typed):
            part, findings = within_town(findings, seen) or (part, findings)
        return self._decide(typed, address, part, findings, home)

    def _plainly(self, typed: str, address: Address, part: Part, home: Household) -> Answer | None:
        """The common case, without the machinery: one clause, no condition, one school."""
        if len(part.keys) != 1 or part.side or home.nine_year:
            return None
        entries = self.index.names[part.keys[0]].entries
        entry = entries[0]
        if (
            len(entries) != 1
            or entry.role is not Role.PLACE
            or entry.clause.condition
            or other_town(entry.claim, address.town)
        ):  # type: ignore[arg-type]
            return None
        claim = entry.claim
        if claim.numbers or claim.segment or claim.partial:  # type: ignore[union-attr]
            return None
        reason = Reason.NUMBER if claim.gloss and part.details else Reason.NAMED  # type: ignore[union-attr]
        matches = (Match(entry.school, entry.clause, (), entry.row, claim),)
        return Answer(
            typed,
            self.level,
            Outcome.ONE,
            (entry.school,),
            _SURE[part.sure],
            reason,
            part.typed,
            matches,
            address.assumed,
            "",
            (),
            self.also,
        )

    @staticmethod
    def _rank(part: Part, findings: Findings) -> int:
        """How much a part decides. What is settled comes first, but not a whole road before an estate on it."""
        tiers = [candidate.tier for candidate in findings.usable]
        if not tiers:
            return Tier.OPEN if findings.candidates else -1  # expressly excepted: only a place that is named says more
        finest = findings.settled and (max(tiers) >= Tier.SPECIFIC or not ROAD_END.search(part.typed))
        return max(tiers) + len(Tier) * finest

    # --- one part against its entries ---

    def _findings(self, part: Part, town: str, home: Household) -> Findings:
        findings = Findings()
        for key in part.keys:
            for entry in self.index.names[key].entries:
                if entry.role is Role.LINE:
                    add_line(entry, part, findings)
                elif entry.role is Role.EXCEPTION:
                    if self._claim_tier(entry.claim, part)[0] in (Tier.WHOLE, Tier.SPECIFIC, Tier.DEEP):  # type: ignore[arg-type]
                        findings.excepted.append(entry)
                elif not other_town(entry.claim, town):  # type: ignore[arg-type]
                    self._place(entry, part, home, findings)
        return findings

    def _exceptions(self, part: Part) -> list[Entry]:
        return [entry for key in part.keys for entry in self.index.names[key].entries if entry.role is Role.EXCEPTION]

    def _place(self, entry: Entry, part: Part, home: Household, findings: Findings) -> None:
        tier, question = self._claim_tier(entry.claim, part)  # type: ignore[arg-type]
        if tier is None:
            findings.missed.append(entry)
            return
        condition = entry.clause.condition
        if condition is None:
            findings.candidates.append(Candidate(entry, tier, (), question))
            return
        state = met(condition, home, entry.claim.names, self.district)  # type: ignore[union-attr]
        if state is False and not condition.priority:
            findings.refused.append(entry)
            return
        # Whom a school prefers is no condition that must be met.
        left = () if state or condition.priority else (asked(condition.quote, entry.claim.names[0]),)  # type: ignore[union-attr]
        findings.candidates.append(Candidate(entry, tier, left, question, weak=state is False))

    @staticmethod
    def _claim_tier(claim: Claim, part: Part) -> tuple[Tier | None, str]:
        """How strongly a claim fits, None when it does not; with the question that would decide."""
        if claim.gloss:
            return Tier.SPECIFIC, ""
        tier, question = Tier.WHOLE, ""
        if claim.numbers:
            fit = claim.numbers.fit(part.details)
            if fit is Fit.MISS:
                return None, ""
            if claim.numbers.terms:
                tier = Tier.SPECIFIC if fit is Fit.HIT else Tier.OPEN
                if tier is Tier.SPECIFIC and deep(claim, part.details):
                    tier = Tier.DEEP
            elif fit is Fit.OPEN and part.details:
                tier = Tier.WHOLE
            question = number_question(claim, part) if fit is Fit.OPEN else ""
            if fit is Fit.OPEN:
                tier = Tier.OPEN
        if claim.segment:
            fit = segment_fit(claim.segment, part.segment)
            if fit is Fit.MISS:
                return None, ""
            tier = Tier.SPECIFIC if fit is Fit.HIT and tier >= Tier.WHOLE else Tier.OPEN
            question = question or (f"具体位置是否在{segment_words(claim.segment)}？" if fit is Fit.OPEN else "")
        if claim.partial:
            return Tier.OPEN, question or f"{claim.names[0]}只有一部分属于该校，请问是哪一栋、哪一号？"
        return tier, question

    # --- the decision ---

    def _decide(self, typed: str, address: Address, part: Part, findings: Findings, home: Household) -> Answer:
        if part.side and not findings.settled and (sided := on_side(part, findings)):
            return self._on_the_side(typed, address, part, *sided, findings, home)
        usable = findings.usable
        top = max((c.tier for c in usable), default=None)
        if top is None:
            return self._nothing(typed, part, findings, home, address)
        sure = part.sure
        if top >= Tier.SPECIFIC:
            level = Tier.DEEP if top is Tier.DEEP and part.details else Tier.SPECIFIC
            chosen = [c for c in usable if c.tier >= level]
            if all(assumed(c, part) for c in chosen):
                sure = max(sure, 1)
            return self._result(
                typed, address, part, chosen, sure, Reason.NUMBER if part.details else Reason.NAMED, findings, home
            )
        if top is Tier.WHOLE:
            chosen = [c for c in usable if c.tier is Tier.WHOLE]
            numbered = [
                c for c in usable if c.tier is Tier.OPEN and c.entry.school not in {w.entry.school for w in chosen}
            ]
            if not any(d.unit == "号" for d in part.details):
                chosen += numbered
            reason = Reason.LINE_INCLUDED if all(c.entry.role is Role.LINE for c in chosen) else Reason.NAMED
            return self._result(typed, address, part, chosen, sure, reason, findings, home)
        if top is Tier.OPEN and any(same_unit(entry.claim, part.details) for entry in findings.missed):
            usable = [c for c in usable if c.tier is not Tier.OPEN or same_unit(c.entry.claim, part.details)]
            if not any(c.tier is Tier.OPEN for c in usable):
                return self._none(typed, Reason.NUMBER_UNNAMED, part, matches=_matches(usable))
        if top is Tier.OPEN:
            return self._result(
                typed, address, part, usable, max(sure, 1), Reason.PART_ONLY, findings, home, several=True
            )
        return self._on_the_line(typed, address, part, usable, findings, home)

    def _on_the_side(
        self,
        typed: str,
        address: Address,
        part: Part,
        chosen: list[Candidate],
        open_: bool,
        findings: Findings,
        home: Household,
    ) -> Answer:
        """「甲路以东」: what the texts say of that side, and of the road itself beside it."""
        if not chosen:
            return self._none(typed, Reason.NUMBER_UNNAMED, part, place=side_words(part))
        reason = Reason.SIDE if open_ or len(_schools(chosen)) > 1 else Reason.NAMED
        return self._result(
            typed, address, part, chosen, max(part.sure, 1), reason, findings, home, several=reason is Reason.SIDE
        )

    def _on_the_line(
        self, typed: str, address: Address, part: Part, usable: list[Candidate], findings: Findings, home: Household
    ) -> Answer:
        """Only a boundary: one school is left when its neighbour across the line says that it does not take it."""
        if any(same_unit(entry.claim, part.details) for entry in findings.missed):
            return self._none(typed, Reason.NUMBER_UNNAMED, part, matches=_matches(usable))
        schools = _schools(usable)
        if len(schools) == 1 and findings.excluded:
            beyond = self._beyond(usable[0])
            if not beyond:
                return self._result(
                    typed, address, part, usable, max(part.sure, 1), Reason.LINE_BY_EXCLUSION, findings, home
                )
            usable = usable + beyond
        return self._result(
            typed, address, part, usable, max(part.sure, 1), Reason.LINE_ONLY, findings, home, several=True
        )

    def _beyond(self, candidate: Candidate) -> list[Candidate]:
        """Schools into whose area the line may run on.

        A lies between the line and an opposite line S. Where A ends sideways at M, another school that begins at M and
        keeps the same side of S has the continuation of the line, if anybody has.
        """
        school, line = candidate.entry.school, candidate.entry.line
        own = self.index.lines[school]
        if line is None or line.side not in OPPOSITE:
            return []
        opposite_edges = {o.name for o in own if o.side == OPPOSITE[line.side]}
        found: dict[str, Candidate] = {}
        beside: list[Entry] = []  # where this school ends and the other begins, for the question
        for side_line in own:
            if side_line.side not in OPPOSITE or side_line.side in (line.side, OPPOSITE[line.side]):
                continue
            for entry in self._entries(side_line.name):
                other = entry.line
                if other is None or entry.school == school or other.side != OPPOSITE[side_line.side]:
                    continue
                theirs = self.index.lines[entry.school]
                shares = any(t.name in opposite_edges and t.side == OPPOSITE[line.side] for t in theirs)
                if shares and all(t.name != line.name for t in theirs) and entry.school not in found:
                    found[entry.school] = Candidate(entry, Tier.LINE)
                    beside += [e for e in self._entries(side_line.name) if e.school == school and e.line == side_line]
        return [*(Candidate(entry, Tier.LINE) for entry in dict.fromkeys(beside)), *found.values()]

    def _entries(self, line: str) -> tuple[Entry, ...]:
        return self.index.names[line_names(line)[0]].entries

    # --- answers ---

    def _result(
        self,
        typed: str,
        address: Address,
        part: Part,
        chosen: Sequence[Candidate],
        sure: int,
        reason: Reason,
        findings: Findings,
        home: Household,
        *,
        several: bool = False,
    ) -> Answer:
        chosen = self._best_of_each(chosen)
        schools = _schools(chosen)
        if home.nine_year and home.attends:
            schools, several = self._with_own_junior(schools, home, several)
        open_conditions = tuple(dict.fromkeys(words for c in chosen for words in c.open_conditions))
        if open_conditions or any(c.preferred for c in chosen):
            sure = max(sure, 1)
        several = several or any(c.weak for c in chosen)
        outcome = Outcome.SEVERAL if several or len(schools) > 1 else Outcome.ONE
        if outcome is Outcome.SEVERAL and reason in (Reason.NAMED, Reason.NUMBER) and len(schools) > 1:
            reason = Reason.CONFLICT
        question = ""
        if reason is Reason.SIDE:
            question = side_question(chosen, part)
        elif outcome is Outcome.SEVERAL or open_conditions:
            question = deciding_question(chosen, open_conditions, reason, part, schools)
        return Answer(
            typed,
            self.level,
            outcome,
            schools,
            _SURE[sure],
            reason,
            side_words(part) if part.side else part.typed,
            _matches(chosen),
            address.assumed,
            question,
            tuple(Match(entry.school, entry.clause, (), entry.row) for entry in findings.refused),
            self.also,
        )

    @staticmethod
    def _best_of_each(chosen: Sequence[Candidate]) -> list[Candidate]:
        """Per school: clauses whose conditions are met, when there are any, make the open ones unnecessary."""
        settled = {c.entry.school for c in chosen if not c.open_conditions and not c.preferred}
        return [c for c in chosen if not c.open_conditions or c.entry.school not in settled]

    def _with_own_junior(
        self, schools: tuple[str, ...], home: Household, several: bool
    ) -> tuple[tuple[str, ...], bool]:
        """A nine-year school takes its own primary pupils into its junior section."""
        own = self.all_schools(home.attends)
        if own and own not in schools:
            return (*schools, own), True
        return schools, several

    schools_of_book: tuple[str, ...] = ()

    def all_schools(self, words: str) -> str:
        """The school of the book that the words name."""
        cut = re.match(r".*?(?:中学|学校|小学)", words)
        name = cut[0] if cut else words
        return next((school for school in self.schools_of_book if school.endswith(name) or name.endswith(school)), "")

    def _nothing(self, typed: str, part: Part, findings: Findings, home: Household, address: Address) -> Answer:
        refused = tuple(
            Match(e.school, e.clause, (asked(e.clause.condition.quote, part.typed),), e.row, e.claim)
            for e in findings.refused
            if e.clause.condition
        )
        if refused:
            return self._none(typed, Reason.CONDITION_FAILS, part, refused=refused)
        if findings.excepted:
            return self._none(typed, Reason.EXCEPTED, part)
        if findings.missed:
            missed = tuple(Match(e.school, e.clause, (), e.row) for e in findings.missed)
            return self._none(typed, Reason.NUMBER_UNNAMED, part, matches=missed)
        return self._unplaced(typed, address, home)

    def _unplaced(self, typed: str, address: Address, home: Household) -> Answer:
        """No clause knows the address: perhaps the registration is named, else say what is missing."""
        if found := by_registration(self.index, home, self.district) or by_primary_school(self.index, home):
            claim = found[0].entry.claim
            part = Part(claim.names[0] if claim else home.attends)
            reason = Reason.HUKOU if claim else Reason.PRIMARY
            return self._result(typed, address, part, found, 1, reason, Findings(), home)
        if not typed.strip():
            return self._none(typed, Reason.EMPTY)
        if address.coarse:
            return self._none(typed, Reason.COARSE, place=address.town)
        named = any(
            "\u4e00" <= char <= "\u9fff"
            for char in typed.replace("号", "").replace("楼", "").replace("单元", "").replace("室", "")
        )
        return self._none(typed, Reason.SILENT if named else Reason.NO_PLACE)

    def _none(
        self,
        typed: str,
        reason: Reason,
        part: Part | None = None,
        *,
        place: str = "",
        matches: tuple[Match, ...] = (),
        refused: tuple[Match, ...] = (),
    ) -> Answer:
        sure = _SURE[part.sure] if part else Sure.EXACT
        where = place or (part.typed if part else "")
        return Answer(typed, self.level, Outcome.NONE, (), sure, reason, where, matches, (), "", refused, self.also)


def _schools(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.entry.school for c in candidates))


def _matches(candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    return tuple(
        Match(c.entry.school, c.entry.clause, c.open_conditions, c.entry.row, c.entry.claim, c.entry.line)
        for c in candidates
    )
