"""建档: a family fills in, checks and submits one child's application (plan section 五（一）).

Everything is saved page by page in a draft. Submitting happens once per key, inside the stage, and only complete.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.models.functions import Now

from districts import audit, clock, consent, identity, submit_key
from districts.calendar import Action, require_open
from districts.encryption import blind_indexes
from districts.models import Account, Campus, Purpose, Season
from districts.photos import MOST_PAGES, Page
from districts.refusals import Refused
from enrollment import states
from enrollment.eligibility import too_young
from enrollment.models import Application, Category, Child, Evidence, EvidencePage, Finding
from enrollment.private_files import EVIDENCE, forget
from enrollment.states import Event, Status

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DUPLICATE = "这个身份证号的孩子在本区已经有一份报名。一个孩子只能报名一次；如果不是您家办理的，请拨打咨询电话核实。"
ALREADY_YOURS = "您已经添加过这个孩子，请在“我的报名”中继续填写。"


@dataclass(frozen=True)
class Section:
    """One part of an application: `code` names its page, `evidence` the document if it is one."""

    code: str
    title: str
    evidence: Evidence | None = None


def check_child(season: Season, *, sex: str, birth_date: date | None, id_number: str) -> identity.IdentityNumber:
    """The rules about a child's entries. Raises Refused with every field that is wrong, not only the first."""
    errors: dict[str, str] = {}
    number = None
    try:
        number = identity.parse(id_number)
    except identity.InvalidIdentity as error:
        errors["id_number"] = str(error)
    else:
        errors |= identity.disagreements(number, birth_date=birth_date, sex=sex)
    if birth_date and season.born_by and (refusal := too_young(birth_date, season.born_by)):
        errors.setdefault(refusal.field, refusal.sentence)
    if number is None or errors:
        raise Refused(errors)
    return number


def add_child(
    account: Account,
    season: Season,
    *,
    name: str,
    sex: str,
    birth_date: date,
    id_number: str,
    key: UUID,
    now: datetime | None = None,
) -> Application:
    """Begin a child's draft, on the guardian's consent. The same key gives the same draft again.

    Raises StageClosed, Refused.
    """
    require_open(Action.APPLY, season.windows(), now or clock.now(season))
    agreed = consent.require(account, season.district, Purpose.ENROL)
    number = check_child(season, sex=sex, birth_date=birth_date, id_number=id_number).number
    indexes = blind_indexes("id-number", number)
    body = {"season": season.pk, "name": name, "sex": sex, "birth_date": birth_date, "index": indexes[-1].hex()}

    def begin() -> str:
        lock_child(indexes)
        refuse_second_application(account, season, indexes)
        own = {"account": account, "district": season.district}
        child = Child.objects.filter(**own, id_number_index__in=indexes).first() or Child(**own)
        child.name, child.sex, child.birth_date, child.id_number = name, sex, birth_date, number
        child.consent = agreed
        child.save()
        application = Application.objects.create(season=season, account=account, child=child, child_index=indexes[0])
        audit.record("application.begun", application, by=account, district=season.district)
        return str(application.pk)

    pk, _ = submit_key.once(key, account=account, purpose="add-child", body=body, action=begin)
    return Application.objects.get(pk=pk)


def lock_child(indexes: list[bytes]) -> None:
    """One at a time for one child, across accounts, until the transaction ends. The oldest key's index is the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(indexes[-1][-8:], "big", signed=True)])


def refuse_second_application(account: Account, season: Season, indexes: list[bytes]) -> None:
    others = Application.objects.filter(season=season, child_index__in=indexes).exclude(status=Status.WITHDRAWN)
    if others.filter(account=account).exists():
        raise Refused({"id_number": ALREADY_YOURS})
    if others.filter(status__in=states.LIVE).exists():
        raise Refused({"id_number": DUPLICATE})


def correct_child(
    application: Application, *, name: str, sex: str, birth_date: date, id_number: str, by: Account
) -> None:
    """Change the child's entries while the family owns them. Raises Refused."""
    number = check_child(application.season, sex=sex, birth_date=birth_date, id_number=id_number).number
    indexes = blind_indexes("id-number", number)
    agreed = consent.require(by, application.season.district, Purpose.ENROL)
    with transaction.atomic():
        application = editable(application, "child", by=by)
        lock_child(indexes)
        others = Application.objects.filter(season=application.season, child_index__in=indexes)
        others = others.exclude(pk=application.pk)
        if others.exclude(status=Status.WITHDRAWN).filter(account=by).exists():
            raise Refused({"id_number": ALREADY_YOURS})
        if others.filter(status__in=states.LIVE).exists():
            raise Refused({"id_number": DUPLICATE})
        child = Child.objects.select_for_update(no_key=True).get(pk=application.child_id)
        child.name, child.sex, child.birth_date, child.id_number = name, sex, birth_date, number
        child.consent = agreed
        child.save(update_fields=["name", "sex", "birth_date", "id_number_cipher", "id_number_index", "consent"])
        application.child_index = indexes[0]
        application.save(update_fields=["child_index"])
        mended(application, "child")


