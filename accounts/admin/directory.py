"""The people whom directories of employers entered."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.reads import ReadsOnRecord
from accounts.admin.worded_filters import is_there
from accounts.models import DirectoryEntry, StaffRead


@admin.register(DirectoryEntry)
class DirectoryEntryAdmin(ReadsOnRecord, ReadOnlyAdmin):
    """Which directory entered whom, and what it did since. Its program alone changes an entry."""

    read_what = StaffRead.What.CONTACT
    fields = ["person", "directory", "address", "external_id", "added_at", "changed_at"]
    fields += ["switched_off_at", "removed_at"]
    list_display = ["person", "directory", "external_id", "added_at", "switched_off_at", "removed_at"]
    list_select_related = ["person", "directory"]
    list_filter = [
        ("directory", admin.RelatedOnlyFieldListFilter),
        is_there("switched_off_at", "switched off", yes="by the directory", no="no"),
        is_there("removed_at", "removed", yes="by the directory", no="no"),
    ]
    of_person = ("person",)
    search_fields = ["person__name", "person__email", "address", "external_id"]
    ordering = ["-added_at", "-pk"]

    def people_of(self, row: DirectoryEntry) -> Iterable[int]:
        return [row.person_id]
