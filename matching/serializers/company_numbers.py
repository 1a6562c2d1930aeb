"""The numbers of cohorts for the companies that they belong to, in the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import MomentField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from matching.company_numbers import ALL, BREAKDOWNS
from mentorship.models import Cohort

ROUNDED = "Rounded down to a multiple of five. 0: fewer than five."


class CompanyCohortSerializer(StrictModelSerializer):
    """A cohort whose numbers I read for my company."""

    class Meta:
        model = Cohort
        fields = ["uuid", "name", "company", "starts_on", "ends_on"]
        read_only_fields = fields


class LineSerializer(StrictSerializer):
    by = serializers.ChoiceField(choices=[ALL, *BREAKDOWNS], help_text="How people are divided into groups.")
    group = TextField(
        help_text="The side, the department (empty: all others), or the first and last month of start: "
        "2026-02/2026-04. All: of everybody."
    )
    people = NumberField(help_text=f"People in the cohort. {ROUNDED}")
    matched = NumberField(help_text=f"People with a mentorship of the cohort. {ROUNDED}")
    running = NumberField(help_text=f"People with one that runs. {ROUNDED}")
    ended_as_planned = NumberField(help_text=f"People with one that ended as planned. {ROUNDED}")
    sessions = NumberField(help_text=f"Sessions that were held. {ROUNDED}")


class CompanyNumbersSerializer(StrictSerializer):
    """The numbers of a cohort. They stay the same until the month is over."""

    cohort = CompanyCohortSerializer()
    counted_at = MomentField(allow_null=True, help_text="Null: the cohort was not closed yet, and there are none.")
    lines = LineSerializer(many=True)