def save_guardian(application: Application, *, name: str, relation: str, by: Account) -> None:
    with transaction.atomic():
        application = editable(application, "guardian", by=by)
        application.guardian_name, application.guardian_relation = name, relation
        application.save(update_fields=["guardian_name", "guardian_relation"])
        mended(application, "guardian")


def save_category(application: Application, *, category: Category, by: Account) -> None:
    """Choose the category. Documents already uploaded stay; those that the new category needs are added."""
    with transaction.atomic():
        application = editable(application, "category", by=by)
        application.category = category
        application.save(update_fields=["category"])
        Evidence.objects.bulk_create(
            [Evidence(application=application, kind_id=need.kind_id) for need in category.requirements.all()],
            ignore_conflicts=True,
        )
        mended(application, "category")


def save_address(application: Application, *, address: str, campus: Campus, reason: str, by: Account) -> None:
    with transaction.atomic():
        application = editable(application, "address", by=by)
        application.address, application.campus, application.campus_reason = address, campus, reason
        application.save(update_fields=["address_cipher", "campus", "campus_reason"])
        mended(application, "address")


def save_wish(application: Application, *, wish: str, by: Account) -> None:
    """多胞胎意愿: said once, for all of the family's children of that birthday that are still being filled in."""
    with transaction.atomic():
        editable(application, "wish", by=by)
        siblings(application).filter(status=Status.DRAFT).update(multiples_wish=wish)


def siblings(application: Application):
    """The family's applications for children born on the same day, this one included."""
    return Application.objects.filter(
        season=application.season_id, account=application.account_id, child__birth_date=application.child.birth_date
    ).exclude(status=Status.WITHDRAWN)


def add_pages(evidence: Evidence, pages: Iterable[Page], *, by: Account) -> None:
    """Keep uploaded pages: the files first, then the rows. A page sent twice is kept once. Raises Refused."""
    owner = evidence.application_id
    sent = {EVIDENCE.keep(page.jpeg, owner=owner): page for page in pages}
    with transaction.atomic():
        editable(evidence.application, "document", by=by, evidence=evidence)
        known = dict(EvidencePage.objects.filter(evidence=evidence).values_list("address", "number"))
        fresh = {
            address: page
            for address, page in sent.items()
            if known.keys().isdisjoint(EVIDENCE.addresses(page.jpeg, owner=owner))
        }
        if len(known) + len(fresh) > MOST_PAGES:
            raise Refused({"files": f"每种证件最多{MOST_PAGES}页，请先删除不需要的页。"})
        refuse_too_much(evidence, sum(len(page.jpeg) for page in fresh.values()))
        last = max(known.values(), default=0)
        EvidencePage.objects.bulk_create(
            EvidencePage(
                evidence=evidence,
                number=number,
                address=address,
                size=len(page.jpeg),
                width=page.width,
                height=page.height,
            )
            for number, (address, page) in enumerate(fresh.items(), last + 1)
        )
        mended(evidence.application, "document", evidence)


