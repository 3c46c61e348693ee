"""另一位监护人: a second guardian follows a child's application.

Both see the same state, reasons, school and class. What tells where the other lives stays with whoever entered it:
address, the reason that quotes it, phone and document photos. Only the guardian who filed can change anything.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from districts import addresses, audit, consent, rate_limit, sms
from districts.encryption import blind_indexes
from districts.models import Account, District, PrivacyRules, Purpose, Season
from districts.refusals import Refused
from enrollment.models import Application, Child, CoGuardian
from enrollment.states import Status

DAYS_TO_ACCEPT = 7
INVITATIONS_A_DAY = 3


def invite(application: Application, *, phone: str, by: Account) -> CoGuardian:
    """Invite whoever signs in with `phone` to follow the child. Known and unknown numbers are answered alike.

    Raises Refused: a withdrawn application, one's own number, a second invitation, too many in a day.
    """
    if application.status == Status.WITHDRAWN:
        raise Refused({"phone": "这份报名已经撤回，不能再邀请。"})
    if phone == by.phone:
        raise Refused({"phone": "这是您自己的手机号，请填写另一位监护人的。"})
    with transaction.atomic():
        child = Child.objects.select_for_update(no_key=True).get(pk=application.child_id, account=by)
        _end_expired(child)
        if not rate_limit.allow(f"co-guardian:{by.pk}", most=INVITATIONS_A_DAY, seconds=24 * 3600):
            raise Refused({"phone": f"一天最多邀请{INVITATIONS_A_DAY}次，请明天再试。"})
        invitation = CoGuardian(child=child)
        invitation.phone = phone
        invitation.expires_at = Now() + timedelta(days=DAYS_TO_ACCEPT)
        try:
            with transaction.atomic():
                invitation.save(force_insert=True)
        except IntegrityError:
            raise Refused({"phone": "已经有另一位监护人，或者有还没接受的邀请。要换人，请先取消。"}) from None
        _record("guardian.invited", application, by)
        sms.queue(
            phone,
            f"【阳光入学】有家长邀请您作为监护人查看孩子的报名进度。请在{DAYS_TO_ACCEPT}天内用本手机号登录"
            f"{addresses.page(application.season.district, 'home')}，打开“我的报名”。不认识的可以不理会。",
        )
    return invitation


def _end_expired(child: Child) -> None:
    child.co_guardians.filter(accepted_at__isnull=True, ended_at__isnull=True, expires_at__lte=Now()).update(
        ended_at=Now()
    )


def invitations_to(account: Account, district: District) -> QuerySet[CoGuardian]:
    """The open invitations to the account's number."""
    return (
        CoGuardian.objects.select_related("child")
        .filter(
            phone_index__in=blind_indexes("phone", account.phone),
            child__district=district,
            accepted_at__isnull=True,
            ended_at__isnull=True,
            expires_at__gt=Now(),
        )
        .distinct()
    )


def accept(invitation: CoGuardian, *, by: Account, rules: PrivacyRules, address: str | None = None) -> None:
    """Follow the child, having agreed to `rules`. Raises Refused when it was cancelled or has expired meanwhile."""
    with transaction.atomic():
        locked = invitations_to(by, rules.district).filter(pk=invitation.pk)
        if not CoGuardian.objects.select_for_update().filter(pk__in=locked.values("pk")).exists():
            raise Refused({"": "这个邀请已经取消或者过期，请与邀请您的家长联系。"})
        agreed = consent.give(by, rules, Purpose.FOLLOW, address=address)
        CoGuardian.objects.filter(pk=invitation.pk).update(account=by, consent=agreed, accepted_at=Now())
        _tell("guardian.accepted", invitation, by, "另一位监护人接受了您的邀请，可以查看孩子的报名进度。")


def end(guardian: CoGuardian, *, by: Account) -> None:
    """Either side ends it, before or after it was accepted; doing it twice is doing it once."""
    with transaction.atomic():
        if not CoGuardian.objects.filter(pk=guardian.pk, ended_at__isnull=True).update(ended_at=Now()):
            return
        _tell("guardian.ended", guardian, by, "您和另一位监护人不再共同查看孩子的报名进度。")


def current(child: Child) -> CoGuardian | None:
    """The second guardian, or the open invitation."""
    found = child.co_guardians.filter(ended_at__isnull=True).first()
    if found is None or found.accepted_at:
        return found
    return child.co_guardians.filter(pk=found.pk, expires_at__gt=Now()).first()


def follows(account: Account) -> QuerySet[CoGuardian]:
    """The account's own second guardianships in force."""
    return CoGuardian.objects.filter(account=account, accepted_at__isnull=False, ended_at__isnull=True)


def followed(account: Account, season: Season) -> QuerySet[Application]:
    """The applications of the season that the account follows as second guardian."""
    return (
        Application.objects.filter(season=season, child__in=follows(account).values("child"))
        .select_related("child", "campus", "season", "placement__notice")
        .order_by("created_at")
    )


def phones(application: Application) -> list[str]:
    """Who is told of a decision: the guardian who filed, and the second one if there is one."""
    second = CoGuardian.objects.select_related("account").filter(
        child=application.child_id, accepted_at__isnull=False, ended_at__isnull=True
    )
    return [application.account.phone, *(guardian.account.phone for guardian in second)]


def _record(action: str, application: Application, by: Account) -> None:
    audit.record(action, application, by=by, district=application.season.district)


def _tell(action: str, guardian: CoGuardian, by: Account, sentence: str) -> None:
    """The log of each of the child's applications, and a message to the other side."""
    applications = Application.objects.select_related("season__district").filter(child=guardian.child_id)
    for application in applications:
        _record(action, application, by)
    owner = guardian.child.account
    other = guardian.account if by == owner else owner
    if other is not None:
        sms.queue(other.phone, f"【阳光入学】{sentence}")
