"""Matches in the API, as their mentor sees them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    CodeField,
    DayField,
    FlagField,
    IdentifierField,
    NumberField,
    ReasonField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from accounts.serializers.mentors import PAUSE_END
from accounts.serializers.people import CareerStepSerializer, LanguageSerializer
from matching.models import HelpRequest, Match
from matching.selectors.shown import Shown, mentee_card, shown
from matching.serializers.matches import ClarificationSerializer, DeclineSerializer
from matching.serializers.turns import TurnField
from matching.services.ask_back import NO_QUESTION, QUESTION_MAX, QUESTION_MIN
from matching.services.offer import NOTE_MAX, NOTE_MIN, NOTE_TOO_SHORT
from mentorship.serializers.goals import GoalSerializer

NOT_FOR_TIME = gettext_lazy(
    "“No time until” goes with the reason “no time at the moment”. Choose it, or leave the day out."
)
LAST_CORRECTION = gettext_lazy(
    "The number of the request's last correction, 0 without one. Send it with a yes or an offer."
)


class NamelessGoalSerializer(GoalSerializer):
    """A goal without an identifier, for readers who may not know its mentee."""

    class Meta(GoalSerializer.Meta):
        fields = [
            "kind",
            "target_role",
            "target_field",
            "target_sector",
            "target_level",
            "target_country",
            "by",
        ]
        read_only_fields = fields


class NamelessRequestSerializer(StrictModelSerializer):
    """A request for a mentor who was not asked: the need without the mentee.

    Situation and motives are left out: people name employers and themselves there.
    """

    goal = NamelessGoalSerializer(read_only=True)
    session_kind = CodeField(slug_field="code", read_only=True)

    class Meta:
        model = HelpRequest
        fields = [
            "goal",
            "gap",
            "ask",
            "needs",
            "format",
            "session_kind",
            "minutes",
            "languages",
            "opened_at",
        ]
        read_only_fields = fields


class RequestCardSerializer(NamelessRequestSerializer):
    """A request and its mentee, for the mentor. There is no address before both said yes.

    Null stands for data that is not shown: the mentee has not asked this mentor, or the question is over.
    """

    mentee = TextField(source="card.name", read_only=True, allow_null=True)
    mentee_headline = TextField(source="card.headline", read_only=True, allow_null=True)
    mentee_timezone = TextField(source="card.timezone", read_only=True, allow_null=True)
    mentee_languages = LanguageSerializer(source="card.languages", many=True, read_only=True, allow_null=True)
    mentee_career = CareerStepSerializer(source="card.career", many=True, read_only=True, allow_null=True)
    situation = TextField(source="card.situation", read_only=True, allow_null=True)
    why = TextField(source="card.why", read_only=True, allow_null=True)

    class Meta(NamelessRequestSerializer.Meta):
        fields = [
            "uuid",
            "mentee",
            "mentee_headline",
            "mentee_timezone",
            "mentee_languages",
            "mentee_career",
            "situation",
            "why",
            *NamelessRequestSerializer.Meta.fields,
        ]
        read_only_fields = fields


class InboxMatchSerializer(StrictModelSerializer):
    """A match as its mentor sees it."""

    help_request = serializers.SerializerMethodField(help_text="Null if the two may not be matched any more.")
    correction = serializers.SerializerMethodField(help_text=LAST_CORRECTION)
    reasons = serializers.SerializerMethodField()
    why_you = serializers.SerializerMethodField(help_text="Null if it is not shown.")
    clarifications = serializers.SerializerMethodField(help_text="Empty if they are not shown.")
    decline_note = serializers.SerializerMethodField()
    mentorship = IdentifierField(source="mentorship.uuid", read_only=True, allow_null=True, default=None)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)
    by_organisers = FlagField(read_only=True, help_text="True if the organisers ended it before there was an answer.")

    class Meta:
        model = Match
        fields = [
            "uuid",
            "help_request",
            "correction",
            "status",
            "fit",
            "reasons",
            "why_you",
            "clarifications",
            "offer_note",
            "decline_reason",
            "decline_note",
            "mentorship",
            "whose_turn",
            "turn_since_at",
            "answer_due_at",
            "asked_at",
            "offered_at",
            "ended_at",
            "by_organisers",
        ]
        read_only_fields = fields

    @extend_schema_field(RequestCardSerializer(allow_null=True))
    def get_help_request(self, match: Match) -> dict[str, Any] | None:
        card = mentee_card(match)
        card.need.card = card
        return RequestCardSerializer(card.need).data if card.shown >= Shown.NEED else None

    def get_correction(self, match: Match) -> int:
        return mentee_card(match).correction

    @extend_schema_field(serializers.ListField(child=TextField()))
    def get_reasons(self, match: Match) -> list[str]:
        return match.mentor_reasons if shown(match, to=Match.Side.MENTOR) >= Shown.NEED else []

    def get_why_you(self, match: Match) -> str | None:
        return mentee_card(match).why_you

    @extend_schema_field(ClarificationSerializer(many=True))
    def get_clarifications(self, match: Match) -> list[dict[str, Any]]:
        return [ClarificationSerializer(asked).data for asked in mentee_card(match).clarifications]

    def get_decline_note(self, match: Match) -> str:
        return match.decline_note if shown(match, to=Match.Side.MENTOR) >= Shown.NEED else ""


class FittingRequestSerializer(StrictSerializer):
    """A request that fits a mentor, with reasons for the mentor."""

    uuid = IdentifierField(source="help_request.uuid", read_only=True)
    fit = serializers.IntegerField(read_only=True)
    reasons = serializers.ListField(child=TextField(), read_only=True)
    help_request = NamelessRequestSerializer(read_only=True)
    correction = NumberField(read_only=True, help_text=LAST_CORRECTION)


class ReadSerializer(StrictSerializer):
    """Tell what the mentor has read."""

    correction = NumberField(
        min_value=0,
        max_value=32767,
        default=0,
        help_text="The correction of the request that you have read. After a newer one: 409 with what changed.",
    )


class AskBackSerializer(StrictSerializer):
    question = TextField(
        min_length=QUESTION_MIN,
        max_length=QUESTION_MAX,
        error_messages=dict.fromkeys(("required", "blank", "min_length"), NO_QUESTION),
        help_text="The one thing you need to know before you decide.",
    )


class OfferSerializer(ReadSerializer):
    note = TextField(
        min_length=NOTE_MIN,
        max_length=NOTE_MAX,
        error_messages=dict.fromkeys(("required", "blank", "min_length"), NOTE_TOO_SHORT),
        help_text="A sentence or two on what you could do in the first half hour.",
    )


class InboxDeclineSerializer(DeclineSerializer):
    """Decline as a mentor, and optionally pause."""

    reason = ReasonField(choices=Match.DeclineReason.choices)
    pause = FlagField(required=False, help_text="A day in pause_until_on means a pause as well.")
    pause_until_on = DayField(required=False, allow_null=True, help_text=PAUSE_END)
    time_again_on = DayField(
        required=False, allow_null=True, help_text="For no_time: from that day on you may be proposed again."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.setdefault("pause", bool(attrs.get("pause_until_on")))
        if attrs.get("pause_until_on") and not attrs["pause"]:
            raise serializers.ValidationError({"pause": _("A day is given: say true here, or leave the day out.")})
        if attrs.get("time_again_on") and attrs["reason"] != Match.DeclineReason.NO_TIME:
            raise serializers.ValidationError({"time_again_on": NOT_FOR_TIME})
        return attrs
