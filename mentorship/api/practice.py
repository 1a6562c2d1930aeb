"""Practice records in the API. No route of an admin leads to them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mentorship.models import Mentorship, PracticeItem, PracticeRecord
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.practice import (
    asks_what_to_take_along,
    feedback_by,
    industry_words,
    items_of,
    items_visible_to,
    records_in,
    records_of,
    records_visible_to,
)
from mentorship.serializers.practice import (
    AnswerFeedbackSerializer,
    LineSerializer,
    OfferedWordSerializer,
    PracticeItemSerializer,
    PracticeOfMentorshipSerializer,
    PracticeSerializer,
    SharedRecordsSerializer,
)
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items, change_item, remove_item
from mentorship.services.practice.share import share_records
from mentorship.services.practice.write import change_record, delete_record, write_record


class PracticeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My practice records. One that a mentee shares with me is read at its address."""

    serializer_class = PracticeSerializer
    queryset = PracticeRecord.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    filterset_fields = ["kind"]

    def get_queryset(self) -> QuerySet[PracticeRecord]:
        return records_visible_to(self.request.user) if self.action == "retrieve" else records_of(self.request.user)

    @extend_schema(request=PracticeSerializer, responses={201: PracticeSerializer})
    def create(self, request: Request) -> Response:
        """Write a record. Only I read it, unless it was made in a session."""
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        fields = dict(data.validated_data)
        record = write_record(owner=request.user, kind=fields.pop("kind"), fields=fields, now=timezone.now())
        return self._shown(record, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change a record. A field that is left out stays as it is."""
        record = self.get_object()
        data = self.get_serializer(record, data=request.data, partial=True)
        data.is_valid(raise_exception=True)
        change_record(record_id=record.pk, by=request.user, fields=data.validated_data, now=timezone.now())
        return self._shown(record)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Delete a record, with the feedback on it. Its questions leave the question bank."""
        delete_record(record_id=self.get_object().pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=PracticeItemSerializer, responses={201: PracticeSerializer})
    @action(detail=True, methods=["post"])
    def items(self, request: Request, uuid: str) -> Response:
        """Add a question, a line or a claim."""
        record = self.get_object()
        data = PracticeItemSerializer(data=request.data, context={"kind": record.kind})
        data.is_valid(raise_exception=True)
        add_items(record_id=record.pk, by=request.user, items=[data.validated_data], now=timezone.now())
        return self._shown(record, status.HTTP_201_CREATED)

    @extend_schema(request=LineSerializer, responses=OfferedWordSerializer(many=True))
    @action(detail=False, methods=["post"], filterset_fields=None, pagination_class=None)
    def words(self, request: Request) -> Response:
        """Names of the taxonomy for the words of a line. Nothing is stored."""
        data = LineSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        [offered] = industry_words([data.validated_data["line"]])
        return Response(OfferedWordSerializer(offered, many=True).data)

    def _shown(self, record: PracticeRecord, code: int = status.HTTP_200_OK) -> Response:
        shown = get_object_or_404(records_of(self.request.user), pk=record.pk)
        return Response(self.get_serializer(shown).data, status=code)


class PracticeItemViewSet(viewsets.GenericViewSet):
    """A question, a line or a claim of a practice record."""

    serializer_class = PracticeItemSerializer
    queryset = PracticeItem.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[PracticeItem]:
        person = self.request.user
        return items_visible_to(person) if self.action == "feedback" else items_of(person)

    @extend_schema(request=PracticeItemSerializer, responses=PracticeSerializer)
    def partial_update(self, request: Request, uuid: str) -> Response:
        """Change its texts. A field that is left out stays as it is."""
        item = self.get_object()
        data = PracticeItemSerializer(item, data=request.data, partial=True, context={"kind": item.record.kind})
        data.is_valid(raise_exception=True)
        change_item(item_id=item.pk, by=request.user, fields=data.validated_data, now=timezone.now())
        return self._record(item)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Remove it, with the feedback on it."""
        remove_item(item_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=AnswerFeedbackSerializer, responses=PracticeSerializer)
    @action(detail=True, methods=["post"])
    def feedback(self, request: Request, uuid: str) -> Response:
        """Write feedback on an answer, as the mentor of the session of the mock interview."""
        item = self.get_object()
        data = AnswerFeedbackSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        give_feedback(item_id=item.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return self._record(item)

    def _record(self, item: PracticeItem) -> Response:
        record = get_object_or_404(records_visible_to(self.request.user), pk=item.record_id)
        return Response(PracticeSerializer(record, context=self.get_serializer_context()).data)


class PracticeOfMentorshipView(APIView):
    """The practice records that are shared in a mentorship."""

    @extend_schema(responses=PracticeOfMentorshipSerializer)
    def get(self, request: Request, uuid: str) -> Response:
        """Records that the mentee shares here. A mentor reads them while the mentorship runs."""
        return self._shown(request, self._mentorship(request, uuid))

    @extend_schema(request=SharedRecordsSerializer, responses=PracticeOfMentorshipSerializer)
    def put(self, request: Request, uuid: str) -> Response:
        """Share exactly these records, as the mentee. It answers also what I take along from before."""
        mentorship = self._mentorship(request, uuid)
        data = SharedRecordsSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        share_records(mentorship_id=mentorship.pk, by=request.user, now=timezone.now(), **data.validated_data)
        return self._shown(request, mentorship)

    def _mentorship(self, request: Request, uuid: str) -> Mentorship:
        return get_object_or_404(mentorships_visible_to(request.user), uuid=uuid)

    def _shown(self, request: Request, mentorship: Mentorship) -> Response:
        is_mentee = mentorship.mentee_id == request.user.pk
        shown: dict[str, Any] = {
            "records": records_in(mentorship, to=request.user),
            "my_feedback": feedback_by(request.user, mentorship),
            "asks_what_to_take_along": is_mentee and asks_what_to_take_along(mentorship),
        }
        return Response(PracticeOfMentorshipSerializer(shown, context={"request": request}).data)
