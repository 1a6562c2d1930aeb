"""Figures of the community in the API, for admins."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsAdmin
from accounts.figures.store import figures_of
from accounts.figures.values import Period
from accounts.serializers.figures import FigurePeriodSerializer, FigureSerializer


class FigureViewSet(viewsets.GenericViewSet):
    """The figures of the community, for admins."""

    serializer_class = FigureSerializer
    permission_classes = [IsAdmin]
    needs = {"list": "accounts.view_figures"}
    # There are about twenty, and they are no rows.
    pagination_class = None
    filter_backends = []

    @extend_schema(parameters=[FigurePeriodSerializer], responses=FigureSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All figures of a period, each with its definition and the list behind it. They name nobody.

        A figure that is being counted for the first time is left out.
        """
        asked = FigurePeriodSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        period = Period(asked.validated_data["period"])
        found = figures_of(period, now=timezone.now())
        may_see = [one for one in found if request.user.has_perm(one.figure.permission)]
        context = {**self.get_serializer_context(), "period": period}
        return Response(self.get_serializer_class()(may_see, many=True, context=context).data)
