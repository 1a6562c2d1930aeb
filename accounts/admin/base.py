"""Base classes and helpers for the admin pages of all apps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.exceptions import Refusal
from accounts.zones import zone_in_words


def needs(request: HttpRequest, permission: str) -> None:
    """Raise PermissionDenied unless the role of the admin has ``permission``. Each page of our own calls it first."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def in_named_zone(at: datetime) -> str:
    """Return a moment in the admin's zone, which is named in words: for the log, which other admins read."""
    zone = zone_in_words(timezone.get_current_timezone_name(), now=at)
    return f"{date_format(timezone.localtime(at), 'j F Y, H:i')} ({zone})"


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


def attempt(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    row: Model | None,
    act: Callable[[], str],
    *,
    about: str = "",
) -> bool:
    """Call ``act``, which calls a service and returns what was done in words. Log that with ``row``, and show it.

    A refusal is shown, after ``about``. Return whether it was done. Without a row nothing is logged.
    """
    try:
        done = act()
    except Refusal as refusal:
        model_admin.message_user(request, f"{about}{refusal.detail}", messages.WARNING)
        return False
    if row is not None:
        model_admin.log_change(request, row, done)
    model_admin.message_user(request, done, messages.SUCCESS)
    return True
