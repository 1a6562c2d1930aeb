"""The shape of goals, mentors' offers and mentorships in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.fields import CodeField, CountryCodeField, StrictModelSerializer, TextField
from accounts.models import MentorProfile, User
from accounts.serializers.mentors import MentorProfileSerializer
from mentorship.models import Goal, GoalKind, Mentorship, SessionKind


class GoalKindSerializer(StrictModelSerializer):
    class Meta:
        model = GoalKind
        fields = ["code", "name", "phrase", "description", "needs_market"]


class SessionKindSerializer(StrictModelSerializer):
    class Meta:
        model = SessionKind
        fields = ["code", "name", "minutes", "agenda", "mentee_prepares", "mentor_prepares"]


class GoalSerializer(StrictModelSerializer):
    kind = CodeField(slug_field="code", queryset=GoalKind.objects.all())
    target_country = CountryCodeField(required=False, allow_blank=True, help_text="ISO 3166 alpha-2")
    by = serializers.DateField(source="by_on", required=False, allow_null=True)

    class Meta:
        model = Goal
        fields = [
            "uuid",
            "kind",
            "target_role",
            "target_field",
            "target_sector",
            "target_level",
            "target_country",
            "by",
            "status",
            "created_at",
        ]
        read_only_fields = ["uuid", "status", "created_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs.get("kind") or (self.instance and self.instance.kind)
        country = attrs.get("target_country", self.instance.target_country if self.instance else "")
        if kind and kind.needs_market and not country:
            raise serializers.ValidationError(
                {"target_country": "Name the country: only mentors who worked there can help with this goal."}
            )
        return attrs


class MyMentorProfileSerializer(MentorProfileSerializer):
    """A person as a mentor with the kinds of goals and sessions they offer, and with how many people they carry."""

    goals = CodeField(
        source="goal_kinds", slug_field="code", many=True, queryset=GoalKind.objects.all(), required=False
    )
    session_kinds = CodeField(slug_field="code", many=True, queryset=SessionKind.objects.all(), required=False)
    running = serializers.IntegerField(read_only=True, help_text="Mentorships that run; a paused one keeps its place.")
    free_capacity = serializers.SerializerMethodField(help_text="Places left: how many more can be accepted.")
    capacity_note = serializers.SerializerMethodField(help_text="What no free place means, in words; else empty.")

    class Meta(MentorProfileSerializer.Meta):
        fields = [
            *MentorProfileSerializer.Meta.fields,
            "goals",
            "session_kinds",
            "running",
            "free_capacity",
            "capacity_note",
        ]

    def get_free_capacity(self, mentor: MentorProfile) -> int:
        return max(mentor.capacity - self._carried(mentor), 0)

    def get_capacity_note(self, mentor: MentorProfile) -> str:
        carried = self._carried(mentor)
        if carried < mentor.capacity:
            return ""
        ends = carried - mentor.capacity + 1
        return (
            f"You carry {carried}, and said {mentor.capacity} at once. Nobody new is proposed to you or can be "
            f"accepted until {ends} of these mentorships {'has' if ends == 1 else 'have'} ended."
        )

    def _carried(self, mentor: MentorProfile) -> int:
        return mentor.active_elsewhere + mentor.running


class PersonSerializer(StrictModelSerializer):
    """The other side of a mentorship, with how to reach them: both said yes."""

    timezone = TextField(source="profile.timezone", read_only=True)

    class Meta:
        model = User
        fields = ["uuid", "name", "email", "timezone"]
        read_only_fields = fields


class MentorshipSerializer(StrictModelSerializer):
    mentor = PersonSerializer(source="mentor.user", read_only=True)
    mentee = PersonSerializer(read_only=True)
    goal = GoalSerializer(read_only=True)
    end_reason = serializers.SerializerMethodField(help_text="Empty: none, or one that is not for you.")

    class Meta:
        model = Mentorship
        fields = ["uuid", "mentor", "mentee", "goal", "format", "status", "started_at", "ended_at", "end_reason"]
        read_only_fields = fields

    def get_end_reason(self, mentorship: Mentorship) -> str:
        request = self.context.get("request")
        return mentorship.end_reason_for(request.user) if request else ""


class EndSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=[status.value for status in Mentorship.OVER])
    reason = serializers.ChoiceField(
        choices=Mentorship.EndReason.choices,
        help_text="completed: goal_reached, helped_enough or other; ended_early: no_time, not_a_fit, went_silent or "
        "other. The other side never reads not_a_fit and went_silent.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        fitting = Mentorship.REASONS[attrs["status"]]
        if attrs["reason"] not in fitting:
            raise serializers.ValidationError({"reason": f"For {attrs['status']}, give one of: {', '.join(fitting)}."})
        return attrs
