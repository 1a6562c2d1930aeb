"""A mentor's inbox, and fitting requests, in the API."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.keys import key_in_url
from accounts.models import MentorProfile
from matching.models import HelpRequest, Match
from matching.selectors import visibility
from matching.selectors.fitting import FittingRequest, fitting_requests
from matching.serializers.inbox import (
    AskBackSerializer,
    FittingRequestSerializer,
    InboxDeclineSerializer,
    InboxMatchSerializer,
    OfferSerializer,
    ReadSerializer,
)
from matching.services.accept import accept_match
from matching.services.ask_back import ask_back
from matching.services.decline import decline_match
from matching.services.offer import offer_help_with
from matching.services.withdraw import withdraw_match
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.serializers.mentorships import MentorshipSerializer


class InboxViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Requests that I was asked about as a mentor, and requests that I offered help with."""

    serializer_class = InboxMatchSerializer
    queryset = Match.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_queryset(self) -> QuerySet[Match]:
        return visibility.matches_of_mentor(self.request.user)

    def _key(self) -> int:
        return key_in_url(self, visibility.inbox_of(self.request.user))

    @extend_schema(request=ReadSerializer, responses={201: MentorshipSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, uuid: str) -> Response:
        """Accept a question. The mentorship starts, and both are notified."""
        key = self._key()
        data = ReadSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        mentorship = accept_match(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        started = mentorships_visible_to(request.user).get(pk=mentorship.pk)
        answer = MentorshipSerializer(started, context=self.get_serializer_context()).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(request=AskBackSerializer, responses=InboxMatchSerializer)
    @action(detail=True, methods=["post"], url_path="ask-back")
    def ask_back(self, request: Request, uuid: str) -> Response:
        """Ask the mentee one thing before deciding; their clock runs until they answer. Twice at most."""
        key = self._key()
        data = AskBackSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        ask_back(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=InboxDeclineSerializer, responses=InboxMatchSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, uuid: str) -> Response:
        """Decline with a reason, and optionally pause. The mentee is notified, and the next mentor is looked for."""
        key = self._key()
        data = InboxDeclineSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        decline_match(match_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=InboxMatchSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Withdraw an offer before it is answered."""
        withdraw_match(match_id=self._key(), by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class RequestsForMeViewSet(viewsets.GenericViewSet):
    """Open requests that fit my offer as a mentor, without names. I can offer help before I am asked."""

    serializer_class = FittingRequestSerializer
    queryset = HelpRequest.objects.none()
    pagination_class = None
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    @extend_schema(responses=FittingRequestSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the requests that fit, best first. Those that I was not proposed for are judged newest first."""
        return Response(self.get_serializer(_fitting(request), many=True).data)

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        return Response(self.get_serializer(_one_fitting(request, uuid)).data)

    @extend_schema(request=OfferSerializer, responses=InboxMatchSerializer)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, uuid: UUID) -> Response:
        """Offer help. The mentee decides. The request moves to my inbox."""
        chosen = _one_fitting(request, uuid)
        data = OfferSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        match = offer_help_with(
            help_request_id=chosen.help_request.pk,
            by=request.user,
            now=timezone.now(),
            **data.validated_data,
        )
        return Response(InboxMatchSerializer(visibility.matches_of_mentor(request.user).get(pk=match.pk)).data)


def _fitting(request: Request, only: UUID | None = None) -> list[FittingRequest]:
    mentor = MentorProfile.objects.filter(user=request.user).select_related("user").first()
    return fitting_requests(mentor, now=timezone.now(), only=only) if mentor else []


def _one_fitting(request: Request, uuid: UUID) -> FittingRequest:
    if found := _fitting(request, only=uuid):
        return found[0]
    raise Http404
