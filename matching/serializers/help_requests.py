"""Help requests in the API, with the concreteness check."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    BoundedListField,
    CodeField,
    IdentifierField,
    LanguageCodeField,
    NumberField,
    ReasonField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    WordsField,
)
from accounts.serializers.mentors import RateSerializer
from matching.concreteness import Part, Verdict
from matching.models import HelpRequest
from matching.models.help_request import MINUTES
from matching.selectors.queue import obstacle_of
from matching.serializers.turns import TurnField
from mentorship.models import Cohort, Goal, Mentorship, SessionKind
from mentorship.selectors.cohorts import cohorts_to_ask_in
from mentorship.serializers.goals import must_be_offered


class ObstacleSerializer(StrictSerializer):
    """The main reason why no mentor is found for a request in the queue."""

    rule = TextField(help_text="The hard rule that excludes most mentors, or weak_fit, no_mentors or not_available.")
    sentence = TextField()
    advice = TextField(help_text="A change that would help.")


class HelpRequestSerializer(StrictModelSerializer):
    """A concrete need. ``goal`` is the identifier of one of my goals."""

    goal = CodeField(slug_field="uuid", queryset=Goal.objects.none())
    session_kind = CodeField(slug_field="code", queryset=SessionKind.objects.all())
    cohort = CodeField(
        slug_field="uuid",
        queryset=Cohort.objects.none(),
        required=False,
        allow_null=True,
        help_text="A cohort in which I am a mentee. Its organisers match the request. Null for the whole community.",
    )
    needs = WordsField(required=False, help_text="Skills to learn or to get help with. A submission needs one.")
    minutes = NumberField(min_value=MINUTES[0], max_value=MINUTES[1], default=30)
    languages = BoundedListField(
        child=LanguageCodeField(), max_length=10, required=False, help_text="Empty for any shared language."
    )
    max_rate = RateSerializer(allow_null=True, required=False)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)
    queue_place = NumberField(
        read_only=True, allow_null=True, default=None, help_text="1 is the longest waiting. Null outside of the queue."
    )
    obstacle = serializers.SerializerMethodField()
    moved_by_others = ("queue_place",)

    class Meta:
        model = HelpRequest
        fields = [
            "uuid",
            "goal",
            "cohort",
            "situation",
            "gap",
            "ask",
            "why",
            "needs",
            "format",
            "session_kind",
            "minutes",
            "languages",
            "accepts_paid",
            "max_rate",
            "status",
            "whose_turn",
            "turn_since_at",
            "created_at",
            "opened_at",
            "closed_at",
            "queued_at",
            "queue_place",
            "obstacle",
        ]
        read_only_fields = ["uuid", "status", "created_at", "opened_at", "closed_at", "queued_at"]
        # A draft is kept half written. The submission asks for all of it.
        extra_kwargs = {name: {"required": False, "allow_blank": True} for name in ("situation", "gap", "ask")}

    @extend_schema_field(ObstacleSerializer(allow_null=True))
    def validate_session_kind(self, kind: SessionKind) -> SessionKind:
        must_be_offered([kind], stored=[self.instance.session_kind] if self.instance else [])
        return kind

    def get_obstacle(self, request: HelpRequest) -> dict[str, str] | None:
        obstacle = obstacle_of(request)
        return asdict(obstacle) if obstacle else None

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        # A page behind a link in a mail knows the mentee by the link.
        mentee = self.context.get("mentee") or getattr(self.context.get("request"), "user", None)
        if mentee is not None and mentee.is_authenticated:
            fields["goal"].queryset = Goal.objects.filter(mentee=mentee)
            fields["cohort"].queryset = cohorts_to_ask_in(mentee)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        accepts_paid = attrs.get("accepts_paid", self.instance.accepts_paid if self.instance else False)
        max_rate = attrs.get("max_rate", self.instance.max_rate if self.instance else None)
        if max_rate and not accepts_paid:
            raise serializers.ValidationError(
                {"accepts_paid": _("A highest rate is given: accept paid mentors as well, or leave the rate out.")}
            )
        return attrs


class ChangeMentorSerializer(StrictSerializer):
    reason = ReasonField(
        choices=[(reason.value, reason.label) for reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]],
        help_text=f"The mentor never reads {' and '.join(Mentorship.PRIVATE_REASONS)}.",
    )


class MissingSerializer(StrictSerializer):
    """A part of the request that is thin or missing."""

    part = serializers.ChoiceField(choices=get_args(Part))
    problem = TextField()
    better = TextField(help_text="A sentence that would be concrete. Fill in the square brackets.")


class ConcretenessSerializer(StrictSerializer):
    """The result of the concreteness check."""

    verdict = serializers.ChoiceField(choices=get_args(Verdict), help_text="A vague request cannot be submitted.")
    missing = MissingSerializer(many=True)
    language = TextField(help_text="The language of the sentences: that of the request, if the coach knows it.")


class SubmittedSerializer(HelpRequestSerializer):
    """A submitted help request, with its concreteness check."""

    concreteness = ConcretenessSerializer(read_only=True)

    class Meta(HelpRequestSerializer.Meta):
        fields = [*HelpRequestSerializer.Meta.fields, "concreteness"]


class NameMentorSerializer(StrictSerializer):
    mentor = IdentifierField(help_text="The mentor's uuid, from their link or the list of mentors.")
