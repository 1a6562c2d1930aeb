"""A member's own calendar in the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fetch import CannotFetch, checked
from accounts.fields import FlagField, StrictModelSerializer, StrictSerializer, TextField
from accounts.models import BusyCalendar
from accounts.services.calendars import host_of

ADDRESS_MAX = 2000


class BusyAddressSerializer(StrictSerializer):
    address = TextField(
        max_length=ADDRESS_MAX,
        help_text="The secret address of the calendar in iCal format. It begins with https:// and is not shown again.",
    )

    def validate_address(self, value: str) -> str:
        try:
            return checked(value).geturl()
        except CannotFetch as reason:
            raise serializers.ValidationError(BusyCalendar.Failure(reason.code).label) from None


class CalendarSerializer(StrictModelSerializer):
    """The state of the calendar. Of its address only the server is shown."""

    host = serializers.SerializerMethodField()
    failure = TextField(read_only=True, help_text="A code. Empty if the last reading succeeded.")
    failure_in_words = TextField(read_only=True)
    is_old = serializers.SerializerMethodField(
        help_text="It was not read for a day, so suggested times may be taken already."
    )

    class Meta:
        model = BusyCalendar
        fields = ["host", "read_at", "tried_at", "failure", "failure_in_words", "is_old"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField)
    def get_host(self, calendar: BusyCalendar) -> str:
        return host_of(calendar)

    @extend_schema_field(FlagField)
    def get_is_old(self, calendar: BusyCalendar) -> bool:
        return calendar.is_old(timezone.now())


class BusyCalendarSerializer(StrictSerializer):
    calendar = CalendarSerializer(allow_null=True)
