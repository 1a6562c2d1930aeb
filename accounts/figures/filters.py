"""Filters of lists, so that a figure can link to the rows that it counts. Each is declared beside its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.figures.values import Period

PERIODS = {period.value: "ever" if period is Period.ALL else f"the last {period.label}" for period in Period}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """A filter of the list of ``model``.

    ``choices`` returns its values with their words, for the value in the address or None. ``rows`` returns the
    condition of a value.
    """

    model: type[Model]
    parameter: str
    title: str
    choices: Callable[[str | None, datetime], Mapping[str, str]]
    rows: Callable[[str, datetime], Q]


_filters: list[RowFilter] = []


def add_filters(*filters: RowFilter) -> None:
    """Add filters to lists. Raises ValueError if a list has the parameter already."""
    for one in filters:
        if any((one.model, one.parameter) == (other.model, other.parameter) for other in _filters):
            raise ValueError(f"the list of {one.model.__name__} has a filter {one.parameter!r} already")
        _filters.append(one)


def offered(choices: Mapping[str, str]) -> Callable[[str | None, datetime], Mapping[str, str]]:
    """Return the choices of a filter that are the same for each list."""
    return lambda _value, _now: choices


def by_period(model: type[Model], parameter: str, title: str, rows: Callable[[Period, datetime], Q]) -> RowFilter:
    """Return a filter by the periods of the figures. ``rows`` returns the condition of a period until a moment."""
    return RowFilter(
        model=model,
        parameter=parameter,
        title=title,
        choices=offered(PERIODS),
        rows=lambda value, now: rows(Period(value), now),
    )


def list_filters_of(model: type[Model]) -> list[type[SimpleListFilter]]:
    """Return the filters of the list of ``model`` as the admin takes them."""
    return [_for_admin(one) for one in _filters if one.model is model]


@cache
def _for_admin(one: RowFilter) -> type[SimpleListFilter]:
    def lookups(self: SimpleListFilter, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(one.choices(request.GET.get(one.parameter), timezone.now()).items())

    def queryset(self: SimpleListFilter, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        # The list refuses a value without a choice.
        if value not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(one.rows(value, timezone.now()))

    def has_output(self: SimpleListFilter) -> bool:
        # A value without a choice is refused, not ignored.
        return self.value() is not None or bool(self.lookup_choices)

    name = f"By{one.parameter.title()}"
    members = {"title": one.title, "parameter_name": one.parameter, "lookups": lookups, "queryset": queryset}
    members |= {"has_output": has_output}
    return type(name, (SimpleListFilter,), members)
