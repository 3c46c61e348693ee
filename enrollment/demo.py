"""The demo's people: an account for every role and some families, all made up. Only in demo mode."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from districts import clock, factors, queries
from districts.models import Account, DemoClock, District, Membership, Role, School
from districts.rights import WORDS
from enrollment.models import Application
from enrollment.rehearsal.season import SeasonRehearsal

PASSWORD = "yangguang-demo-2024"  # noqa: S105  printed on the demo's own sign-in page; demo mode runs nowhere else
FAMILY_PHONE = "19888888888"
FAMILIES = 40


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: Role
    school: str = ""


STAFF = (
    Person("shangzhan", "审核员甲", Role.SCHOOL, "上站小学教育集团"),
    Person("xinhua", "审核员乙", Role.SCHOOL, "新华小学"),
    Person("bureau", "科员丙", Role.BUREAU),
    Person("bureau-head", "负责人戊", Role.BUREAU_HEAD),
    Person("supervisor", "监督员丁", Role.SUPERVISOR),
)


def make_people(district: District) -> None:
    """Make what is missing, and set the clock to the first morning of filing when nobody has moved it."""
    if not settings.DEMO:
        raise RuntimeError("demo accounts exist in demo mode only")
    with transaction.atomic():
        for person in STAFF:
            if not Account.objects.filter(login=person.login).exists():
                account = Account.objects.create_staff(person.login, PASSWORD, person.name)
                school = School.objects.get(district=district, name=person.school) if person.school else None
                Membership.objects.create(account=account, role=person.role, district=district, school=school)
            factors.give_totp(Account.objects.get(login=person.login))
        season = queries.current_season(district)
        if not DemoClock.objects.filter(season=season).exists():
            clock.move_demo_clock(season, to=season.stages.get(code="filing").opens_at + timedelta(hours=9))


def file_families(district: District) -> None:
    """Let some made-up families file, so that a clerk who looks in finds work. Only into an empty season."""
    if not settings.DEMO:
        raise RuntimeError("demo families exist in demo mode only")
    if Application.objects.filter(season__district=district).exists():
        return
    morning = SeasonRehearsal(district, FAMILIES, seed=1, out=Path(settings.MEDIA_ROOT))
    for family in morning.families:
        morning.file(family)


def table() -> list[tuple[str, str, str]]:
    """(role, sign-in name, how) for the line that `make demo` prints and the sign-in pages show."""
    rows = [("家长", FAMILY_PHONE, "手机号登录；验证码见“短信收件箱”，任何手机号都可以")]
    for person in STAFF:
        who = f"{WORDS[person.role]} {person.school}".strip()
        rows.append((who, person.login, f"密码 {PASSWORD}；动态码见“短信收件箱”"))
    return rows
