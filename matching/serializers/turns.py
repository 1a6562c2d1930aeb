"""Whose turn it is, in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from matching.selectors.turns_of_requests import COMMUNITY, MENTEE, MENTOR, ORGANISERS

TURNS = [MENTEE, MENTOR, COMMUNITY, ORGANISERS]


class TurnField(serializers.ChoiceField):
    """The side that acts next."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=TURNS, read_only=True, allow_null=True, help_text="Null if nobody acts next.", **kwargs
        )
