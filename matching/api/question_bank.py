"""The question bank in the API."""

from __future__ import annotations

import random

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.selectors.question_bank import bank_entries
from matching.serializers.question_bank import BankEntrySerializer, BankSelectionSerializer
from matching.services.draw_questions import draw_questions
from mentorship.selectors.practice import records_of
from mentorship.serializers.practice import PracticeSerializer


class QuestionBankView(APIView):
    """Questions of real interviews that three people at least were asked alike, and shared. Nobody learns who."""

    @extend_schema(parameters=[BankSelectionSerializer], responses=BankEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The questions of the most people first, 200 at most."""
        selection = BankSelectionSerializer(data=request.query_params.dict())
        selection.is_valid(raise_exception=True)
        return Response(BankEntrySerializer(bank_entries(**selection.validated_data), many=True).data)


class DrawQuestionsView(APIView):
    @extend_schema(request=BankSelectionSerializer, responses=PracticeSerializer)
    def post(self, request: Request, uuid: str) -> Response:
        """Add three questions of the bank to a mock interview of mine."""
        record = get_object_or_404(records_of(request.user), uuid=uuid)
        selection = BankSelectionSerializer(data=request.data)
        selection.is_valid(raise_exception=True)
        draw_questions(
            record_id=record.pk,
            by=request.user,
            chance=random.Random(),
            now=timezone.now(),
            **selection.validated_data,
        )
        shown = get_object_or_404(records_of(request.user), pk=record.pk)
        return Response(PracticeSerializer(shown, context={"request": request}).data)
