"""The ceremony of one draw, step by step: commit the notice, seal, open and deal, draw the lots.

It knows codes, sealed leaves and level tokens, never a child. Each function is one step of draw protocol fairdraw/1 and
runs inside its caller's transaction; the database refuses a second run (docs/decisions/0004).
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db.models.functions import Now

from classing.models import Draw, Lot, LotDraw, Team, WitnessSeal
from classing.protocol import (
    NOTHING_BEFORE,
    Commit,
    Notice,
    Reveal,
    RosterLine,
    Transcript,
    Witness,
    commitment,
    digest,
    dumps,
    file_digest,
    groups_always_fit,
    lots,
    record,
)
from districts.models import Campus, Season

SUITE = "sha256"
PUBLIC_DIGITS = 6
LEAST_DIGITS = 20
VERIFIER = Path(__file__).parent / "verify.py"


class CeremonyRefused(Exception):
    """The step cannot be taken; `field` and the sentence are for the person at the page."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def class_labels(count: int) -> tuple[str, ...]:
    return tuple(f"{number}班" for number in range(1, count + 1))


def commit(
    season: Season,
    campus: Campus,
    *,
    number: str,
    classes: int,
    roster: Sequence[RosterLine],
    witnesses: Sequence[str],
) -> Draw:
    """Step 1: fix the notice. From here on no pupil, class or rule of this draw can change.

    Raises ProtocolError for a notice that the specification does not allow, CeremonyRefused for groups
    that may not fit.
    """
    notice = Notice(
        suite=SUITE,
        draw=number,
        school=campus.name,
        classes=class_labels(classes),
        cap=season.class_cap,
        factors=tuple((name, weight) for name, weight in season.draw_factors),
        rounds=0,
        prev=NOTHING_BEFORE,
        software=file_digest(SUITE, VERIFIER.read_bytes()),
        witnesses=tuple(Witness(f"w{n}", who) for n, who in enumerate(witnesses, 1)),
        balls=PUBLIC_DIGITS,
        beacon="none",
        roster=tuple(roster),
    )
    if not groups_always_fit(notice):
        raise CeremonyRefused("", "多胞胎分组可能放不进班级，请增加班数后再封存名册。")
    return Draw.objects.create(
        season=season,
        campus=campus,
        number=number,
        pupils=notice.n,
        notice=notice.text(),
        notice_hash=notice.hash(),
    )


def seal(draw: Draw, witness_id: str, digits: str) -> WitnessSeal:
    """Step 2: a witness hands in at least 20 digits; only the commitment is shown until all have sealed."""
    notice = Notice.parse(draw.notice)
    who = next((witness.who for witness in notice.witnesses if witness.id == witness_id), None)
    if who is None:
        raise CeremonyRefused("", "公告中没有这位监督员。")
    if draw.status != Draw.Status.COMMITTED or draw.seals.filter(witness=witness_id).exists():
        raise CeremonyRefused("", f"{who}已经密封，不能再改。")
    if not (digits.isascii() and digits.isdecimal() and LEAST_DIGITS <= len(digits) <= 60):
        raise CeremonyRefused(f"digits_{witness_id}", f"请输入至少{LEAST_DIGITS}位数字，只能是0到9。")
    nonce = secrets.token_hex(16)
    sealed = WitnessSeal(
        draw=draw, witness=witness_id, who=who, commitment=commitment(SUITE, draw.number, witness_id, digits, nonce)
    )
    sealed.opening = f"{digits} {nonce}"
    sealed.save(force_insert=True)
    if draw.seals.count() == len(notice.witnesses):
        draw.status = Draw.Status.SEALED
        draw.save(update_fields=["status"])
    return sealed


def open_and_deal(draw: Draw, public_digits: str) -> dict[str, str]:
    """Steps 3–5: the public digits come first, then every seal is opened, then the classes follow: code → class."""
    if draw.status != Draw.Status.SEALED:
        raise CeremonyRefused(
            "", "要等全部监督员密封后才能开封。" if draw.record is None else "已经分班，不能再次运行。"
        )
    if not (public_digits.isascii() and public_digits.isdecimal() and len(public_digits) == PUBLIC_DIGITS):
        raise CeremonyRefused("balls", f"请输入现场摇出的{PUBLIC_DIGITS}位数字。")
    notice = Notice.parse(draw.notice)
    seals = {sealed.witness: sealed for sealed in draw.seals.all()}
    in_order = [seals[witness.id] for witness in notice.witnesses]
    transcript = Transcript(
        notice_hash=draw.notice_hash,
        commits=tuple(Commit(sealed.witness, sealed.commitment) for sealed in in_order),
        balls=public_digits,
        reveals=tuple(Reveal(sealed.witness, *sealed.opening.split(" ")) for sealed in in_order),
        beacon="none",
    )
    draw.record = record(notice, transcript)
    draw.transcript = transcript.text()
    draw.status = Draw.Status.DRAWN
    draw.drawn_at = Now()
    draw.save(update_fields=["record", "transcript", "status", "drawn_at"])
    return dict(draw.record["result"])


def draw_lots(season: Season, campus: Campus, labels: Sequence[str], *, seed: str, public_digits: str) -> LotDraw:
    """Step 6: match the reported teams to the classes. `seed` is the class draw's, which the digits renew."""
    if LotDraw.objects.filter(season=season, campus=campus).exists():
        raise CeremonyRefused("", "班主任抽签已经完成，不能再抽。")
    if not (public_digits.isascii() and public_digits.isdecimal() and len(public_digits) == PUBLIC_DIGITS):
        raise CeremonyRefused("lot_digits", f"请输入现场摇出的{PUBLIC_DIGITS}位数字。")
    teams = {team.number: team for team in Team.objects.filter(season=season, campus=campus)}
    text = lots_transcript(seed, public_digits, sorted(teams), labels)
    drawn = lots(labels, sorted(teams), digest(SUITE, text), suite=SUITE)
    return save_lots(season, campus, {teams[number]: label for number, label in drawn.items()}, text)


def only_team(season: Season, campus: Campus, label: str) -> LotDraw:
    """A campus with one class and one team has nothing to draw."""
    return save_lots(season, campus, {Team.objects.get(season=season, campus=campus): label}, "")


def save_lots(season: Season, campus: Campus, drawn: dict[Team, str], transcript: str) -> LotDraw:
    held = LotDraw.objects.create(season=season, campus=campus, transcript=transcript)
    Lot.objects.bulk_create(Lot(lot_draw=held, team=team, class_label=label) for team, label in drawn.items())
    return held


def lots_transcript(seed: str, public_digits: str, teams: Iterable[int], labels: Iterable[str]) -> str:
    """The lots' own transcript: the class draw's seed, the digits drawn on the spot, and what is matched."""
    return (
        f"fairdraw/1 lots\nseed: {seed}\nballs: {public_digits}\n"
        f"teams: {' '.join(map(str, teams))}\nclasses: {' '.join(labels)}\nend\n"
    )


def public_record(draw: Draw, held: LotDraw | None) -> str:
    """The record as it is published, the lots added when they are drawn."""
    complete = dict(draw.record)
    if held is not None:
        complete["lots"] = {
            "transcript": held.transcript,
            "result": [[lot.team.number, lot.class_label] for lot in held.lots.select_related("team")],
        }
    return dumps(complete)
