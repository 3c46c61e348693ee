"""The same question for programs."""

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from catchments.forms import MOST_CHARACTERS
from catchments.lookup import lookup
from districts import queries
from districts.models.seasons import Level


class Question(serializers.Serializer):
    address = serializers.CharField(max_length=MOST_CHARACTERS)
    level = serializers.ChoiceField(Level.choices, default=Level.PRIMARY)


class StrangersThrottle(AnonRateThrottle):
    rate = "120/min"


class Lookup(APIView):
    """GET ?address=…&level=primary → outcome, schools with the words that matched, one sentence."""

    permission_classes = [AllowAny]
    throttle_classes = [StrangersThrottle]

    def get(self, request: Request) -> Response:
        question = Question(data=request.query_params)
        question.is_valid(raise_exception=True)
        season = queries.current_season(request._request.district, question.validated_data["level"])
        answer = lookup(season, question.validated_data["address"])
        schools = [
            {"school": s.campus.name, "text": s.text, "spans": s.spans, "conditions": s.conditions}
            for s in answer.servings
        ]
        return Response(
            {
                "outcome": answer.outcome,
                "schools": schools,
                "sure": answer.sure,
                "sentence": answer.sentence,
                "question": answer.question,
            }
        )
