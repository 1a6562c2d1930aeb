"""The mentors proposed for my help requests, in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.keys import key_in_url
from matching.models import Match
from matching.selectors import visibility
from matching.serializers.matches import (
    AskSerializer,
    ClarifySerializer,
    DeclineSerializer,
    DismissSerializer,
    MatchSerializer,
    ReasonCheckSerializer,
)
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor, problem_with_reason
from matching.services.clarify import clarify_match
from matching.services.decline import decline_match
from matching.services.dismiss import dismiss_match
from matching.services.withdraw import withdraw_match
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.serializers.mentorships import MentorshipSerializer


class MatchViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The mentors proposed for my help requests."""

    serializer_class = MatchSerializer
    queryset = Match.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = {"status": ["exact"], "help_request__uuid": ["exact"]}

    def get_queryset(self) -> QuerySet[Match]:
        return visibility.matches_of_mentee(self.request.user)

    def _key(self) -> int:
        return key_in_url(self, visibility.own_matches(self.request.user))

    @extend_schema(request=AskSerializer, responses=MatchSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, uuid: str) -> Response:
        """Ask this mentor, with the reason for the choice."""
        key = self._key()
        data = AskSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        ask_mentor(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=AskSerializer, responses=ReasonCheckSerializer)
    @action(detail=True, methods=["post"], url_path="check-reason")
    def check_reason(self, request: Request, uuid: str) -> Response:
        """Say whether a reason would suit any mentor, before it is sent. Nothing is stored."""
        match = self.get_object()
        data = AskSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        problem = problem_with_reason(match, data.validated_data["why_you"])
        return Response(ReasonCheckSerializer({"problem": problem}).data)

    @extend_schema(request=ClarifySerializer, responses=MatchSerializer)
    @action(detail=True, methods=["post"])
    def clarify(self, request: Request, uuid: str) -> Response:
        """Answer the question that the mentor asked back; then it is their turn again."""
        key = self._key()
        data = ClarifySerializer(data=request.data)
        data.is_valid(raise_exception=True)
        clarify_match(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=DismissSerializer, responses=MatchSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, uuid: str) -> Response:
        """Dismiss this mentor. Another one is looked for, and the mentor is not notified."""
        key = self._key()
        data = DismissSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        dismiss_match(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=MatchSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Withdraw a question before it is answered."""
        withdraw_match(match_id=self._key(), by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={201: MentorshipSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, uuid: str) -> Response:
        """Accept an offer. The mentorship starts, and both are notified."""
        mentorship = accept_match(match_id=self._key(), by=request.user, now=timezone.now())
        started = mentorships_visible_to(request.user).get(pk=mentorship.pk)
        answer = MentorshipSerializer(started, context=self.get_serializer_context()).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(request=DeclineSerializer, responses=MatchSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, uuid: str) -> Response:
        """Decline an offer with a reason. The mentor is notified."""
        key = self._key()
        data = DeclineSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        decline_match(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
