"""Reported feedback, and notes to the organisers, in the admin. Other feedback is not shown here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.acting import act_on_rows, on_rows
from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.reads import ReadsOnRecord
from accounts.admin.worded_filters import is_there
from accounts.models import StaffRead
from accounts.row_actions import RowAction, register
from mentorship.admin.own import besides_own
from mentorship.models import Feedback, OrganiserNote
from mentorship.selectors.feedback import feedback_reported_to_admins
from mentorship.services.feedback.hide import hide_feedback, keep_feedback
from mentorship.services.feedback.read_note import note_is_read

HIDE = RowAction(
    name="hide",
    label="Hide and tell the author",
    act=lambda row, deed: hide_feedback(feedback_id=row.pk, by=deed.by, now=deed.now, **deed.answers),
    verb="Hide the feedback, and tell its author",
    done="is hidden, and the author gets a mail with the reason",
    reader="The author of the feedback and the admins read it, as long as there is the mentorship.",
    in_words=lambda row: f"{row}, reported {date_format(timezone.localtime(row.reported_at))}: {row.report_reason}",
    watched=("kept_at", "hidden_at", "report_reason"),
)
KEEP = RowAction(
    name="keep",
    label="Keep: it stays as it is",
    act=lambda row, deed: keep_feedback(feedback_id=row.pk, by=deed.by, now=deed.now),
    done="stays",
    watched=("kept_at", "hidden_at"),
)
READ = RowAction(
    name="read",
    label="Say that it is read",
    act=lambda row, deed: note_is_read(note_id=row.pk, by=deed.by, now=deed.now),
    done="is read, as its author sees from now on",
    watched=("read_at",),
)
register(Feedback, HIDE)


@admin.register(Feedback)
class FeedbackAdmin(ReadsOnRecord, ReadOnlyAdmin):
    """Feedback that its reader reported, with the reason."""

    read_what = StaffRead.What.FEEDBACK
    # It has the words of the report.
    list_is_read = True

    list_display = ["author", "mentorship", "reported_at", "report_reason", "kept_at", "hidden_at", "hidden_by"]
    list_select_related = ["author", "mentorship__mentor__user", "mentorship__mentee", "hidden_by"]
    list_filter = [
        is_there("hidden_at", "hidden", yes="hidden", no="not hidden"),
        is_there("kept_at", "kept", yes="kept as it is", no="not decided, or hidden"),
    ]
    of_person = ("mentorship__mentee", "mentorship__mentor__user")
    search_fields = ["=mentorship__uuid", "author__email", "author__name"]
    date_hierarchy = "reported_at"
    ordering = ["-reported_at", "-pk"]
    actions = ["hide", *on_rows(Feedback, KEEP)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        return besides_own(feedback_reported_to_admins(), request)

    def people_of(self, row: Feedback) -> list[int]:
        return [row.mentorship.mentee_id, row.mentorship.mentor.user_id]

    @admin.action(description=HIDE.label)
    def hide(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """Note that the reasons of the reports are read: the page that asks for a reason shows them."""
        self._note(request, queryset.select_related("mentorship__mentor"))
        return act_on_rows(self, request, queryset, HIDE)


@admin.register(OrganiserNote)
class OrganiserNoteAdmin(ReadsOnRecord, ReadOnlyAdmin):
    """Private lines of members to the organisers. Nobody else reads them, and they are deleted after a year."""

    read_what = StaffRead.What.NOTE
    list_display = ["author", "mentorship", "written_at", "read_at", "read_by"]
    list_select_related = ["author", "mentorship__mentor__user", "mentorship__mentee", "read_by"]
    list_filter = [is_there("read_at", "read", yes="read", no="not read yet")]
    of_person = ("mentorship__mentee", "mentorship__mentor__user")
    search_fields = ["=mentorship__uuid", "author__email", "author__name"]
    date_hierarchy = "written_at"
    ordering = ["-written_at", "-pk"]
    actions = on_rows(OrganiserNote, READ)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrganiserNote]:
        return besides_own(super().get_queryset(request), request)

    def people_of(self, row: OrganiserNote) -> list[int]:
        return [row.author_id]
