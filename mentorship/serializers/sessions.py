"""Sessions in the API."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import (
    BoundedListField,
    CodeField,
    IdentifierField,
    MomentField,
    NumberField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    TimezoneField,
)
from mentorship.models import ActionItem, Attendance, Session, SessionKind
from mentorship.models.session import MINUTES_MAX, MINUTES_MIN, TIMES_MAX, is_address, is_link
from mentorship.selectors.sessions import SessionCard, session_card
from mentorship.serializers.goals import must_be_offered

NOTES_MAX = 10_000  # characters
PLACE_MAX = 500
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


class ShortKindSerializer(StrictModelSerializer):
    """The kind of a session."""

    class Meta:
        model = SessionKind
        fields = ["code", "name"]
        read_only_fields = fields

    name = serializers.SerializerMethodField(help_text="With its article: “a mock interview”.")

    def get_name(self, kind: SessionKind) -> str:
        return str(kind)


class SessionSerializer(StrictModelSerializer):
    """A session, for the person of the request. After a block place and shared notes are empty."""

    mentorship = IdentifierField(source="mentorship.uuid", read_only=True)
    kind = ShortKindSerializer(read_only=True)
    agenda = serializers.SerializerMethodField()
    i_prepare = serializers.SerializerMethodField(help_text="What my side prepares. It can be empty.")
    place = serializers.SerializerMethodField(help_text="A link or an address. Empty if it is not shown.")
    place_zone = serializers.SerializerMethodField(help_text="The time zone of an address. Empty for a link.")
    times = serializers.SerializerMethodField(help_text="Times to choose from, also to move a confirmed session.")
    whose_turn = serializers.SerializerMethodField(help_text="The side that has to answer. Null without times.")
    turn_since_at = serializers.DateTimeField(source="waits_since_at", read_only=True, allow_null=True)
    shared_notes = serializers.SerializerMethodField(help_text="Both of us read and write them.")
    own_notes = serializers.SerializerMethodField(help_text="Nobody else reads them.")
    i_come = serializers.SerializerMethodField(help_text="I said that I will be there.")
    attendance = serializers.SerializerMethodField(help_text="How it was, as I said. Null before.")
    version = serializers.IntegerField(
        read_only=True, help_text="Counts the confirmed changes, as SEQUENCE in a calendar (RFC 5545)."
    )

    class Meta:
        model = Session
        fields = [
            "uuid",
            "mentorship",
            "kind",
            "agenda",
            "i_prepare",
            "status",
            "version",
            "starts_at",
            "minutes",
            "place",
            "place_zone",
            "times",
            "whose_turn",
            "turn_since_at",
            "shared_notes",
            "own_notes",
            "i_come",
            "attendance",
            "created_at",
        ]
        read_only_fields = fields

    def get_agenda(self, session: Session) -> str:
        return self._card(session).agenda

    def get_i_prepare(self, session: Session) -> str:
        return self._card(session).i_prepare

    def get_place(self, session: Session) -> str:
        return self._card(session).place

    def get_place_zone(self, session: Session) -> str:
        return self._card(session).place_zone

    @extend_schema_field(serializers.ListField(child=serializers.DateTimeField()))
    def get_times(self, session: Session) -> list[str]:
        field = serializers.DateTimeField()
        return [field.to_representation(time.starts_at) for time in self._card(session).times]

    @extend_schema_field(serializers.ChoiceField(choices=ActionItem.Side.choices, allow_null=True))
    def get_whose_turn(self, session: Session) -> str | None:
        return self._card(session).whose_turn

    def get_shared_notes(self, session: Session) -> str:
        return self._card(session).shared_notes

    def get_own_notes(self, session: Session) -> str:
        return self._card(session).own_notes

    def get_i_come(self, session: Session) -> bool:
        return self._card(session).comes

    @extend_schema_field(serializers.ChoiceField(choices=Attendance.Answer.choices, allow_null=True))
    def get_attendance(self, session: Session) -> str | None:
        return self._card(session).attendance or None

    def _card(self, session: Session) -> SessionCard:
        return session_card(session, to=self.context["request"].user)


class LengthAndPlaceSerializer(StrictSerializer):
    """Length and place of a session: a link of the web, or an address with its time zone."""

    minutes = NumberField(min_value=MINUTES_MIN, max_value=MINUTES_MAX, required=False)
    place = TextField(
        max_length=PLACE_MAX,
        required=False,
        allow_blank=True,
        help_text="A link (https or http), or an address with its time zone. Empty: agree on it by mail.",
    )
    place_zone = TimezoneField(required=False, allow_blank=True, help_text="Of an address: an IANA name.")

    def validate_place(self, place: str) -> str:
        place = " ".join(place.split())
        if SCHEME.match(place) and not is_link(place):
            raise serializers.ValidationError(_("Give a link that begins with https:// or http://, or an address."))
        return place

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        session = self.instance
        place = attrs.get("place", session.place if session else "")
        zone = attrs.get("place_zone", session.place_zone if session else "")
        if not is_address(place):
            if attrs.get("place_zone"):
                sentence = _("Only an address has a time zone. Leave it out for a link, or without a place.")
                raise serializers.ValidationError({"place_zone": sentence})
            zone = ""
        elif not zone:
            sentence = _("Say in which time zone this address is. A link begins with https://.")
            raise serializers.ValidationError({"place_zone": sentence})
        return attrs | {"place": place, "place_zone": zone}


class ProposeTimesSerializer(StrictSerializer):
    times = BoundedListField(
        child=MomentField(),
        min_length=1,
        max_length=TIMES_MAX,
        help_text="Full minutes with their difference from UTC. They take the place of the times that are open.",
    )


class ProposeSessionSerializer(LengthAndPlaceSerializer, ProposeTimesSerializer):
    """A session to propose. Without ``minutes`` it is as long as usual for its kind."""

    kind = CodeField(
        slug_field="code",
        queryset=SessionKind.objects.all(),
        required=False,
        help_text="Default: a first call of 15 to 30 minutes, later a kind that the mentor offers.",
    )

    def validate_kind(self, kind: SessionKind) -> SessionKind:
        must_be_offered([kind])
        return kind


class ChangeSessionSerializer(LengthAndPlaceSerializer):
    """Changes of a session. A field that is left out stays as it is."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = set(attrs)
        # Another place does not keep the time zone of the one before.
        if "place" in attrs and "place_zone" not in attrs and attrs["place"] != self.instance.place:
            attrs = attrs | {"place_zone": ""}
        attrs = super().validate(attrs)
        # A place goes with its zone. What was not given is not written: somebody else may be changing it.
        written = given | ({"place_zone"} if "place" in given else set())
        return {name: value for name, value in attrs.items() if name in written}


class TakeSerializer(StrictSerializer):
    starts_at = MomentField(
        help_text="One of the times of the session.",
        error_messages={"required": gettext_lazy("Choose one of the times.")},
    )


class AttendanceSerializer(StrictSerializer):
    answer = serializers.ChoiceField(choices=Attendance.Answer.choices)


class NotesSerializer(StrictSerializer):
    """Notes to replace. A field that is left out stays as it is."""

    shared = TextField(required=False, allow_blank=True, max_length=NOTES_MAX, help_text="Both of us read them.")
    own = TextField(required=False, allow_blank=True, max_length=NOTES_MAX, help_text="Only I read them.")

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if not attrs:
            raise serializers.ValidationError(_("Send shared notes, own notes, or both."))
        return attrs
