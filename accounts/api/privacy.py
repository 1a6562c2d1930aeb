"""A member's own data in the API: exports, and the erasure of the account."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import must_have_logged_in_lately
from accounts.models import DataExport
from accounts.selectors import exports_of
from accounts.serializers.privacy import DataExportSerializer, ErasureStateSerializer
from accounts.services.privacy import ask_erasure, cancel_erasure, fetch_export, request_export


class DataExportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Files with everything about me. Each is kept for a week."""

    serializer_class = DataExportSerializer
    queryset = DataExport.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[DataExport]:
        return exports_of(self.request.user)

    @extend_schema(request=None, responses={201: DataExportSerializer, 200: DataExportSerializer})
    def create(self, request: Request) -> Response:
        """Have a file made. The answer is 200 with the one that is being made already. A mail says when it is ready."""
        must_have_logged_in_lately(request)
        export, is_new = request_export(person=request.user, now=timezone.now())
        answer = self.get_serializer(export).data
        return Response(answer, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, uuid: str) -> HttpResponse:
        """Fetch the file. 404 while it is not ready, and once it is removed."""
        export = self.get_object()
        must_have_logged_in_lately(request)
        try:
            export, content = fetch_export(uuid=export.uuid, person=request.user, now=timezone.now())
        except DataExport.DoesNotExist:
            raise NotFound from None
        response = HttpResponse(content, content_type="application/zip")
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="my-data.zip")
        return response


class ErasureView(generics.GenericAPIView):
    """The erasure of my account."""

    serializer_class = ErasureStateSerializer

    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(request.user).data)

    @extend_schema(request=None)
    def post(self, request: Request) -> Response:
        """Have my account erased in a week. A mail says so, with the way back."""
        must_have_logged_in_lately(request)
        ask_erasure(person=request.user, by=request.user, now=timezone.now())
        return self.get(request)

    @extend_schema(responses={200: ErasureStateSerializer})
    def delete(self, request: Request) -> Response:
        """Keep my account."""
        cancel_erasure(person=request.user, by=request.user, now=timezone.now())
        return self.get(request)
