"""Goals, and the kinds of goals and sessions, in the API."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from mentorship.models import Goal, GoalKind, SessionKind
from mentorship.selectors.mentorships import goals_of
from mentorship.serializers.goals import GoalKindSerializer, GoalSerializer, SessionKindSerializer
from mentorship.services.goals import drop_goal, reach_goal, state_goal, take_up_goal, update_goal


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
        return goals_of(self.request.user)

    def perform_create(self, serializer: BaseSerializer) -> None:
        serializer.instance = state_goal(mentee=self.request.user, fields=serializer.validated_data)

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change a goal. Once a help request for it is submitted, only its date can change."""
        goal = self.get_object()
        serializer = self.get_serializer(goal, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        goal = update_goal(goal_id=goal.pk, changes=serializer.validated_data)
        return Response(self.get_serializer(goal).data)

    @extend_schema(request=None, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, uuid: str) -> Response:
        """Note that the goal is reached."""
        return self._moved(reach_goal)

    @extend_schema(request=None, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, uuid: str) -> Response:
        """Note that I do not pursue the goal any more. Its open help requests are withdrawn."""
        return self._moved(drop_goal)

    @extend_schema(request=None, responses=GoalSerializer)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, uuid: str) -> Response:
        """Pursue a goal again that was reached or dropped."""
        return self._moved(take_up_goal)

    def _moved(self, move: Callable[..., Goal]) -> Response:
        goal = move(goal_id=self.get_object().pk, by=self.request.user, now=timezone.now())
        return Response(self.get_serializer(goal).data)
