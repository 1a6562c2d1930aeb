"""How a mentorship goes, in the API: fit checks, silence, and one-off help that may become ongoing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from mentorship.selectors.fit_checks import fit_checks_of
from mentorship.serializers.going import AnswerFitCheckSerializer, FitCheckSerializer, ProposeOngoingSerializer
from mentorship.serializers.mentorships import MentorshipSerializer
from mentorship.services.fit_check import answer_fit_check
from mentorship.services.ongoing import agree_to_ongoing, propose_ongoing, refuse_ongoing
from mentorship.services.silence import go_on


class GoingActions(viewsets.GenericViewSet):
    """Routes of a mentorship about how it goes."""

    @extend_schema(operation_id="mentorships_fit_checks_list", responses=FitCheckSerializer(many=True))
    @action(detail=True, url_path="fit-checks", filterset_fields=None, serializer_class=FitCheckSerializer)
    def fit_checks(self, request: Request, uuid: str) -> Response:
        """How it goes, as I was asked and answered. Nobody else reads this."""
        rows = self.paginate_queryset(fit_checks_of(request.user).filter(mentorship=self.get_object()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(request=AnswerFitCheckSerializer, responses=FitCheckSerializer)
    @fit_checks.mapping.post
    def answer_fit_check(self, request: Request, uuid: str) -> Response:
        """Answer the last fit check, or change the answer until the next one comes. Nobody is told."""
        mentorship = self.get_object()
        data = AnswerFitCheckSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        check = answer_fit_check(
            mentorship_id=mentorship.pk, by=request.user, now=timezone.now(), **data.validated_data
        )
        return Response(self.get_serializer(check).data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"], url_path="go-on")
    def go_on(self, request: Request, uuid: str) -> Response:
        """Say that a quiet mentorship goes on. The silence is counted anew."""
        return self._moved(go_on)

    @extend_schema(request=ProposeOngoingSerializer, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"], url_path="propose-ongoing")
    def propose_ongoing(self, request: Request, uuid: str) -> Response:
        """Propose to make one-off help ongoing. The other side agrees or says no."""
        data = ProposeOngoingSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return self._moved(propose_ongoing, **data.validated_data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"], url_path="agree-to-ongoing")
    def agree_to_ongoing(self, request: Request, uuid: str) -> Response:
        """Agree to make it ongoing, as the other side proposed."""
        return self._moved(agree_to_ongoing)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"], url_path="refuse-ongoing")
    def refuse_ongoing(self, request: Request, uuid: str) -> Response:
        """Say no to making it ongoing, or take my own proposal back."""
        return self._moved(refuse_ongoing)

    def _moved(self, move: Any, **values: Any) -> Response:
        move(mentorship_id=self.get_object().pk, by=self.request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(self.get_object()).data)
