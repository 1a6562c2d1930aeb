"""Mentorships in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from mentorship.api.going import GoingActions
from mentorship.exceptions import KeptApart
from mentorship.models import Mentorship
from mentorship.selectors.mentorships import common_hours_of, mentorships_visible_to, suggested_times_of
from mentorship.selectors.sessions import kinds_to_plan, sessions_of
from mentorship.selectors.steps import steps_of
from mentorship.serializers.mentorships import (
    CommonHoursSerializer,
    EndSerializer,
    ExtendSerializer,
    MentorshipSerializer,
    SessionLengthSerializer,
    SuggestedTimesSerializer,
    WholeMentorshipSerializer,
)
from mentorship.serializers.sessions import ProposeSessionSerializer, SessionSerializer
from mentorship.serializers.steps import NewStepSerializer, NextStepSerializer
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.sessions.propose import propose_session
from mentorship.services.steps.add import NewStep, add_steps


class MentorshipViewSet(GoingActions, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My mentorships, as mentor or mentee."""

    serializer_class = MentorshipSerializer
    queryset = Mentorship.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_queryset(self) -> QuerySet[Mentorship]:
        return mentorships_visible_to(self.request.user)

    @extend_schema(responses=WholeMentorshipSerializer)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """One mentorship of mine, with how far we are."""
        return Response(WholeMentorshipSerializer(self.get_object(), context=self.get_serializer_context()).data)

    @extend_schema(responses=CommonHoursSerializer)
    @action(detail=True, url_path="common-hours", filterset_fields=None)
    def common_hours(self, request: Request, uuid: str) -> Response:
        """Hours of the coming week in which both of us have time, for a first call."""
        found = common_hours_of(self.get_object(), to=request.user, now=timezone.now())
        if found is None:
            raise KeptApart(_("No common hours are named for this mentorship any more. You can still end it."))
        return Response(CommonHoursSerializer(found).data)

    @extend_schema(parameters=[SessionLengthSerializer], responses=SuggestedTimesSerializer)
    @action(detail=True, url_path="suggested-times", filterset_fields=None)
    def suggested_times(self, request: Request, uuid: str) -> Response:
        """Times in the next three weeks that suit both of us for a session."""
        length = SessionLengthSerializer(data=request.query_params.dict())
        length.is_valid(raise_exception=True)
        found = suggested_times_of(self.get_object(), to=request.user, now=timezone.now(), **length.validated_data)
        if found is None:
            raise KeptApart(_("No times are suggested for this mentorship any more. You can still end it."))
        return Response(SuggestedTimesSerializer(found).data)

    @extend_schema(request=EndSerializer, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, uuid: str) -> Response:
        """End the mentorship, as completed or early. Both are notified, and the mentor's place becomes free."""
        mentorship = self.get_object()
        data = EndSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        end_mentorship(mentorship_id=mentorship.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ExtendSerializer, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, uuid: str) -> Response:
        """Plan a later end; the other side is told."""
        mentorship = self.get_object()
        data = ExtendSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        extend_mentorship(mentorship_id=mentorship.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, uuid: str) -> Response:
        """Pause the mentorship. It keeps its place."""
        pause_mentorship(mentorship_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, uuid: str) -> Response:
        """Resume the mentorship after a pause."""
        resume_mentorship(mentorship_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(operation_id="mentorships_sessions_list", responses=SessionSerializer(many=True))
    @action(detail=True, filterset_fields=None, serializer_class=SessionSerializer)
    def sessions(self, request: Request, uuid: str) -> Response:
        """Sessions of the mentorship, the one that was planned last first."""
        rows = self.paginate_queryset(sessions_of(self.get_object(), to=request.user))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(request=ProposeSessionSerializer, responses={201: SessionSerializer})
    @sessions.mapping.post
    def propose_session(self, request: Request, uuid: str) -> Response:
        """Propose a session with one to five times. The other side takes one, proposes others, or cancels."""
        mentorship = self.get_object()
        data = ProposeSessionSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        values = data.validated_data
        kind = values.pop("kind", None) or kinds_to_plan(mentorship)[0]
        session = propose_session(
            mentorship_id=mentorship.pk,
            by=request.user,
            kind=kind,
            now=timezone.now(),
            **{"minutes": kind.minutes} | values,
        )
        shown = self.get_serializer(sessions_of(mentorship, to=request.user).get(pk=session.pk))
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="mentorships_steps_list", responses=NextStepSerializer(many=True))
    @action(detail=True, filterset_fields=None, serializer_class=NextStepSerializer)
    def steps(self, request: Request, uuid: str) -> Response:
        """Next steps of the mentorship, newest first."""
        rows = self.paginate_queryset(steps_of(self.get_object(), to=request.user))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(request=NewStepSerializer, responses={201: NextStepSerializer})
    @steps.mapping.post
    def add_step(self, request: Request, uuid: str) -> Response:
        """Add a step for one of us. An open one with the same words, owner and day is answered instead."""
        mentorship = self.get_object()
        data = NewStepSerializer(data=request.data, context={"person": request.user, "mentorship": mentorship})
        data.is_valid(raise_exception=True)
        new = NewStep(**data.validated_data)
        [step] = add_steps(mentorship_id=mentorship.pk, by=request.user, steps=[new], now=timezone.now())
        shown = self.get_serializer(steps_of(mentorship, to=request.user).get(pk=step.pk))
        return Response(shown.data, status=status.HTTP_201_CREATED)
