"""Base classes and helpers for the admin pages of all apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.exceptions import Refusal


class NotAddedHere(admin.ModelAdmin):
    """Rows are created elsewhere, by a sign-up or a service."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NotDeletedHere(NotAddedHere):
    """Other rows would be broken or lost without them."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(NotDeletedHere):
    """Rows change only by actions, which call services."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def apply_to_each(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    act: Callable[[Any], object],
    done: str,
    *,
    name: Callable[[Any], str] = str,
) -> None:
    """Call ``act`` with each row, show each outcome, and log the changes.

    ``done`` completes "<name of the row> ...". A refusal is shown with its reason.
    """
    for row in rows:
        try:
            act(row)
        except Refusal as refusal:
            model_admin.message_user(request, f"{name(row)}: {refusal.detail}", messages.WARNING)
        else:
            sentence = f"{name(row)} {done}."
            model_admin.log_change(request, row, sentence)
            model_admin.message_user(request, sentence, messages.SUCCESS)
