"""The shape of people in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    ClockField,
    CountryCodeField,
    CurrencyField,
    LanguageCodeField,
    PartMixin,
    StrictModelSerializer,
    TextField,
    TimezoneField,
    WordsField,
)
from accounts.models import (
    Availability,
    CareerStep,
    CommunityRules,
    Language,
    MentorProfile,
    Notification,
    NotificationChoice,
    Profile,
    Skill,
)
from accounts.models.profile import MINUTES_A_DAY
from accounts.models.user import validate_name
from accounts.notifications.registry import chosen_kinds, kind_of

QUIET = ("quiet_from_minute", "quiet_until_minute")
KINDS_MAX = 100
CAREER_MAX = 30
WINDOWS_MAX = 42
LANGUAGES_MAX = 20


class LanguageSerializer(PartMixin, StrictModelSerializer):
    code = LanguageCodeField()

    class Meta:
        model = Language
        fields = ["code", "level"]


class CareerStepSerializer(PartMixin, StrictModelSerializer):
    country = CountryCodeField()
    start_year = serializers.IntegerField(min_value=1940, max_value=2100)
    end_year = serializers.IntegerField(min_value=1940, max_value=2100, allow_null=True, required=False)

    class Meta:
        model = CareerStep
        fields = ["role", "field", "sector", "country", "level", "start_year", "end_year"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        end = attrs.get("end_year")
        if end is not None and end < attrs["start_year"]:
            raise serializers.ValidationError({"end_year": "The end lies before the start."})
        return attrs


class AvailabilitySerializer(PartMixin, StrictModelSerializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="1 Monday to 7 Sunday")
    start = ClockField(source="start_minute")
    end = ClockField(source="end_minute")

    class Meta:
        model = Availability
        fields = ["weekday", "start", "end"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start_minute"] >= attrs["end_minute"]:
            raise serializers.ValidationError(
                {"end": "The window ends before it starts. Split a window that crosses midnight in two."}
            )
        return attrs


class MeSerializer(StrictModelSerializer):
    """The person who is logged in. The lists are replaced as a whole."""

    uuid = serializers.UUIDField(source="user.uuid", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    name = TextField(source="user.name", max_length=100, validators=[validate_name])
    is_mentor = serializers.SerializerMethodField()
    timezone = TimezoneField(required=False)
    skills = WordsField(required=False)
    languages = LanguageSerializer(many=True, required=False, max_length=LANGUAGES_MAX)
    career = CareerStepSerializer(many=True, required=False, max_length=CAREER_MAX)
    availability = AvailabilitySerializer(many=True, required=False, max_length=WINDOWS_MAX)

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
            "employer",
            "department",
            "languages",
            "career",
            "skills",
            "availability",
        ]

    @extend_schema_field(serializers.BooleanField)
    def get_is_mentor(self, profile: Profile) -> bool:
        return MentorProfile.objects.filter(user=profile.user).exists()

    def validate_languages(self, value: list[dict]) -> list[dict]:
        codes = [item["code"] for item in value]
        if len(set(codes)) < len(codes):
            raise serializers.ValidationError("Name each language once.")
        return value

    def validate_availability(self, value: list[dict]) -> list[dict]:
        starts = [(item["weekday"], item["start_minute"]) for item in value]
        if len(set(starts)) < len(starts):
            raise serializers.ValidationError("Two windows start at the same time.")
        return value


class RateSerializer(PartMixin, serializers.Serializer):
    """What is paid, outside of this system."""

    amount = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=Decimal("0.01"))
    currency = CurrencyField()
    per = serializers.ChoiceField(choices=MentorProfile.Per.choices)


class MentorProfileSerializer(StrictModelSerializer):
    """A person as a mentor, for themselves."""

    teaches = WordsField(required=False)
    explores = WordsField(required=False)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=MentorProfile.Format.choices), max_length=2, required=False
    )
    capacity = serializers.IntegerField(min_value=1, max_value=10, required=False, help_text="People at once.")
    monthly_hours = serializers.IntegerField(min_value=0, max_value=200, required=False)
    rate = RateSerializer(allow_null=True, required=False, help_text="null: unpaid")

    class Meta:
        model = MentorProfile
        fields = [
            "uuid",
            "status",
            "status_since_at",
            "motivation",
            "teaches",
            "explores",
            "formats",
            "capacity",
            "active_elsewhere",
            "monthly_hours",
            "weekly_requests",
            "paid",
            "rate",
            "pause_cause",
            "paused_until_on",
        ]
        read_only_fields = [
            "uuid",
            "status",
            "status_since_at",
            "active_elsewhere",
            "paid",
            "pause_cause",
            "paused_until_on",
        ]


class PauseSerializer(serializers.Serializer):
    until_on = serializers.DateField(
        allow_null=True, default=None, help_text="The day of coming back; without it, until you come back yourself."
    )


class RulesSerializer(StrictModelSerializer):
    class Meta:
        model = CommunityRules
        fields = ["version", "text", "published_at"]


class SkillSerializer(StrictModelSerializer):
    aliases = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")

    class Meta:
        model = Skill
        fields = ["name", "field", "aliases"]


class NotificationSerializer(StrictModelSerializer):
    class Meta:
        model = Notification
        fields = ["uuid", "kind", "title", "payload", "created_at", "read_at"]
        read_only_fields = fields


class UnreadSerializer(serializers.Serializer):
    unread = serializers.IntegerField(read_only=True)


class ChoiceSerializer(PartMixin, StrictModelSerializer):
    """How messages of one kind come."""

    kind = serializers.CharField()
    group = serializers.SerializerMethodField(help_text="One link at the end of a mail stops the mails of a group.")
    tells = serializers.SerializerMethodField(help_text="Goes on from “Tells that …”.")
    email = serializers.ChoiceField(choices=NotificationChoice.Email.choices, required=False)

    class Meta:
        model = NotificationChoice
        fields = ["kind", "group", "tells", "email", "in_app"]

    def get_group(self, choice: NotificationChoice) -> str:
        return kind_of(choice.kind).group.value

    def get_tells(self, choice: NotificationChoice) -> str:
        return kind_of(choice.kind).tells

    def validate_kind(self, code: str) -> str:
        if code not in {kind.code for kind in chosen_kinds()}:
            raise serializers.ValidationError(
                f"There is nothing to choose about “{code}”. GET lists the kinds; mail about your account always comes."
            )
        return code


class MyNotificationsSerializer(StrictModelSerializer):
    """How somebody is told. Of ``kinds``, what is not named stays as it is."""

    quiet_from = ClockField(source="quiet_from_minute", required=False, allow_null=True)
    quiet_until = ClockField(source="quiet_until_minute", required=False, allow_null=True)
    kinds = ChoiceSerializer(many=True, required=False, max_length=KINDS_MAX)

    class Meta:
        model = Profile
        fields = ["quiet_from", "quiet_until", "kinds"]

    def validate_kinds(self, kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({choice["kind"] for choice in kinds}) != len(kinds):
            raise serializers.ValidationError("A kind is named twice. Name each once.")
        return kinds

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # "24:00" is midnight, with which a day begins.
        attrs |= {name: attrs[name] % MINUTES_A_DAY for name in QUIET if attrs.get(name) is not None}
        start, end = (attrs.get(name, getattr(self.instance, name)) for name in QUIET)
        if (start is None) != (end is None):
            missing = "quiet_from" if start is None else "quiet_until"
            raise serializers.ValidationError({missing: "Quiet hours have both ends: give both, or null for both."})
        if start is not None and start == end:
            raise serializers.ValidationError(
                {"quiet_until": "The hours end as they begin. To have no mail at all, switch off the kinds."}
            )
        return attrs


class MentorApplicationSerializer(StrictModelSerializer):
    """What an admin decides on."""

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
