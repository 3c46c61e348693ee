"""One season on the screens of everybody in it: parent, school, bureau, witnesses, public, supervisor."""

import re
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from districts import outbox
from districts.models import AuditEvent, AuditHead, AuditLink, RateWindow, SignIn
from enrollment import spot_check
from enrollment.models import Application, Notice, Placement, SpotCheckItem
from enrollment.states import Status
from tests.concurrency.parallel import until
from tests.enrollment import steps
from tests.journeys import clerk, parent
from tests.journeys.addresses import address, names
from tests.journeys.looking import DESK, take_picture

pytestmark = pytest.mark.journey

PHONE_NUMBER = "19900000001"
PUPILS = 12
NOTE = "第二页反光"
TEAMS = ["样班主任甲；语文 样班主任甲；数学 样教师丙", "样班主任乙；语文 样班主任乙；数学 样教师丁"]


@pytest.fixture
def classmates(season, campus, zhao, at):
    """Enough other verified pupils for a second class."""
    season.class_cap = PUPILS // 2
    season.save(update_fields=["class_cap"])
    for number in range(1, PUPILS):
        sex = "男" if number % 2 else "女"
        classmate = steps.submitted(steps.family(number), season, at("filing"), sex=sex)
        steps.verified(classmate, zhao, at("review"))


