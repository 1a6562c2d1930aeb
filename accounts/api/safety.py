"""Blocks and concerns in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Block, Concern
from accounts.selectors import blocks_of, concerns_raised_by
from accounts.serializers.safety import BlockSerializer, ConcernSerializer, RaiseConcernSerializer, SubjectSerializer
from accounts.services.blocks import block_person, unblock
from accounts.services.concerns import raise_concern, restore_contact


class BlockViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The people whom I block. We do not find each other, and no message passes."""

    serializer_class = BlockSerializer
    queryset = Block.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Block]:
        return blocks_of(self.request.user)

    @extend_schema(request=SubjectSerializer, responses={201: BlockSerializer})
    def create(self, request: Request) -> Response:
        """Block the other person of a thing that I know. They are not told. Twice does no harm."""
        sent = SubjectSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        block = block_person(by=request.user, person=sent.validated_data["person"], now=timezone.now())
        return Response(self.get_serializer(block).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Take a block back. Nothing that it ended comes back by itself."""
        unblock(by=request.user, person=self.get_object().blocked)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConcernViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The problems that I reported to the organisers."""

    serializer_class = ConcernSerializer
    queryset = Concern.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Concern]:
        return concerns_raised_by(self.request.user)

    @extend_schema(request=RaiseConcernSerializer, responses={201: ConcernSerializer})
    def create(self, request: Request) -> Response:
        """Tell the organisers of a problem with another person. The two of us are kept apart at once."""
        sent = RaiseConcernSerializer(data=request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        concern = raise_concern(by=request.user, about=values.pop("person"), now=timezone.now(), **values)
        return Response(self._shown(concern), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ConcernSerializer)
    @action(detail=True, methods=["post"], url_path="restore-contact")
    def restore_contact(self, request: Request, uuid: str) -> Response:
        """Come into contact again, before the organisers have decided. With some topics only they can do that."""
        concern = restore_contact(concern_id=self.get_object().pk, by=request.user, now=timezone.now())
        return Response(self._shown(concern))

    def _shown(self, concern: Concern) -> dict:
        return self.get_serializer(self.get_queryset().get(pk=concern.pk)).data