def refuse_too_much(evidence: Evidence, more: int) -> None:
    pages = EvidencePage.objects.filter(evidence__application=evidence.application_id)
    kept = pages.aggregate(bytes=Sum("size", default=0))["bytes"]
    if kept + more > settings.UPLOAD_TOTAL_LIMIT:
        most, kept, more = (size / 1024 / 1024 for size in (settings.UPLOAD_TOTAL_LIMIT, kept, more))
        raise Refused(
            {
                "files": f"一份报名的照片合计最多{most:.0f}MB，已有{kept:.1f}MB，这次的{more:.1f}MB放不下。"
                "请先删除不需要的页，再重新上传。"
            }
        )


def remove_page(page: EvidencePage, *, by: Account) -> None:
    with transaction.atomic():
        editable(page.evidence.application, "document", by=by, evidence=page.evidence)
        page.delete()


def editable(application: Application, section: str, *, by: Account, evidence: Evidence | None = None) -> Application:
    """Lock the application and say whether the family may change this part now.

    A draft is open as a whole; a returned application only where a finding is open (and its school with the address).
    """
    locked = (
        Application.objects.select_related("child", "season__district", "category", "campus")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=application.pk, account=by)
        .first()
    )
    if locked is None:
        raise Refused({"": "这份报名已经在另一个页面删除。"})
    if locked.status == Status.DRAFT:
        return locked
    if locked.status == Status.RETURNED:
        open_findings = locked.findings.filter(closed_at__isnull=True, section=section)
        if evidence is not None:
            open_findings = open_findings.filter(evidence=evidence)
        if open_findings.exists() or (section == "document" and is_new_document(locked, evidence)):
            return locked
        raise Refused({"": "学校没有退回这一项，不能修改。"})
    raise Refused({"": f"这份报名现在是“{states.WORDS[Status(locked.status)]}”，不能修改。"})


def is_new_document(application: Application, evidence: Evidence | None) -> bool:
    """A document that a mended category newly asks for: nobody has looked at it yet."""
    return (
        evidence is not None
        and evidence.accepted_at is None
        and application.findings.filter(closed_at__isnull=True, section="category").exists()
    )


def mended(application: Application, section: str, evidence: Evidence | None = None) -> None:
    Finding.objects.filter(application=application, section=section, evidence=evidence, closed_at__isnull=True).update(
        mended_at=Now()
    )


def needed_evidence(application: Application) -> list[Evidence]:
    """The documents that the chosen category asks for, in its order, with `least_pages` set on each."""
    if application.category_id is None:
        return []
    rows = {
        evidence.kind_id: evidence for evidence in application.evidence.select_related("kind").prefetch_related("pages")
    }
    needed = []
    for requirement in application.category.requirements.all():
        if evidence := rows.get(requirement.kind_id):
            evidence.least_pages = requirement.least_pages
            evidence.application = application
            needed.append(evidence)
    return needed


def missing(application: Application, needed: list[Evidence]) -> list[Section]:
    """What still has to be filled in before the application can be sent."""
    gaps = []
    if not application.guardian_name or not application.guardian_relation:
        gaps.append(Section("guardian", "监护人"))
    if application.category_id is None:
        gaps.append(Section("category", "报名类别"))
    if application.campus_id is None or not application.address:
        gaps.append(Section("address", "家庭住址和学校"))
    for evidence in needed:
        pages = len(evidence.pages.all())
        if pages < evidence.least_pages:
            word = f"{evidence.kind.name}（已上传{pages}页，至少{evidence.least_pages}页）"
            gaps.append(Section("document", word, evidence))
    return gaps


def content_digest(application: Application, needed: list[Evidence]) -> str:
    """A hash of everything that the check page shows: what is submitted must be what was shown."""
    child = application.child
    shown = [
        child.name,
        child.sex,
        str(child.birth_date),
        blind_indexes("id-number", child.id_number)[-1].hex(),  # the same while a new key is brought in
        application.guardian_name,
        application.guardian_relation,
        application.category_id,
        application.address,
        application.campus_id,
        application.multiples_wish,
        [[evidence.kind_id, *(str(page.pk) for page in evidence.pages.all())] for evidence in needed],
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:32]


