"""Next steps and milestones in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from mentorship.models import ActionItem, Milestone
from mentorship.selectors.milestones import milestones_visible_to
from mentorship.selectors.steps import steps_visible_to
from mentorship.serializers.steps import (
    ChangeMilestoneSerializer,
    ChangeStepSerializer,
    MilestoneSerializer,
    NextStepSerializer,
)
from mentorship.services.milestones import change_milestone, reach_milestone, remove_milestone, reopen_milestone
from mentorship.services.steps.change import change_step
from mentorship.services.steps.settle import drop_step, finish_step, reopen_step


class StepViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One step of a mentorship of mine. ``mentorships/{uuid}/steps/`` lists and adds them."""

    serializer_class = NextStepSerializer
    queryset = ActionItem.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ActionItem]:
        return steps_visible_to(self.request.user)

    @extend_schema(request=ChangeStepSerializer, responses=NextStepSerializer)
    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change an open step. Its reminders follow."""
        step = self.get_object()
        context = {"person": request.user, "mentorship": step.mentorship}
        data = ChangeStepSerializer(step, data=request.data, partial=True, context=context)
        data.is_valid(raise_exception=True)
        return self._moved(change_step, step, changes=data.validated_data)

    @extend_schema(request=None, responses=NextStepSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, uuid: str) -> Response:
        """Note that the step is done."""
        return self._moved(finish_step, self.get_object())

    @extend_schema(request=None, responses=NextStepSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, uuid: str) -> Response:
        """Note that nobody does the step any more."""
        return self._moved(drop_step, self.get_object())

    @extend_schema(request=None, responses=NextStepSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, uuid: str) -> Response:
        """Open a step again that was done or dropped."""
        return self._moved(reopen_step, self.get_object())

    def _moved(self, move: Any, step: ActionItem, **values: Any) -> Response:
        move(step_id=step.pk, by=self.request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(self.get_object()).data)


class MilestoneViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One milestone. ``goals/{uuid}/milestones/`` lists and adds them. Only the mentee changes them."""

    serializer_class = MilestoneSerializer
    queryset = Milestone.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Milestone]:
        return milestones_visible_to(self.request.user)

    @extend_schema(request=ChangeMilestoneSerializer, responses=MilestoneSerializer)
    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change title, day or position."""
        milestone = self.get_object()
        data = ChangeMilestoneSerializer(milestone, data=request.data, partial=True, context={"person": request.user})
        data.is_valid(raise_exception=True)
        return self._moved(change_milestone, milestone, changes=data.validated_data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Remove the milestone. Its steps stay."""
        remove_milestone(milestone_id=self.get_object().pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, uuid: str) -> Response:
        """Note that the milestone is reached."""
        return self._moved(reach_milestone, self.get_object(), now=timezone.now())

    @extend_schema(request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, uuid: str) -> Response:
        """Note that the milestone is not reached after all."""
        return self._moved(reopen_milestone, self.get_object())

    def _moved(self, move: Any, milestone: Milestone, **values: Any) -> Response:
        move(milestone_id=milestone.pk, by=self.request.user, **values)
        return Response(self.get_serializer(self.get_object()).data)
