"""How a mentorship goes, in the API: fit checks, and one-off help that may become ongoing."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import DayField, FlagField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from mentorship.models import FitCheck
from mentorship.models.fit_check import NOTE_MAX


class FitCheckSerializer(StrictModelSerializer):
    """A question to me, "How is it going?". The other side never learns whether or what I answered."""

    number = NumberField(read_only=True)

    class Meta:
        model = FitCheck
        fields = ["uuid", "number", "asked_at", "answer", "note", "answered_at", "closed_at", "organisers_told_at"]
        read_only_fields = fields


class AnswerFitCheckSerializer(StrictSerializer):
    answer = serializers.ChoiceField(choices=FitCheck.Answer.choices)
    note = TextField(
        required=False, allow_blank=True, default="", max_length=NOTE_MAX, help_text="A line that only I read."
    )
    tell_organisers = FlagField(
        default=False, help_text="The organisers may know that I answered “not good”. They do not read the line."
    )


class ProposeOngoingSerializer(StrictSerializer):
    until_on = DayField(
        required=False, allow_null=True, default=None, help_text="The planned end. Default: as usual for the goal."
    )
