"""Mentor applications in the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.permissions import IsAdmin
from accounts.models import MentorProfile, StaffRead
from accounts.serializers.mentors import MentorApplicationSerializer, ReasonSerializer
from accounts.services.mentors import approve_mentor, reject_mentor
from accounts.services.reads import note_reads


class MentorApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Mentor applications, for admins. The oldest comes first."""

    serializer_class = MentorApplicationSerializer
    permission_classes = [IsAdmin]
    needs = {
        "list": "accounts.approve_mentorprofile",
        "retrieve": "accounts.approve_mentorprofile",
        "approve": "accounts.approve_mentorprofile",
        "reject": "accounts.reject_mentorprofile",
    }
    queryset = selectors.applications()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_object(self) -> MentorProfile:
        mentor = super().get_object()
        self._note([mentor])
        return mentor

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        page = super().paginate_queryset(queryset)
        self._note(page or [])
        return page

    def _note(self, shown: list[MentorProfile]) -> None:
        """Record that the admin sees the addresses of some mentors."""
        people = [mentor.user_id for mentor in shown]
        note_reads(reader=self.request.user, people=people, what=StaffRead.What.CONTACT, now=timezone.now())

    @extend_schema(request=None, responses=MentorApplicationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, uuid: str) -> Response:
        """Approve the application, and notify the applicant."""
        mentor = approve_mentor(mentor_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(mentor).data)

    @extend_schema(request=ReasonSerializer, responses=MentorApplicationSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, uuid: str) -> Response:
        """Reject the application, and tell the applicant why."""
        mentor_id = self.get_object().pk
        data = ReasonSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        mentor = reject_mentor(mentor_id=mentor_id, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(mentor).data)
