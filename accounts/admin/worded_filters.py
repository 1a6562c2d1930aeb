"""Filters of lists whose choices are in the words of an admin, not in those of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


def is_there(field: str, title: str, *, yes: str, no: str) -> tuple[str, type[admin.EmptyFieldListFilter]]:
    """Return a filter by whether ``field`` has a value. ``yes`` and ``no`` are its choices."""

    class IsThere(admin.EmptyFieldListFilter):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.title = title

        def choices(self, changelist: Any) -> Iterator[Any]:
            choices = super().choices(changelist)
            yield next(choices)
            for choice, said in zip(choices, (no, yes), strict=True):
                yield choice | {"display": _with_count(said, choice["display"])}

    return field, IsThere


def by_name(field: str, name: Callable[[str], object]) -> tuple[str, type[admin.AllValuesFieldListFilter]]:
    """Return a filter by the values of ``field`` that occur, each called by its ``name``."""

    class ByName(admin.AllValuesFieldListFilter):
        def choices(self, changelist: Any) -> Iterator[Any]:
            choices = super().choices(changelist)
            yield next(choices)
            for choice in choices:
                value, _, _ = str(choice["display"]).partition(" (")
                yield choice | {"display": _with_count(str(name(value)), choice["display"])}

    return field, ByName


def erased(field: str) -> type[admin.SimpleListFilter]:
    """Return a filter by ``field``, the time of an erasure. Unless it is asked for them, it hides who was erased."""

    class Erased(admin.SimpleListFilter):
        title, parameter_name = "erasure", "erased"

        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
            return [("yes", "erased"), ("all", "all")]

        def choices(self, changelist: Any) -> Iterator[Any]:
            choices = super().choices(changelist)
            yield next(choices) | {"display": "not erased"}
            yield from choices

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            value = self.value()
            return queryset if value == "all" else queryset.filter(**{f"{field}__isnull": value != "yes"})

    return Erased


def _with_count(words: str, display: object) -> str:
    """Return ``words`` with the count that Django put behind its own words, if it counted."""
    _, mark, count = str(display).partition(" (")
    return f"{words}{mark}{count}"
