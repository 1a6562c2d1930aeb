"""Filters of lists by the periods of the figures, so that a figure can link to the rows that it counts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.figures.filters import PERIODS
from accounts.figures.sql import within
from accounts.figures.values import Period

AHEAD = "ahead"


def in_period(field: str, *, title: str, parameter: str, with_ahead: bool = False) -> type[admin.SimpleListFilter]:
    """Return a filter by ``field``: in one of the periods, or from now on."""

    def lookups(self: admin.SimpleListFilter, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = list(PERIODS.items())
        return [*found, (AHEAD, "from now on")] if with_ahead else found

    def queryset(self: admin.SimpleListFilter, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value, now = self.value(), timezone.now()
        if value is None:
            return queryset
        return queryset.filter(Q(**{f"{field}__gte": now}) if value == AHEAD else within(field, Period(value), now))

    name = f"In{parameter.title()}"
    members = {"title": title, "parameter_name": parameter, "lookups": lookups, "queryset": queryset}
    return type(name, (admin.SimpleListFilter,), members)
