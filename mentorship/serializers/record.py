"""The record of a mentor and its credentials, in the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.fields import DayField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from mentorship.links import add_to_profile_link, credential_link
from mentorship.models import Credential
from mentorship.serializers.outcomes import ShareSerializer

# Nobody mentored here before, and no calendar of a browser goes further.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class RecordPeriodSerializer(StrictSerializer):
    """The days of a record, both included, in my time zone."""

    from_on = DayField(required=False, help_text="Default: the day on which my first mentorship began.")
    to_on = DayField(required=False, help_text="Default: today.")

    def validate(self, days: dict[str, Any]) -> dict[str, Any]:
        for name, day in days.items():
            if not FIRST_DAY <= day <= LAST_DAY:
                raise serializers.ValidationError({name: _("Choose a day from 2000 to 2099.")})
        if "from_on" in days and "to_on" in days and days["from_on"] > days["to_on"]:
            raise serializers.ValidationError({"to_on": _("The last day is before the first one.")})
        return days


class CredentialPeriodSerializer(RecordPeriodSerializer):
    from_on = DayField()
    to_on = DayField(help_text="Today at the latest.")


class KindCountSerializer(StrictSerializer):
    name = TextField()
    n = NumberField()


class ThanksSerializer(StrictSerializer):
    text = TextField()
    name = TextField(help_text="The first name. Empty if its author wants none.")


class RecordSerializer(StrictSerializer):
    """My record as a mentor. Sessions count if both sides said that they were held."""

    from_on = DayField()
    to_on = DayField()
    n_people = NumberField(help_text="Different people with whom a session was held.")
    n_sessions = NumberField()
    hours = serializers.FloatField()
    session_kinds = KindCountSerializer(many=True)
    goal_kinds = KindCountSerializer(many=True, help_text="Mentorships with a session, by the kind of their goal.")
    at_the_end = ShareSerializer(help_text="Of the mentorships that ended in this time.")
    later = ShareSerializer(help_text="The same, some time after the end: by default 90 days.")
    thanks = ThanksSerializer(many=True, help_text="Thanks whose authors agreed that I show them.")


class CredentialSerializer(StrictModelSerializer):
    """One of my credentials."""

    address = serializers.SerializerMethodField(help_text="Anybody checks it there, without a login.")
    add_to_profile = serializers.SerializerMethodField(help_text="The page of LinkedIn that adds it to a profile.")

    class Meta:
        model = Credential
        fields = [
            *("uuid", "from_on", "to_on", "issued_at", "address", "add_to_profile", "signed"),
            *("revoked_at", "revoked_reason"),
        ]
        read_only_fields = fields

    def get_address(self, credential: Credential) -> str:
        return credential_link(credential.uuid)

    def get_add_to_profile(self, credential: Credential) -> str:
        return add_to_profile_link(credential)
