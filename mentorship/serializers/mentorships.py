"""Mentorships in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import DayField, FlagField, ReasonField, StrictModelSerializer, StrictSerializer, TextField
from accounts.models import User
from mentorship.models import Mentorship
from mentorship.serializers.goals import GoalSerializer


class PersonSerializer(StrictModelSerializer):
    """A person in a mentorship, with contact data, since both said yes. Null stands for data that is not shown."""

    email = TextField(read_only=True, allow_null=True)
    timezone = TextField(source="profile.timezone", read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = ["uuid", "name", "email", "timezone"]
        read_only_fields = fields


class MentorshipSerializer(StrictModelSerializer):
    """A mentorship that carries ``is_kept_apart``. After a block the two read each other's name only."""

    mentor = serializers.SerializerMethodField()
    mentee = serializers.SerializerMethodField()
    goal = GoalSerializer(read_only=True)
    end_reason = serializers.SerializerMethodField(
        help_text="Empty without a reason, or if it is private to the other side."
    )

    class Meta:
        model = Mentorship
        fields = [
            "uuid",
            "mentor",
            "mentee",
            "goal",
            "format",
            "status",
            "started_at",
            "planned_end_on",
            "ended_at",
            "end_reason",
        ]
        read_only_fields = fields

    @extend_schema_field(PersonSerializer)
    def get_mentor(self, mentorship: Mentorship) -> dict[str, Any]:
        return self._person(mentorship, mentorship.mentor.user)

    @extend_schema_field(PersonSerializer)
    def get_mentee(self, mentorship: Mentorship) -> dict[str, Any]:
        return self._person(mentorship, mentorship.mentee)

    def _person(self, mentorship: Mentorship, person: User) -> dict[str, Any]:
        card = dict(PersonSerializer(person).data)
        request = self.context.get("request")
        is_own = request is not None and request.user.pk == person.pk
        hidden = mentorship.is_kept_apart and not is_own
        return card | {"email": None, "timezone": None} if hidden else card

    def get_end_reason(self, mentorship: Mentorship) -> str:
        request = self.context.get("request")
        return mentorship.end_reason_for(request.user) if request else ""


class CommonHoursSerializer(StrictSerializer):
    starts_at = serializers.ListField(child=serializers.DateTimeField(), help_text="Starts of hours, three at most.")
    stated = FlagField(help_text="Both of us stated our weekly time.")


class ExtendSerializer(StrictSerializer):
    until_on = DayField(help_text="The new planned end, later than the present one.")


class EndSerializer(StrictSerializer):
    status = serializers.ChoiceField(choices=[status.value for status in Mentorship.OVER])
    reason = ReasonField(
        choices=Mentorship.EndReason.choices,
        help_text="".join(f"For {status}: {', '.join(fitting)}. " for status, fitting in Mentorship.REASONS.items())
        + f"The other side never reads {' and '.join(Mentorship.PRIVATE_REASONS)}.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        fitting = Mentorship.REASONS[attrs["status"]]
        if attrs["reason"] not in fitting:
            raise serializers.ValidationError(
                {
                    "reason": _("For %(status)s, give one of: %(reasons)s.")
                    % {"status": attrs["status"], "reasons": ", ".join(fitting)}
                }
            )
        return attrs
