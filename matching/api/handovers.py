"""Handovers in the API: a successor, or wait?"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from matching.models import Handover
from matching.selectors.handovers import handovers_of, notes_brought_to, successors_of
from matching.serializers.handovers import (
    BroughtNotesSerializer,
    HandOverSerializer,
    HandoverSerializer,
    SearchSerializer,
    SuccessorSerializer,
)
from matching.services.hand_over import hand_over
from matching.services.wait_for_mentor import wait_for_mentor
from mentorship.models import Mentorship
from mentorship.selectors.mentors import mentors_open_to
from mentorship.selectors.mentorships import mentorships_visible_to


class BroughtNotesView(generics.GenericAPIView):
    """Shared notes of an earlier mentorship that the mentee took along to this one, for both, the last one first."""

    serializer_class = BroughtNotesSerializer
    queryset = Mentorship.objects.none()
    pagination_class = None

    @extend_schema(responses=BroughtNotesSerializer(many=True))
    def get(self, request: Request, uuid: UUID) -> Response:
        mentorship = get_object_or_404(mentorships_visible_to(request.user), uuid=uuid)
        return Response(self.get_serializer(notes_brought_to(mentorship, to=request.user), many=True).data)


class HandoverViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My choices after mentors who cannot go on, or pause for long."""

    serializer_class = HandoverSerializer
    queryset = Handover.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["choice"]
    throttle_scope = ""

    def get_queryset(self) -> QuerySet[Handover]:
        return handovers_of(self.request.user)

    @extend_schema(responses=SuccessorSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=None, throttle_scope="expensive")
    def successors(self, request: Request, uuid: str) -> Response:
        """Rank the mentors who could go on now, best first. Empty once the choice is over."""
        handover = self.get_object()
        found = [] if handover.closed_at else successors_of(handover, now=timezone.now())
        return Response(SuccessorSerializer(found, many=True).data)

    @extend_schema(request=HandOverSerializer, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, uuid: str) -> Response:
        """End the mentorship, open its request again, and ask a successor."""
        handover = self.get_object()
        data = HandOverSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        mentor = get_object_or_404(mentors_open_to(request.user), uuid=values.pop("mentor"))
        hand_over(handover_id=handover.pk, by=request.user, now=timezone.now(), mentor_id=mentor.pk, **values)
        return self._answer()

    @extend_schema(request=SearchSerializer, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def search(self, request: Request, uuid: str) -> Response:
        """End the mentorship, and open its request again. Mentors are proposed as for any request."""
        handover = self.get_object()
        data = SearchSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        hand_over(handover_id=handover.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return self._answer()

    @extend_schema(request=None, responses=HandoverSerializer)
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, uuid: str) -> Response:
        """Wait for a mentor whose pause has an end. The mentorship is paused until then."""
        wait_for_mentor(handover_id=self.get_object().pk, by=request.user, now=timezone.now())
        return self._answer()

    def _answer(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
