"""The same questions for programs. Described in OpenAPI at /api/v1/schema."""

from typing import Any

from django.core.validators import RegexValidator
from django.http import Http404
from django.urls import get_script_prefix
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from catchments.books import SeasonBook, newest_book
from catchments.forms import MOST_CHARACTERS
from catchments.lookup import Answer, ask
from catchments.text import Outcome, Sure
from districts.models.seasons import Level
from districts.rate_limit import allow

MOST_NAMES = 8
NAMES_MAX_AGE = 3600


class Text(serializers.CharField):
    """Taken as it was sent. No field takes the character NUL; here the description says so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self.validators.append(RegexValidator(r"^[^\x00]+$"))


class Question(serializers.Serializer):
    address = Text(max_length=MOST_CHARACTERS, help_text="住址，带不带省市区都可以")
    level = serializers.ChoiceField(Level.choices, default=Level.PRIMARY, help_text="学段")
    hukou = Text(
        max_length=60, default="", allow_blank=True, help_text="户籍、居住证等情况，如“城区户籍”；不知道就不填"
    )
    said = Text(
        max_length=300,
        default="",
        allow_blank=True,
        help_text="对上一次回答里某个选项（options.label）的选择；几次的选择用“、”连起来",
    )


class QuestionWithPoint(Question):
    # Decimal, because a float may be NaN, which is neither too small nor too large.
    longitude = serializers.DecimalField(None, None, min_value=-180, max_value=180, required=False)
    latitude = serializers.DecimalField(None, None, min_value=-90, max_value=90, required=False)

    def validate(self, attrs: dict) -> dict:
        if ("longitude" in attrs) != ("latitude" in attrs):
            raise serializers.ValidationError({"longitude": "经度和纬度应同时给出。"})
        return attrs


# Two parameters of the address that come together or not at all: OpenAPI says so with one object, exploded.
POINT = OpenApiParameter(
    "point",
    {
        "type": "object",
        "properties": {
            "longitude": {"type": "number", "minimum": -180, "maximum": 180},
            "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        },
        "required": ["longitude", "latitude"],
        "additionalProperties": False,
    },
    style="form",
    explode=True,
    description="经度和纬度，同时给出：`longitude=…&latitude=…`",
)


class Typed(serializers.Serializer):
    q = Text(default="", allow_blank=True, help_text="已经输入的字")
    level = serializers.ChoiceField(Level.choices, default=Level.PRIMARY, help_text="学段")


class ServingSchema(serializers.Serializer):
    school = serializers.CharField(help_text="校区")
    group = serializers.CharField(help_text="学校或教育集团")
    text = serializers.CharField(help_text="官方文字，全文")
    spans = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="依据的文字在全文中的起止位置（字符，左闭右开）",
    )
    conditions = serializers.ListField(child=serializers.CharField(), help_text="还须符合的条件")
    rulings = serializers.ListField(child=serializers.CharField(), help_text="依据的教育局核定，不在官方文字中")


class ProblemSchema(serializers.Serializer):
    """RFC 9457, as districts/views/errors.py writes it."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="出了什么问题")
    status = serializers.IntegerField()
    detail = serializers.CharField()
    request = serializers.CharField(help_text="请求编号，询问时请提供", allow_blank=True)
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="哪一项填得不对，为什么"
    )


PROBLEM = "application/problem+json"
FAULTS = {
    (400, PROBLEM): OpenApiResponse(ProblemSchema, "参数填得不对，见 errors"),
    (404, PROBLEM): OpenApiResponse(ProblemSchema, "这个学段没有公布的施教区"),
    (429, PROBLEM): OpenApiResponse(ProblemSchema, "问得太快；`Retry-After` 是还要等的秒数"),
}


class OptionSchema(serializers.Serializer):
    label = serializers.CharField()
    schools = serializers.ListField(child=serializers.CharField())


