"""Figures of the community, for integrators."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.fields import NumberField, StrictSerializer, TextField
from accounts.figures.store import Found
from accounts.figures.values import DEFAULT, Period, Unit

LIST_URL = "The list of the admin pages with what is counted. Empty: no list shows it, or the reader may not see it."


class FigurePeriodSerializer(StrictSerializer):
    """The time over which figures are counted, until now."""

    period = serializers.ChoiceField(
        choices=[(period.value, period.label) for period in Period],
        default=DEFAULT.value,
        help_text="The last 30, 90 or 365 days, or all the time.",
    )


class FigureNumberSerializer(StrictSerializer):
    """One number of a figure."""

    code = TextField()
    label = TextField()
    unit = serializers.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit], help_text="Shares: 0 to 1.")
    number = serializers.FloatField(
        allow_null=True, help_text="Null: nothing was counted, or too few people would be recognised."
    )
    list_url = serializers.URLField(help_text=LIST_URL)


class FigureLineSerializer(StrictSerializer):
    """One sentence of a figure."""

    text = TextField()
    list_url = serializers.URLField(help_text=LIST_URL)


class FigureSerializer(StrictSerializer):
    """A figure with its definition, the count of the things that it is about, and its numbers."""

    code = TextField(source="figure.code")
    group = TextField(source="figure.group.title")
    title = TextField(source="figure.title")
    definition = TextField(source="figure.definition")
    n = NumberField(source="counted.n")
    n_of = TextField(source="figure.of", help_text="The things that n counts.")
    since_at = serializers.DateTimeField(allow_null=True, help_text="Null: it tells how things are now.")
    counted_at = serializers.DateTimeField()
    numbers = serializers.SerializerMethodField()
    trend = serializers.ListField(
        source="counted.trend", child=NumberField(), help_text="Counts in twelve equal parts of the period, or none."
    )
    lines = serializers.SerializerMethodField()
    list_url = serializers.SerializerMethodField()

    @extend_schema_field(FigureNumberSerializer(many=True))
    def get_numbers(self, found: Found) -> list[dict[str, Any]]:
        return [
            {
                "code": part.code,
                "label": part.label,
                "unit": part.unit.value,
                "number": found.counted.numbers.get(part.code),
                "list_url": self._absolute(found.figure.url_of_part(part, **self._for_reader)),
            }
            for part in found.figure.parts
        ]

    @extend_schema_field(FigureLineSerializer(many=True))
    def get_lines(self, found: Found) -> list[dict[str, str]]:
        """Return the sentences of a figure that is no number."""
        return [
            {"text": line.text, "list_url": self._absolute(found.figure.url_of_line(line, **self._for_reader))}
            for line in found.counted.lines
        ]

    def get_list_url(self, found: Found) -> str:
        """Return the list of what n counts."""
        return self._absolute(found.figure.url(**self._for_reader))

    @property
    def _for_reader(self) -> dict[str, Any]:
        return {"period": self.context["period"], "reader": self.context["request"].user}

    def _absolute(self, url: str) -> str:
        return f"{settings.SITE_URL}{url}" if url else ""
