"""The parent's way where it is rough: without JavaScript, with wrong entries, back buttons, tabs and double clicks."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from enrollment import filing
from enrollment.filing import DUPLICATE
from enrollment.models import Application, EvidencePage
from enrollment.states import Status
from tests.enrollment import steps
from tests.journeys import parent

pytestmark = pytest.mark.journey

ANOTHER_SCHOOLS_ADDRESS = "朝阳街12号"


@pytest.fixture(autouse=True)
def filing_is_open(it_is):
    it_is("filing")


@pytest.fixture
def ready(wang, season, at) -> Application:
    """A draft that lacks nothing but the button."""
    return steps.filled_in(wang, season, at("filing"))


def error_at(page: Page, label: str) -> str:
    """The sentence beside the field, which the summary at the top repeats and the field is described by."""
    field = page.get_by_label(label).first
    beside = page.locator(".field-wrong .error").inner_text().removeprefix("错误：")
    expect(page.get_by_role("alert")).to_contain_text(beside)
    expect(field).to_have_attribute("aria-invalid", "true")
    return beside


def typed(page: Page) -> tuple[str, str, str, bool]:
    """What stands in the form of a child."""
    return (
        page.get_by_label("孩子姓名").input_value(),
        page.get_by_label("孩子的身份证号").input_value(),
        page.get_by_label("出生日期").input_value(),
        page.get_by_label("男", exact=True).is_checked(),
    )


def test_the_whole_way_works_without_javascript(visitor):
    page = visitor(java_script_enabled=False)

    parent.sign_in(page, "19900000001")
    assert parent.fill_in(page) == "新华楼"
    receipt = parent.check_and_submit(page)

    assert Application.objects.get(status=Status.SUBMITTED).receipt_number == receipt


# --- wrong entries --------------------------------------------------------------------------------------------------
def test_a_wrong_check_digit_is_named_at_the_field_and_nothing_typed_is_lost(visitor, wang):
    right = steps.id_number()
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    page = visitor(wang)
    parent.begin_child(page)

    parent.type_child(page, id_number=wrong)

    assert error_at(page, "孩子的身份证号") == ("身份证号有误：最后一位校验码与前17位不符，请逐位对照户口簿核对。")
    assert typed(page) == (parent.CHILD, wrong, "2018-03-05", True)
    page.get_by_label("孩子的身份证号").fill(right)
    parent.save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{parent.CHILD}的报名")


def test_a_child_too_young_on_31_august_is_told_so_and_nothing_typed_is_lost(visitor, wang):
    born = date(2018, 9, 1)
    number = steps.id_number(born)
    page = visitor(wang)
    parent.begin_child(page)

    parent.type_child(page, id_number=number, born="2018-09-01")

    assert error_at(page, "出生日期") == (
        "本次招收2018年8月31日（含当日）以前出生、年满6周岁的儿童。按出生日期，孩子到2025年秋季可以报名。"
    )
    assert typed(page) == (parent.CHILD, number, "2018-09-01", True)


def test_a_closed_stage_is_said_with_its_dates_and_nothing_typed_is_lost(visitor, wang, it_is):
    number = steps.id_number()
    page = visitor(wang)
    parent.begin_child(page)
    it_is("spot-check")

    parent.type_child(page, id_number=number)

    expect(page.get_by_role("alert")).to_contain_text("「建档」已经结束，开放时间为 8月16日 00:00 至 8月18日 24:00。")
    assert typed(page) == (parent.CHILD, number, "2018-03-05", True)


def test_a_child_that_another_guardian_has_entered_is_refused_and_nothing_typed_is_lost(visitor, wang, li, season, at):
    theirs = steps.submitted(li, season, at("filing"))
    page = visitor(wang)
    parent.begin_child(page)

    parent.type_child(page, id_number=theirs.child.id_number)

    assert error_at(page, "孩子的身份证号") == DUPLICATE
    assert typed(page) == (parent.CHILD, theirs.child.id_number, "2018-03-05", True)


UNREADABLE = "这个文件不是照片，也不是PDF，或已损坏"


@pytest.mark.parametrize(
    ("script", "name", "content", "sentence"),
    [
        pytest.param(True, "作业.docx", b"PK\x03\x04", f"“作业.docx”：{UNREADABLE}", id="no image"),
        pytest.param(False, "网页.jpg", b"<html>", f"“网页.jpg”：{UNREADABLE}", id="an image by name only"),
        pytest.param(True, "太大.heic", bytes(13 * 1024 * 1024), "“太大.heic”有13.0MB，每个文件最多12MB", id="13 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_earlier_pages_stay(
    visitor, wang, ready, script, name, content, sentence
):
    evidence = filing.needed_evidence(ready)[0]
    kept = EvidencePage.objects.filter(evidence=evidence).count()
    page = visitor(wang, java_script_enabled=script)
    page.goto(f"/my/applications/{ready.pk}/documents/{evidence.pk}/")

    parent.upload(page, {"name": name, "mimeType": "application/octet-stream", "buffer": content})

    assert error_at(page, "选择照片").startswith(sentence)
    expect(page.locator(".photos li")).to_have_count(kept)


def test_a_child_that_another_guardian_submits_first_is_refused_at_the_button_and_the_draft_stays(
    visitor, wang, li, season, ready, at
):
    page = visitor(wang)
    page.goto(f"/my/applications/{ready.pk}/check/")
    theirs = steps.submitted(li, season, at("filing"), id_number=ready.child.id_number, address=ANOTHER_SCHOOLS_ADDRESS)
    assert theirs.campus != ready.campus

    parent.declare(page)
    page.get_by_role("button", name="提交报名").click()

    expect(page.get_by_role("alert")).to_contain_text(DUPLICATE)
    assert steps.fresh(ready).status == Status.DRAFT
    expect(page.get_by_text(steps.ADDRESS)).to_be_visible()


def test_a_stage_that_closes_before_the_button_is_pressed_leaves_the_draft(visitor, wang, ready, it_is):
    page = visitor(wang)
    page.goto(f"/my/applications/{ready.pk}/check/")
    it_is("filing", hours=72)

    parent.declare(page)
    page.get_by_role("button", name="提交报名").click()

    expect(page.get_by_role("alert")).to_contain_text("「建档」已经结束")
    assert steps.fresh(ready).status == Status.DRAFT


# --- back, twice, two tabs ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("script", [True, False])
def test_going_back_after_submitting_leads_to_the_same_receipt(visitor, wang, ready, script):
    page = visitor(wang, java_script_enabled=script)
    page.goto(f"/my/applications/{ready.pk}/")
    receipt = parent.check_and_submit(page)

    page.go_back()
    if page.get_by_role("button", name="提交报名").count():
        parent.declare(page)
        page.get_by_role("button", name="提交报名").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("预报名已提交")
    assert parent.receipt_number(page) == receipt == Application.objects.get().receipt_number


def test_a_stale_check_page_sent_again_gives_the_same_receipt(visitor, wang, ready):
    first = visitor(wang)
    first.goto(f"/my/applications/{ready.pk}/")
    second = first.context.new_page()
    second.goto(f"/my/applications/{ready.pk}/check/")
    receipt = parent.check_and_submit(first)

    parent.declare(second)
    second.get_by_role("button", name="提交报名").click()

    expect(second.get_by_role("heading", level=1)).to_have_text("预报名已提交")
    assert parent.receipt_number(second) == receipt


def test_what_was_changed_in_another_tab_must_be_checked_again(visitor, wang, ready):
    first = visitor(wang)
    first.goto(f"/my/applications/{ready.pk}/check/")
    second = first.context.new_page()
    second.goto(f"/my/applications/{ready.pk}/guardian/")
    second.get_by_label("监护人姓名").fill("样改名")
    parent.save(second)

    parent.declare(first)
    first.get_by_role("button", name="提交报名").click()

    expect(first.get_by_role("alert")).to_contain_text("内容在另一个页面改动过，请核对下面的最新内容后再提交。")
    expect(first.get_by_text("样改名（母亲）")).to_be_visible()
    assert steps.fresh(ready).status == Status.DRAFT
    first.get_by_role("button", name="提交报名").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("预报名已提交")


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_on_submit_makes_one_application(visitor, wang, ready, script):
    page = visitor(wang, java_script_enabled=script)
    page.goto(f"/my/applications/{ready.pk}/check/")
    parent.declare(page)

    page.get_by_role("button", name="提交报名").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("预报名已提交")
    assert parent.receipt_number(page) == Application.objects.get().receipt_number


def test_a_double_click_on_save_begins_one_draft(visitor, wang):
    page = visitor(wang, java_script_enabled=False)
    parent.begin_child(page)
    page.get_by_label("孩子姓名").fill(parent.CHILD)
    page.get_by_label("孩子的身份证号").fill(steps.id_number())
    page.get_by_label("出生日期").fill("2018-03-05")
    page.get_by_label("男", exact=True).check()

    page.get_by_role("button", name="保存并继续").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"{parent.CHILD}的报名")
    assert Application.objects.count() == 1


def test_a_declaration_that_was_forgotten_is_asked_for(visitor, wang, ready):
    page = visitor(wang)
    page.goto(f"/my/applications/{ready.pk}/check/")

    page.get_by_role("button", name="提交报名").click()

    assert error_at(page, "我是孩子的监护人") == "请核对后勾选声明。"
    assert steps.fresh(ready).status == Status.DRAFT
