"""Cohorts in the API, as their members and those who are invited read them."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import FlagField, NumberField, StrictModelSerializer, StrictSerializer, TextField
from accounts.models.mentor import CAPACITY_MAX
from mentorship.models import Cohort, CohortMember
from mentorship.models.cohort import GROUP_MAX

KEY_MAX = 32


class CohortPlaceSerializer(StrictSerializer):
    """My place on one side of a cohort."""

    side = serializers.ChoiceField(choices=CohortMember.Side.choices)
    places = NumberField(allow_null=True, help_text="The mentees that I take here at most. Null for a mentee.")
    group = TextField(help_text="The group that I stated, for a check of fairness. Empty: none.")
    joined_at = serializers.DateTimeField()


class CohortSerializer(StrictModelSerializer):
    """A dated intake whose organisers match everybody at once."""

    takes_people = serializers.SerializerMethodField(help_text="Whether somebody can join now.")
    organisers = serializers.SerializerMethodField(help_text="The names of those who run it.")
    my_places = CohortPlaceSerializer(many=True, read_only=True, help_text="One for each side on which I am.")
    help_request = serializers.SerializerMethodField(
        help_text="My draft, open or matched request for it. Null without one."
    )

    class Meta:
        model = Cohort
        fields = [
            "uuid",
            "name",
            "about",
            "company",
            "status",
            "joins_until_on",
            "starts_on",
            "ends_on",
            "takes_people",
            "organisers",
            "my_places",
            "help_request",
        ]
        read_only_fields = fields

    @extend_schema_field(FlagField())
    def get_takes_people(self, cohort: Cohort) -> bool:
        return cohort.takes_people(timezone.now())

    @extend_schema_field(serializers.ListField(child=TextField()))
    def get_organisers(self, cohort: Cohort) -> list[str]:
        return [one.person.name for one in cohort.managers]

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_help_request(self, cohort: Cohort) -> str | None:
        return next((str(one.uuid) for one in cohort.my_requests), None)


class CohortKeySerializer(StrictSerializer):
    key = TextField(max_length=KEY_MAX, help_text="The last part of the invitation link.")


class PlacesSerializer(StrictSerializer):
    places = NumberField(min_value=1, max_value=CAPACITY_MAX, help_text="The mentees that I take here at most.")


class CohortGroupSerializer(StrictSerializer):
    group = TextField(
        max_length=GROUP_MAX,
        allow_blank=True,
        help_text="A group that I belong to, for a check of fairness in groups of five or more. Empty: take it away.",
    )


class JoinCohortSerializer(CohortKeySerializer):
    side = serializers.ChoiceField(choices=CohortMember.Side.choices)
    places = NumberField(
        min_value=1,
        max_value=CAPACITY_MAX,
        required=False,
        allow_null=True,
        default=None,
        help_text="The mentees that I take here at most. Needed of mentors, ignored of mentees.",
    )


class LeaveCohortSerializer(StrictSerializer):
    side = serializers.ChoiceField(choices=CohortMember.Side.choices)
