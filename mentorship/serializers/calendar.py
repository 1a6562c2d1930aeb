"""The private calendar address in the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import StrictSerializer, TextField


class CalendarAddressSerializer(StrictSerializer):
    """My private address, if there is one. The address itself is shown when it is made, and never again."""

    created_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null without an address.")


class NewCalendarAddressSerializer(StrictSerializer):
    """A new private address. Both links hold the secret."""

    created_at = serializers.DateTimeField(read_only=True)
    sessions = TextField(read_only=True, help_text="An iCalendar file with my sessions.")
    busy = TextField(read_only=True, help_text="An iCalendar file with the hours when I am busy, and nothing else.")
