"""Practice in the admin: that a record exists, whose it is, and since when. No admin reads a word of it."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from mentorship.models import PracticeRecord


@admin.register(PracticeRecord)
class PracticeRecordAdmin(ReadOnlyAdmin):
    list_display = ["owner", "created_at", "changed_at"]
    list_select_related = ["owner"]
    of_person = ("owner",)
    search_fields = ["=uuid", "=owner__email"]
    ordering = ["-created_at", "-pk"]
    fields = ["owner", "created_at", "changed_at"]
