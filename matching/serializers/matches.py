"""Matches in the API, as their mentee sees them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    FlagField,
    IdentifierField,
    NumberField,
    ReasonField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from accounts.serializers.mentors import RateSerializer
from accounts.serializers.people import CareerStepSerializer, LanguageSerializer
from matching.models import Clarification, Match
from matching.selectors.shown import Shown, mentor_card, shown
from matching.serializers.turns import TurnField
from matching.services.ask import TOO_SHORT, WHY_YOU_MAX, WHY_YOU_MIN
from matching.services.clarify import ANSWER_MAX, NO_ANSWER
from matching.services.decline import NOTE_MAX

# Mentors have further reasons to decline.
REASONS_OF_MENTEES = [
    (Match.DeclineReason.OTHER_FITS_BETTER.value, gettext_lazy("Somebody else fits better")),
    (Match.DeclineReason.NO_TIME.value, gettext_lazy("I have no time at the moment")),
    (Match.DeclineReason.OTHER.value, gettext_lazy("Another reason")),
]


class MentorCardSerializer(StrictSerializer):
    """A mentor, for a mentee. There is no address before both said yes. Null stands for data that is not shown."""

    uuid = IdentifierField()
    name = TextField()
    headline = TextField(allow_null=True)
    bio = TextField(allow_null=True)
    motivation = TextField(allow_null=True)
    teaches = serializers.ListField(child=TextField(), allow_null=True)
    timezone = TextField(allow_null=True)
    languages = LanguageSerializer(many=True, allow_null=True)
    career = CareerStepSerializer(many=True, allow_null=True)
    paid = FlagField(allow_null=True)
    rate = RateSerializer(allow_null=True)


class CriterionSerializer(StrictSerializer):
    """One criterion of the fit."""

    score = serializers.FloatField(allow_null=True, help_text="0 to 1, and null if not stated.")
    weight = serializers.FloatField(help_text="Points that a score of 1 would give.")
    points = NumberField()
    assumed = FlagField(help_text="True if the fact is not stated, and an assumption counts instead.")


class ClarificationSerializer(StrictModelSerializer):
    """A question that the mentor asked back, and its answer."""

    class Meta:
        model = Clarification
        fields = ["number", "question", "asked_at", "answer", "answered_at"]
        read_only_fields = fields


class MatchSerializer(StrictModelSerializer):
    """A match as its mentee sees it."""

    help_request = IdentifierField(source="help_request.uuid", read_only=True)
    mentor = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField(help_text="Empty if the mentor's data is not shown.")
    reasons = serializers.SerializerMethodField(help_text="Empty if the mentor's data is not shown.")
    clarifications = serializers.SerializerMethodField(help_text="Empty if they are not shown.")
    offer_note = serializers.SerializerMethodField(help_text="Empty if it is not shown.")
    decline_note = serializers.SerializerMethodField(help_text="Empty if it is not shown.")
    mentorship = IdentifierField(source="mentorship.uuid", read_only=True, allow_null=True, default=None)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)
    by_organisers = FlagField(read_only=True, help_text="True if the organisers ended it before there was an answer.")

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
            "is_named",
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
            "by_organisers",
        ]
        read_only_fields = fields

    @extend_schema_field(MentorCardSerializer)
    def get_mentor(self, match: Match) -> dict[str, Any]:
        return MentorCardSerializer(mentor_card(match)).data

    @extend_schema_field(serializers.DictField(child=CriterionSerializer()))
    def get_criteria(self, match: Match) -> dict[str, Any]:
        return match.criteria if shown(match, to=Match.Side.MENTEE) >= Shown.PERSON else {}

    @extend_schema_field(serializers.ListField(child=TextField()))
    def get_reasons(self, match: Match) -> list[str]:
        return mentor_card(match).reasons

    @extend_schema_field(ClarificationSerializer(many=True))
    def get_clarifications(self, match: Match) -> list[dict[str, Any]]:
        return [ClarificationSerializer(asked).data for asked in mentor_card(match).clarifications]

    def get_offer_note(self, match: Match) -> str:
        return mentor_card(match).offer_note

    def get_decline_note(self, match: Match) -> str:
        return mentor_card(match).decline_note


class AskSerializer(StrictSerializer):
    why_you = TextField(
        min_length=WHY_YOU_MIN,
        max_length=WHY_YOU_MAX,
        error_messages=dict.fromkeys(("required", "blank", "min_length"), TOO_SHORT),
        help_text="The reason for this mentor, in a sentence or two. A text that went to another mentor is refused.",
    )


class ReasonCheckSerializer(StrictSerializer):
    problem = TextField(allow_null=True, read_only=True, help_text="Null for a reason that may be sent.")


class ClarifySerializer(StrictSerializer):
    answer = TextField(
        max_length=ANSWER_MAX,
        error_messages=dict.fromkeys(("required", "blank"), NO_ANSWER),
        help_text="A sentence or two; the mentor decides with it.",
    )


class DismissSerializer(StrictSerializer):
    reason = ReasonField(choices=Match.DismissReason.choices)


class DeclineSerializer(StrictSerializer):
    reason = ReasonField(choices=REASONS_OF_MENTEES)
    note = TextField(max_length=NOTE_MAX, required=False, allow_blank=True, default="")
