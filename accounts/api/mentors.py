"""Mentor applications in the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.permissions import IsAdmin
from accounts.serializers.mentors import MentorApplicationSerializer, ReasonSerializer
from accounts.services.mentors import approve_mentor, reject_mentor


class MentorApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Mentor applications, for admins. The oldest comes first."""

    serializer_class = MentorApplicationSerializer
    permission_classes = [IsAdmin]
    queryset = selectors.applications()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    @extend_schema(request=None, responses=MentorApplicationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, uuid: str) -> Response:
        """Approve the application, and notify the applicant."""
        mentor = approve_mentor(mentor_id=self.get_object().pk, now=timezone.now())
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