class AnswerSchema(serializers.Serializer):
    address = serializers.CharField()
    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome], help_text="一所、几所、没有")
    schools = ServingSchema(many=True)
    sure = serializers.ChoiceField([sure.value for sure in Sure], help_text="原文写明、推断、近似（请确认）")
    sentence = serializers.CharField(help_text="一句话的回答")
    question = serializers.CharField(help_text="能够确定学校的问题")
    options = OptionSchema(many=True, help_text="问题的选项")
    asks = serializers.CharField(help_text="需要补充的号码的单位，如“号”；补在住址后再查")
    assumed = serializers.ListField(child=serializers.CharField(), help_text="按什么写法理解")
    nearest = serializers.ListField(child=serializers.CharField(), help_text="没有找到时，文件里相近的名称")
    by_area = serializers.BooleanField(help_text="只由范围图确定")


def as_json(answer: Answer) -> dict[str, object]:
    """The answer as plain data, as AnswerSchema describes it."""
    return {
        "address": answer.address,
        "outcome": answer.outcome,
        "schools": [
            {
                "school": serving.campus.name,
                "group": serving.campus.school.name,
                "text": serving.text,
                "spans": serving.spans,
                "conditions": serving.conditions,
                "rulings": serving.rulings,
            }
            for serving in answer.servings
        ],
        "sure": answer.sure,
        "sentence": answer.sentence,
        "question": answer.question,
        "options": [{"label": option.label, "schools": option.schools} for option in answer.options],
        "asks": answer.asks,
        "assumed": answer.assumed,
        "nearest": answer.nearest,
        "by_area": answer.by_area,
    }


class Throttle(ScopedRateThrottle):
    """Counted in the database, so that all web workers count together: one statement for each request."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope = view.throttle_scope
        most, self.duration = self.parse_rate(self.THROTTLE_RATES[self.scope])
        key = f"api-{self.scope}:{self.get_ident(request)}"
        return allow(key, most=most, seconds=self.duration, lasting=False)

    def wait(self) -> float:
        return self.duration


class PublicView(APIView):
    """Anyone may ask, and nobody is looked up: no session is read. Strangers are throttled by address."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer]
    throttle_classes = [Throttle]

    def asked(self, request: Request, question: type[serializers.Serializer]) -> dict[str, Any]:
        """The parameters of the address, each a known one, given once and as `question` wants it.

        A misspelt parameter would be an answer to another question. Raises ValidationError.
        """
        given = request.query_params
        parsed = question(data=given.dict())
        wrong = {name: ["只能给出一次。"] for name in given if len(given.getlist(name)) > 1}
        wrong |= {name: ["没有这个参数。"] for name in given if name not in parsed.fields}
        if wrong:
            raise serializers.ValidationError(wrong)
        parsed.is_valid(raise_exception=True)
        return parsed.validated_data

    def book(self, request: Request, level: str) -> SeasonBook:
        found = newest_book(request._request.district, level)
        if found is None:
            raise Http404
        return found


class Lookup(PublicView):
    throttle_scope = "lookup"

    @extend_schema(
        summary="某住址对应的学校和依据",
        parameters=[Question, POINT],
        responses={200: AnswerSchema} | FAULTS,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(request, QuestionWithPoint)
        point = (float(asked["longitude"]), float(asked["latitude"])) if "longitude" in asked else None
        book = self.book(request, asked["level"])
        answer = ask(book, asked["address"], hukou=asked["hukou"], said=asked["said"], point=point)
        return Response(as_json(answer))


class Names(PublicView):
    throttle_scope = "names"

    @extend_schema(
        summary="文件里的路名、小区名、村名：输入时的候选",
        parameters=[Typed],
        responses={200: serializers.ListSerializer(child=serializers.CharField())} | FAULTS,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(request, Typed)
        book = self.book(request, asked["level"]).book
        response = Response(book.names(asked["q"][:MOST_CHARACTERS], asked["level"], MOST_NAMES))
        response["Cache-Control"] = f"public, max-age={NAMES_MAX_AGE}"
        return response


class Schema(SpectacularJSONAPIView):
    """The description itself, as JSON; it names the district's path, below which the addresses are."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [Throttle]
    throttle_scope = "names"

    @extend_schema(exclude=True)  # it does not describe itself
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        response = super().get(request, *args, **kwargs)
        response.data["servers"] = [{"url": get_script_prefix().rstrip("/") or "/"}]
        return response
