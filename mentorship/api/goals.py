"""Goals, and the kinds of goals and sessions, in the API."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from mentorship.locks import lock_goal
from mentorship.models import Goal
from mentorship.selectors.kinds import goal_kinds, session_kinds
from mentorship.selectors.mentorships import goals_of
from mentorship.selectors.milestones import goals_with_milestones_for, milestones_visible_to
from mentorship.serializers.goals import GoalKindSerializer, GoalSerializer, SessionKindSerializer
from mentorship.serializers.steps import MilestoneSerializer, NewMilestoneSerializer
from mentorship.services.goals import drop_goal, reach_goal, state_goal, take_up_goal, update_goal
from mentorship.services.milestones import add_milestone


class GoalKindViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The kinds of goals this community helps with, without those that cannot be chosen any more."""

    serializer_class = GoalKindSerializer
    queryset = goal_kinds()
    permission_classes = [AllowAny]


class SessionKindViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The kinds of meetings that can be chosen, with agenda and preparation."""

    serializer_class = SessionKindSerializer
    queryset = session_kinds()
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

    def lock_version(self, goal: Goal) -> None:
        lock_goal(goal.pk)

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

    @extend_schema(operation_id="goals_milestones_list", responses=MilestoneSerializer(many=True))
    @action(detail=True, serializer_class=MilestoneSerializer, lock_version=None)
    def milestones(self, request: Request, uuid: str) -> Response:
        """Milestones of a goal of mine, or of somebody whom I mentor for it now, in their order."""
        rows = self.paginate_queryset(milestones_visible_to(request.user).filter(goal=self._goal_with_milestones()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(request=NewMilestoneSerializer, responses={201: MilestoneSerializer})
    @milestones.mapping.post
    def add_milestone(self, request: Request, uuid: str) -> Response:
        """Add a milestone, as the last one."""
        goal = self._goal_with_milestones()
        data = NewMilestoneSerializer(data=request.data, context={"person": request.user})
        data.is_valid(raise_exception=True)
        values = {"by_on": None} | data.validated_data
        milestone = add_milestone(goal_id=goal.pk, by=request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(milestone).data, status=status.HTTP_201_CREATED)

    def _goal_with_milestones(self) -> Goal:
        return get_object_or_404(goals_with_milestones_for(self.request.user), uuid=self.kwargs["uuid"])

    def _moved(self, move: Callable[..., Goal]) -> Response:
        goal = move(goal_id=self.get_object().pk, by=self.request.user, now=timezone.now())
        return Response(self.get_serializer(goal).data)
