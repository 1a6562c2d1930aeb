"""Matches in the API, as their mentee sees them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import StrictModelSerializer, StrictSerializer, TextField
from accounts.models import MentorProfile
from accounts.serializers.mentors import RateSerializer
from accounts.serializers.people import CareerStepSerializer, LanguageSerializer
from matching.models import Clarification, Match
from matching.serializers.turns import TurnField
from matching.services.ask import WHY_YOU_MAX, WHY_YOU_MIN
from matching.services.decline import NOTE_MAX


class MentorCardSerializer(StrictModelSerializer):
    """A mentor, for a mentee. There is no address before both said yes."""

    name = TextField(source="user.name", read_only=True)
    headline = TextField(source="user.profile.headline", read_only=True)
    bio = TextField(source="user.profile.bio", read_only=True)
    timezone = TextField(source="user.profile.timezone", read_only=True)
    languages = LanguageSerializer(source="user.profile.languages", many=True, read_only=True)
    career = CareerStepSerializer(source="user.profile.career", many=True, read_only=True)
    rate = RateSerializer(allow_null=True, read_only=True)

    class Meta:
        model = MentorProfile
        fields = [
            "uuid",
            "name",
            "headline",
            "bio",
            "motivation",
            "teaches",
            "timezone",
            "languages",
            "career",
            "paid",
            "rate",
        ]
        read_only_fields = fields


class CriterionSerializer(StrictSerializer):
    """One criterion of the fit."""

    score = serializers.FloatField(allow_null=True, help_text="0 to 1, and null if not stated.")
    weight = serializers.FloatField(help_text="Points that a score of 1 would give.")
    points = serializers.IntegerField()
    assumed = serializers.BooleanField(help_text="True if the fact is not stated, and an assumption counts instead.")


@extend_schema_field(serializers.DictField(child=CriterionSerializer()))
class CriteriaField(serializers.JSONField):
    pass


class ClarificationSerializer(StrictModelSerializer):
    """A question that the mentor asked back, and its answer."""

    class Meta:
        model = Clarification
        fields = ["number", "question", "asked_at", "answer", "answered_at"]
        read_only_fields = fields


class MatchSerializer(StrictModelSerializer):
    """A match as its mentee sees it."""

    help_request = serializers.UUIDField(source="help_request.uuid", read_only=True)
    mentor = MentorCardSerializer(read_only=True)
    criteria = CriteriaField(read_only=True)
    reasons = serializers.ListField(child=TextField(), read_only=True)
    clarifications = ClarificationSerializer(many=True, read_only=True)
    mentorship = serializers.UUIDField(source="mentorship.uuid", read_only=True, allow_null=True, default=None)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Match
        fields = [
            "uuid",
            "help_request",
            "mentor",
            "status",
            "rank",
            "fit",
            "load_cost",
            "silence_cost",
            "interest_bonus",
            "criteria",
            "reasons",
            "why_you",
            "clarifications",
            "offer_note",
            "dismiss_reason",
            "decline_reason",
            "decline_note",
            "mentorship",
            "whose_turn",
            "turn_since_at",
            "answer_due_at",
            "created_at",
            "asked_at",
            "offered_at",
            "ended_at",
        ]
        read_only_fields = fields


class AskSerializer(StrictSerializer):
    why_you = TextField(
        min_length=WHY_YOU_MIN,
        max_length=WHY_YOU_MAX,
        help_text="The reason for this mentor, in a sentence or two. A text that went to another mentor is refused.",
    )


class ClarifySerializer(StrictSerializer):
    answer = TextField(max_length=2000, help_text="A sentence or two; the mentor decides with it.")


class DismissSerializer(StrictSerializer):
    reason = serializers.ChoiceField(choices=Match.DismissReason.choices)


class DeclineSerializer(StrictSerializer):
    reason = serializers.ChoiceField(choices=Match.DeclineReason.choices)
    note = TextField(max_length=NOTE_MAX, required=False, allow_blank=True, default="")
