"""What the school, the bureau and a supervisor do, one function for each step."""

import re

from playwright.sync_api import Page, expect

from districts import factors
from districts.models import Account

PASSWORD = "made-up-password-2024"
WITNESSES = ("区教育局", "区纪委监委第五派驻纪检监察组", "家长代表")


def sign_in(page: Page, login: str) -> None:
    begin_to_sign_in(page, login)
    page.get_by_label("动态码").fill(factors.next_code(factors.give_totp(Account.objects.get(login=login))))
    page.get_by_role("button", name="验证", exact=True).click()


def begin_to_sign_in(page: Page, login: str, at: str = "") -> None:
    """Login and password; the second factor is still to come."""
    page.goto(f"{at}/staff/sign-in/")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


# --- school ---------------------------------------------------------------------------------------------------------
def open_application(page: Page, receipt: str, child: str) -> None:
    page.goto("/school/")
    page.get_by_label("查找").fill(receipt)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=child, exact=True).click()


def return_item(page: Page, item: str, reason: str, note: str) -> None:
    page.get_by_text("退回补正", exact=True).click()
    page.get_by_role("combobox", name=item, exact=True).select_option(reason)
    page.get_by_role("textbox", name=re.compile(rf"{re.escape(item)}：\s*补充说明")).fill(note)
    page.get_by_role("button", name="退回所选项目").click()
    expect(page.get_by_role("status").first).to_contain_text("已退回补正")


def approve(page: Page) -> None:
    page.get_by_role("button", name="线上审核通过").click()
    expect(page.get_by_role("status").first).to_contain_text("线上审核通过")


def verify_originals(page: Page) -> None:
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="原件齐全，核验通过").click()
    expect(page.get_by_role("status").first).to_contain_text("现场核验完成")


def report_teams(page: Page, campus: str, lines: list[str]) -> None:
    page.get_by_role("link", name="教师分组").click()
    page.get_by_role("region", name=campus).get_by_role("link", name="填写教师分组").click()
    page.get_by_label("教师分组名单").fill("\n".join(lines))
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_role("status").first).to_have_text(f"{campus}已上报{len(lines)}组教师。")


def seal(page: Page, witness: str, digits: str) -> str:
    """A witness's turn; returns the seal that the hall sees."""
    card = page.locator("li.card").filter(has=page.get_by_role("heading", name=witness, exact=True))
    card.get_by_label("数字").fill(digits)
    card.get_by_role("button").click()
    expect(card).to_contain_text("已密封")
    return re.sub(r"\s", "", card.locator(".hash").inner_text())


def deal(page: Page, balls: str) -> None:
    page.get_by_label("现场摇出的6位数字").fill(balls)
    page.get_by_role("button", name="开封并分班").click()


def draw_lots(page: Page, balls: str) -> None:
    page.get_by_label("现场摇出的6位数字").fill(balls)
    page.get_by_role("button", name="抽签", exact=True).click()


def publish(page: Page, second: Page) -> None:
    """One person asks, another releases."""
    page.get_by_role("button", name="申请公布分班结果").click()
    second.goto("/releases/")
    second.get_by_role("link", name="公布").first.click()
    second.get_by_label("同意，立即办理").check()
    second.get_by_role("button", name="提交复核结果").click()
    expect(second.get_by_role("status").first).to_have_text("已同意并办理。")
    page.reload()


# --- bureau ---------------------------------------------------------------------------------------------------------
def open_campus(page: Page, campus: str) -> None:
    page.goto("/bureau/")
    page.get_by_role("link", name=campus, exact=True).click()


def draw_spot_check(page: Page, size: int) -> None:
    page.get_by_label("抽取份数").fill(str(size))
    page.get_by_role("button", name="抽取", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text(f"已抽取{size}份。")


def confirm_every_item(page: Page) -> None:
    """The next item opens by itself."""
    page.locator("table.folds th a").first.click()
    while page.get_by_role("button", name="抽检通过").count():
        page.get_by_role("button", name="抽检通过").click()


def close_list(page: Page, pupils: int) -> None:
    page.get_by_role("link", name="确认名单").click()
    page.get_by_role("button", name=f"确认 {pupils} 人的名单").click()
    expect(page.get_by_role("status").first).to_contain_text(f"共{pupils}人")


def commit_roster(page: Page, pupils: int) -> None:
    page.get_by_role("link", name="封存名册").click()
    page.get_by_role("button", name=f"封存 {pupils} 人的名册").click()
    expect(page.get_by_role("status").first).to_contain_text("名册已封存")
