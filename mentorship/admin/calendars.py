"""Calendar addresses in the admin: whether a person has one, and since when. Nobody sees an address."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import NotAddedHere
from mentorship.models import CalendarAddress


@admin.register(CalendarAddress)
class CalendarAddressAdmin(NotAddedHere):
    """To delete a row is to revoke the address."""

    list_display = ["person", "created_at"]
    list_select_related = ["person"]
    of_person = ("person",)
    search_fields = ["person__email", "person__name"]
    ordering = ["-created_at", "-pk"]
    fields = ["person", "created_at"]
    readonly_fields = ["person", "created_at"]
