"""People in the API: profile, rules, skills."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    ClockField,
    CountryCodeField,
    FlagField,
    IdentifierField,
    LanguageCodeField,
    NameField,
    NumberField,
    PartMixin,
    SiteLanguageField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    TimezoneField,
    WordsField,
)
from accounts.first_steps import StepOf
from accounts.models import (
    Absence,
    Availability,
    CareerStep,
    CommunityRules,
    ExtraHours,
    Language,
    MentorProfile,
    Profile,
    Skill,
    Travel,
)
from accounts.models.profile import BUFFER_MAX, YEAR_MAX, YEAR_MIN
from accounts.services.absences import ABSENCE_ENDS_EARLY, ABSENCES_MAX, EXTRA_HOURS_MAX, TRAVELS_MAX

CAREER_MAX = 30
WINDOWS_MAX = 42
LANGUAGES_MAX = 20
VERSION_MAX = 100_000


class LanguageSerializer(PartMixin, StrictModelSerializer):
    code = LanguageCodeField()

    class Meta:
        model = Language
        fields = ["code", "level"]


class CareerStepSerializer(PartMixin, StrictModelSerializer):
    country = CountryCodeField()
    start_year = NumberField(min_value=YEAR_MIN, max_value=YEAR_MAX)
    end_year = NumberField(min_value=YEAR_MIN, max_value=YEAR_MAX, allow_null=True, required=False)
    hires = FlagField(
        required=False, help_text="Takes part in hiring in this position: reads applications, interviews or decides."
    )

    class Meta:
        model = CareerStep
        fields = ["role", "field", "sector", "country", "level", "start_year", "end_year", "hires", "employer_size"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        end = attrs.get("end_year")
        if end is not None and end < attrs["start_year"]:
            raise serializers.ValidationError({"end_year": _("The end lies before the start.")})
        return attrs


class AvailabilitySerializer(PartMixin, StrictModelSerializer):
    weekday = NumberField(min_value=1, max_value=7, help_text="1 Monday to 7 Sunday")
    start = ClockField(source="start_minute")
    end = ClockField(source="end_minute")

    class Meta:
        model = Availability
        fields = ["weekday", "start", "end"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start_minute"] >= attrs["end_minute"]:
            raise serializers.ValidationError(
                {"end": _("The window ends before it starts. Split a window that crosses midnight in two.")}
            )
        return attrs


class AbsenceSerializer(PartMixin, StrictModelSerializer):
    class Meta:
        model = Absence
        fields = ["from_on", "until_on"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["until_on"] < attrs["from_on"]:
            raise serializers.ValidationError({"until_on": ABSENCE_ENDS_EARLY})
        return attrs


class ExtraHoursSerializer(PartMixin, StrictModelSerializer):
    start = ClockField(source="start_minute")
    end = ClockField(source="end_minute")

    class Meta:
        model = ExtraHours
        fields = ["free_on", "start", "end"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start_minute"] >= attrs["end_minute"]:
            raise serializers.ValidationError({"end": _("The hours end before they start. Give each day its own row.")})
        return attrs


class TravelSerializer(PartMixin, StrictModelSerializer):
    timezone = TimezoneField()

    class Meta:
        model = Travel
        fields = ["from_on", "until_on", "timezone"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["until_on"] < attrs["from_on"]:
            raise serializers.ValidationError(
                {"until_on": _("The last day lies before the first. Give the first and the last day there.")}
            )
        return attrs


class MeSerializer(StrictModelSerializer):
    """The profile of the logged-in person. A list in a PATCH replaces the stored one."""

    uuid = IdentifierField(source="user.uuid", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    name = NameField(source="user.name")
    is_mentor = serializers.SerializerMethodField()
    timezone = TimezoneField(required=False)
    language = SiteLanguageField(required=False, help_text="The language of pages and mails.")
    skills = WordsField(required=False)
    languages = LanguageSerializer(many=True, required=False, max_length=LANGUAGES_MAX)
    career = CareerStepSerializer(many=True, required=False, max_length=CAREER_MAX)
    availability = AvailabilitySerializer(many=True, required=False, max_length=WINDOWS_MAX)
    absences = AbsenceSerializer(
        many=True, required=False, max_length=ABSENCES_MAX, help_text="Days without time, both ends included."
    )
    extra_hours = ExtraHoursSerializer(
        many=True,
        required=False,
        max_length=EXTRA_HOURS_MAX,
        help_text="Hours of one day beside the weekly ones, also on a day of an absence.",
    )
    travels = TravelSerializer(
        many=True,
        required=False,
        max_length=TRAVELS_MAX,
        help_text="Days in another time zone, both ends included. The weekly time follows its clock.",
    )
    buffer_minutes = NumberField(
        min_value=0, max_value=BUFFER_MAX, required=False, help_text="Minutes to keep free between two sessions."
    )

    class Meta:
        model = Profile
        fields = [
            "uuid",
            "email",
            "name",
            "is_mentee",
            "is_mentor",
            "headline",
            "bio",
            "timezone",
            "language",
            "employer",
            "department",
            "languages",
            "career",
            "skills",
            "availability",
            "absences",
            "extra_hours",
            "travels",
            "buffer_minutes",
        ]

    def to_representation(self, profile: Profile) -> dict[str, Any]:
        return super().to_representation(profile) | {"language": profile.reads_in}

    @extend_schema_field(serializers.BooleanField)
    def get_is_mentor(self, profile: Profile) -> bool:
        return MentorProfile.objects.filter(user=profile.user).exists()

    def validate_languages(self, value: list[dict]) -> list[dict]:
        codes = [item["code"] for item in value]
        if len(set(codes)) < len(codes):
            raise serializers.ValidationError(_("Name each language once."))
        return value

    def validate_availability(self, value: list[dict]) -> list[dict]:
        starts = [(item["weekday"], item["start_minute"]) for item in value]
        if len(set(starts)) < len(starts):
            raise serializers.ValidationError(_("Two windows start at the same time."))
        return value

    def validate_extra_hours(self, value: list[dict]) -> list[dict]:
        if len({(item["free_on"], item["start_minute"]) for item in value}) < len(value):
            raise serializers.ValidationError(_("Two rows start at the same time. Keep the longer one."))
        return value

    def validate_travels(self, value: list[dict]) -> list[dict]:
        days = sorted((item["from_on"], item["until_on"]) for item in value)
        if any(begins <= ends for (_first, ends), (begins, _last) in pairwise(days)):
            raise serializers.ValidationError(_("Two journeys share a day. A day has one time zone."))
        return value

    def validate_absences(self, value: list[dict]) -> list[dict]:
        if len({item["from_on"] for item in value}) < len(value):
            raise serializers.ValidationError(_("Two absences begin on the same day. Keep the longer one."))
        return value


class ResumeSerializer(StrictSerializer):
    """A résumé, to be read into the parts of a profile."""

    resume = serializers.JSONField(help_text="An object in the format of JSON Resume: https://jsonresume.org/schema")


class StepSerializer(StrictSerializer):
    """A step of a newcomer. ``url`` is its page on this site."""

    code = TextField(source="step.code", read_only=True)
    title = TextField(source="step.title", read_only=True)
    why = TextField(source="step.why", read_only=True)
    url = serializers.SerializerMethodField()
    is_done = FlagField(read_only=True)

    @extend_schema_field(serializers.CharField)
    def get_url(self, row: StepOf) -> str:
        return row.step.url()


class RulesSerializer(StrictModelSerializer):
    class Meta:
        model = CommunityRules
        fields = ["version", "text", "published_at", "required_at"]


class AcceptRulesSerializer(StrictSerializer):
    """The version of the rules that somebody has read, and accepts."""

    version = NumberField(min_value=1, max_value=VERSION_MAX)


class RulesStateSerializer(StrictSerializer):
    """How a member and the rules in force stand."""

    version = serializers.IntegerField(read_only=True, help_text="Of the rules in force.")
    accepted_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null if they are not accepted.")
    is_asked = FlagField(read_only=True, help_text="The member is asked to accept them.")
    is_required = FlagField(read_only=True, help_text="Moves answer 409 with code rules_not_accepted until then.")


class SkillSerializer(StrictModelSerializer):
    aliases = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")

    class Meta:
        model = Skill
        fields = ["name", "field", "aliases"]
