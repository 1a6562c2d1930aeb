"""My cohorts in the API: looking at one by its key, joining, places, leaving."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from matching.selectors.cohorts.members import mentors_to_see
from matching.selectors.cohorts.mine import cohorts_of_member, with_what_is_mine
from matching.serializers.cohorts import (
    CohortGroupSerializer,
    CohortKeySerializer,
    CohortSerializer,
    JoinCohortSerializer,
    LeaveCohortSerializer,
    PlacesSerializer,
)
from matching.services.cohorts.leave import leave_side
from mentorship.exceptions import NotInCohort
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.cohorts import cohort_of_invitation
from mentorship.serializers.mentors import ListedMentorSerializer
from mentorship.services.cohorts.group import state_group
from mentorship.services.cohorts.join import change_places, join_cohort


class CohortViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My cohorts, the newest first. Not those that I left."""

    serializer_class = CohortSerializer
    queryset = Cohort.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_queryset(self) -> QuerySet[Cohort]:
        return cohorts_of_member(self.request.user)

    def _answer(self, pk: int) -> dict[str, object]:
        cohorts = with_what_is_mine(Cohort.objects.filter(pk=pk), self.request.user)
        return CohortSerializer(cohorts.get(), context=self.get_serializer_context()).data

    def _place(self, uuid: str, side: str) -> CohortMember:
        """Return my place on one side of a cohort of mine. Raises NotInCohort on the other side, Http404."""
        cohort = self.get_object()
        place = next((one for one in cohort.my_places if one.side == side), None)
        if place is None:
            raise NotInCohort(_("You are not on this side of the cohort."))
        return place

    @extend_schema(request=CohortKeySerializer, responses=CohortSerializer)
    @action(detail=False, methods=["post"], filterset_fields=None)
    def look(self, request: Request) -> Response:
        """Look at a cohort by the key of its invitation link, before joining it."""
        data = CohortKeySerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(self._answer(cohort_of_invitation(data.validated_data["key"]).pk))

    @extend_schema(request=JoinCohortSerializer, responses={201: CohortSerializer})
    @action(detail=False, methods=["post"], filterset_fields=None)
    def join(self, request: Request) -> Response:
        """Join one side of an open cohort. Joining again changes the places."""
        data = JoinCohortSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        member = join_cohort(by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self._answer(member.cohort_id), status=status.HTTP_201_CREATED)

    @extend_schema(request=PlacesSerializer, responses=CohortSerializer)
    @action(detail=True, methods=["post"])
    def places(self, request: Request, uuid: str) -> Response:
        """Change how many mentees I take in a cohort. The next draft of the organisers reads it."""
        place = self._place(uuid, CohortMember.Side.MENTOR)
        data = PlacesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        change_places(member_id=place.pk, by=request.user, **data.validated_data)
        return Response(self._answer(place.cohort_id))

    @extend_schema(request=CohortGroupSerializer, responses=CohortSerializer)
    @action(detail=True, methods=["post"])
    def group(self, request: Request, uuid: str) -> Response:
        """State a group of mine as a mentee, change it, or take it away. Nobody is matched by it."""
        place = self._place(uuid, CohortMember.Side.MENTEE)
        data = CohortGroupSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        state_group(member_id=place.pk, by=request.user, **data.validated_data)
        return Response(self._answer(place.cohort_id))

    @extend_schema(request=LeaveCohortSerializer, responses=CohortSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, uuid: str) -> Response:
        """Leave one side of a cohort. An open request for it is withdrawn, and can be asked again with its words."""
        self.get_object()
        data = LeaveCohortSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        place = self._place(uuid, data.validated_data["side"])
        leave_side(member_id=place.pk, by=request.user, now=timezone.now())
        return Response(self._answer(place.cohort_id))

    @extend_schema(responses=ListedMentorSerializer(many=True))
    @action(detail=True, filterset_fields=None)
    def mentors(self, request: Request, uuid: str) -> Response:
        """List the mentors of a cohort of mine whom I would find by search. For its mentees."""
        place = self._place(uuid, CohortMember.Side.MENTEE)
        page = self.paginate_queryset(mentors_to_see(place.cohort_id, request.user))
        context = self.get_serializer_context()
        return self.get_paginated_response(ListedMentorSerializer(page, many=True, context=context).data)
