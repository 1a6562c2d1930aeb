"""Sessions in the admin."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.admin.base import ReadOnlyAdmin, apply_to_each
from accounts.admin.reasons import with_reason
from accounts.models import User
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
    fields = readonly_fields = ("number", "starts_at")


class BookingInline(ReadOnlyInline):
    """The people who are taken while the session lasts."""

    model = Booking
    fields = readonly_fields = ("person", "during")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request).select_related("person")


class AttendanceInline(ReadOnlyInline):
    """How the session was, as each of the two said."""

    model = Attendance
    fields = readonly_fields = ("person", "answer", "answered_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        return super().get_queryset(request).select_related("person")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
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
        ("disputed_at", admin.EmptyFieldListFilter),
        "kind",
        "mentorship__format",
        "mentorship__status",
    ]
    search_fields = [
        "=mentorship__uuid",
        "mentorship__mentor__user__email",
        "mentorship__mentor__user__name",
        "mentorship__mentee__email",
        "mentorship__mentee__name",
    ]
    date_hierarchy = "starts_at"
    ordering = ["-created_at", "-pk"]
    exclude = ["shared_notes"]
    inlines = [SessionTimeInline, BookingInline, AttendanceInline]
    actions = ["cancel", "held", "missed_by_mentor", "missed_by_mentee"]

    @admin.display(ordering="mentorship__mentor__user__name")
    def mentor(self, session: Session) -> User:
        return session.mentorship.mentor.user

    @admin.display(ordering="mentorship__mentee__name")
    def mentee(self, session: Session) -> User:
        return session.mentorship.mentee

    @admin.action(description="Cancel and tell both")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse | None:
        """Ask for a reason and a second click, then cancel each session."""
        return with_reason(
            self,
            request,
            queryset.select_related(*self.list_select_related),
            lambda reason: self._cancel(request, queryset, reason),
            verb="Cancel, and tell both",
            reader="It stays in the history of the session. The two get a mail without it.",
            name=_in_words,
        )

    @admin.action(description="Settle: it was held")
    def held(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._settle(request, queryset, Session.Status.HELD)

    @admin.action(description="Settle: the mentor did not come")
    def missed_by_mentor(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._settle(request, queryset, Session.Status.MISSED_BY_MENTOR)

    @admin.action(description="Settle: the mentee did not come")
    def missed_by_mentee(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._settle(request, queryset, Session.Status.MISSED_BY_MENTEE)

    def _settle(self, request: HttpRequest, queryset: QuerySet[Session], status: Session.Status) -> None:
        by, now = cast(User, request.user), timezone.now()
        apply_to_each(
            self,
            request,
            queryset.select_related(*self.list_select_related),
            lambda session: settle_attendance(session_id=session.pk, by=by, status=status, now=now),
            f"is settled: {status.label}",
        )

    def _cancel(self, request: HttpRequest, queryset: QuerySet[Session], reason: str) -> None:
        by, now = cast(User, request.user), timezone.now()
        rows = queryset.select_related(*self.list_select_related)
        apply_to_each(
            self,
            request,
            rows,
            lambda session: cancel_session(session_id=session.pk, by=by, now=now, as_admin=True),
            f"is cancelled, and both get a mail. Reason: {reason.strip().rstrip('.')}",
        )


def _in_words(session: Session) -> str:
    at = f", {date_format(session.starts_at, 'DATETIME_FORMAT')}" if session.starts_at else ""
    return f"{session}, {session.get_status_display()}{at}"
