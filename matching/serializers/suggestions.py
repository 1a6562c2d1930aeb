"""A preview of suggestions in the API, and why a mentor is not among them."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import NumberField, StrictSerializer, TextField
from matching.engine.chances import KINDS
from matching.selectors.chances import Place
from matching.serializers.help_requests import ConcretenessSerializer
from matching.serializers.matches import CriterionSerializer, MentorCardSerializer


class SuggestionSerializer(StrictSerializer):
    """A mentor in a preview. Nothing is stored."""

    mentor = MentorCardSerializer()
    rank = NumberField()
    fit = NumberField(help_text="Whole points, 0 to 100.")
    load_cost = serializers.FloatField(help_text="Points of rank, not of fit, for a mentor who is busy.")
    silence_cost = serializers.FloatField(help_text="Points of rank for questions left without an answer.")
    interest_bonus = serializers.FloatField(help_text="Points of rank for what the mentor wants to explore.")
    criteria = serializers.DictField(child=CriterionSerializer())
    reasons = serializers.ListField(child=TextField())


class RemovedSerializer(StrictSerializer):
    rule = TextField()
    mentors = NumberField(help_text="The number of mentors that the rule excludes.")
    sentence = TextField()
    advice = TextField(help_text="A change that would help.")


class PreviewSerializer(StrictSerializer):
    concreteness = ConcretenessSerializer()
    suggestions = SuggestionSerializer(many=True)
    least_fit = NumberField(help_text="Mentors with fewer points are not proposed.")
    weaker = NumberField(help_text="The number of eligible mentors with fewer points, as far as they were ranked.")
    removed = RemovedSerializer(many=True, help_text="The rules that exclude mentors, the strongest first.")


class WhyNotSerializer(StrictSerializer):
    """Why a mentor is not among the first suggestions: rules that exclude them, or points."""

    rules = serializers.ListField(child=TextField())
    fit = NumberField(allow_null=True, help_text="Whole points, 0 to 100. Null if a private rule excludes the mentor.")
    behind = serializers.FloatField(
        allow_null=True,
        help_text="Points of rank behind the last of the first five. Null if a rule excludes the mentor.",
    )
    missing = serializers.DictField(
        child=serializers.FloatField(), help_text="The missing points, by criterion and line of the rank."
    )
    sentences = serializers.ListField(child=TextField())


class BetterChanceSerializer(StrictSerializer):
    """One change, and the mentors whom it alone would bring."""

    kind = serializers.ChoiceField(choices=KINDS)
    change = TextField()
    more = NumberField(help_text="Mentors who would fit well enough, and do not now.")
    fewer = NumberField(help_text="Mentors who fit well enough now, and would not then.")
    place = serializers.ChoiceField(choices=list(Place), help_text="Where the change is made.")


class BetterChancesSerializer(StrictSerializer):
    """The small changes that would bring more mentors, the best first. Everybody is ranked anew for each."""

    now = NumberField(help_text="Mentors who fit well enough now.")
    changes = BetterChanceSerializer(many=True, help_text="Empty if no single change would bring a mentor.")
