"""What a parent does, one function for each page."""

import re

from playwright.sync_api import Page, expect

from districts.models import SmsMessage
from tests.enrollment import steps

CHILD = "样小阳"
GUARDIAN = "样大山"
CATEGORY = "户口和房产一致"


def photo(shade: int, name: str = "照片.jpg") -> dict:
    """A file as the browser's chooser hands it over."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": steps.photo(shade, size=(900, 1200))}


def sign_in(page: Page, phone: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填写验证码")
    page.get_by_label("验证码").fill(code_sent_to(phone))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的报名")


def code_sent_to(phone: str) -> str:
    """The sign-in code in the newest message to a phone."""
    newest = next(message for message in SmsMessage.objects.order_by("-created_at") if message.phone == phone)
    return re.search(r"\d{6}", newest.body)[0]


def type_child(page: Page, *, id_number: str, born: str = "2018-03-05", sex: str = "男", name: str = CHILD) -> None:
    page.get_by_label("孩子姓名").fill(name)
    page.get_by_label("孩子的身份证号").fill(id_number)
    page.get_by_label("出生日期").fill(born)
    page.get_by_label(sex, exact=True).check()
    save(page)


def add_child(page: Page) -> None:
    page.get_by_role("link", name="添加孩子，开始报名").click()
    agree(page)
    type_child(page, id_number=steps.id_number())
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{CHILD}的报名")


def begin_child(page: Page) -> None:
    """A family's first child, for whoever is signed in."""
    page.goto("/my/children/add/")
    agree(page)


def agree(page: Page) -> None:
    """Before anything is asked about a child."""
    expect(page.get_by_role("heading", level=1)).to_have_text("报名以前，请阅读")
    page.get_by_label("我是孩子的父母或其他监护人").check()
    page.get_by_role("button", name="同意并继续").click()


def name_guardian(page: Page) -> None:
    open_task(page, "监护人")
    page.get_by_label("监护人姓名").fill(GUARDIAN)
    page.get_by_label("母亲").check()
    save(page)


def choose_category(page: Page) -> None:
    open_task(page, "报名类别")
    page.get_by_label(CATEGORY).check()
    save(page)


def give_address(page: Page, address: str = steps.ADDRESS, school: str = steps.CAMPUS) -> str:
    """Type the address and confirm its school; returns the official sentence's word that was marked."""
    open_task(page, "家庭住址和学校")
    page.get_by_label("家庭住址").fill(address)
    page.get_by_role("button", name="查对应学校").click()
    expect(page.get_by_role("heading", level=3)).to_have_text(school)
    why = page.locator("mark").inner_text()
    expect(page.get_by_role("radio", name=school)).to_be_checked()
    page.get_by_role("button", name="确认学校，保存并继续").click()
    return why


def upload_documents(page: Page) -> None:
    """Each document that the list still asks for, with two photos."""
    for number, title in enumerate(["居民户口簿", "房屋产权（所有）证", "出生医学证明"]):
        open_task(page, f"上传{title}")
        upload(page, photo(60 + 20 * number), photo(70 + 20 * number))
        page.get_by_role("link", name="照片齐了，返回清单").click()


def upload(page: Page, *files: dict) -> None:
    page.get_by_label("选择照片").set_input_files(list(files))
    page.get_by_role("button", name="上传").click()


def fill_in(page: Page) -> str:
    """The whole of a draft; returns the word by which the address was found."""
    add_child(page)
    name_guardian(page)
    choose_category(page)
    why = give_address(page)
    upload_documents(page)
    return why


def check_and_submit(page: Page, *, again: bool = False) -> str:
    """From the list to the receipt; returns its number."""
    page.get_by_role("link", name="核对并重新提交" if again else "核对并提交").click()
    declare(page)
    page.get_by_role("button", name="重新提交" if again else "提交报名").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预报名已提交")
    return receipt_number(page)


def declare(page: Page) -> None:
    page.get_by_label("我是孩子的监护人").check()


def receipt_number(page: Page) -> str:
    return page.locator(".panel-number b").inner_text()


def open_own_application(page: Page, link: str = "查看进度") -> None:
    page.goto("/my/")
    page.get_by_role("link", name=link).click()


def open_task(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()


def tasks_to_mend(page: Page) -> list[str]:
    """The items of the list that may be opened."""
    return page.locator(".task a").all_inner_texts()


def save(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()
