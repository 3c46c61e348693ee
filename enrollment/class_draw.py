"""分班: from a confirmed list to classes, in one draw per campus (plan section 五（一）分班, section 六.3).

This side knows the children; `classing` is handed codes, sealed leaves and level tokens and hands back classes.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from math import ceil

from django.db import transaction

from classing import ceremony
from classing.ceremony import CeremonyRefused
from classing.models import Draw, LotDraw, Team
from classing.protocol import RosterLine, leaf
from districts import audit, clock
from districts.calendar import Action, require_open
from districts.models import Account, Campus, Season, SeatPlan
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment import states
from enrollment.models import Application, Child, ConfirmedList, Placement, RosterPlace
from enrollment.models.applications import Wish
from enrollment.states import Event, Status

WITNESSES = ("区教育局", "区纪委监委第五派驻纪检监察组", "家长代表")
TOKENS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def birth_half(born: date) -> str:
    """A school year's older and younger half: 1 September to end of February, and the rest."""
    return "九月至二月" if born.month >= 9 or born.month <= 2 else "三月至八月"


FACTORS: dict[str, Callable[[Child], str]] = {
    "性别": lambda child: child.sex,
    "出生半年": lambda child: birth_half(child.birth_date),
}


def classes_for(season: Season, campus: Campus, pupils: int) -> int:
    """How many classes: the seat plan's number, else the fewest that keep the cap. Raises Refused over the cap."""
    planned = SeatPlan.objects.get(season=season, campus=campus).classes
    fewest = ceil(pupils / season.class_cap)
    if planned and planned < fewest:
        raise Refused({"": f"{pupils}名新生编{planned}个班会超过每班{season.class_cap}人，至少要{fewest}个班。"})
    return planned or fewest


def commit_roster(season: Season, campus: Campus, *, by: Account, now: datetime | None = None) -> Draw | None:
    """封存新生名册: everybody on the confirmed list, nobody else. A single class needs no draw and gives None.

    Raises PermissionDenied, StageClosed, Refused.
    """
    with transaction.atomic():
        require_right(by, Right.COMMIT_ROSTER, district=season.district, season=season)
        require_open(Action.COMMIT_ROSTER, season.windows(), now or clock.now(season))
        confirmed = ConfirmedList.objects.select_for_update(no_key=True).filter(season=season, campus=campus).first()
        if confirmed is None or confirmed.count == 0:
            raise Refused({"": "这所学校还没有确认的新生名单。"})
        if Draw.objects.filter(season=season, campus=campus).exists():
            raise Refused({"": "新生名册已经封存。"})
        classes = classes_for(season, campus, confirmed.count)
        teams = Team.objects.filter(season=season, campus=campus).count()
        if teams != classes:
            raise Refused({"": f"应编{classes}个班，学校上报了{teams}组教师，数目一致后才能封存名册。"})
        if classes == 1:
            form_single_class(confirmed, by=by)
            return None
        number = draw_number(season, campus)
        places, lines = roster_of(confirmed, number)
        draw = _refusing(
            lambda: ceremony.commit(season, campus, number=number, classes=classes, roster=lines, witnesses=WITNESSES)
        )
        for place in places:
            place.draw = draw
        RosterPlace.objects.bulk_create(places, batch_size=500)
        audit.record(
            "roster.committed",
            draw,
            by=by,
            district=season.district,
            campus=campus.name,
            pupils=draw.pupils,
            notice=draw.notice_hash,
        )
    return draw


def draw_number(season: Season, campus: Campus) -> str:
    """The draw's public id; a rehearsal's can never be taken for a real one."""
    number = f"{season.district.code}-{season.year}-{season.level}-{campus.position + 1:02d}"
    return f"MOCK-{number}" if season.rehearsal else number


def roster_of(confirmed: ConfirmedList, number: str) -> tuple[list[RosterPlace], list[RosterLine]]:
    """Codes, level tokens, groups and leaves for a list; all renamed at random for this draw."""
    placements = list(
        Placement.objects.filter(confirmed_list=confirmed).select_related("application__child").order_by("pk")
    )
    factors = [FACTORS[name] for name, _ in confirmed.season.draw_factors]
    tokens = level_tokens(placements, factors)
    groups = wish_groups([placement.application for placement in placements])
    codes = random_codes(len(placements))
    places, lines = [], []
    for placement, code in zip(placements, codes, strict=True):
        child = placement.application.child
        group = groups.get(placement.pk, "-")
        levels = tuple(tokens[n][level(child)] for n, level in enumerate(factors))
        salt = secrets.token_hex(16)
        place = RosterPlace(placement=placement, code=code)
        place.salt = salt
        places.append(place)
        sealed = leaf(ceremony.SUITE, number, code, child.name, child.id_number, group, levels, salt)
        lines.append(RosterLine(code, group, levels, sealed))
    return places, lines


def random_codes(count: int) -> list[str]:
    """Six digits each, without repetition: their order says nothing."""
    return [f"{code:06d}" for code in secrets.SystemRandom().sample(range(1_000_000), count)]


