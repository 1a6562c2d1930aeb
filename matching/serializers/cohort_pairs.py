"""Pairs of cohorts in the API, as one of the two sees them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import FlagField, IdentifierField, NumberField, StrictSerializer, TextField
from matching.models import CohortPair, Match
from matching.selectors.cohorts.pairs import PairCard, State, Why, card_of
from matching.selectors.shown import Shown
from matching.serializers.inbox import RequestCardSerializer
from matching.serializers.matches import MentorCardSerializer


class CohortPairSerializer(StrictSerializer):
    """A pair that the organisers of a cohort proposed to me. Whether the other side has answered is not shown."""

    uuid = IdentifierField(source="pair.uuid", read_only=True)
    cohort = TextField(source="pair.help_request.cohort.name", read_only=True)
    role = serializers.ChoiceField(source="side", choices=Match.Side.choices, read_only=True, help_text="Mine.")
    state = serializers.ChoiceField(
        choices=[state.value for state in State],
        read_only=True,
        help_text="`mine` waits for my answer. `waits`: I said yes.",
    )
    answer = serializers.ChoiceField(choices=["yes", "no", ""], read_only=True, help_text="Mine. Empty before.")
    why_over = serializers.ChoiceField(
        source="why", choices=[why.value for why in Why], read_only=True, allow_null=True, help_text="Null before."
    )
    another = FlagField(read_only=True, help_text="For mentees: another mentor is proposed instead.")
    fit = NumberField(source="pair.fit", read_only=True)
    reasons = serializers.ListField(child=TextField(), read_only=True, help_text="Empty once it is over.")
    mentor = MentorCardSerializer(read_only=True, allow_null=True, help_text="For the mentee. Null for the mentor.")
    help_request = serializers.SerializerMethodField(
        help_text="For the mentor. Null for the mentee, and if the two may not be matched any more."
    )
    mentorship = IdentifierField(source="pair.match.mentorship.uuid", read_only=True, allow_null=True, default=None)
    proposed_at = serializers.DateTimeField(source="pair.proposed_at", read_only=True)
    answer_due_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null once it is over.")
    ended_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Null before, and with `why_over` = `other`."
    )

    def to_representation(self, instance: CohortPair) -> dict[str, Any]:
        return super().to_representation(card_of(instance, to=self.context["request"].user))

    @extend_schema_field(RequestCardSerializer(allow_null=True))
    def get_help_request(self, card: PairCard) -> dict[str, Any] | None:
        if card.mentee is None or card.mentee.shown < Shown.NEED:
            return None
        card.mentee.need.card = card.mentee
        return RequestCardSerializer(card.mentee.need).data


class NoSerializer(StrictSerializer):
    """A no. The reason is for the organisers alone, and may be left out."""

    reason = serializers.ChoiceField(
        choices=Match.DeclineReason.choices,
        required=False,
        allow_blank=True,
        help_text="The other side never reads it.",
    )
