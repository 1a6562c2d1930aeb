"""Goals, and the kinds of goals and sessions, in the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.fields import CodeField, CountryCodeField, DayField, StrictModelSerializer
from mentorship.models import Goal, GoalKind, SessionKind


class KindInWords:
    """Translate name and phrase of a kind that came with the system."""

    def to_representation(self, kind: GoalKind | SessionKind) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(kind)
        return shown | {name: _(shown[name]) for name in ("name", "phrase") if shown.get(name)}


def must_be_offered(kinds: Iterable[GoalKind | SessionKind], *, stored: Iterable[GoalKind | SessionKind] = ()) -> None:
    """Raise ValidationError for a kind that cannot be chosen any more, unless it is stored already."""
    kept = {kind.pk for kind in stored}
    for kind in kinds:
        if not kind.is_offered and kind.pk not in kept:
            raise serializers.ValidationError(
                _("“%(kind)s” cannot be chosen any more. Choose another one.") % {"kind": kind}, code="not_offered"
            )


class GoalKindSerializer(KindInWords, StrictModelSerializer):
    class Meta:
        model = GoalKind
        fields = ["code", "name", "phrase", "description", "needs_market"]


class SessionKindSerializer(KindInWords, StrictModelSerializer):
    class Meta:
        model = SessionKind
        fields = ["code", "name", "minutes", "agenda", "mentee_prepares", "mentor_prepares"]


class GoalSerializer(StrictModelSerializer):
    kind = CodeField(slug_field="code", queryset=GoalKind.objects.all())
    target_country = CountryCodeField(required=False, allow_blank=True, help_text="ISO 3166 alpha-2")
    by = DayField(source="by_on", required=False, allow_null=True)

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

    def validate_kind(self, kind: GoalKind) -> GoalKind:
        must_be_offered([kind], stored=[self.instance.kind] if self.instance else [])
        return kind

    def validate_by(self, day: date | None) -> date | None:
        # A client may send back a date that has passed meanwhile.
        if day is None or (self.instance and day == self.instance.by_on):
            return day
        request = self.context.get("request")
        zone = request.user.profile.zone if request is not None and request.user.is_authenticated else UTC
        if day < timezone.now().astimezone(zone).date():
            raise serializers.ValidationError(_("This day has passed. Name a day to come, or none."))
        return day

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs.get("kind") or (self.instance and self.instance.kind)
        country = attrs.get("target_country", self.instance.target_country if self.instance else "")
        if kind and kind.needs_market and not country:
            raise serializers.ValidationError(
                {"target_country": _("Name the country: only mentors who worked there can help with this goal.")}
            )
        return attrs
