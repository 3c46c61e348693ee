"""What is answered when something is refused or broken: plain words, the request's number, nothing of the inside.

Programs get the same as application/problem+json (RFC 9457).
"""

import logging
import sys
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from districts import refused_access, request_context
from districts.permissions import NotTheirs

log = logging.getLogger(__name__)
API = "/api/"
PROBLEM = "application/problem+json"
RETRY_SECONDS = 30


@dataclass(frozen=True)
class Words:
    title: str
    text: str


KEPT = "之前已经保存的内容都还在。"
CSRF = 4030  # a 403 with words of its own
WORDS = {
    400: Words("这次提交没有收到", f"内容不完整，或者不是本网站的页面发出的。请返回上一页，刷新后再填一次。{KEPT}"),
    403: Words(
        "您不能查看这个页面",
        "这个页面属于别的家庭、学校或部门。如果您认为应当可以查看，请用报名时的手机号或工作账号重新登录，或者拨打页面下方的电话。",
    ),
    CSRF: Words(
        "页面已过期，这一步没有保存",
        f"可能是页面打开太久，或者您在别的窗口登录、退出过。请返回上一页，刷新后再提交一次。{KEPT}",
    ),
    404: Words("没有找到这个页面", "地址可能输错了，或者页面已经撤下。您填写的内容都还在。"),
    405: Words("不能这样请求这个地址", "这个地址不接受这种请求方法。"),
    406: Words("没有这种格式", "接口只回答 JSON。"),
    413: Words(
        "文件太大，这次提交没有收到",
        f"每个文件最多 12 MB，一次合计最多 60 MB。请返回上一页，换一张照片或分几次上传。{KEPT}",
    ),
    429: Words("请求太频繁", "请过一会儿再试。"),
    500: Words(
        "系统出了问题",
        "这一步没有完成，问题已经记录。请过几分钟再试。之前已经保存和提交的内容都还在，登记先后不影响录取。",
    ),
    503: Words(
        "系统正忙，请稍后再试",
        "这一步还没有保存。请等半分钟，按浏览器的“返回”回到上一页，您填写的内容还在浏览器里，再提交一次就可以。"
        "之前已经保存和提交的内容都还在，登记先后不影响录取。",
    ),
}
BROKEN = {500, 503}  # what broke may have broken the frame of the page too


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    refused_access.note("access.refused", request, status=403)
    return answer(request, 403, reason=str(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    refused_access.note("access.forged", request, status=403)
    return answer(request, CSRF)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, NotTheirs) and request.user.is_authenticated:
        refused_access.note("access.refused", request, status=404)
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away, overloaded or starting again."""
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    return answer(request, 503 if away else 500)


def answer(request: HttpRequest, kind: int, *, reason: str = "") -> HttpResponse:
    """The page, or the JSON, of one of WORDS; `reason` stands in place of its text."""
    words, status = WORDS[kind], 403 if kind == CSRF else kind
    if reason:
        words = Words("现在不能打开这个页面", reason)
    if request.path_info.startswith(API):
        response: HttpResponse = JsonResponse(
            problem(status, words.text), content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
        )
    else:
        response = HttpResponse(page(request, status, words))
    response.status_code = status
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def page(request: HttpRequest, status: int, words: Words) -> str:
    context = {"words": words, "number": request_context.number()}
    if status not in BROKEN:
        try:
            return render_to_string("error.html", context, request)
        except Exception:
            log.exception("the frame of an error page is broken")
    return render_to_string("error_alone.html", context)


def problem(status: int, detail: str) -> dict[str, Any]:
    """The members of an RFC 9457 problem, and the request's number for whoever reports it."""
    return {
        "type": "about:blank",
        "title": WORDS[status].title,
        "status": status,
        "detail": detail,
        "request": request_context.number(),
    }


def api_problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's handler of exceptions; what it does not know becomes a 500 or 503 above."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    told = problem(response.status_code, WORDS[response.status_code].text)
    if isinstance(exception, ValidationError):
        told |= {"detail": "请求的参数不符合要求，见 errors。", "errors": response.data}
    response.data, response.content_type = told, PROBLEM
    return response
