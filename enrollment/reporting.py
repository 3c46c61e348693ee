"""上报: the school reports its homeroom and subject teachers as teams; they are public before the draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from classing.models import Draw, LotDraw, Team, TeamTeacher
from districts import audit, clock
from districts.calendar import Action, require_open
from districts.models import Account, Campus, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right


@dataclass(frozen=True)
class ReportedTeam:
    """A homeroom teacher and (subject, teacher) pairs."""

    homeroom: str
    teachers: tuple[tuple[str, str], ...]


def report_teams(
    season: Season, campus: Campus, teams: Sequence[ReportedTeam], *, by: Account, now: datetime | None = None
) -> None:
    """Replace the campus's teams as a whole, until its roster is committed.

    Raises PermissionDenied, StageClosed, Refused.
    """
    names = [team.homeroom for team in teams]
    if not teams:
        raise Refused({"": "请至少填写一组教师。"})
    if len(set(names)) != len(names):
        raise Refused({"": "同一位班主任只能带一个组，请核对姓名。"})
    with transaction.atomic():
        require_right(by, Right.REPORT_TEAMS, district=season.district, school_id=campus.school_id, season=season)
        require_open(Action.REPORT_TEAMS, season.windows(), now or clock.now(season))
        Campus.objects.select_for_update(no_key=True).get(pk=campus.pk)
        committed = Draw.objects.filter(season=season, campus=campus).exists()
        if committed or LotDraw.objects.filter(season=season, campus=campus).exists():
            raise Refused({"": "新生名册已经封存，教师分组不能再改。"})
        Team.objects.filter(season=season, campus=campus).delete()
        for number, reported in enumerate(teams, 1):
            team = Team.objects.create(season=season, campus=campus, number=number, homeroom=reported.homeroom)
            TeamTeacher.objects.bulk_create(
                TeamTeacher(team=team, subject=subject, name=name) for subject, name in reported.teachers
            )
        audit.record("teams.reported", campus, by=by, district=season.district, campus=campus.name, teams=len(teams))
