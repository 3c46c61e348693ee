"""The season of the rehearsal: every step of the plan through the use-cases that the pages call."""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar
from uuid import uuid4

from catchments.lookup import lookup
from catchments.models import Catchment
from classing import ceremony
from classing.models import Draw, LotDraw
from districts import consent, export_files, exports, outbox, queries, sign_in
from districts.decoder import reading
from districts.models import Account, Campus, District, Membership, OutboxJob, Purpose, Role, School
from districts.photos import UnreadableFile, pages
from districts.refusals import Refused
from districts.watermark import Mark
from enrollment import class_draw, filing, publishing, reporting, review, spot_check
from enrollment.class_draw import classes_for
from enrollment.models import Application, Category, ConfirmedList, Notice, Placement, ReturnReason, SpotCheckItem
from enrollment.private_files import NOTICES
from enrollment.rehearsal import families as sample
from enrollment.rehearsal.families import Family, Mistake, SampleChild
from enrollment.rehearsal.photographs import photograph
from enrollment.rehearsal.report import Report
from enrollment.rehearsal.scratch import Workers, peak_memory
from enrollment.states import Status

Item = TypeVar("Item")
Result = TypeVar("Result")

FAMILIES_AT_ONCE = 4
PATIENCE_SECONDS = 600
SAMPLE_SIZE = 5
SUBJECTS = ("语文", "数学", "英语", "体育")


class RehearsalFailed(Exception):
    """Something that had to be refused was accepted, or the other way round."""


@dataclass
class Filed:
    """A family's application and what still has to happen to it."""

    family: Family
    child: SampleChild
    application: Application


