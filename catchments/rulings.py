"""核定: what the bureau settles by hand beside the official text. Each is one transaction with its line in the log."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from catchments.models import Catchment, Ruling
from catchments.opening import require_two_people
from catchments.text import CatchmentText, Clause, Kind, read
from districts import audit
from districts.models import Account, Campus, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right

EXAMPLE = "某某街（单号1—35号）"


@dataclass(frozen=True)
class Words:
    """What a clerk wrote: words in the language of the official texts, and on what they rest."""

    words: str
    reason: str
    finding: str = ""


def correct(season: Season, campus: Campus, span: tuple[int, int], said: Words, *, by: Account) -> Ruling:
    """更正读法: read `said.words` in place of these words of the campus's text; empty = read nothing there.

    Raises PermissionDenied, Refused.
    """
    with transaction.atomic():
        require_agreed(season, by)
        text = _text_of(season, campus)
        start, end = span
        if not 0 <= start < end <= len(text):
            raise Refused({"words": "原文已经改动，请刷新后重新选择要更正的文字。"})
        taken = Ruling.objects.filter(
            season=season, campus=campus, kind=Ruling.Kind.CORRECTION, withdrawn_at=None, start__lt=end, end__gt=start
        )
        if (other := taken.first()) is not None:
            raise Refused({"words": f"“{other.replaced}”已经更正过。请先撤销那一条，再重新更正。"})
        if said.words:
            _require_readable(season, said.words)
        return _record(
            Ruling(season=season, campus=campus, kind=Ruling.Kind.CORRECTION, start=start, end=end,
                   replaced=text[start:end]), said, by,
        )  # fmt: skip


def add(season: Season, campus: Campus, said: Words, *, by: Account) -> Ruling:
    """补充: read `said.words` as if they stood in the campus's text as well. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        require_agreed(season, by)
        _text_of(season, campus)
        _require_readable(season, said.words)
        return _record(Ruling(season=season, campus=campus, kind=Ruling.Kind.ADDITION), said, by)


def settle(season: Season, campus: Campus, said: Words, *, by: Account) -> Ruling:
    """核定归属: the place of `said.words` belongs to the campus, whatever other texts say.

    Raises PermissionDenied, Refused: also when the same place was settled before and that was not withdrawn.
    """
    with transaction.atomic():
        require_agreed(season, by)
        _text_of(season, campus)
        _require_readable(season, said.words)
        Season.objects.select_for_update().get(pk=season.pk)  # one settlement at a time
        _require_unsettled(season, said.words)
        return _record(Ruling(season=season, campus=campus, kind=Ruling.Kind.SETTLEMENT), said, by)


def leave(season: Season, said: Words, *, by: Account) -> Ruling:
    """维持原文: a finding was looked at and nothing changes. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        require_bureau(season, by)
        if not said.finding:
            raise Refused({"": "没有对应的问题。"})
        return _record(Ruling(season=season, kind=Ruling.Kind.NO_CHANGE), Words("", said.reason, said.finding), by)


def withdraw(ruling: Ruling, because: str, *, by: Account) -> None:
    """撤销: the ruling stays in the list, but is no longer read. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        if ruling.kind == Ruling.Kind.NO_CHANGE:
            require_bureau(ruling.season, by)
        else:
            require_agreed(ruling.season, by)
        if not because.strip():
            raise Refused({"because": "请写明为什么撤销。"})
        stop(ruling, because.strip(), by=by)


def stop(ruling: Ruling, because: str, *, by: Account | None) -> None:
    """Inside the caller's transaction."""
    changed = Ruling.objects.filter(pk=ruling.pk, withdrawn_at=None).update(
        withdrawn_at=Now(), withdrawn_by=by, withdrawn_because=because
    )
    if not changed:
        raise Refused({"": "这一条已经撤销。"})
    audit.record(
        "ruling.withdrawn", ruling, by=by, district=ruling.season.district, **_facts(ruling), because=because
    )  # fmt: skip


def require_bureau(season: Season, by: Account) -> None:
    require_right(by, Right.WORK_ON_TEXTS, district=season.district, season=season)


def require_agreed(season: Season, by: Account) -> None:
    """For what changes answers: the right, and after filing has opened a second person."""
    require_bureau(season, by)
    require_two_people(season)


def _text_of(season: Season, campus: Campus) -> str:
    """The campus's official text, locked, so that it is not replaced while words of it are being corrected."""
    found = Catchment.objects.select_for_update().filter(season=season, campus=campus).first()
    if found is None:
        raise Refused({"": f"{campus}本年度还没有施教区文字。"})
    return found.text


def clauses_of(season: Season, words: str) -> tuple[Clause, ...]:
    """What the engine reads in words of a ruling."""
    return read([CatchmentText(season.level, "", "核定", words)], season.district.full_name).entries[0].clauses


def _require_unsettled(season: Season, words: str) -> None:
    """Two settlements may share a street by its numbers or its stretches, but nothing goes to two schools."""
    new = [claim for clause in clauses_of(season, words) for claim in clause.claims]
    for ruling in Ruling.objects.filter(season=season, kind=Ruling.Kind.SETTLEMENT, withdrawn_at=None):
        for claim in (claim for clause in clauses_of(season, ruling.words) for claim in clause.claims):
            for mine in new:
                parts = (mine.numbers, mine.segment), (claim.numbers, claim.segment)
                if set(mine.names) & set(claim.names) and (parts[0] == parts[1] or (None, None) in parts):
                    raise Refused({"words": f"“{ruling.words}”已经核定归{ruling.campus}。请先撤销那一条，再重新核定。"})


def _require_readable(season: Season, words: str) -> None:
    """A ruling whose words say nothing to the engine would change nothing while everybody believes that it does."""
    clauses = clauses_of(season, words)
    unread = [clause.quote for clause in clauses if clause.kind is Kind.UNREAD]
    if unread or not any(clause.claims or clause.lines or clause.condition for clause in clauses):
        raise Refused({"words": f"读不懂“{unread[0] if unread else words}”。请照文件的写法，例如：{EXAMPLE}。"})


def _record(ruling: Ruling, said: Words, by: Account) -> Ruling:
    if not said.reason.strip():
        raise Refused({"reason": "请写明依据，例如会议纪要或答复的日期和文号。"})
    ruling.words, ruling.reason, ruling.finding, ruling.made_by = said.words, said.reason.strip(), said.finding, by
    ruling.save()
    audit.record("ruling.made", ruling, by=by, district=ruling.season.district, **_facts(ruling))
    return ruling


def _facts(ruling: Ruling) -> dict[str, str]:
    return {
        "campus": ruling.campus.name if ruling.campus else "",
        "kind": ruling.get_kind_display(),
        "replaced": ruling.replaced,
        "words": ruling.words,
        "reason": ruling.reason,
    }
