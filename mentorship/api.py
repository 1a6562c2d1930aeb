"""Goals, offers and mentorships in the API."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.models import MentorProfile
from accounts.services.mentors import apply_to_mentor
from mentorship import selectors
from mentorship.models import Goal, GoalKind, Mentorship, SessionKind
from mentorship.serializers import (
    EndSerializer,
    GoalKindSerializer,
    GoalSerializer,
    MentorshipSerializer,
    MyMentorProfileSerializer,
    SessionKindSerializer,
)
from mentorship.services.goals import update_goal
from mentorship.services.mentorships import end_mentorship, pause_mentorship, resume_mentorship
from mentorship.services.offers import update_offer


class GoalKindViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The kinds of goals this community helps with."""

    serializer_class = GoalKindSerializer
    queryset = GoalKind.objects.order_by("position", "pk")
    permission_classes = [AllowAny]


class SessionKindViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The kinds of meetings, with agenda and preparation."""

    serializer_class = SessionKindSerializer
    queryset = SessionKind.objects.order_by("position", "pk")
    permission_classes = [AllowAny]


class GoalViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet,
):
    """My goals."""

    serializer_class = GoalSerializer
    queryset = Goal.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Goal]:
        return selectors.goals_of(self.request.user)

    def perform_create(self, serializer: BaseSerializer) -> None:
        serializer.save(mentee=self.request.user)

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change a goal; once it is part of a submitted help request, its date only."""
        goal = self.get_object()
        serializer = self.get_serializer(goal, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        goal = update_goal(goal_id=goal.pk, changes=serializer.validated_data)
        return Response(self.get_serializer(goal).data)


class MyMentorView(generics.RetrieveAPIView):
    """Me as a mentor: apply, see where the application stands, and change what I offer."""

    serializer_class = MyMentorProfileSerializer

    def get_object(self) -> MentorProfile:
        return get_object_or_404(selectors.mentors_with_offer(), user=self.request.user)

    @extend_schema(responses={201: MyMentorProfileSerializer})
    def post(self, request: Request) -> Response:
        """Apply as a mentor; an admin decides."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        with transaction.atomic():
            mentor = apply_to_mentor(user=request.user, motivation=changes.pop("motivation"), now=timezone.now())
            update_offer(mentor=mentor, changes=changes)
        return Response(self.get_serializer(self.get_object()).data, status=status.HTTP_201_CREATED)

    def patch(self, request: Request) -> Response:
        """Change what I offer."""
        mentor = self.get_object()
        serializer = self.get_serializer(mentor, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        update_offer(mentor=mentor, changes=serializer.validated_data)
        return Response(self.get_serializer(self.get_object()).data)


class MentorshipViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My mentorships, on either side."""

    serializer_class = MentorshipSerializer
    queryset = Mentorship.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_queryset(self) -> QuerySet[Mentorship]:
        return selectors.mentorships_visible_to(self.request.user)

    @extend_schema(request=EndSerializer, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, uuid: str) -> Response:
        """End it, as completed or early; both are told, and the mentor's place is free again."""
        mentorship = self.get_object()
        data = EndSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        end_mentorship(mentorship_id=mentorship.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, uuid: str) -> Response:
        """Rest for a while; the place is kept."""
        pause_mentorship(mentorship_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, uuid: str) -> Response:
        """Go on after a pause."""
        resume_mentorship(mentorship_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)
