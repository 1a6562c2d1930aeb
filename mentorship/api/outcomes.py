"""The outcome of a mentorship and feedback about it, in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.selectors import mentor_profiles_of
from mentorship.models import Mentorship
from mentorship.selectors.feedback import FeedbackSummary, feedback_card, feedback_summary
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import outcome_card
from mentorship.serializers.outcomes import (
    FeedbackSerializer,
    FeedbackSummarySerializer,
    NoteSerializer,
    OutcomeSerializer,
    RateOutcomeSerializer,
    ReportSerializer,
    ScaleSerializer,
    ThanksShownSerializer,
    WriteFeedbackSerializer,
)
from mentorship.services.feedback.report import report_feedback
from mentorship.services.feedback.show_thanks import choose_thanks_shown
from mentorship.services.feedback.write import write_feedback
from mentorship.services.feedback.write_note import write_note
from mentorship.services.outcomes.rate import rate_outcome
from mentorship.services.outcomes.write_scale import write_scale


class OfMentorshipView(generics.GenericAPIView):
    """A part of one of my mentorships."""

    def mentorship(self) -> Mentorship:
        return get_object_or_404(mentorships_visible_to(self.request.user), uuid=self.kwargs["uuid"])

    def moved(self, move: Callable[..., object], data: type[Serializer]) -> None:
        """Make a move with what was sent. Raises ValidationError, Http404 and the refusals of ``move``."""
        mentorship = self.mentorship()
        sent = data(data=self.request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        move(mentorship_id=mentorship.pk, by=self.request.user, now=timezone.now(), **values)


class OfOutcomeView(OfMentorshipView):
    """Answers with the outcome."""

    serializer_class = OutcomeSerializer

    def shown(self) -> Response:
        card = outcome_card(self.mentorship(), to=self.request.user, now=timezone.now())
        return Response(self.get_serializer(card).data)


class OutcomeView(OfOutcomeView):
    def get(self, request: Request, uuid: UUID) -> Response:
        """The scale of the outcome, and the ratings of both."""
        return self.shown()


class ScaleView(OfOutcomeView):
    @extend_schema(request=ScaleSerializer, responses=OutcomeSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Say where I stand, and what less, as hoped and better would be. My mentor reads it."""
        self.moved(write_scale, ScaleSerializer)
        return self.shown()


class RateView(OfOutcomeView):
    @extend_schema(request=RateOutcomeSerializer, responses=OutcomeSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Rate the outcome. I can change it until the other side may read it."""
        self.moved(rate_outcome, RateOutcomeSerializer)
        return self.shown()


class OfFeedbackView(OfMentorshipView):
    """Answers with the feedback."""

    serializer_class = FeedbackSerializer

    def shown(self) -> Response:
        return Response(self.get_serializer(feedback_card(self.mentorship(), to=self.request.user)).data)


class FeedbackView(OfFeedbackView):
    def get(self, request: Request, uuid: UUID) -> Response:
        """Mine, and that of the other side once it is open."""
        return self.shown()

    @extend_schema(request=WriteFeedbackSerializer, responses=FeedbackSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Write or replace my feedback. It opens once both have written, or some days after the end; then it stands."""
        self.moved(write_feedback, WriteFeedbackSerializer)
        return self.shown()


class ThanksShownView(OfFeedbackView):
    @extend_schema(request=ThanksShownSerializer, responses=FeedbackSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Choose whether my mentor may show my thanks, at any time."""
        self.moved(choose_thanks_shown, ThanksShownSerializer)
        return self.shown()


class ReportView(OfFeedbackView):
    @extend_schema(request=ReportSerializer, responses=FeedbackSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """Report the feedback of the other side. From then on the admins read it."""
        self.moved(report_feedback, ReportSerializer)
        return self.shown()


class OrganisersView(OfFeedbackView):
    @extend_schema(request=NoteSerializer, responses=FeedbackSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Write to the organisers alone, also after a block. An empty text deletes it."""
        self.moved(write_note, NoteSerializer)
        return self.shown()


class MyFeedbackSummaryView(generics.RetrieveAPIView):
    """Feedback of all my mentees, from three on, without names and dates."""

    serializer_class = FeedbackSummarySerializer

    def get_object(self) -> FeedbackSummary:
        mentor = get_object_or_404(mentor_profiles_of(self.request.user))
        return feedback_summary(mentor, now=timezone.now())
