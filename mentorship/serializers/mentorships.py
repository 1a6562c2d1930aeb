"""Mentorships in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    DayField,
    FlagField,
    IdentifierField,
    NumberInAddressField,
    ReasonField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from mentorship.models import ActionItem, Mentorship
from mentorship.models.session import MINUTES_MAX, MINUTES_MIN
from mentorship.selectors.shown import MentorshipCard, mentorship_card
from mentorship.selectors.steps import progress_of
from mentorship.selectors.suggested_times import SUGGESTED
from mentorship.serializers.goals import GoalSerializer
from mentorship.serializers.steps import ProgressSerializer


class PersonSerializer(StrictSerializer):
    """A person in a mentorship, with contact data, since both said yes. Null stands for data that is not shown."""

    uuid = IdentifierField()
    name = TextField()
    email = TextField(allow_null=True)
    timezone = TextField(allow_null=True)


class MentorshipSerializer(StrictModelSerializer):
    """A mentorship that carries ``is_kept_apart``, for the person of the request.

    After a block the two read each other's name only.
    """

    mentor = serializers.SerializerMethodField()
    mentee = serializers.SerializerMethodField()
    goal = serializers.SerializerMethodField(help_text="Null for a mentor who may not read it any more.")
    end_reason = serializers.SerializerMethodField(
        help_text="Empty without a reason, or if it is private to the other side."
    )

    ongoing_until_on = serializers.SerializerMethodField(
        help_text="The planned end that is proposed to make one-off help ongoing. Null without a proposal."
    )
    ongoing_waits_for = serializers.SerializerMethodField(help_text="The side that answers that proposal.")

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
            "paused_at",
            "ongoing_until_on",
            "ongoing_waits_for",
            "ended_at",
            "end_reason",
        ]
        read_only_fields = fields

    @extend_schema_field(PersonSerializer)
    def get_mentor(self, mentorship: Mentorship) -> dict[str, Any]:
        return PersonSerializer(self._card(mentorship).mentor).data

    @extend_schema_field(PersonSerializer)
    def get_mentee(self, mentorship: Mentorship) -> dict[str, Any]:
        return PersonSerializer(self._card(mentorship).mentee).data

    @extend_schema_field(GoalSerializer(allow_null=True))
    def get_goal(self, mentorship: Mentorship) -> dict[str, Any] | None:
        goal = self._card(mentorship).goal
        return GoalSerializer(goal).data if goal else None

    def get_end_reason(self, mentorship: Mentorship) -> str:
        return mentorship.end_reason_for(self.context["request"].user)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_ongoing_until_on(self, mentorship: Mentorship) -> str | None:
        until_on = self._card(mentorship).ongoing_until_on
        return until_on.isoformat() if until_on else None

    @extend_schema_field(serializers.ChoiceField(choices=ActionItem.Side.choices, allow_null=True))
    def get_ongoing_waits_for(self, mentorship: Mentorship) -> str | None:
        return self._card(mentorship).ongoing_waits_for

    def _card(self, mentorship: Mentorship) -> MentorshipCard:
        return mentorship_card(mentorship, to=self.context["request"].user)


class WholeMentorshipSerializer(MentorshipSerializer):
    """A mentorship with how far the two are."""

    progress = serializers.SerializerMethodField(help_text="Null after a block.")

    class Meta(MentorshipSerializer.Meta):
        fields = [*MentorshipSerializer.Meta.fields, "progress"]
        read_only_fields = fields

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, mentorship: Mentorship) -> dict[str, Any] | None:
        progress = progress_of(mentorship, to=self.context["request"].user)
        return ProgressSerializer(progress).data if progress else None


class CommonHoursSerializer(StrictSerializer):
    starts_at = serializers.ListField(child=serializers.DateTimeField(), help_text="Starts of hours, three at most.")
    stated = FlagField(help_text="Both of us stated our weekly time.")


class SessionLengthSerializer(StrictSerializer):
    """The parameter of ``suggested-times/``, which an address holds as text."""

    minutes = NumberInAddressField(
        min_value=MINUTES_MIN, max_value=MINUTES_MAX, default=30, help_text="The length of the session."
    )


class SuggestedTimesSerializer(StrictSerializer):
    starts_at = serializers.ListField(
        child=serializers.DateTimeField(), help_text=f"Starts in the next three weeks, {SUGGESTED} at most."
    )
    is_mine_assumed = FlagField(help_text="I have stated no weekly time, so usual hours of the day are assumed.")
    is_theirs_assumed = FlagField(help_text="The other side has stated no weekly time.")
    is_mine_old = FlagField(help_text="My calendar was not read for a day, so I may be busy at these times.")
    is_theirs_old = FlagField(help_text="The calendar of the other side was not read for a day.")


class ExtendSerializer(StrictSerializer):
    until_on = DayField(help_text="The new planned end, later than the present one.")


GIVEN_REASONS = [
    (reason.value, reason.label)
    for reason in Mentorship.EndReason
    if any(reason in fitting for fitting in Mentorship.REASONS.values())
]


class EndSerializer(StrictSerializer):
    status = serializers.ChoiceField(choices=[status.value for status in Mentorship.OVER])
    reason = ReasonField(
        choices=GIVEN_REASONS,
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
