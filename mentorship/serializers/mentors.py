"""A mentor's own profile in the API, with the offer."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import CodeField, NumberField
from accounts.models import MentorProfile
from accounts.serializers.mentors import MentorProfileSerializer
from mentorship.models import GoalKind, SessionKind


class MyMentorProfileSerializer(MentorProfileSerializer):
    """A mentor's own profile, with kinds of goals and sessions, and the number of running mentorships."""

    goals = CodeField(
        source="goal_kinds", slug_field="code", many=True, queryset=GoalKind.objects.all(), required=False
    )
    session_kinds = CodeField(slug_field="code", many=True, queryset=SessionKind.objects.all(), required=False)
    running = NumberField(read_only=True, help_text="Running mentorships, paused ones included.")
    free_capacity = serializers.SerializerMethodField(help_text="Free places for new mentorships.")
    capacity_note = serializers.SerializerMethodField(
        help_text="The reason why nobody new is proposed. Empty with a free place."
    )

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
