"""A mentor's own profile in the API, with the offer."""

from __future__ import annotations

from django.utils.translation import ngettext
from rest_framework import serializers

from accounts.fields import CodeField, NumberField, StrictModelSerializer, TextField
from accounts.models import MentorProfile
from accounts.serializers.mentors import MentorProfileSerializer, RateSerializer
from accounts.serializers.people import CareerStepSerializer, LanguageSerializer
from mentorship.models import GoalKind, SessionKind
from mentorship.selectors.mentors import has_free_place, places_free
from mentorship.serializers.goals import must_be_offered


class ListedMentorSerializer(StrictModelSerializer):
    """A mentor, for a member who looks around. There is no address."""

    name = TextField(source="user.name", read_only=True)
    headline = TextField(source="user.profile.headline", read_only=True)
    bio = TextField(source="user.profile.bio", read_only=True)
    timezone = TextField(source="user.profile.timezone", read_only=True)
    languages = LanguageSerializer(source="user.profile.languages", many=True, read_only=True)
    career = CareerStepSerializer(source="user.profile.career", many=True, read_only=True)
    rate = RateSerializer(allow_null=True, read_only=True)
    goals = CodeField(source="goal_kinds", slug_field="code", many=True, read_only=True)
    has_free_place = serializers.SerializerMethodField()

    class Meta:
        model = MentorProfile
        fields = [
            "uuid",
            "name",
            "headline",
            "bio",
            "motivation",
            "teaches",
            "timezone",
            "languages",
            "career",
            "paid",
            "rate",
            "formats",
            "goals",
            "has_free_place",
        ]
        read_only_fields = fields

    def get_has_free_place(self, mentor: MentorProfile) -> bool:
        return has_free_place(mentor)


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

    def validate_goals(self, kinds: list[GoalKind]) -> list[GoalKind]:
        must_be_offered(kinds, stored=self.instance.goal_kinds.all() if self.instance else ())
        return kinds

    def validate_session_kinds(self, kinds: list[SessionKind]) -> list[SessionKind]:
        must_be_offered(kinds, stored=self.instance.session_kinds.all() if self.instance else ())
        return kinds

    def get_free_capacity(self, mentor: MentorProfile) -> int:
        return max(places_free(mentor), 0)

    def get_capacity_note(self, mentor: MentorProfile) -> str:
        free = places_free(mentor)
        if free > 0:
            return ""
        carried, ends = mentor.capacity - free, 1 - free
        return ngettext(
            "You carry %(carried)s, and said %(capacity)s at once. Nobody new is proposed to you or can be "
            "accepted until %(ends)s of these mentorships has ended.",
            "You carry %(carried)s, and said %(capacity)s at once. Nobody new is proposed to you or can be "
            "accepted until %(ends)s of these mentorships have ended.",
            ends,
        ) % {"carried": carried, "capacity": mentor.capacity, "ends": ends}
