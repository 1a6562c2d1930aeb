"""Drafts of cohorts in the API, for those who run them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsAdmin
from matching.api.organised_cohorts import log
from matching.exceptions import EditNotPossible, PairsNotPossible
from matching.models import CohortDraft
from matching.selectors.cohorts.compare import compare
from matching.selectors.cohorts.drafts import (
    count_of_pairs,
    drafts_of,
    pair_rows,
    reasons_of_pair,
    scores_file,
    whole_drafts,
)
from matching.selectors.cohorts.edits import cost_of_edit
from matching.selectors.cohorts.kept import Keys
from matching.selectors.cohorts.report import idle_rows, left_out_rows
from matching.selectors.cohorts.what_if import what_if_of
from matching.serializers.cohort_answers import (
    ChosenMenteesSerializer,
    IdleMentorsPageSerializer,
    PublishedSerializer,
    TakenBackSerializer,
)
from matching.serializers.cohort_drafts import (
    AskForDraftSerializer,
    CohortDraftRowSerializer,
    CohortDraftSerializer,
    ComparedSerializer,
    ComparisonSerializer,
    CostSerializer,
    EditCostSerializer,
    EditSerializer,
    LeftOutPageSerializer,
    PageSerializer,
    PairAskedSerializer,
    PairLookedAtSerializer,
    PairsOfDraftSerializer,
    PairsPageSerializer,
)
from matching.services.cohorts.drafts import ask_for_draft, edit_draft
from matching.services.cohorts.publish import publish_pairs, unpublish_pairs
from mentorship.models import Cohort, CohortMember
from mentorship.selectors.cohorts import cohorts_of


class DraftsOfCohortViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The drafts of a cohort, the newest first, for those who run it."""

    serializer_class = CohortDraftRowSerializer
    queryset = CohortDraft.objects.none()
    permission_classes = [IsAdmin]
    needs: Mapping[str, str] = {}
    filterset_fields = ["status", "round"]

    def get_queryset(self) -> QuerySet[CohortDraft]:
        return drafts_of(self._cohort()).select_related("edits")

    @extend_schema(request=AskForDraftSerializer, responses={201: CohortDraftRowSerializer})
    def create(self, request: Request, uuid: UUID) -> Response:
        """Have the people of a closed cohort matched. The worker does it: ask for the draft until it is `done`."""
        cohort = self._cohort()
        data = AskForDraftSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        draft = ask_for_draft(cohort_id=cohort.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return Response(self.get_serializer(draft).data, status=status.HTTP_201_CREATED)

    def _cohort(self) -> Cohort:
        return get_object_or_404(cohorts_of(self.request.user), uuid=self.kwargs["uuid"])


class CohortDraftViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A draft of a cohort, for those who run it."""

    serializer_class = CohortDraftSerializer
    queryset = CohortDraft.objects.none()
    permission_classes = [IsAdmin]
    needs: Mapping[str, str] = {}
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    pagination_class = None
    filter_backends = []

    def get_queryset(self) -> QuerySet[CohortDraft]:
        return whole_drafts(cohorts_of(self.request.user)).select_related("edits")

    @extend_schema(parameters=[PairsPageSerializer], responses=PairsOfDraftSerializer)
    @action(detail=True)
    def pairs(self, request: Request, uuid: str) -> Response:
        """The pairs. Nobody is told of them before they are published."""
        draft, asked = self.get_object(), _asked(PairsPageSerializer, request)
        rows = pair_rows(draft, **asked)
        people = _people(key for row in rows for key in (row.mentee_key, row.mentor_key))
        results = [
            {
                "mentee": people(row.mentee_key, row.mentee),
                "mentor": people(row.mentor_key, row.mentor),
                "fit": row.fit,
                "is_pinned": row.is_pinned,
                "alternates": list(row.alternates),
            }
            for row in rows
        ]
        return Response(_page(results, count_of_pairs(draft), asked))

    @extend_schema(parameters=[PairAskedSerializer], responses=PairLookedAtSerializer)
    @action(detail=True)
    def pair(self, request: Request, uuid: str) -> Response:
        """One pair: reasons for both sides, and the best alternatives of both with their costs. It is judged now."""
        draft, asked = self.get_object(), _asked(PairAskedSerializer, request)
        mentee = get_object_or_404(CohortMember, cohort=draft.cohort_id, uuid=asked["mentee"])
        found, alternatives = reasons_of_pair(draft, mentee.pk, now=timezone.now()), what_if_of(draft, mentee.pk)
        shown = {
            "fit": found.fit if found else None,
            "reasons": found.reasons if found else (),
            "mentor_reasons": found.mentor_reasons if found else (),
            "of_mentee": alternatives.of_mentee,
            "of_mentor": alternatives.of_mentor,
        }
        return Response(PairLookedAtSerializer(shown).data)

    @extend_schema(parameters=[PageSerializer], responses=LeftOutPageSerializer)
    @action(detail=True, url_path="left-out")
    def left_out(self, request: Request, uuid: str) -> Response:
        """The mentees without a mentor, each with the reason, and with what would change it."""
        draft, asked = self.get_object(), _asked(PageSerializer, request)
        rows = left_out_rows(draft, **asked)
        people = _people(row.mentee_key for row in rows)
        results = [
            {"mentee": people(row.mentee_key, row.mentee), "reason": row.reason, "sentence": row.sentence}
            for row in rows
        ]
        return Response(_page(results, len(draft.report.get("left_out", [])), asked))

    @extend_schema(parameters=[PageSerializer], responses=IdleMentorsPageSerializer)
    @action(detail=True)
    def idle(self, request: Request, uuid: str) -> Response:
        """The mentors with free places and without a mentee."""
        draft, asked = self.get_object(), _asked(PageSerializer, request)
        rows = idle_rows(draft, **asked)
        people = _people(row.mentor_key for row in rows)
        results = [{"mentor": people(row.mentor_key, row.mentor), "places": row.places} for row in rows]
        return Response(_page(results, len(draft.report.get("idle", [])), asked))

    @extend_schema(request=ChosenMenteesSerializer, responses=PublishedSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, uuid: str) -> Response:
        """Propose the pairs of the newest draft to both sides, all or those of some mentees.

        What is not possible is skipped with a sentence. If mentees are named, it is refused, and nothing is published.
        """
        draft = self.get_object()
        done = publish_pairs(draft_id=draft.pk, mentees=_mentees(draft, request), by=request.user, now=timezone.now())
        log(request, draft.cohort, f"Pairs of draft {draft.number} published by the API: {done.count}.")
        return Response(PublishedSerializer(done).data)

    @extend_schema(request=ChosenMenteesSerializer, responses=TakenBackSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, uuid: str) -> Response:
        """Take published pairs of a draft back within a day, all or those of some mentees. Mentorships go on."""
        draft = self.get_object()
        done = unpublish_pairs(draft_id=draft.pk, mentees=_mentees(draft, request), by=request.user, now=timezone.now())
        log(request, draft.cohort, f"Pairs of draft {draft.number} taken back by the API: {done.count}.")
        return Response(TakenBackSerializer(done).data)

    @extend_schema(request=CostSerializer, responses=EditCostSerializer)
    @action(detail=True, methods=["post"])
    def cost(self, request: Request, uuid: str) -> Response:
        """The cost of an edit before it is made. Nothing is stored."""
        draft, data = self.get_object(), CostSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        cost = cost_of_edit(draft, now=timezone.now(), **_pairs(draft, data.validated_data))
        return Response(EditCostSerializer(cost).data)

    @extend_schema(request=EditSerializer, responses={201: CohortDraftSerializer})
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, uuid: str) -> Response:
        """Decide on pairs, and have the next draft at once. 409 `draft_is_old` if somebody made one meanwhile."""
        draft, data = self.get_object(), EditSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        values = dict(data.validated_data)
        reason = values.pop("reason")
        made = edit_draft(
            draft_id=draft.pk, reason=reason, by=request.user, now=timezone.now(), **_pairs(draft, values)
        )
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[ComparedSerializer], responses=ComparisonSerializer)
    @action(detail=True)
    def compare(self, request: Request, uuid: str) -> Response:
        """The differences to another draft of the same cohort."""
        draft, asked = self.get_object(), _asked(ComparedSerializer, request)
        other = get_object_or_404(self.get_queryset().filter(cohort=draft.cohort_id), uuid=asked["other"])
        return Response(ComparisonSerializer(compare(draft, other)).data)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True)
    def audit(self, request: Request, uuid: str) -> HttpResponse:
        """The audit file: the result and its proof. docs/recheck_assignment.py checks it. 404 until there is one."""
        draft = self.get_object()
        if not draft.audit:
            raise NotFound
        return _file(HttpResponse(draft.audit, content_type="application/json"), f"audit-{draft.uuid}.json")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def scores(self, request: Request, uuid: str) -> StreamingHttpResponse:
        """The file of the fits that the audit file names, compressed by gzip."""
        draft = self.get_object()
        return _file(
            StreamingHttpResponse(scores_file(draft), content_type="application/octet-stream"),
            f"scores-{draft.uuid}.csv.gz",
        )


def _asked(kind: type[PageSerializer | PairAskedSerializer | ComparedSerializer], request: Request) -> dict[str, Any]:
    asked = kind(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _page(results: list[dict[str, Any]], total: int, asked: Mapping[str, int]) -> dict[str, Any]:
    end = asked["start"] + asked["count"]
    return {"total": total, "next_start": end if end < total else None, "results": results}


def _people(keys: Iterable[int]) -> Callable[[int, str], dict[str, Any]]:
    """Return a function that shows a member, given by key and name."""
    uuids = dict(CohortMember.objects.filter(pk__in=set(keys)).values_list("pk", "uuid"))
    return lambda key, name: {"uuid": uuids.get(key), "name": name}


def _mentees(draft: CohortDraft, request: Request) -> list[int] | None:
    """Return the keys of the chosen mentees, None for all. Raises PairsNotPossible for somebody who is no mentee."""
    data = ChosenMenteesSerializer(data=request.data)
    data.is_valid(raise_exception=True)
    named = data.validated_data["mentees"]
    if named is None:
        return None
    mentees = CohortMember.objects.filter(cohort=draft.cohort_id, side=CohortMember.Side.MENTEE, uuid__in=named)
    key_of = dict(mentees.values_list("uuid", "pk"))
    if unknown := set(named) - set(key_of):
        raise PairsNotPossible(f"{min(map(str, unknown))} is no mentee of this cohort.")
    return [key_of[uuid] for uuid in named]


def _pairs(draft: CohortDraft, values: Mapping[str, Iterable[Mapping[str, UUID]]]) -> dict[str, list[Keys]]:
    """Return the pairs of an edit as keys of members. Raises EditNotPossible for somebody who is not in the cohort."""
    named = {uuid for pairs in values.values() for pair in pairs for uuid in pair.values()}
    key_of = dict(CohortMember.objects.filter(cohort=draft.cohort_id, uuid__in=named).values_list("uuid", "pk"))
    if unknown := named - set(key_of):
        raise EditNotPossible(f"{min(map(str, unknown))} is no member of this cohort.")
    return {
        verb: [(key_of[pair["mentee"]], key_of[pair["mentor"]]) for pair in pairs] for verb, pairs in values.items()
    }


def _file(response: Any, name: str) -> Any:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
