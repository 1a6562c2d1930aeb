"""The shape of help requests and matches in the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import CodeField, LanguageCodeField, StrictModelSerializer, TextField, WordsField
from accounts.models import MentorProfile
from accounts.serializers.mentors import RateSerializer
from accounts.serializers.people import CareerStepSerializer, LanguageSerializer
from matching.concreteness import Part, Verdict
from matching.models import HelpRequest, Match
from matching.models.help_request import MINUTES
from matching.selectors.queue import obstacle_of
from matching.selectors.turns import COMMUNITY, MENTEE, MENTOR
from matching.services.asking import WHY_YOU_MIN
from matching.services.offers import NOTE_MIN
from mentorship.models import Goal, Mentorship, SessionKind
from mentorship.serializers import GoalSerializer

NEEDS_MAX = 10
TURNS = [MENTEE, MENTOR, COMMUNITY]


class TurnField(serializers.ChoiceField):
    """Who is to act next."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=TURNS, read_only=True, allow_null=True, help_text="Null: nobody.", **kwargs)


class ObstacleSerializer(serializers.Serializer):
    """What keeps mentors away from a request that waits for one."""

    rule = TextField(help_text="The hard rule that removes most mentors; or weak_fit, no_mentors, not_available.")
    sentence = TextField()
    advice = TextField(help_text="What you could change.")


class HelpRequestSerializer(StrictModelSerializer):
    """A concrete need. ``goal`` is the identifier of one of my goals."""

    goal = CodeField(slug_field="uuid", queryset=Goal.objects.none())
    session_kind = CodeField(slug_field="code", queryset=SessionKind.objects.all())
    needs = WordsField(min_length=1, help_text="What to learn or get help with, as skills.")
    minutes = serializers.IntegerField(min_value=MINUTES[0], max_value=MINUTES[1], default=30)
    languages = serializers.ListField(
        child=LanguageCodeField(), max_length=10, required=False, help_text="Empty: any the two share."
    )
    max_rate = RateSerializer(allow_null=True, required=False)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)
    queue_place = serializers.IntegerField(
        read_only=True, allow_null=True, default=None, help_text="1: the longest waiting; null: not in the queue."
    )
    obstacle = serializers.SerializerMethodField()

    class Meta:
        model = HelpRequest
        fields = [
            "uuid",
            "goal",
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

    @extend_schema_field(ObstacleSerializer(allow_null=True))
    def get_obstacle(self, request: HelpRequest) -> dict[str, str] | None:
        obstacle = obstacle_of(request)
        return asdict(obstacle) if obstacle else None

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["goal"].queryset = Goal.objects.filter(mentee=request.user)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        accepts_paid = attrs.get("accepts_paid", self.instance.accepts_paid if self.instance else False)
        max_rate = attrs.get("max_rate", self.instance.max_rate if self.instance else None)
        if max_rate and not accepts_paid:
            raise serializers.ValidationError(
                {"accepts_paid": "A highest rate is given: say true here, or leave max_rate out."}
            )
        return attrs


class ChangeMentorSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(
        choices=[(reason.value, reason.label) for reason in Mentorship.REASONS[Mentorship.Status.ENDED_EARLY]],
        help_text="The mentor never reads not_a_fit and went_silent.",
    )


class MentorCardSerializer(StrictModelSerializer):
    """What a mentee sees of a mentor before both said yes: no address."""

    name = TextField(source="user.name", read_only=True)
    headline = TextField(source="user.profile.headline", read_only=True)
    bio = TextField(source="user.profile.bio", read_only=True)
    timezone = TextField(source="user.profile.timezone", read_only=True)
    languages = LanguageSerializer(source="user.profile.languages", many=True, read_only=True)
    career = CareerStepSerializer(source="user.profile.career", many=True, read_only=True)
    rate = RateSerializer(allow_null=True, read_only=True)

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
        ]
        read_only_fields = fields


