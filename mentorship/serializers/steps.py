"""Next steps and milestones in the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from accounts.fields import (
    CodeField,
    DayField,
    FlagField,
    IdentifierField,
    NumberField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from accounts.words import day_in_words
from mentorship.models import ActionItem, Milestone, Session
from mentorship.models.action_item import WHAT_MAX
from mentorship.models.milestone import MILESTONES_MAX, TITLE_MAX

# A day that is further away is no plan.
AHEAD_MAX = timedelta(days=2 * 366)


class PlannedDayField(DayField):
    """A day from today on, in the zone of the person of the request, and not in the far future."""

    def to_internal_value(self, data: Any) -> date:
        day = super().to_internal_value(data)
        serializer = self.parent
        if serializer.instance is not None and day == getattr(serializer.instance, self.source):
            # A client may send back a date that has passed meanwhile.
            return day
        today = self._now().date()
        if day < today:
            raise serializers.ValidationError(_("This day has passed. Name a day to come, or none."))
        if day > today + AHEAD_MAX:
            latest = day_in_words(today + AHEAD_MAX)
            raise serializers.ValidationError(_("Name a day until %(day)s, or none.") % {"day": latest})
        return day

    def _now(self) -> datetime:
        person = self.context.get("person")
        return timezone.now().astimezone(person.profile.zone if person is not None else UTC)


class MilestoneSerializer(StrictModelSerializer):
    """A milestone of a goal."""

    goal = IdentifierField(source="goal.uuid", read_only=True)
    by = DayField(source="by_on", read_only=True, allow_null=True)

    class Meta:
        model = Milestone
        fields = ["uuid", "goal", "position", "title", "by", "reached_at"]
        read_only_fields = fields


class NewMilestoneSerializer(StrictSerializer):
    """A milestone to add, as the last one."""

    title = TextField(max_length=TITLE_MAX)
    by = PlannedDayField(source="by_on", required=False, allow_null=True, help_text="None without a day.")


class ChangeMilestoneSerializer(NewMilestoneSerializer):
    """Changes of a milestone. A field that is left out stays as it is."""

    position = NumberField(
        min_value=1, max_value=MILESTONES_MAX, required=False, help_text="From 1. The others move by one."
    )


class NextStepSerializer(StrictModelSerializer):
    """A step of one of us, for the person of the request."""

    mentorship = IdentifierField(source="mentorship.uuid", read_only=True)
    by = DayField(source="by_on", read_only=True, allow_null=True)
    milestone = IdentifierField(source="milestone.uuid", read_only=True, allow_null=True, default=None)
    session = IdentifierField(
        source="session.uuid", read_only=True, allow_null=True, default=None, help_text="Where we agreed on it."
    )
    settled_by = serializers.SerializerMethodField(help_text="The side that finished or dropped it. Null before.")

    class Meta:
        model = ActionItem
        fields = [
            "uuid",
            "mentorship",
            "whose",
            "what",
            "by",
            "milestone",
            "session",
            "status",
            "created_at",
            "done_at",
            "settled_by",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=ActionItem.Side.choices, allow_null=True))
    def get_settled_by(self, step: ActionItem) -> str | None:
        if step.settled_by_id is None:
            return None
        is_mentee = step.settled_by_id == step.mentorship.mentee_id
        return (ActionItem.Side.MENTEE if is_mentee else ActionItem.Side.MENTOR).value


class OwnField(CodeField):
    """A row by its identifier, or null."""

    def run_validation(self, data: Any = empty) -> Any:
        # DRF would read an empty text as null.
        return super().run_validation(self.checked(data) if data == "" else data)


class MilestoneField(OwnField):
    """A milestone of the mentorship's goal. Any other is unknown."""

    def get_queryset(self) -> QuerySet[Milestone]:
        return Milestone.objects.filter(goal=self.context["mentorship"].goal_id)


class SessionField(OwnField):
    """A session of the mentorship. Any other is unknown."""

    def get_queryset(self) -> QuerySet[Session]:
        return Session.objects.filter(mentorship=self.context["mentorship"])


class ChangeStepSerializer(StrictSerializer):
    """Changes of an open step. A field that is left out stays as it is. Its context: ``person`` and ``mentorship``."""

    whose = serializers.ChoiceField(choices=ActionItem.Side.choices)
    what = TextField(max_length=WHAT_MAX)
    by = PlannedDayField(source="by_on", required=False, allow_null=True, help_text="None without a day.")
    milestone = MilestoneField(
        slug_field="uuid",
        queryset=Milestone.objects.none(),
        required=False,
        allow_null=True,
        help_text="A milestone of the goal.",
    )


class NewStepSerializer(ChangeStepSerializer):
    """A step to add."""

    session = SessionField(
        slug_field="uuid",
        queryset=Session.objects.none(),
        required=False,
        allow_null=True,
        help_text="The session in which we agreed on it.",
    )


class ProgressSerializer(StrictSerializer):
    """How far the two of us are. Dropped steps do not count."""

    steps = NumberField()
    done = NumberField(help_text="Steps that are done.")
    milestones = NumberField(help_text="0 for a mentor of a mentorship that is over.")
    reached = NumberField(help_text="Milestones that are reached.")
    next = serializers.SerializerMethodField(help_text="The open step with the nearest day.")
    next_is_mine = FlagField()

    @extend_schema_field(NextStepSerializer(allow_null=True))
    def get_next(self, progress: Any) -> dict[str, Any] | None:
        return NextStepSerializer(progress.next).data if progress.next else None
