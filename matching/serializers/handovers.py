"""Handovers in the API, as their mentee reads them."""

from __future__ import annotations

from rest_framework import serializers

from accounts.fields import (
    FlagField,
    IdentifierField,
    NumberField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
)
from matching.models import Handover
from matching.selectors.handovers import back_on, ends_at, is_pause
from matching.serializers.matches import AskSerializer, MentorCardSerializer
from mentorship.selectors.shown import mentorship_card


class HandoverSerializer(StrictModelSerializer):
    """A choice after a mentor who cannot go on, or pauses for long."""

    mentorship = IdentifierField(source="mentorship.uuid", read_only=True)
    mentor = serializers.SerializerMethodField(help_text="The name of the mentor.")
    is_pause = serializers.SerializerMethodField(help_text="False if the mentor cannot go on at all.")
    back_on = serializers.SerializerMethodField(help_text="The day on which a pause ends. Without one I cannot wait.")
    ends_at = serializers.SerializerMethodField(
        help_text="Without an answer the mentorship ends then. Null if it waits."
    )
    choice = serializers.CharField(read_only=True, help_text="One of asked, search, wait, unanswered; empty without.")
    help_request = IdentifierField(
        source="help_request.uuid", read_only=True, allow_null=True, default=None, help_text="The request opened again."
    )

    class Meta:
        model = Handover
        fields = [
            "uuid",
            "mentorship",
            "mentor",
            "is_pause",
            "back_on",
            "opened_at",
            "ends_at",
            "choice",
            "chosen_at",
            "takes_notes",
            "help_request",
            "closed_at",
        ]
        read_only_fields = fields

    def get_mentor(self, handover: Handover) -> str:
        return mentorship_card(handover.mentorship, to=self.context["request"].user).mentor.name

    def get_is_pause(self, handover: Handover) -> bool:
        return is_pause(handover)

    def get_back_on(self, handover: Handover) -> str | None:
        day = back_on(handover)
        return day.isoformat() if day else None

    def get_ends_at(self, handover: Handover) -> str | None:
        ends = ends_at(handover)
        return serializers.DateTimeField().to_representation(ends) if ends else None


class SuccessorSerializer(StrictSerializer):
    """A mentor who could go on now. Nothing is stored."""

    mentor = MentorCardSerializer()
    fit = NumberField(help_text="Whole points, 0 to 100.")
    reasons = serializers.ListField(child=TextField())


class BroughtNotesSerializer(StrictSerializer):
    """Shared notes of a session of an earlier mentorship, which the mentee took along."""

    kind = TextField(help_text="The kind of the session.")
    starts_at = serializers.DateTimeField(allow_null=True)
    shared_notes = TextField()


class SearchSerializer(StrictSerializer):
    takes_notes = FlagField(default=False, help_text="The next mentor reads the shared notes of our sessions.")


class HandOverSerializer(SearchSerializer, AskSerializer):
    mentor = IdentifierField(help_text="The successor's uuid.")
