"""Mentors in the API: profile, rate, pause, application."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.fields import (
    AmountField,
    BoundedListField,
    CurrencyField,
    DayField,
    NumberField,
    PartMixin,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    WordsField,
)
from accounts.models import MentorProfile
from accounts.models.decision import REASON_MAX
from accounts.models.mentor import CAPACITY_MAX, ELSEWHERE_MAX
from accounts.models.rate import RATE_DIGITS

PAUSE_END = gettext_lazy("The day on which the pause ends. Without it, until you resume.")


class RateSerializer(PartMixin, StrictSerializer):
    """A price, paid outside of this system."""

    amount = AmountField(max_digits=RATE_DIGITS, decimal_places=2, min_value=Decimal("0.01"))
    currency = CurrencyField()
    per = serializers.ChoiceField(choices=MentorProfile.Per.choices)


class MentorProfileSerializer(StrictModelSerializer):
    """A mentor's own profile."""

    teaches = WordsField(required=False)
    explores = WordsField(required=False)
    formats = BoundedListField(
        child=serializers.ChoiceField(choices=MentorProfile.Format.choices), max_length=2, required=False
    )
    capacity = NumberField(min_value=1, max_value=CAPACITY_MAX, required=False, help_text="People at once.")
    active_elsewhere = NumberField(
        min_value=0,
        max_value=ELSEWHERE_MAX,
        required=False,
        help_text="People mentored outside of this community. They take up places.",
    )
    monthly_hours = NumberField(
        min_value=0,
        max_value=200,
        required=False,
        help_text="Once sessions of so many hours are held or booked in a month, nobody new is proposed. 0: no limit.",
    )
    rate = RateSerializer(allow_null=True, required=False, help_text="null: unpaid")

    class Meta:
        model = MentorProfile
        fields = [
            "uuid",
            "status",
            "status_since_at",
            "is_listed",
            "motivation",
            "teaches",
            "explores",
            "formats",
            "capacity",
            "active_elsewhere",
            "monthly_hours",
            "paid",
            "rate",
            "pause_cause",
            "paused_until_on",
        ]
        read_only_fields = [
            "uuid",
            "status",
            "status_since_at",
            "paid",
            "pause_cause",
            "paused_until_on",
        ]


class ReasonSerializer(StrictSerializer):
    """The reason of a decision."""

    reason = TextField(max_length=REASON_MAX, help_text="The applicant reads it in the mail.")


class PauseSerializer(StrictSerializer):
    until_on = DayField(allow_null=True, default=None, help_text=PAUSE_END)


class MentorApplicationSerializer(StrictModelSerializer):
    """A mentor application, for admins."""

    name = TextField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = MentorProfile
        fields = [
            "uuid",
            "name",
            "email",
            "status",
            "status_since_at",
            "motivation",
            "teaches",
            "formats",
            "capacity",
        ]
        read_only_fields = fields