def submit(application: Application, *, by: Account, key: UUID, seen: str, now: datetime | None = None) -> Application:
    """Send a draft, or a mended application again; returns it with its receipt number.

    `seen` is the digest of what the check page showed. Raises StageClosed, NotAllowed, Refused, KeyReused.
    """

    arrival = now or clock.now(application.season)

    def send() -> str:
        locked = (
            Application.objects.select_related("child", "season__district", "category", "campus")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=application.pk, account=by)
        )
        again = locked.status == Status.RETURNED
        event = Event.RESUBMIT if again else Event.SUBMIT
        then = states.next_status(Status(locked.status), event)
        action = Action.MEND if again else Action.APPLY
        require_open(action, locked.season.windows(), arrival)
        agreed = consent.require(by, locked.season.district, Purpose.ENROL)
        refuse_if_incomplete(locked, seen)
        if too_young_now := locked.season.born_by and too_young(locked.child.birth_date, locked.season.born_by):
            raise Refused({"": too_young_now.sentence})
        locked.status = then
        locked.receipt_number = locked.receipt_number or new_receipt_number()
        locked.submitted_at = arrival
        save_as_only_live_one(locked)
        Child.objects.filter(pk=locked.child_id).update(consent=agreed)
        locked.findings.filter(closed_at__isnull=True).update(closed_at=Now())
        locked.evidence.exclude(kind__in=locked.category.requirements.values("kind")).delete()
        audit.record(
            f"application.{event}ted", locked, by=by, district=locked.season.district, campus=locked.campus.name
        )
        return locked.receipt_number

    submit_key.once(key, account=by, purpose="submit", body={"application": application.pk, "seen": seen}, action=send)
    return Application.objects.select_related("child", "season__district", "campus").get(pk=application.pk)


def refuse_if_incomplete(application: Application, seen: str) -> None:
    needed = needed_evidence(application)
    if gaps := missing(application, needed):
        raise Refused({"": "还有未完成的项目：" + "、".join(gap.title for gap in gaps) + "。"})
    if unmended := application.findings.filter(closed_at__isnull=True, mended_at__isnull=True).count():
        raise Refused({"": f"学校退回的项目中还有{unmended}项没有修改。"})
    if seen != content_digest(application, needed):
        raise Refused({"": "内容在另一个页面改动过，请核对下面的最新内容后再提交。"})


def save_as_only_live_one(application: Application) -> None:
    """The database decides which of two accounts' applications for one child came first.

    Its constraint compares indexes under one key. While the other application may still have its index under an older
    one, we look ourselves, one at a time for one child.
    """
    indexes = blind_indexes("id-number", application.child.id_number)
    application.child_index = indexes[0]
    if indexes[1:]:
        lock_child(indexes)
        older = Application.objects.filter(season=application.season_id, child_index__in=indexes[1:])
        if older.filter(status__in=states.LIVE).exclude(pk=application.pk).exists():
            raise Refused({"": DUPLICATE})
    try:
        with transaction.atomic():
            application.save(update_fields=["status", "receipt_number", "submitted_at", "child_index"])
    except IntegrityError as error:
        if "one_live_application" in str(error):
            raise Refused({"": DUPLICATE}) from None
        raise


def new_receipt_number() -> str:
    letters = "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def withdraw(application: Application, *, by: Account, now: datetime | None = None) -> None:
    """Take a submitted application back while filing is open; a draft is deleted. Raises StageClosed, NotAllowed."""
    arrival = now or clock.now(application.season)
    with transaction.atomic():
        locked = (
            Application.objects.select_related("season__district")
            .select_for_update(of=("self",), no_key=True)
            .get(pk=application.pk, account=by)
        )
        if locked.status == Status.DRAFT:
            audit.record("application.draft-deleted", locked, by=by, district=locked.season.district)
            pages = EvidencePage.objects.filter(evidence__application=locked)
            forget(str(locked.pk), {EVIDENCE: list(pages.values_list("address", flat=True).distinct())})
            locked.delete()
            return
        then = states.next_status(Status(locked.status), Event.WITHDRAW)
        require_open(Action.APPLY, locked.season.windows(), arrival)
        locked.status = then
        locked.save(update_fields=["status"])
        audit.record("application.withdrawn", locked, by=by, district=locked.season.district)


def asks_for_wish(application: Application) -> bool:
    return siblings(application).count() > 1
