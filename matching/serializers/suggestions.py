"""A preview of suggestions in the API, and why a mentor is not among them."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import TextField
from matching.serializers.help_requests import ConcretenessSerializer
from matching.serializers.matches import CriterionSerializer, MentorCardSerializer


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