def level_tokens(placements: Sequence[Placement], factors: Sequence[Callable[[Child], str]]) -> list[dict[str, str]]:
    """For each factor: level → a token of two letters that means nothing outside this draw."""
    free = [a + b for a in TOKENS for b in TOKENS]
    secrets.SystemRandom().shuffle(free)
    return [
        {level: free.pop() for level in sorted({factor(placement.application.child) for placement in placements})}
        for factor in factors
    ]


def wish_groups(applications: Iterable[Application]) -> dict[object, str]:
    """Application pk → group: twins and multiples of one family and birthday whose guardians all wish the same."""
    families: dict[tuple[object, date], list[Application]] = {}
    for application in applications:
        families.setdefault((application.account_id, application.child.birth_date), []).append(application)
    groups: dict[object, str] = {}
    shuffled = [family for family in families.values() if len(family) > 1]
    secrets.SystemRandom().shuffle(shuffled)
    for number, family in enumerate(shuffled, 1):
        wishes = {application.multiples_wish for application in family}
        if len(wishes) == 1 and (wish := wishes.pop()) != Wish.NONE:
            letter = "T" if wish == Wish.TOGETHER else "A"
            groups |= {application.pk: f"{letter}{number}" for application in family}
    return groups


def form_single_class(confirmed: ConfirmedList, *, by: Account) -> None:
    """A list that fits one class: everybody in 1班, the only team leads it, nothing is left to chance or choice."""
    if LotDraw.objects.filter(season=confirmed.season_id, campus=confirmed.campus_id).exists():
        raise Refused({"": "这所学校已经编班。"})
    label = ceremony.class_labels(1)[0]
    assign_classes(list(confirmed.placements.select_related("application")), lambda placement: label)
    ceremony.only_team(confirmed.season, confirmed.campus, label)
    audit.record("class.single", confirmed, by=by, district=confirmed.season.district, campus=confirmed.campus.name)


def seal_witness(draw: Draw, witness: str, digits: str, *, by: Account, now: datetime | None = None) -> None:
    """监督员密封. Raises PermissionDenied, StageClosed, Refused."""
    with transaction.atomic():
        draw = lock_draw(draw, by=by, now=now)
        sealed = _refusing(lambda: ceremony.seal(draw, witness, digits))
        audit.record(
            "draw.sealed",
            draw,
            by=by,
            district=draw.season.district,
            campus=draw.campus.name,
            witness=sealed.who,
            seal=sealed.commitment,
        )


def run(draw: Draw, *, public_digits: str, by: Account, now: datetime | None = None) -> None:
    """开封并分班: one run, and every child's class with it. Raises PermissionDenied, StageClosed, Refused."""
    with transaction.atomic():
        draw = lock_draw(draw, by=by, now=now)
        classes = _refusing(lambda: ceremony.open_and_deal(draw, public_digits))
        placements = list(
            Placement.objects.filter(roster_place__draw=draw).select_related("application", "roster_place")
        )
        assign_classes(placements, lambda placement: classes[placement.roster_place.code])
        audit.record(
            "draw.run",
            draw,
            by=by,
            district=draw.season.district,
            campus=draw.campus.name,
            seed=draw.record["seed"],
        )


def draw_lots(draw: Draw, *, public_digits: str, by: Account, now: datetime | None = None) -> None:
    """班主任抽签, after the classes are formed. Raises PermissionDenied, StageClosed, Refused."""
    with transaction.atomic():
        draw = lock_draw(draw, by=by, now=now)
        if draw.status != Draw.Status.DRAWN:
            raise Refused({"": "先完成电脑随机分班，再由班主任抽签。"})
        labels = sorted({label for _, label in draw.record["result"]}, key=lambda label: (len(label), label))
        held = _refusing(
            lambda: ceremony.draw_lots(
                draw.season, draw.campus, labels, seed=draw.record["seed"], public_digits=public_digits
            )
        )
        audit.record(
            "lots.drawn",
            draw,
            by=by,
            district=draw.season.district,
            campus=draw.campus.name,
            lots={str(lot.team.number): lot.class_label for lot in held.lots.select_related("team")},
        )


def assign_classes(placements: list[Placement], label: Callable[[Placement], str]) -> None:
    for placement in placements:
        placement.class_label = label(placement)
        application = placement.application
        application.status = states.next_status(Status(application.status), Event.ASSIGN_CLASS)
    Placement.objects.bulk_update(placements, ["class_label"], batch_size=500)
    Application.objects.bulk_update([placement.application for placement in placements], ["status"], batch_size=500)


def lock_draw(draw: Draw, *, by: Account, now: datetime | None) -> Draw:
    """The locked draw, for a clerk of its school, on the draw's day when the request arrives."""
    arrival = now or clock.now(draw.season)
    locked = (
        Draw.objects.select_related("season__district", "campus__school")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=draw.pk)
    )
    season, school_id = locked.season, locked.campus.school_id
    require_right(by, Right.HOLD_DRAW, district=season.district, school_id=school_id, season=season)
    require_open(Action.DRAW, locked.season.windows(), arrival)
    return locked


def _refusing(step):
    """Run a step of the ceremony; what it refuses reads like any other refusal of a use-case."""
    try:
        return step()
    except CeremonyRefused as refused:
        raise Refused({refused.field: str(refused)}) from None
