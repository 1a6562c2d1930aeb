"""Admin pages that show private data note that it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Concern, User
from accounts.services.reads import note_reads, note_reads_of_concerns


def note_read(request: HttpRequest, person: User | int, what: str) -> None:
    """Record that the admin of this request sees ``what`` about a person."""
    note_reads_of(request, [person.pk if isinstance(person, User) else person], what)


def note_reads_of(request: HttpRequest, people: Iterable[int], what: str) -> None:
    """Record that the admin of this request sees ``what`` about each of some people, given by their keys."""
    note_reads(reader=cast(User, request.user), people=set(people), what=what, now=timezone.now())


def note_concerns(request: HttpRequest, concerns: Iterable[Concern]) -> None:
    """Record that the admin of this request sees some concerns."""
    note_reads_of_concerns(reader=cast(User, request.user), concerns=concerns, now=timezone.now())


class ReadsOnRecord(admin.ModelAdmin):
    """The page of a row and its history note a read of ``read_what``, and so does the list if ``list_is_read``.

    ``people_of`` returns the people whom a row is about, as keys of users.
    """

    read_what: str
    people_of: Callable[[Any], Iterable[int]]
    list_is_read = False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if (row := kwargs.get("obj")) is not None:
            self._note(request, [row])
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        if (row := (getattr(response, "context_data", None) or {}).get("object")) is not None:
            self._note(request, [row])
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if self.list_is_read and (shown := getattr(response, "context_data", None)) and "cl" in shown:
            self._note(request, shown["cl"].result_list)
        return response

    def _note(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        people = {person for row in rows for person in self.people_of(row)}
        note_reads_of(request, people, self.read_what)
