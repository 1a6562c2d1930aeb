"""Admin pages show what the role of their reader may see, and offer what it may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from accounts.history import changes_of
from accounts.of_person import PersonFilter, is_about
from accounts.roles import CONTACT


class RoleModelAdmin(admin.ModelAdmin):
    """Actions, fields, filters and searches by role.

    An action without ``permissions`` of its own needs the permission with its name: "app.approve_mentorprofile".
    ``shown_with`` of an admin class maps a field, or a column, to the permission that it needs. ``notes_need`` is the
    permission for the notes of the admin pages about a row.

    An admin whom a row is about, by ``of_person``, does not read the notes of others on it.
    """

    object_history_template = "admin/record.html"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        label, model = self.opts.app_label, self.opts.model_name
        return {
            name: found
            for name, found in super().get_actions(request).items()
            if found and (hasattr(found[0], "allowed_permissions") or request.user.has_perm(f"{label}.{name}_{model}"))
        }

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the record of changes, without the fields that the reader may not see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = super().history_view(request, object_id, extra_context)
        if "object" in (shown := getattr(response, "context_data", None) or {}):
            row = shown["object"]
            hidden = self._hidden(request)
            shown["changes"] = [change.without(hidden) for change in changes_of(row)]
            notes_need = getattr(self, "notes_need", "")
            if (notes_need and not request.user.has_perm(notes_need)) or is_about(
                row, getattr(self, "of_person", ()), request.user.pk
            ):
                shown["action_list"] = []
        return response

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        of_person = [PersonFilter] if getattr(self, "of_person", ()) else []
        return [*of_person, *self._shown(request, super().get_list_filter(request))]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse a filter in the address by what the reader may not see: its answer would tell it."""
        return lookup.partition("__")[0] not in self._hidden(request) and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self._shown(request, super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self._shown(request, super().get_readonly_fields(request, obj))

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*(super().get_exclude(request, obj) or ()), *self._hidden(request)]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Leave out what the reader may not see: a search would tell it."""
        fields = [*super().get_search_fields(request)]
        if not request.user.has_perm(CONTACT):
            fields = [name for name in fields if not name.endswith("email")]
        return [name for name in fields if name not in self._hidden(request)]

    def _hidden(self, request: HttpRequest) -> set[str]:
        # This class comes before the admin class, whose attribute a default here would hide.
        shown_with: Mapping[str, str] = getattr(self, "shown_with", {})
        return {name for name, permission in shown_with.items() if not request.user.has_perm(permission)}

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        hidden = self._hidden(request)
        return [name for name in names if (name[0] if isinstance(name, tuple) else name) not in hidden]
