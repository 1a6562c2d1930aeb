"""The numbers of cohorts for the companies that they belong to, in the API: those of the page, and no others."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from matching.serializers.company_numbers import CompanyCohortSerializer, CompanyNumbersSerializer
from matching.services.company_numbers import numbers_of_month, report_of
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_read_by


class CompanyNumbersViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The cohorts whose numbers I read for my company."""

    serializer_class = CompanyCohortSerializer
    queryset = Cohort.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Cohort]:
        return cohorts_read_by(self.request.user)

    @extend_schema(responses=CompanyNumbersSerializer)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """Return numbers of five people or more, counted once a month. No filter changes them."""
        cohort = self.get_object()
        row = numbers_of_month(cohort_id=cohort.pk, now=timezone.now())
        lines = [replace(line, group=line.group.strip()) for line in report_of(row).lines()] if row else []
        found = {"cohort": cohort, "counted_at": row.counted_at if row else None, "lines": lines}
        return Response(CompanyNumbersSerializer(found).data)