class CriterionSerializer(serializers.Serializer):
    """Where points come from."""

    score = serializers.FloatField(allow_null=True, help_text="0 to 1; null: not stated.")
    weight = serializers.FloatField(help_text="Points that a score of 1 would give.")
    points = serializers.IntegerField()
    assumed = serializers.BooleanField(help_text="Not stated: an assumption stands in for it.")


@extend_schema_field(serializers.DictField(child=CriterionSerializer()))
class CriteriaField(serializers.JSONField):
    pass


class MatchSerializer(StrictModelSerializer):
    """A match as its mentee sees it."""

    help_request = serializers.UUIDField(source="help_request.uuid", read_only=True)
    mentor = MentorCardSerializer(read_only=True)
    criteria = CriteriaField(read_only=True)
    reasons = serializers.ListField(child=TextField(), read_only=True)
    mentorship = serializers.UUIDField(source="mentorship.uuid", read_only=True, allow_null=True, default=None)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Match
        fields = [
            "uuid",
            "help_request",
            "mentor",
            "status",
            "rank",
            "fit",
            "load_cost",
            "silence_cost",
            "interest_bonus",
            "criteria",
            "reasons",
            "why_you",
            "offer_note",
            "dismiss_reason",
            "decline_reason",
            "decline_note",
            "mentorship",
            "whose_turn",
            "turn_since_at",
            "answer_due_at",
            "created_at",
            "asked_at",
            "offered_at",
            "ended_at",
        ]
        read_only_fields = fields


class RequestCardSerializer(StrictModelSerializer):
    """What a mentor reads of the one who asks: no address before both said yes."""

    mentee = TextField(source="mentee.name", read_only=True)
    mentee_headline = TextField(source="mentee.profile.headline", read_only=True)
    mentee_timezone = TextField(source="mentee.profile.timezone", read_only=True)
    goal = GoalSerializer(read_only=True)
    session_kind = CodeField(slug_field="code", read_only=True)

    class Meta:
        model = HelpRequest
        fields = [
            "uuid",
            "mentee",
            "mentee_headline",
            "mentee_timezone",
            "goal",
            "situation",
            "gap",
            "ask",
            "why",
            "needs",
            "format",
            "session_kind",
            "minutes",
            "languages",
        ]
        read_only_fields = fields


class InboxMatchSerializer(StrictModelSerializer):
    """A match as its mentor sees it."""

    help_request = RequestCardSerializer(read_only=True)
    reasons = serializers.ListField(source="mentor_reasons", child=TextField(), read_only=True)
    mentorship = serializers.UUIDField(source="mentorship.uuid", read_only=True, allow_null=True, default=None)
    whose_turn = TurnField()
    turn_since_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Match
        fields = [
            "uuid",
            "help_request",
            "status",
            "fit",
            "reasons",
            "why_you",
            "offer_note",
            "decline_reason",
            "decline_note",
            "mentorship",
            "whose_turn",
            "turn_since_at",
            "answer_due_at",
            "asked_at",
            "offered_at",
            "ended_at",
        ]
        read_only_fields = fields


class NamelessGoalSerializer(GoalSerializer):
    """A goal as somebody reads it who is not to know whose it is."""

    class Meta(GoalSerializer.Meta):
        fields = [
            "kind",
            "target_role",
            "target_field",
            "target_sector",
            "target_level",
            "target_country",
            "by",
        ]
        read_only_fields = fields


class NamelessRequestSerializer(StrictModelSerializer):
    """What a mentor reads of a request that nobody asked them for: the need, not whose it is.

    Situation and motives are left out: people name employers and themselves there.
    """

    goal = NamelessGoalSerializer(read_only=True)
    session_kind = CodeField(slug_field="code", read_only=True)

    class Meta:
        model = HelpRequest
        fields = [
            "goal",
            "gap",
            "ask",
            "needs",
            "format",
            "session_kind",
            "minutes",
            "languages",
            "opened_at",
        ]
        read_only_fields = fields


