"""The record of a mentor and its credentials, in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import mentor_profiles_of
from mentorship.models import Credential
from mentorship.selectors.credentials import credentials_of
from mentorship.selectors.record import mentor_record
from mentorship.serializers.record import (
    CredentialPeriodSerializer,
    CredentialSerializer,
    RecordPeriodSerializer,
    RecordSerializer,
)
from mentorship.services.credentials.issue import issue_credential
from mentorship.services.credentials.revoke import revoke_credential


class MyRecordView(generics.GenericAPIView):
    """My record as a mentor, for a period."""

    serializer_class = RecordSerializer

    @extend_schema(parameters=[RecordPeriodSerializer])
    def get(self, request: Request) -> Response:
        """People, sessions and hours that both sides confirmed, outcomes with those who did not answer, and thanks."""
        mentor = get_object_or_404(mentor_profiles_of(request.user))
        period = RecordPeriodSerializer(data=request.query_params.dict())
        period.is_valid(raise_exception=True)
        record = mentor_record(mentor, now=timezone.now(), **period.validated_data)
        return Response(self.get_serializer(record).data)


class CredentialViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My credentials: my record, signed by the community, for anybody to check."""

    serializer_class = CredentialSerializer
    queryset = Credential.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Credential]:
        return credentials_of(self.request.user)

    @extend_schema(request=CredentialPeriodSerializer, responses={201: CredentialSerializer})
    def create(self, request: Request) -> Response:
        """Have my record of a period signed."""
        mentor = get_object_or_404(mentor_profiles_of(request.user))
        period = CredentialPeriodSerializer(data=request.data)
        period.is_valid(raise_exception=True)
        credential = issue_credential(mentor_id=mentor.pk, now=timezone.now(), **period.validated_data)
        return Response(self.get_serializer(credential).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=CredentialSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uuid: str) -> Response:
        """Revoke it for good. Its page and the public list say so."""
        credential = revoke_credential(credential_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self.get_serializer(credential).data)
