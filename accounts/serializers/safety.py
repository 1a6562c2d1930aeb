"""Blocks and concerns in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.concern_registry import other_person, outcome_of, subject_codes
from accounts.fields import FlagField, IdentifierField, StrictModelSerializer, StrictSerializer, TextField
from accounts.models import Block, Concern
from accounts.models.concern import WORDS_KEPT, WORDS_MAX


class SubjectSerializer(StrictSerializer):
    """The other person of a thing that I know. The context holds the request."""

    subject_kind = serializers.ChoiceField(choices=[], help_text="What the two of us share.")
    subject = IdentifierField(help_text="The identifier of that mentor, mentorship, session or match.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        # All apps have registered theirs by now.
        fields["subject_kind"].choices = subject_codes()
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        reader = self.context["request"].user
        person = other_person(attrs["subject_kind"], attrs["subject"], reader)
        if person is None:
            raise serializers.ValidationError({"subject": _("You have nothing of this kind with this identifier.")})
        return attrs | {"person": person}


class BlockSerializer(StrictModelSerializer):
    """A person whom I block. They are not told."""

    name = serializers.CharField(source="blocked.name", read_only=True)

    class Meta:
        model = Block
        fields = ["uuid", "name", "created_at"]
        read_only_fields = fields


class TopicAndWordsSerializer(StrictSerializer):
    """A concern, as its form has it."""

    topic = serializers.ChoiceField(choices=Concern.Topic.choices)
    words = TextField(
        max_length=WORDS_MAX,
        help_text=f"The organisers read it, and nobody else. Deleted {WORDS_KEPT.days} days after the concern is "
        "closed.",
    )
    is_safety = FlagField(
        required=False,
        default=False,
        help_text="The other person does not learn of it. Always so with the topic “safety”.",
    )


class RaiseConcernSerializer(TopicAndWordsSerializer, SubjectSerializer):
    """A concern about the other person of a thing that I know. The two of us are kept apart at once."""


class ConcernSerializer(StrictModelSerializer):
    """A concern that I raised, and where it stands."""

    name = serializers.CharField(source="about.name", read_only=True)
    outcome = serializers.SerializerMethodField(
        help_text="Empty while it is open, then no_action, talked_to, kept_apart or acted."
    )
    is_apart = serializers.SerializerMethodField(help_text="This concern keeps the two of us apart.")
    may_restore_contact = serializers.SerializerMethodField(
        help_text="I may end that before the organisers have decided."
    )

    class Meta:
        model = Concern
        fields = [
            "uuid",
            "name",
            "subject_kind",
            "subject",
            "topic",
            "words",
            "is_safety",
            "status",
            "created_at",
            "due_at",
            "outcome",
            "answer",
            "closed_at",
            "is_apart",
            "may_restore_contact",
        ]
        read_only_fields = fields

    def get_outcome(self, concern: Concern) -> str:
        return told(concern)

    @extend_schema_field(serializers.BooleanField)
    def get_is_apart(self, concern: Concern) -> bool:
        return hasattr(concern, "separation")

    @extend_schema_field(serializers.BooleanField)
    def get_may_restore_contact(self, concern: Concern) -> bool:
        return concern.raiser_may_lift and hasattr(concern, "separation")


def told(concern: Concern) -> str:
    """Return the outcome as both sides read it. Empty while the concern is open."""
    if concern.closed_at is None:
        return ""
    outcome = outcome_of(concern.outcome)
    return outcome.told if outcome else "acted"