class SeasonRehearsal:
    """One season in the scratch database that Django is connected to."""

    def __init__(self, district: District, count: int, seed: int, out: Path) -> None:
        self.district, self.out, self.seed = district, out, seed
        self.season = queries.current_season(district)
        self.campuses = {campus.name: campus for campus in queries.enrolling_campuses(self.season)}
        self.categories = {c.code: c for c in Category.objects.filter(season=self.season)}
        self.reasons = {r.code: r for r in ReturnReason.objects.filter(season=self.season)}
        self.privacy_rules = consent.newest_rules(district)
        self.report = Report(count, seed)
        self.chance = Random(seed)  # noqa: S311  samples, not secrets
        texts = {
            catchment.campus.name: catchment.text
            for catchment in Catchment.objects.filter(season=self.season, campus__in=self.campuses.values())
            .select_related("campus")
            .order_by("campus__position")
        }
        self.families = list(sample.families(count, seed, texts, self.season.born_by))
        self.filed: list[Filed] = []

    def at(self, stage: str, hours: float = 9) -> datetime:
        """An instant inside a stage."""
        return self.season.stages.get(code=stage).opens_at + timedelta(hours=hours)

    def at_once(self, step: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Do a step for many families at the same time, each on its own connection, as on a real morning."""
        with ThreadPoolExecutor(FAMILIES_AT_ONCE) as pool:
            yield from pool.map(step, items)

    def run(self, workers: Workers) -> Report:
        with self.report.stage("准备人员"):
            self.make_staff()
        with self.report.stage("建档", len(self.families)) as progress:
            for filed in self.at_once(self.file, self.families):
                self.filed += filed
                progress.step()
        with self.report.stage("审核", len(self.filed)) as progress:
            for _ in self.at_once(self.review, self.filed):
                progress.step()
        with self.report.stage("抽检", len(self.campuses)) as progress:
            for campus in self.campuses.values():
                self.spot_check(campus)
                progress.step()
        with self.report.stage("上报", len(self.lists())) as progress:
            for confirmed in self.lists():
                self.report_teams(confirmed)
                progress.step()
        with self.report.stage("封存名册", len(self.lists())) as progress:
            for confirmed in self.lists():
                class_draw.commit_roster(self.season, confirmed.campus, by=self.bureau, now=self.at("roster"))
                progress.step()
        with self.report.stage("分班", Draw.objects.count()) as progress:
            for draw in Draw.objects.select_related("campus__school"):
                self.hold_draw(draw)
                progress.step()
        with self.report.stage("公示和通知书", Placement.objects.count()) as progress:
            for confirmed in self.lists():
                clerk = self.clerks[confirmed.campus.school_id]
                publishing.publish(
                    self.season, confirmed.campus, by=clerk, released_by=self.bureau, now=self.at("draw")
                )
            for written in self.wait_for_notices(workers):
                progress.step(written)
        with self.report.stage("导入", len(self.lists())) as progress:
            for confirmed in self.lists():
                self.export_registry(confirmed)
                progress.step()
        with self.report.stage("写出文件"):
            self.write_out()
        self.conclude(workers)
        return self.report

    # --- people --------------------------------------------------------------------------------------------------
    def make_staff(self) -> None:
        self.bureau = self.staff("bureau", Role.BUREAU)
        self.clerks = {
            school.pk: self.staff(f"school-{school.pk}", Role.SCHOOL, school)
            for school in School.objects.filter(campuses__in=self.campuses.values()).distinct()
        }

    def staff(self, login: str, role: Role, school: School | None = None) -> Account:
        account = Account.objects.create(login=login, name="演练人员", password="!")  # noqa: S106  nobody signs in
        Membership.objects.create(account=account, role=role, district=self.district, school=school)
        return account

    # --- 建档 ----------------------------------------------------------------------------------------------------
    def file(self, family: Family) -> list[Filed]:
        when = self.at("filing")
        account = self.guardian(family.phone)
        drafts = [draft for child in family.children if (draft := self.begin(account, family, child, when))]
        for filed in drafts:
            self.fill_in(filed, account)
            self.submit(filed, account, when)
        return drafts

    def guardian(self, phone: str) -> Account:
        """The account of a parent who has agreed to the privacy rules."""
        account = sign_in.family_account(phone)
        consent.give(account, self.privacy_rules, Purpose.ENROL)
        return account

    def begin(self, account: Account, family: Family, child: SampleChild, when: datetime) -> Filed | None:
        def add(number: str, sex: str) -> Application:
            return filing.add_child(
                account,
                self.season,
                name=child.name,
                sex=sex,
                birth_date=child.birth_date,
                id_number=number,
                key=uuid4(),
                now=when,
            )

        match family.mistake:
            case Mistake.WRONG_CHECK_DIGIT:
                wrong = sample.with_wrong_check_digit(child.id_number)
                self.must_refuse(family.mistake, "id_number", lambda: add(wrong, child.sex))
            case Mistake.WRONG_SEX:
                other = "女" if child.sex == "男" else "男"
                self.must_refuse(family.mistake, "sex", lambda: add(child.id_number, other))
            case Mistake.TOO_YOUNG:
                self.must_refuse(family.mistake, "birth_date", lambda: add(child.id_number, child.sex))
                return None
        return Filed(family, child, add(child.id_number, child.sex))

    def fill_in(self, filed: Filed, account: Account) -> None:
        family, application = filed.family, filed.application
        filing.save_guardian(application, name=family.guardian, relation=family.relation, by=account)
        filing.save_category(application, category=self.categories[family.category], by=account)
        campus = self.campuses[family.campus]
        if family.mistake == Mistake.WRONG_CATCHMENT:
            campus = self.campuses[sample.other_campus(family.number, list(self.campuses), family.campus)]
        self.live_at(application, account, family.address, campus)
        if len(family.children) > 1:
            filing.save_wish(application, wish=family.wish, by=account)
        application.refresh_from_db()
        for evidence in filing.needed_evidence(application):
            if family.mistake == Mistake.NOT_A_PHOTO:
                self.must_refuse_file(family.mistake)
            short = family.mistake == Mistake.MISSING_PAGE and evidence.least_pages > 1
            count = evidence.least_pages - 1 if short else evidence.least_pages
            self.upload(evidence, f"{family.number} {filed.child.id_number[-4:]} {evidence.kind.code}", count, account)

    def live_at(self, application: Application, account: Account, address: str, campus: Campus) -> None:
        answer = lookup(self.season, address)
        filing.save_address(application, address=address, campus=campus, reason=answer.reason_for(campus), by=account)

    def upload(self, evidence, words: str, count: int, account: Account) -> None:
        # Drawn here a moment ago: what strangers send goes through districts.photos, which decodes in another process.
        photos = [page for n in range(count) for page in reading.read(photograph(f"{words} {n}"), most_pages=1)]
        filing.add_pages(evidence, photos, by=account)

    def submit(self, filed: Filed, account: Account, when: datetime) -> None:
        family = filed.family
        if family.mistake == Mistake.MISSING_PAGE:
            self.must_refuse(family.mistake, "", lambda: self.send(filed, account, when))
            for evidence in filing.needed_evidence(filed.application):
                lacking = evidence.least_pages - len(evidence.pages.all())
                self.upload(evidence, f"{family.number} again {evidence.kind.code}", lacking, account)
        key = uuid4()
        filed.application = self.send(filed, account, when, key)
        if family.mistake == Mistake.DOUBLE_CLICK:
            again = self.send(filed, account, when, key, filed.seen)
            if again.receipt_number != filed.application.receipt_number:
                raise RehearsalFailed(f"two receipts for one submission: {filed.application}")
            self.report.count(family.mistake)
        if family.mistake == Mistake.DUPLICATE:
            other = self.guardian(f"198{family.number:08d}")
            self.must_refuse(family.mistake, "id_number", lambda: self.begin_again(other, filed.child, when))

    def begin_again(self, account: Account, child: SampleChild, when: datetime) -> None:
        filing.add_child(account, self.season, **vars(child), key=uuid4(), now=when)

    def send(self, filed: Filed, account: Account, when: datetime, key=None, seen: str = "") -> Application:
        application = Application.objects.select_related("child", "season", "category").get(pk=filed.application.pk)
        filed.seen = seen or filing.content_digest(application, filing.needed_evidence(application))
        return filing.submit(application, by=account, key=key or uuid4(), seen=filed.seen, now=when)

    # --- 审核 ----------------------------------------------------------------------------------------------------
    def review(self, filed: Filed) -> None:
        family, when = filed.family, self.at("review", 30)
        review.look_at(filed.application, by=self.clerk(filed))
        if family.mistake in (Mistake.BLURRED, Mistake.NEVER_MENDS):
            self.return_document(filed, when)
            if family.mistake == Mistake.NEVER_MENDS:
                return
        if family.mistake == Mistake.WRONG_CATCHMENT:
            self.return_address(filed, when)
        review.approve(filed.application, by=self.clerk(filed), now=when)
        if family.mistake == Mistake.NEVER_COMES:
            self.report.count(family.mistake)
            return
        originals = [evidence.kind.code for evidence in filing.needed_evidence(filed.application)]
        review.verify_on_site(filed.application, originals=originals, by=self.clerk(filed), now=when)

    def return_document(self, filed: Filed, when: datetime) -> None:
        account, evidence = filed.application.account, filing.needed_evidence(self.fresh(filed))[0]
        item = review.ReturnedItem("document", self.reasons["blurred"], evidence=evidence)
        review.return_items(filed.application, [item], by=self.clerk(filed), now=when)
        self.report.count(filed.family.mistake)
        if filed.family.mistake == Mistake.BLURRED:
            self.upload(evidence, f"{filed.family.number} sharper", 1, account)
            filed.application = self.send(filed, account, when)

    def return_address(self, filed: Filed, when: datetime) -> None:
        account = filed.application.account
        item = review.ReturnedItem("address", self.reasons["other-catchment"])
        review.return_items(filed.application, [item], by=self.clerk(filed), now=when)
        self.live_at(filed.application, account, filed.family.address, self.campuses[filed.family.campus])
        filed.application = self.send(filed, account, when)
        self.report.count(filed.family.mistake)

    def fresh(self, filed: Filed) -> Application:
        filed.application = Application.objects.select_related("campus", "category", "account").get(
            pk=filed.application.pk
        )
        return filed.application

    def clerk(self, filed: Filed) -> Account:
        return self.clerks[self.fresh(filed).campus.school_id]

    # --- 抽检、上报 ----------------------------------------------------------------------------------------------
    def spot_check(self, campus: Campus) -> None:
        when = self.at("spot-check")
        verified = Application.objects.filter(campus=campus, status=Status.VERIFIED).count()
        if verified:
            size = min(SAMPLE_SIZE, verified)
            check = spot_check.draw(self.season, campus, size=size, by=self.bureau, seed=f"{self.seed}", now=when)
            for number, item in enumerate(check.items.select_related("application")):
                self.check_again(item, when, doubtful=number == 0 and size > 1)
        spot_check.close_list(self.season, campus, by=self.bureau, now=when)

    def check_again(self, item: SpotCheckItem, when: datetime, *, doubtful: bool) -> None:
        """The first of each sample goes back to its school once, which looks again and verifies it."""
        if not doubtful:
            spot_check.confirm(item, by=self.bureau, now=when)
            return
        spot_check.send_back(item, note="请核对户口簿首页。", by=self.bureau, now=when)
        application = Application.objects.select_related("campus", "category").get(pk=item.application_id)
        clerk = self.clerks[application.campus.school_id]
        review.approve(application, by=clerk, now=when)
        originals = [evidence.kind.code for evidence in filing.needed_evidence(application)]
        review.verify_on_site(application, originals=originals, by=clerk, now=when)
        self.report.count("抽检退回学校")

    def lists(self) -> list[ConfirmedList]:
        return list(
            ConfirmedList.objects.filter(count__gt=0).select_related("campus__school").order_by("campus__position")
        )

    def report_teams(self, confirmed: ConfirmedList) -> None:
        classes = classes_for(self.season, confirmed.campus, confirmed.count)
        teams = [
            reporting.ReportedTeam(
                f"演练班主任{confirmed.campus_id}-{n}", tuple((s, f"演练{s}教师{n}") for s in SUBJECTS)
            )
            for n in range(1, classes + 1)
        ]
        clerk = self.clerks[confirmed.campus.school_id]
        reporting.report_teams(self.season, confirmed.campus, teams, by=clerk, now=self.at("reporting"))

    # --- 分班、公示、导入 ----------------------------------------------------------------------------------------
    def hold_draw(self, draw: Draw) -> None:
        clerk, when = self.clerks[draw.campus.school_id], self.at("draw")
        for number in range(1, len(class_draw.WITNESSES) + 1):
            digits = "".join(self.chance.choices("0123456789", k=20))
            class_draw.seal_witness(draw, f"w{number}", digits, by=clerk, now=when)
        class_draw.run(draw, public_digits=self.six_digits(), by=clerk, now=when)
        class_draw.draw_lots(draw, public_digits=self.six_digits(), by=clerk, now=when)
        self.must_refuse("第二次分班", "", lambda: class_draw.run(draw, public_digits="000000", by=clerk, now=when))

    def six_digits(self) -> str:
        return "".join(self.chance.choices("0123456789", k=6))

    def wait_for_notices(self, workers: Workers) -> Iterator[int]:
        """Yields how many more notices the workers have written, until every job is done."""
        before, deadline = 0, time.monotonic() + PATIENCE_SECONDS
        while outbox.open_jobs():
            written = Notice.objects.exclude(file_address="").count()
            yield written - before
            before = written
            self.report.peak_memory["后台进程"] = workers.peak_memory()
            if broken := OutboxJob.objects.filter(done_at__isnull=True, attempts__gte=3).first():
                raise RehearsalFailed(f"job {broken.key} keeps failing: {broken.last_error}")
            if workers.process.poll() is not None or time.monotonic() > deadline:
                raise RehearsalFailed(f"workers stopped with {outbox.open_jobs()} jobs open: see {workers.log}")
            outbox.nudge()  # what beat does every five seconds
            time.sleep(0.5)
        yield Notice.objects.exclude(file_address="").count() - before

    def export_registry(self, confirmed: ConfirmedList) -> None:
        """The file that a worker would write; asking for it has its own tests (a person may ask three times a day)."""
        kind = exports.KINDS["registry"]
        table = kind.table(self.season, confirmed.campus, kind.columns[Role.BUREAU])
        mark = Mark.of(self.bureau, self.at("import"), "演练")
        content = export_files.written(kind.form, kind.name, table, mark)
        (self.folder("registry") / f"演练-{confirmed.campus.name}.xlsx").write_bytes(content)

    # --- what is left behind -------------------------------------------------------------------------------------
    def folder(self, name: str) -> Path:
        path = self.out / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def write_out(self) -> None:
        for draw in Draw.objects.select_related("season", "campus"):
            held = LotDraw.objects.filter(campus=draw.campus, season=draw.season).first()
            (self.folder("draws") / f"{draw.number}.json").write_text(ceremony.public_record(draw, held))
        for confirmed in self.lists():
            rows = Placement.objects.filter(confirmed_list=confirmed).select_related(
                "application__child", "roster_place"
            )
            with (self.folder("rosters") / f"演练-{confirmed.campus.name}.csv").open("w", encoding="utf-8-sig") as file:
                sheet = csv.writer(file)
                sheet.writerow(["班级", "密封编号", "姓名", "性别", "回执号"])
                for row in rows.order_by("class_label", "application__receipt_number"):
                    code = getattr(getattr(row, "roster_place", None), "code", "")
                    child = row.application.child
                    sheet.writerow([row.class_label, code, child.name, child.sex, row.application.receipt_number])
        for notice in Notice.objects.exclude(file_address=""):
            (self.folder("notices") / f"{notice.code}.pdf").write_bytes(NOTICES.read(notice.file_address))

    def conclude(self, workers: Workers) -> None:
        """The counts that must agree, and the figures of the report."""
        placed, written = Placement.objects.count(), Notice.objects.exclude(file_address="").count()
        without_class = Placement.objects.filter(class_label="").count()
        dead = OutboxJob.objects.filter(dead_at__isnull=False).count()
        if (placed, without_class, dead) != (written, 0, 0):
            raise RehearsalFailed(
                f"{placed} placed, {written} notices, {without_class} without class, {dead} dead jobs"
            )
        self.report.results = {
            "提交的报名": Application.objects.filter(receipt_number__isnull=False).count(),
            "确认名单": placed,
            "待统筹": Application.objects.filter(status=Status.LAPSED).count(),
            "抽签场次": Draw.objects.count(),
            "班级": Placement.objects.values("confirmed_list", "class_label").distinct().count(),
            "通知书": written,
            "双胞胎同班或分班": sum(len(f.children) > 1 and bool(f.wish) for f in self.families),
        }
        self.report.peak_memory["演练主进程"] = peak_memory()

    # --- refusals that must happen -------------------------------------------------------------------------------
    def must_refuse(self, mistake: str, field: str, action) -> None:
        try:
            action()
        except Refused as refused:
            if field not in refused.errors:
                raise RehearsalFailed(f"{mistake}: refused for another reason: {refused}") from refused
            self.report.count(mistake)
        else:
            raise RehearsalFailed(f"{mistake}: accepted")

    def must_refuse_file(self, mistake: str) -> None:
        try:
            pages(b"this is a text, not a photo")
        except UnreadableFile:
            self.report.count(mistake)
        else:
            raise RehearsalFailed(f"{mistake}: accepted")
