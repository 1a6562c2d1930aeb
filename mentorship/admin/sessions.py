"""Sessions in the admin."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.acting import on_rows
from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.export import ExportColumn, Exported
from accounts.admin.worded_filters import is_there
from accounts.figures.row_filters import in_period
from accounts.models import User
from accounts.roles import CONTACT
from accounts.row_actions import RowAction
from accounts.zones import zone_in_words
from mentorship.admin.decisions import settle_page
from mentorship.admin.of_a_pair import OF_PERSON, SEARCH_FIELDS
from mentorship.models import Attendance, Booking, Session, SessionTime
from mentorship.services.sessions.attend import settle_attendance
from mentorship.services.sessions.cancel import cancel_session


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SessionTimeInline(ReadOnlyInline):
    """The times to choose from."""

    model = SessionTime
    verbose_name_plural = "times to choose from"
    fields = readonly_fields = ("number", "starts_at")


class BookingInline(ReadOnlyInline):
    """The people who are taken while the session lasts."""

    model = Booking
    verbose_name_plural = "who is taken while it lasts"
    fields = readonly_fields = ("person", "begins", "ends")

    def begins(self, booking: Booking) -> str:
        # Django shows a moment that a method returns in UTC.
        return date_format(timezone.localtime(booking.during.lower), "DATETIME_FORMAT")

    def ends(self, booking: Booking) -> str:
        # Django shows a moment that a method returns in UTC.
        return date_format(timezone.localtime(booking.during.upper), "DATETIME_FORMAT")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request).select_related("person")


class AttendanceInline(ReadOnlyInline):
    """How the session was, as each of the two said."""

    model = Attendance
    fields = readonly_fields = ("person", "answer", "answered_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        return super().get_queryset(request).select_related("person")


def _in_words(session: Session) -> str:
    at = f", {date_format(timezone.localtime(session.starts_at), 'DATETIME_FORMAT')}" if session.starts_at else ""
    return f"{session}, {session.get_status_display()}{at}"


def _settle(status: Session.Status, label: str, done: str) -> RowAction:
    return RowAction(
        name=status.value,
        label=f"Settle: {label}",
        act=lambda row, deed: settle_attendance(session_id=row.pk, by=deed.by, status=status, now=deed.now),
        done=f"is settled: {done}",
        watched=("status", "disputed_at"),
    )


ACTIONS = (
    RowAction(
        name="cancel",
        label="Cancel and tell both",
        act=lambda row, deed: cancel_session(session_id=row.pk, by=deed.by, now=deed.now, as_admin=True),
        verb="Cancel, and tell both",
        done="is cancelled, and both get a mail. Reason: %(reason)s",
        reader="It stays in the history of the session. The two get a mail without it.",
        in_words=_in_words,
        watched=("status", "starts_at"),
    ),
    _settle(Session.Status.HELD, "it was held", "held"),
    _settle(Session.Status.MISSED_BY_MENTOR, "the mentor did not come", "missed by the mentor"),
    _settle(Session.Status.MISSED_BY_MENTEE, "the mentee did not come", "missed by the mentee"),
)
VIEW_SESSION = "mentorship.view_session"


@admin.register(Session)
class SessionAdmin(Exported, ReadOnlyAdmin):
    """Sessions of mentorships. Notes are for the two, so none are shown."""

    list_display = [
        "mentor",
        "mentee",
        "kind",
        "status",
        "starts_at",
        "disputed_at",
        "proposed_by",
        "waits_since_at",
        "cancelled_by",
    ]
    list_select_related = ["kind", "mentorship__mentor__user", "mentorship__mentee", "proposed_by", "cancelled_by"]
    list_filter = [
        "status",
        is_there("disputed_at", "whether it was held", yes="the two disagree", no="no disagreement"),
        "kind",
        "mentorship__format",
        "mentorship__status",
        in_period("starts_at", title="begins in", parameter="when", with_ahead=True),
        in_period("cancelled_at", title="cancelled in", parameter="cancelled"),
    ]
    of_person = OF_PERSON
    search_fields = SEARCH_FIELDS
    date_hierarchy = "starts_at"
    ordering = ["-created_at", "-pk"]
    exclude = ["shared_notes", "place_zone"]
    readonly_fields = ["zone_of_place"]
    inlines = [SessionTimeInline, BookingInline, AttendanceInline]
    actions = on_rows(Session, *ACTIONS)
    export_people = ("mentorship__mentee_id", "mentorship__mentor__user_id")
    export_columns = (
        ExportColumn("Mentor", VIEW_SESSION, lambda session: session.mentorship.mentor.user.name),
        ExportColumn("Address of the mentor", CONTACT, lambda session: session.mentorship.mentor.user.email),
        ExportColumn("Mentee", VIEW_SESSION, lambda session: session.mentorship.mentee.name),
        ExportColumn("Address of the mentee", CONTACT, lambda session: session.mentorship.mentee.email),
        ExportColumn("Kind", VIEW_SESSION, lambda session: session.kind),
        ExportColumn("Status", VIEW_SESSION, lambda session: session.get_status_display()),
        ExportColumn("Starts", VIEW_SESSION, lambda session: session.starts_at),
        ExportColumn("Minutes", VIEW_SESSION, lambda session: session.minutes),
        ExportColumn("Disputed since", VIEW_SESSION, lambda session: session.disputed_at),
        ExportColumn("Cancelled", VIEW_SESSION, lambda session: session.cancelled_at),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(settle_page, self))
        return [path("<int:pk>/settle/", view, name="mentorship_session_settle"), *super().get_urls()]

    @admin.display(description="time zone of the place")
    def zone_of_place(self, session: Session) -> str:
        return zone_in_words(session.place_zone, now=session.starts_at or timezone.now()) if session.place_zone else ""

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, session: Session) -> User:
        return session.mentorship.mentor.user

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, session: Session) -> User:
        return session.mentorship.mentee
