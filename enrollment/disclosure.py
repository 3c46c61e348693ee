"""查看完整信息: what is masked, shown in full for a purpose: counted, logged without the values, told to the family."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from districts import audit, clock, queries, rate_limit, sign_ins
from districts.calendar import Action, is_open
from districts.identity import mask_numbers_in
from districts.models import Account, District, Season
from districts.permissions import require_right
from districts.refusals import Refused
from districts.rights import Right
from enrollment.models import Application
from enrollment.permissions import forbid_relatives

SECONDS_SHOWN = 60
# Security requirement P6, for one person: (how many, in how many seconds)
MOST = (100, 3600)
MANY = (50, 600)
VALUES = {
    "证件号码": lambda application: application.child.id_number,
    "家庭住址": lambda application: application.address,
    "联系电话": lambda application: application.account.phone,
}


@dataclass(frozen=True)
class Purpose:
    """What somebody needs full values for, and which: `values` are keys of VALUES.

    Offered while one of `actions` is open, always when there is none.
    """

    code: str
    word: str
    values: tuple[str, ...]
    actions: tuple[Action, ...] = ()


OTHER = Purpose("other", "其他", tuple(VALUES))
PURPOSES = (
    Purpose("documents", "核对证件", ("证件号码", "家庭住址"), (Action.REVIEW, Action.SPOT_CHECK)),
    Purpose("contact", "联系家长", ("联系电话",)),
    Purpose("registry", "办理学籍", tuple(VALUES), (Action.REGISTER,)),
    Purpose("petition", "处理信访", tuple(VALUES)),
    OTHER,
)


def offered(season: Season, now: datetime | None = None) -> list[Purpose]:
    """The purposes that the season's work has now."""
    windows, now = season.windows(), now or clock.now(season)
    return [one for one in PURPOSES if not one.actions or any(is_open(action, windows, now) for action in one.actions)]


def show(
    application: Application, purpose: Purpose, *, note: str = "", by: Account, now: datetime | None = None
) -> dict[str, str]:
    """The values that the purpose needs, in full, by their names; `note` says what 其他 is.

    Raises PermissionDenied, Refused (the purpose is not offered now, 其他 without a note, too many in an hour).
    """
    season = application.season
    note = mask_numbers_in(" ".join(note.split()))
    if purpose not in offered(season, now):
        raise Refused({"purpose": "现在不能选这个用途，请重新选择。"})
    if purpose == OTHER and not note:
        raise Refused({"note": "请写明具体用途。"})
    with transaction.atomic():
        school_id = application.campus.school_id
        require_right(by, Right.SEE_FULL_NUMBERS, district=season.district, school_id=school_id, season=season)
        forbid_relatives(by, application)
        _count(by, season.district)
        facts = {"purpose": purpose.word, "shown": "、".join(purpose.values)} | ({"note": note} if note else {})
        audit.record("personal-data.shown", application, by=by, district=season.district, **facts)
    return {name: VALUES[name](application) for name in purpose.values}


def _count(by: Account, district: District) -> None:
    """One more view: refused beyond MOST, told to the bureau's heads at MANY, once while that lasts."""
    most, seconds = MOST
    if not rate_limit.allow(f"personal-data|{by.pk}", most=most, seconds=seconds):
        raise Refused({"": f"您一小时内已查看{most}次完整信息，到了上限，请稍后再看。确有需要，请联系教育局负责人。"})
    many, seconds = MANY
    if rate_limit.allow(f"personal-data-many|{by.pk}", most=many - 1, seconds=seconds):
        return
    if rate_limit.allow(f"personal-data-told|{by.pk}", most=1, seconds=seconds):
        audit.record("personal-data.many", by, by=by, district=district, views=many, minutes=seconds // 60)
        for head in queries.heads(district):
            sign_ins.tell(head, f"{by.name}在{seconds // 60}分钟内查看了{many}次完整的个人信息，请核实是否工作需要。")
