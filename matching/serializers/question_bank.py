"""The question bank in the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import NumberField, StrictSerializer, TextField
from mentorship.models import PracticeRecord


class BankSelectionSerializer(StrictSerializer):
    """Only debriefs of these count."""

    goal_kind = TextField(required=False, allow_blank=True, max_length=40, help_text="The code of a kind of goal.")
    field = TextField(required=False, allow_blank=True, max_length=80, help_text="The field of the goal, in its words.")
    stage = serializers.ChoiceField(choices=PracticeRecord.Stage.choices, required=False, allow_blank=True)


class BankEntrySerializer(StrictSerializer):
    question = TextField(help_text="The wording nearest to all others.")
    people = NumberField(help_text="How many were asked something alike, three at least.")
    stages = serializers.ListField(
        child=TextField(), help_text="The stages of interviews at which three or more of them were."
    )
