"""Reads of a member's private data by admins."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import StrictModelSerializer, TextField
from accounts.models import StaffRead


class StaffReadSerializer(StrictModelSerializer):
    """An organiser looked at data of the reader, within the hour that begins at ``hour_at``."""

    reader = TextField(source="reader.name", read_only=True)
    what_in_words = serializers.CharField(source="get_what_display", read_only=True)

    class Meta:
        model = StaffRead
        fields = ["uuid", "reader", "what", "what_in_words", "hour_at"]
        read_only_fields = fields
