"""Filters of lists, so that a figure can link to the rows that it counts.

A ``RowFilter`` is declared beside its figure. Filters by the period of a date are declared with their list.
"""

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

from accounts.figures.sql import within
from accounts.figures.values import Period

AHEAD = "ahead"
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


def in_period(field: str, *, title: str, parameter: str, with_ahead: bool = False) -> type[SimpleListFilter]:
    """Return a filter by ``field``, a time: in one of the periods, or from now on."""

    def rows(value: str, now: datetime) -> Q:
        return Q(**{f"{field}__gte": now}) if value == AHEAD else within(field, Period(value), now)

    choices = PERIODS | ({AHEAD: "from now on"} if with_ahead else {})
    return _for_admin(parameter, title, offered(choices), rows)


def list_filters_of(model: type[Model]) -> list[type[SimpleListFilter]]:
    """Return the filters of the list of ``model`` as the admin takes them."""
    return [_of_row_filter(one) for one in _filters if one.model is model]


@cache
def _of_row_filter(one: RowFilter) -> type[SimpleListFilter]:
    return _for_admin(one.parameter, one.title, one.choices, one.rows)


def _for_admin(
    parameter: str,
    title: str,
    choices: Callable[[str | None, datetime], Mapping[str, str]],
    rows: Callable[[str, datetime], Q],
) -> type[SimpleListFilter]:
    def lookups(self: SimpleListFilter, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(choices(request.GET.get(parameter), timezone.now()).items())

    def queryset(self: SimpleListFilter, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        # The list refuses a value without a choice.
        if value not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(rows(value, timezone.now()))

    def has_output(self: SimpleListFilter) -> bool:
        # A value without a choice is refused, not ignored.
        return self.value() is not None or bool(self.lookup_choices)

    name = f"By{parameter.title()}"
    members = {"title": title, "parameter_name": parameter, "lookups": lookups, "queryset": queryset}
    members |= {"has_output": has_output}
    return type(name, (SimpleListFilter,), members)
