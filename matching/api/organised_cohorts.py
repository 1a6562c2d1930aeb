"""Cohorts in the API for those who run them: their life, and the answers to published pairs."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsAdmin
from accounts.doorbell import ring_after_commit
from accounts.models import User
from matching.selectors.cohorts.answers import losses_of, pairs_of_cohort, silent_sides
from matching.serializers.cohort_answers import (
    AnswersAskedSerializer,
    AnswersPageSerializer,
    OrganisedCohortSerializer,
)
from matching.tasks import tend_cohorts
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.cohorts import cohorts_of, with_counts
from mentorship.services.cohorts.run import archive_cohort, close_cohort, open_cohort


class OrganisedCohortViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The cohorts that I run, those that begin last first."""

    serializer_class = OrganisedCohortSerializer
    queryset = Cohort.objects.none()
    permission_classes = [IsAdmin]
    needs: dict[str, str] = {}
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["status"]

    def get_queryset(self) -> QuerySet[Cohort]:
        return with_counts(cohorts_of(self.request.user)).order_by("-starts_on", "-pk")

    @extend_schema(request=None, responses=OrganisedCohortSerializer)
    @action(detail=True, methods=["post"], filterset_fields=None)
    def open(self, request: Request, uuid: str) -> Response:
        """Let people join, by the invitation link."""
        open_cohort(cohort_id=self.get_object().pk, now=timezone.now())
        return self._done(request, "Opened by the API.")

    @extend_schema(request=None, responses=OrganisedCohortSerializer)
    @action(detail=True, methods=["post"], filterset_fields=None)
    def close(self, request: Request, uuid: str) -> Response:
        """Let nobody join any more, so that it can be matched."""
        close_cohort(cohort_id=self.get_object().pk, now=timezone.now())
        return self._done(request, "Closed by the API.")

    @extend_schema(request=None, responses=OrganisedCohortSerializer)
    @action(detail=True, methods=["post"], filterset_fields=None)
    def archive(self, request: Request, uuid: str) -> Response:
        """Put a closed cohort away for good. Mentorships go on; what waits in it ends, and its people are told."""
        archive_cohort(cohort_id=self.get_object().pk, now=timezone.now())
        ring_after_commit(tend_cohorts)
        return self._done(request, "Archived by the API.")

    def _done(self, request: Request, sentence: str) -> Response:
        cohort = self.get_object()
        log(request, cohort, sentence)
        return Response(self.get_serializer(cohort).data)


class AnswersOfCohortViewSet(viewsets.GenericViewSet):
    """The answers to the published pairs of a cohort, for those who run it."""

    serializer_class = AnswersPageSerializer
    queryset = Cohort.objects.none()
    permission_classes = [IsAdmin]
    needs: dict[str, str] = {}
    pagination_class = None
    filter_backends = []

    @extend_schema(parameters=[AnswersAskedSerializer], responses=AnswersPageSerializer)
    def answers(self, request: Request, uuid: UUID) -> Response:
        """The losses of all rounds, and the pairs: who has not answered, and who said no, with the reason."""
        cohort = get_object_or_404(cohorts_of(cast(User, request.user)), uuid=uuid)
        data = AnswersAskedSerializer(data=request.query_params.dict())
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        pairs = pairs_of_cohort(cohort, status=asked.get("status"))
        end = asked["start"] + asked["count"]
        page, total = list(pairs[asked["start"] : end]), pairs.count()
        people = {pair.help_request.mentee_id for pair in page} | {pair.mentor.user_id for pair in page}
        members = CohortMember.objects.filter(cohort=cohort, person__in=people).values_list("side", "person", "uuid")
        uuid_of = {(side, person): found for side, person, found in members}

        def member(side: CohortMember.Side, person: User) -> dict[str, object]:
            return {"uuid": uuid_of.get((side, person.pk)), "name": person.name}

        rows = [
            {name: getattr(pair, name) for name in PLAIN}
            | {
                "round": pair.draft.round,
                "draft": pair.draft.uuid,
                "mentee": member(CohortMember.Side.MENTEE, pair.help_request.mentee),
                "mentor": member(CohortMember.Side.MENTOR, pair.mentor.user),
                "silent": list(silent_sides(pair)),
                "by_alternate": pair.instead_of_id is not None,
            }
            for pair in page
        ]
        rounds = [{"round": number, "share": loss.share} | asdict(loss) for number, loss in losses_of(cohort)]
        answer = {"rounds": rounds, "total": total, "next_start": end if end < total else None, "results": rows}
        return Response(AnswersPageSerializer(answer).data)


# Columns of a pair that those who run its cohort read as they are.
PLAIN = (
    *("uuid", "fit", "status", "declined_by", "decline_reason", "why_withdrawn"),
    *("published_at", "proposed_at", "answer_due_at", "ended_at"),
)


def log(request: Request, cohort: Cohort, sentence: str) -> None:
    """Write into the history of a cohort who did what, as its pages in the admin do."""
    by = cast(User, request.user)
    LogEntry.objects.log_actions(by.pk, [cohort], CHANGE, sentence, single_object=True)
