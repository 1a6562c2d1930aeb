"""Pairs of cohorts in the API: read mine, say yes or no."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.keys import key_in_url
from matching.models import CohortPair
from matching.selectors.cohorts.pairs import own_pairs, pairs_of_person
from matching.serializers.cohort_pairs import CohortPairSerializer, NoSerializer
from matching.services.cohorts.answer import say_no, say_yes


class CohortPairViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Pairs that the organisers of my cohorts proposed to me, the newest first."""

    serializer_class = CohortPairSerializer
    queryset = CohortPair.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[CohortPair]:
        return pairs_of_person(self.request.user)

    @extend_schema(request=None, responses=CohortPairSerializer)
    @action(detail=True, methods=["post"])
    def yes(self, request: Request, uuid: str) -> Response:
        """Say yes. With the yes of the other side the mentorship starts, and both are notified."""
        say_yes(pair_id=key_in_url(self, own_pairs(request.user)), by=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=NoSerializer, responses=CohortPairSerializer)
    @action(detail=True, methods=["post"])
    def no(self, request: Request, uuid: str) -> Response:
        """Say no, also after a yes that waits. The other side is told that it does not work out, and no reason."""
        key = key_in_url(self, own_pairs(request.user))
        data = NoSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        say_no(pair_id=key, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
