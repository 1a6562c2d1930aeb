"""Messages in the API: the inbox and the delivery settings."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Notification, Profile
from accounts.notifications.inbox import inbox, mark_all_read, mark_read, unread_count
from accounts.selectors import names_blocked_with
from accounts.serializers.notifications import MyNotificationsSerializer, NotificationSerializer, UnreadSerializer
from accounts.services.settings import change_settings, choices_of


class MyNotificationsView(generics.RetrieveAPIView):
    """My delivery settings: by group and channel, and quiet hours without mail."""

    serializer_class = MyNotificationsSerializer

    def get_object(self) -> Profile:
        profile = Profile.objects.select_related("user").get(user=self.request.user)
        profile.groups = choices_of(profile.user)
        return profile

    def patch(self, request: Request) -> Response:
        profile = self.get_object()
        serializer = self.get_serializer(profile, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        change_settings(profile=profile, choices=changes.pop("groups", []), changes=changes, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class NotificationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """My messages, newest first."""

    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Notification]:
        return inbox(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        reader = self.request.user
        # The schema is drawn without a reader, and without a database.
        hidden = names_blocked_with(reader.pk) if reader.is_authenticated else []
        return {**super().get_serializer_context(), "hidden_names": hidden}

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, uuid: str) -> Response:
        """Mark a message as read."""
        row = self.get_object()
        mark_read(row, now=timezone.now())
        return Response(self.get_serializer(row).data)

    @extend_schema(responses=UnreadSerializer)
    @action(detail=False)
    def unread(self, request: Request) -> Response:
        """Return the number of unread messages."""
        return Response({"unread": unread_count(request.user)})

    @extend_schema(request=None, responses=UnreadSerializer)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all messages as read."""
        mark_all_read(user=request.user, now=timezone.now())
        return self.unread(request)
