"""Lists of the API that a replica may answer."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.replica import maybe_stale


class StaleListMixin(viewsets.GenericViewSet):
    """A list of what others wrote, which may be some seconds old. Who is kept apart is known by the primary."""

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        return maybe_stale(lambda: self._answer(rows))

    def _answer(self, rows: QuerySet) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
