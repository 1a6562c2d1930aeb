"""Kinds and names that others use: their page says by whom before it is saved, and one in use is not deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from accounts.admin.row_page import row_page


@dataclass(frozen=True, slots=True)
class Use:
    """So many things of one sort use a row. ``url`` is the list that shows them, if there is one."""

    count: int
    one: str
    many: str
    url: str = ""

    @property
    def words(self) -> str:
        return f"{self.count} {self.one if self.count == 1 else self.many}"


# Uses by apps that the app of a model does not know, by model.
_further: dict[type[Model], list[Callable[[Any], Use]]] = {}


def also_used(model: type[Model], use: Callable[[Any], Use]) -> None:
    """Add a use of the rows of ``model`` by an app that the app of ``model`` does not know."""
    _further.setdefault(model, []).append(use)


class Used(admin.ModelAdmin):
    """An admin whose rows are used by others. ``after_a_change`` says what a change does, ``instead`` of a deletion."""

    after_a_change = ""
    instead = ""
    # A deletion of many at once would not say what each of them is used by.
    actions_of_the_site = frozenset({"delete_selected"})

    def uses_of(self, row: Any) -> Sequence[Use]:
        """Return what uses a stored row."""
        raise NotImplementedError

    def why_it_stays(self, row: Any) -> str:
        """Return why a row stays that nothing uses. Empty if it may go."""
        return ""

    def _all_uses(self, row: Any) -> list[Use]:
        return [*self.uses_of(row), *(use(row) for use in _further.get(self.model, ()))]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = [name for name in super().get_fields(request, obj) if name != "used_by"]
        return ["used_by", *fields] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "used_by"]

    @admin.display(description="used by")
    def used_by(self, row: Any) -> str:
        listed = format_html_join(", ", "{}", ((_link(use),) for use in self._all_uses(row)))
        return format_html("{}. {}", listed, self.after_a_change)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request).items()
        return {name: action for name, action in actions if name not in self.actions_of_the_site}

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse to delete a row that is used, and say what to do instead."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().delete_view(request, object_id, extra_context)
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        # One transaction: what is looked at stays as it is until the row is deleted.
        with transaction.atomic():
            uses = [use for use in self._all_uses(row) if use.count]
            reason = self.why_it_stays(row)
            if not uses and not reason:
                return super().delete_view(request, object_id, extra_context)
        title = f"{row} is used, and stays" if uses else f"{row} stays"
        context = {"title": title, "crumb": "Delete", "uses": uses, "reason": reason, "instead": self.instead}
        status = 409 if request.method == "POST" else 200
        return row_page(self, request, row, "admin/accounts/used.html", context, status=status)


def _link(use: Use) -> str:
    return format_html('<a href="{}">{}</a>', use.url, use.words) if use.url and use.count else use.words