def test_a_season_from_the_first_sign_in_to_the_notice(
    visitor, worker, classmates, season, campus, zhao, sun, with_password, it_is
):
    place = campus(steps.CAMPUS)
    family, school, bureau = visitor(), visitor(size=DESK), visitor(size=DESK)

    # 建档: the parent fills in, checks, submits.
    it_is("filing")
    parent.sign_in(family, PHONE_NUMBER)
    assert parent.fill_in(family) == "新华楼"
    receipt = parent.check_and_submit(family)
    take_picture(family, "way-receipt")
    application = Application.objects.get(receipt_number=receipt)
    assert application.status == Status.SUBMITTED

    # 学校审核: one item comes back with a reason; exactly that one can be mended.
    it_is("review", hours=40)
    clerk.sign_in(school, with_password(zhao).login)
    clerk.open_application(school, receipt, parent.CHILD)
    clerk.return_item(school, "房屋产权（所有）证", "照片看不清", NOTE)
    parent.open_own_application(family, "去补正")
    assert parent.tasks_to_mend(family) == ["上传房屋产权（所有）证"]
    expect(family.locator(".task-returned")).to_contain_text(f"学校的说明：{NOTE}")
    take_picture(family, "way-returned")
    parent.open_task(family, "上传房屋产权（所有）证")
    parent.upload(family, parent.photo(200))
    family.get_by_role("link", name="照片齐了，返回清单").click()
    assert parent.check_and_submit(family, again=True) == receipt

    # The school approves and verifies the originals.
    clerk.open_application(school, receipt, parent.CHILD)
    expect(school.locator(".banner")).to_contain_text(f"照片看不清（{NOTE}）")
    clerk.approve(school)
    clerk.open_application(school, receipt, parent.CHILD)
    clerk.verify_originals(school)
    assert steps.fresh(application).status == Status.VERIFIED

    # 抽检: the bureau draws a sample, confirms it, closes the list.
    it_is("spot-check")
    clerk.sign_in(bureau, with_password(sun).login)
    clerk.open_campus(bureau, place.name)
    clerk.draw_spot_check(bureau, 3)
    clerk.confirm_every_item(bureau)
    clerk.close_list(bureau, PUPILS)

    # 上报, 封存名册.
    it_is("reporting")
    clerk.report_teams(school, place.name, TEAMS)
    it_is("roster")
    clerk.open_campus(bureau, place.name)
    clerk.commit_roster(bureau, PUPILS)

    # 分班: three witnesses, the classes, the lots, the publication.
    it_is("draw")
    school.goto(f"/school/draws/{place.pk}/")
    seals = {clerk.seal(school, who, f"{number}" * 20) for number, who in enumerate(clerk.WITNESSES, 1)}
    assert len(seals) == 3
    clerk.deal(school, "123456")
    expect(school.locator(".stats dd")).to_have_text([re.compile(r"^\s*6\s*人\s*$")] * 2)
    clerk.draw_lots(school, "654321")
    take_picture(school, "way-ceremony")
    clerk.publish(school, bureau)
    until(lambda: outbox.open_jobs() == 0)
    school.get_by_role("link", name="刷新进度").click()
    expect(school.locator(".progress")).to_contain_text(f"{PUPILS} / {PUPILS}")

    # The parent downloads the notice; anybody checks its code.
    placement = Placement.objects.select_related("roster_place", "notice").get(application=application)
    parent.open_own_application(family)
    expect(family.locator("#class")).to_have_text(f"{place.name} {placement.class_label}")
    with family.expect_download() as download:
        family.get_by_role("link", name="下载入学通知书（PDF）").click()
    paper = Path(download.value.path()).read_bytes()
    assert text_of(paper).count(placement.notice.code) >= 1
    anybody = visitor()
    anybody.goto("/verify/")
    anybody.get_by_label("通知书验证码").fill(placement.notice.code.lower())
    anybody.get_by_role("button", name="核对").click()
    expect(anybody.locator(".banner-title")).to_have_text("这份通知书是真的")
    expect(anybody.locator(".summary")).to_contain_text("样*阳")
    assert Notice.objects.exclude(file_address="").count() == PUPILS

    # The published page needs no server: it is read from the disk, and recomputed from its record.
    folder = settings.PUBLISHED_ROOT / f"yangquan-chengqu/2024-primary/{place.position + 1:02d}"
    reader = visitor(offline=True, java_script_enabled=False)
    reader.goto((folder / "index.html").as_uri())
    line = reader.locator(".class-list li", has_text=placement.roster_place.code)
    assert line.inner_text().split() == [placement.roster_place.code, "样*阳"]
    assert reader.locator(".class-list h2").all_inner_texts() == [f"{place.name} 1班", f"{place.name} 2班"]
    assert reader.locator(".class-list").first.evaluate("element => document.styleSheets.length") == 1
    take_picture(reader, "way-published")
    verified = subprocess.run(
        [sys.executable, folder.parent.parent / "verify.py", folder / "record.json"], capture_output=True, text=True
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_a_supervisor_sees_lists_and_log_and_changes_nothing(
    visitor, season, campus, zhao, sun, zhou, with_password, at, it_is
):
    place = campus(steps.CAMPUS)
    for number in range(3):
        steps.verified(steps.submitted(steps.family(number), season, at("filing")), zhao, at("review"))
    item = spot_check.draw(season, place, size=1, by=sun, now=at("spot-check")).items.get()
    it_is("spot-check")
    page = visitor(size=DESK)
    clerk.sign_in(page, with_password(zhou).login)

    expect(page.get_by_role("heading", level=1)).to_have_text("公示与名单")
    expect(page.get_by_role("row", name=place.name)).to_contain_text("未确认")
    page.get_by_role("link", name="操作日志").click()
    page.get_by_label("事项").select_option("抽检")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_contain_text(["抽取份数 1"])
    before = everything_that_counts()
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answers = {
        name: page.request.post(path, form={"csrfmiddlewaretoken": token}, max_redirects=0).status
        for name, path in addresses(item).items()
        if name not in FREE_TO_POST
    }
    assert len(answers) > 40
    assert {name: status for name, status in answers.items() if status not in {403, 404, 405}} == {}
    assert everything_that_counts() == before


# A POST to these concerns only the visitor's own session, or asks a question that everybody may ask.
FREE_TO_POST = {
    *("sign-in", "sign-in-code", "sign-in-passkey", "staff-sign-in", "staff-factor", "staff-invitation", "sign-out"),
    *("staff-enrol", "staff-enrol-passkey", "staff-confirm", "staff-password", "staff-recovery-codes", "api-lookup"),
    "csp-reports",
    *("consent", "own-data-copy", "consent-withdraw"),
    *("staff-passkey-remove", "sign-in-end", "sign-ins-end-others", "declared-relatives"),
}


def addresses(item: SpotCheckItem) -> dict[str, str]:
    """The address of every page that the site knows, each about something that exists."""
    application = item.application
    evidence = application.evidence.first()
    page = {"pk": evidence.pages.first().pk}
    ids = {
        "pk": application.pk,
        "evidence_pk": evidence.pk,
        "campus_id": application.campus_id,
        "code": "AAAA-BBBB-CCCC",
        "number": "0",
        "key": "0",
        "token": "none",
        "membership_pk": 0,
        "version": 1,
    }
    others = {"evidence-page": page, "evidence-thumb": page, "page-remove": page, "bureau-item": {"pk": item.pk}}
    others |= {"bureau-ruling-withdraw": {"pk": 1}}
    return {name: address(name, **ids | others.get(name, {})) for name in names()}


def everything_that_counts() -> dict[str, list[tuple[str]]]:
    """Every row of every table of ours, the log included; but for what a refusal itself leaves behind."""
    found = {}
    with connection.cursor() as cursor:
        for floor in ("districts", "catchments", "classing", "enrollment"):
            for model in apps.get_app_config(floor).get_models():
                if model in (SignIn, RateWindow, AuditLink, AuditHead):  # when last seen, how often refused
                    continue
                but = " WHERE action <> 'access.refused'" if model is AuditEvent else ""
                cursor.execute(f'SELECT line::text FROM "{model._meta.db_table}" AS line{but} ORDER BY 1')
                found[model.__name__] = cursor.fetchall()
    return found
