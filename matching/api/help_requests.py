"""My help requests in the API."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.api.keys import key_in_url
from accounts.models import MentorProfile
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.selectors import visibility
from matching.selectors.chances import chances_of
from matching.selectors.concreteness import concreteness_of
from matching.selectors.mentorships import mentorship_id_of
from matching.selectors.preview import preview_of
from matching.selectors.suggestions import why_not_mentor
from matching.serializers.help_requests import (
    ChangeMentorSerializer,
    HelpRequestSerializer,
    NameMentorSerializer,
    SubmittedSerializer,
)
from matching.serializers.matches import MatchSerializer
from matching.serializers.suggestions import BetterChancesSerializer, PreviewSerializer, WhyNotSerializer
from matching.services.ask_again import ask_again
from matching.services.change_mentor import change_mentor
from matching.services.checks import must_look_for_mentors
from matching.services.correct import correct_help_request
from matching.services.draft import create_draft, delete_draft, update_draft
from matching.services.name_mentor import name_mentor
from matching.services.submit import submit_help_request
from matching.services.withdraw import withdraw_help_request
from mentorship.selectors.mentors import mentors_open_to


class HelpRequestViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet,
):
    """My help requests: drafted, then submitted."""

    serializer_class = HelpRequestSerializer
    queryset = HelpRequest.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]
    throttle_scope = ""

    def get_queryset(self) -> QuerySet[HelpRequest]:
        return visibility.help_requests_of(self.request.user)

    def lock_version(self, help_request: HelpRequest) -> None:
        lock_request(help_request.pk)

    def _key(self) -> int:
        return key_in_url(self, visibility.own_requests(self.request.user))

    def perform_create(self, serializer: BaseSerializer) -> None:
        draft = create_draft(mentee=self.request.user, fields=serializer.validated_data)
        serializer.instance = self.get_queryset().get(pk=draft.pk)

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change a draft."""
        draft = self.get_object()
        serializer = self.get_serializer(draft, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        update_draft(help_request_id=draft.pk, changes=serializer.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Delete a draft."""
        delete_draft(help_request_id=self._key(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=PreviewSerializer)
    @action(detail=False, methods=["post"], filterset_fields=None)
    def preview(self, request: Request) -> Response:
        """Check how concrete a request is, and list fitting mentors with reasons. Nothing is stored."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        draft = HelpRequest(mentee=request.user, **serializer.validated_data)
        found = preview_of(draft, now=timezone.now())
        return Response(PreviewSerializer(found | {"concreteness": concreteness_of(draft)}).data)

    @extend_schema(responses=WhyNotSerializer)
    @action(detail=True, url_path="why-not/<uuid:mentor>", filterset_fields=None)
    def why_not(self, request: Request, uuid: UUID, mentor: UUID) -> Response:
        """Explain why a mentor is not among the first suggestions, and what is missing."""
        help_request = self.get_object()
        must_look_for_mentors(help_request)
        profile = get_object_or_404(MentorProfile, uuid=mentor)
        answer = why_not_mentor(help_request, profile, now=timezone.now())
        if answer is None:
            raise Http404
        return Response(WhyNotSerializer(answer.for_mentee()).data)

    @extend_schema(responses=BetterChancesSerializer)
    @action(detail=True, filterset_fields=None, throttle_scope="expensive")
    def chances(self, request: Request, uuid: UUID) -> Response:
        """List the changes of a draft or an open request that would bring more mentors, with their number."""
        return Response(BetterChancesSerializer(chances_of(self.get_object(), now=timezone.now())).data)

    @extend_schema(request=NameMentorSerializer, responses={201: MatchSerializer})
    @action(detail=True, methods=["post"], url_path="name-mentor")
    def name_mentor(self, request: Request, uuid: str) -> Response:
        """Put a particular mentor on the list of an open request, whatever their fit. Then ask them as any other."""
        key = self._key()
        data = NameMentorSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        mentor = get_object_or_404(mentors_open_to(request.user), uuid=data.validated_data["mentor"])
        named = name_mentor(help_request_id=key, mentor_id=mentor.pk, by=request.user, now=timezone.now())
        answer = MatchSerializer(visibility.matches_of_mentee(request.user).get(pk=named.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=SubmittedSerializer)
    @action(detail=True, methods=["post"], serializer_class=SubmittedSerializer)
    def submit(self, request: Request, uuid: str) -> Response:
        """Open a draft, unless it is vague. Mentors are proposed within seconds."""
        opened = submit_help_request(help_request_id=self._key(), now=timezone.now())
        submitted = self.get_object()
        submitted.concreteness = opened.concreteness
        return Response(self.get_serializer(submitted).data)

    @extend_schema(request=HelpRequestSerializer(partial=True), responses=SubmittedSerializer)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, uuid: str) -> Response:
        """Change an open request, except its goal, kind of session and format. Mentors who wait are told."""
        opened = self.get_object()
        serializer = HelpRequestSerializer(
            opened, data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        correct_help_request(
            help_request_id=opened.pk, by=request.user, changes=serializer.validated_data, now=timezone.now()
        )
        corrected = self.get_object()
        corrected.concreteness = concreteness_of(corrected)
        return Response(SubmittedSerializer(corrected, context=self.get_serializer_context()).data)

    @extend_schema(request=None, responses=HelpRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Stop looking for a mentor. Mentors who were asked or had offered are notified."""
        withdraw_help_request(help_request_id=self._key(), by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={201: HelpRequestSerializer})
    @action(detail=True, methods=["post"], url_path="ask-again")
    def ask_again(self, request: Request, uuid: str) -> Response:
        """Copy a request that is over as a new draft. Mentors who were tried are not proposed again."""
        draft = ask_again(help_request_id=self._key(), by=request.user, now=timezone.now())
        answer = self.get_serializer(self.get_queryset().get(pk=draft.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangeMentorSerializer, responses={201: HelpRequestSerializer})
    @action(detail=True, methods=["post"], url_path="change-mentor")
    def change_mentor(self, request: Request, uuid: str) -> Response:
        """End the mentorship, and open the same request again to look for another mentor."""
        matched = self.get_object()
        data = ChangeMentorSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        opened = change_mentor(
            mentorship_id=mentorship_id_of(matched), by=request.user, now=timezone.now(), **data.validated_data
        )
        anew = self.get_queryset().get(pk=opened.pk)
        return Response(self.get_serializer(anew).data, status=status.HTTP_201_CREATED)