class FittingMatchSerializer(StrictModelSerializer):
    """A request that fits a mentor, with the reasons from their side."""

    help_request = NamelessRequestSerializer(read_only=True)
    reasons = serializers.ListField(source="mentor_reasons", child=TextField(), read_only=True)

    class Meta:
        model = Match
        fields = ["uuid", "fit", "reasons", "help_request"]
        read_only_fields = fields


class OfferSerializer(serializers.Serializer):
    note = TextField(
        min_length=NOTE_MIN, max_length=2000, help_text="What you could do in the first half hour: a sentence or two."
    )


class AskSerializer(serializers.Serializer):
    why_you = TextField(
        min_length=WHY_YOU_MIN,
        max_length=2000,
        help_text="Why this mentor: a sentence or two that only fits them, not the words that went to another one.",
    )


class DismissSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(choices=Match.DismissReason.choices)


class DeclineSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(choices=Match.DeclineReason.choices)
    note = TextField(max_length=1000, required=False, allow_blank=True, default="")


class InboxDeclineSerializer(DeclineSerializer):
    """A mentor's no, who may pause in the same step."""

    pause = serializers.BooleanField(default=False)
    pause_until_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day of coming back; without it, until you come back yourself."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("pause_until_on") and not attrs["pause"]:
            raise serializers.ValidationError({"pause": "A day is given: say true here, or leave the day out."})
        return attrs


class MissingSerializer(serializers.Serializer):
    """One part that is thin or absent."""

    part = serializers.ChoiceField(choices=get_args(Part))
    problem = TextField()
    better = TextField(help_text="A sentence that would do; square brackets hold what only you know.")


class ConcretenessSerializer(serializers.Serializer):
    """Whether a mentor could tell what to do."""

    verdict = serializers.ChoiceField(choices=get_args(Verdict), help_text="What is vague cannot be submitted.")
    missing = MissingSerializer(many=True)


class SubmittedSerializer(HelpRequestSerializer):
    """A help request with what mentors may still ask about."""

    concreteness = ConcretenessSerializer(read_only=True)

    class Meta(HelpRequestSerializer.Meta):
        fields = [*HelpRequestSerializer.Meta.fields, "concreteness"]


class SuggestionSerializer(serializers.Serializer):
    """A mentor in a preview; nothing is stored."""

    mentor = MentorCardSerializer()
    rank = serializers.IntegerField()
    fit = serializers.IntegerField(help_text="Whole points, 0 to 100.")
    load_cost = serializers.FloatField(help_text="Points of rank, not of fit, for a mentor who is busy.")
    silence_cost = serializers.FloatField(help_text="Points of rank for questions left without an answer.")
    interest_bonus = serializers.FloatField(help_text="Points of rank for what the mentor wants to explore.")
    criteria = serializers.DictField(child=CriterionSerializer())
    reasons = serializers.ListField(child=TextField())


class RemovedSerializer(serializers.Serializer):
    rule = TextField()
    mentors = serializers.IntegerField(help_text="How many mentors the rule excludes.")
    sentence = TextField()
    advice = TextField(help_text="What you could change.")


class PreviewSerializer(serializers.Serializer):
    concreteness = ConcretenessSerializer()
    suggestions = SuggestionSerializer(many=True)
    least_fit = serializers.IntegerField(help_text="Nobody is proposed who fits with fewer points.")
    weaker = serializers.IntegerField(
        help_text="How many eligible mentors were left out for that, as far as was looked."
    )
    removed = RemovedSerializer(many=True, help_text="The rules that exclude mentors, the strongest first.")


class WhyNotSerializer(serializers.Serializer):
    """Why a mentor is not among the first suggestions: rules that exclude them, or points."""

    rules = serializers.ListField(child=TextField())
    fit = serializers.IntegerField(allow_null=True, help_text="Whole points, 0 to 100; null: not for you to know.")
    behind = serializers.FloatField(
        allow_null=True, help_text="Points of rank behind the last of the first five; null: a rule excludes them."
    )
    missing = serializers.DictField(
        child=serializers.FloatField(), help_text="These points, by criterion and line of the rank."
    )
    sentences = serializers.ListField(child=TextField())
