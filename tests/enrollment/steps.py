"""How an application gets to a point of the season: each step in one call, with made-up entries."""

import io
from datetime import date
from functools import cache
from itertools import count
from uuid import uuid4

from PIL import Image

from catchments.lookup import lookup
from districts import consent, sign_in
from districts.identity import MALE, check_digit
from districts.models import Account, Campus, Purpose, Season
from districts.photos import Page, pages
from enrollment import class_draw, filing, guardians, reporting, review, spot_check
from enrollment.models import Application, Category, ConfirmedList, ReturnReason

ADDRESS = "新华楼3号楼2单元501室"  # in 新华小学's list
CAMPUS = "新华小学"
serials = count(1)


def id_number(born: date = date(2018, 3, 5), sex: str = MALE, serial: int | None = None) -> str:
    """A valid number of a region that does not exist."""
    serial = next(serials) if serial is None else serial
    first17 = f"9900{serial // 450 % 100:02d}{born:%Y%m%d}{serial % 450 * 2 + (sex == MALE):03d}"
    return first17 + check_digit(first17)


def entries(born: date = date(2018, 3, 5), sex: str = MALE, **changes: object) -> dict[str, object]:
    """What a parent types about a child."""
    return {"name": "样甲子", "sex": sex, "birth_date": born, "id_number": id_number(born, sex)} | changes


def photo(shade: int = 200, size: tuple[int, int] = (90, 120)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, "JPEG")
    return out.getvalue()


@cache
def page(shade: int) -> Page:
    """The one page of `photo(shade)`, read once for all tests."""
    return pages(photo(shade))[0]


def agree(account: Account, season: Season) -> None:
    """The guardian agrees to the newest privacy rules."""
    consent.give(account, consent.newest_rules(season.district), Purpose.ENROL)


def draft(account: Account, season: Season, now, **changes: object) -> Application:
    agree(account, season)
    return filing.add_child(account, season, **entries(**changes), key=uuid4(), now=now)


def filled_in(
    account: Account,
    season: Season,
    now,
    *,
    category: str = "local-own-home",
    address: str = ADDRESS,
    **changes: object,
) -> Application:
    """A draft with everything that the check page wants to see."""
    application = draft(account, season, now, **changes)
    filing.save_guardian(application, name="样乙丑", relation="母亲", by=account)
    chosen = Category.objects.get(season=season, code=category)
    filing.save_category(application, category=chosen, by=account)
    answer = lookup(season, address)
    campus = answer.servings[0].campus
    filing.save_address(application, address=address, campus=campus, reason=answer.reason_for(campus), by=account)
    application = fresh(application)
    for evidence in filing.needed_evidence(application):
        shades = range(100, 100 + evidence.least_pages)
        filing.add_pages(evidence, [page(shade) for shade in shades], by=account)
    return application


def fresh(application: Application) -> Application:
    return Application.objects.select_related("child", "season__district", "category", "campus", "account").get(
        pk=application.pk
    )


def seen(application: Application) -> str:
    application = fresh(application)
    return filing.content_digest(application, filing.needed_evidence(application))


def send(application: Application, now, *, key=None) -> Application:
    return filing.submit(application, by=application.account, key=key or uuid4(), seen=seen(application), now=now)


def submitted(account: Account, season: Season, now, **changes: object) -> Application:
    return send(filled_in(account, season, now, **changes), now)


def returned(application: Application, clerk: Account, now, *, section: str = "document", reason: str = "blurred"):
    evidence = filing.needed_evidence(fresh(application))[0] if section == "document" else None
    why = ReturnReason.objects.get(season=application.season, code=reason)
    review.return_items(application, [review.ReturnedItem(section, why, evidence=evidence)], by=clerk, now=now)
    return fresh(application)


def verified(application: Application, clerk: Account, now) -> Application:
    review.approve(application, by=clerk, now=now)
    originals = [evidence.kind.code for evidence in filing.needed_evidence(fresh(application))]
    review.verify_on_site(application, originals=originals, by=clerk, now=now)
    return fresh(application)


def followed(application: Application, phone: str) -> Application:
    """The same application, with a second guardian who signs in with `phone`."""
    invitation = guardians.invite(application, phone=phone, by=application.account)
    rules = consent.newest_rules(application.season.district)
    guardians.accept(invitation, by=sign_in.family_account(phone), rules=rules)
    return application


def family(number: int) -> Account:
    return sign_in.family_account(f"198{number:08d}")


def closed_list(season: Season, campus: Campus, clerk: Account, bureau: Account, at, *, pupils: int) -> ConfirmedList:
    """A confirmed list of so many pupils, half of them girls."""
    for number in range(pupils):
        sex = "男" if number % 2 else "女"
        application = submitted(family(number), season, at("filing"), sex=sex)
        verified(application, clerk, at("review"))
    return spot_check.close_list(season, campus, by=bureau, now=at("spot-check"))


def teams(season: Season, campus: Campus, clerk: Account, at, *, count: int) -> None:
    reported = [
        reporting.ReportedTeam(f"样老师{number}", (("语文", f"样语文{number}"), ("数学", f"样数学{number}")))
        for number in range(1, count + 1)
    ]
    reporting.report_teams(season, campus, reported, by=clerk, now=at("reporting"))


def committed_draw(season: Season, campus: Campus, clerk: Account, bureau: Account, at, *, pupils: int, classes: int):
    """A roster that is committed; the class cap is set so that it needs `classes` classes."""
    season.class_cap = -(-pupils // classes)
    season.save(update_fields=["class_cap"])
    closed_list(season, campus, clerk, bureau, at, pupils=pupils)
    teams(season, campus, clerk, at, count=classes)
    return class_draw.commit_roster(season, campus, by=bureau, now=at("roster"))


def held_draw(season: Season, campus: Campus, clerk: Account, bureau: Account, at, *, pupils: int, classes: int):
    """A draw with classes and lots."""
    draw = committed_draw(season, campus, clerk, bureau, at, pupils=pupils, classes=classes)
    for witness in ("w1", "w2", "w3"):
        class_draw.seal_witness(draw, witness, "1" * 20, by=clerk, now=at("draw"))
    class_draw.run(draw, public_digits="123456", by=clerk, now=at("draw"))
    class_draw.draw_lots(draw, public_digits="654321", by=clerk, now=at("draw"))
    draw.refresh_from_db()
    return draw
