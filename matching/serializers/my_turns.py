"""Whose turn it is, and how a mentor is found, in the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import FlagField, NumberField, StrictSerializer, TextField
from matching.engine.openings import OFFER_KINDS
from matching.models import Match
from matching.selectors.my_turns import Kind
from matching.selectors.openings import OfferPlace


class MyTurnSerializer(StrictSerializer):
    """One thing that waits, or a mentorship that runs."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    role = serializers.ChoiceField(choices=Match.Side.choices, help_text="Mine.")
    uuid = serializers.UUIDField(
        allow_null=True,
        help_text="A request, an inbox entry, a pair of a cohort, a goal, a cohort, a mentorship or a session of mine. "
        "Null for a profile.",
    )
    name = TextField(help_text="The other person, if I may know the name, or a cohort.")
    about = TextField(help_text="The goal, the kind of a session, or the first step that is due.")
    since_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null without a deadline.")
    count = NumberField(help_text="The number of mentors to choose from, or of steps that are due.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="The time of the next session.")
    missing = serializers.ListField(child=TextField(), help_text="Facts that a profile lacks.")


class TurnsSerializer(StrictSerializer):
    mine = MyTurnSerializer(many=True, help_text="What waits for me, the nearest deadline first.")
    others = MyTurnSerializer(many=True, help_text="What waits for somebody else.")
    running = MyTurnSerializer(many=True, help_text="The next session, then my running mentorships.")


class LimitSerializer(StrictSerializer):
    code = TextField()
    stops = FlagField(help_text="Nobody is proposed to me because of it.")
    sentence = TextField()


class HowFoundSerializer(StrictSerializer):
    """How often I am proposed as a mentor, and what limits it."""

    shown = NumberField(help_text="People who have me on their list now.")
    waiting = NumberField(help_text="Questions that wait for my answer.")
    running = NumberField(help_text="People I mentor, also elsewhere.")
    capacity = NumberField()
    limits = LimitSerializer(many=True)


class MoreRequestsSerializer(StrictSerializer):
    """One change of my offer, and the open requests that it alone would bring."""

    kind = serializers.ChoiceField(choices=OFFER_KINDS)
    change = TextField()
    more = NumberField(help_text="Open requests for which I would be one of the best mentors, and am not now.")
    place = serializers.ChoiceField(choices=list(OfferPlace), help_text="Where the change is made.")


class OpeningsSerializer(StrictSerializer):
    """The small changes of my offer that would bring more requests, the best first. Each request is ranked anew."""

    changes = MoreRequestsSerializer(many=True, help_text="Empty if no single change would bring a request.")
    judged_max = NumberField(help_text="The newest open requests are counted, and no more than these.")
