"""Sessions in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from mentorship.locks import lock_session
from mentorship.models import Session
from mentorship.selectors.sessions import sessions_visible_to
from mentorship.serializers.sessions import (
    AttendanceSerializer,
    ChangeSessionSerializer,
    NotesSerializer,
    ProposeTimesSerializer,
    SessionSerializer,
    TakeSerializer,
)
from mentorship.services.sessions.attend import say_attendance, say_coming
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.change import change_session, write_own_notes, write_shared_notes
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time


class SessionViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One session of mine. ``mentorships/{uuid}/sessions/`` lists and proposes them."""

    serializer_class = SessionSerializer
    queryset = Session.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Session]:
        return sessions_visible_to(self.request.user)

    def lock_version(self, session: Session) -> None:
        lock_session(session.pk, by=self.request.user)

    @extend_schema(request=ChangeSessionSerializer, responses=SessionSerializer)
    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change length or place. Calendars of a confirmed session get a new version."""
        session = self.get_object()
        data = ChangeSessionSerializer(session, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        return self._moved(change_session, session, changes=data.validated_data)

    @extend_schema(request=TakeSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, uuid: str) -> Response:
        """Take one of the times that the other side proposed. The session is confirmed, or moves."""
        session = self.get_object()
        data = TakeSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return self._moved(take_time, session, **data.validated_data)

    @extend_schema(request=ProposeTimesSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"], url_path="propose-times")
    def propose_times(self, request: Request, uuid: str) -> Response:
        """Propose other times. A confirmed session keeps its time until one of them is taken."""
        session = self.get_object()
        data = ProposeTimesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return self._moved(propose_times, session, **data.validated_data)

    @extend_schema(request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, uuid: str) -> Response:
        """Keep the time of a confirmed session. The times that are open are closed."""
        return self._moved(keep_time, self.get_object())

    @extend_schema(request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uuid: str) -> Response:
        """Cancel the session. Both of us are told, and free at that time."""
        return self._moved(cancel_session, self.get_object())

    @extend_schema(request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def comes(self, request: Request, uuid: str) -> Response:
        """Say that I will be there."""
        return self._moved(say_coming, self.get_object())

    @extend_schema(request=AttendanceSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Request, uuid: str) -> Response:
        """Say how the session was, once it is over. Two answers that agree settle it."""
        session = self.get_object()
        data = AttendanceSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return self._moved(say_attendance, session, **data.validated_data)

    @extend_schema(request=NotesSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, uuid: str) -> Response:
        """Replace the shared notes, my own ones, or both."""
        session = self.get_object()
        data = NotesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        notes = data.validated_data
        if "shared" in notes:
            write_shared_notes(session_id=session.pk, by=request.user, text=notes["shared"])
        if "own" in notes:
            write_own_notes(session_id=session.pk, by=request.user, text=notes["own"])
        return Response(self.get_serializer(self.get_object()).data)

    def _moved(self, move: Any, session: Session, **values: Any) -> Response:
        move(session_id=session.pk, by=self.request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(self.get_object()).data)
