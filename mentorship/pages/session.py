"""The page of a session, from a mail or logged in: its times, its place, and what the reader can do."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signed import Outcome, attempt, is_now, unknown_button
from mentorship.models import Attendance, Session
from mentorship.selectors.sessions import session_card, sessions_visible_to
from mentorship.services.sessions.attend import say_attendance, say_coming
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.take import take_time


def session(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Show a session to one of the two, and let them take a time, keep the present one, or cancel it."""
    row = get_object_or_404(sessions_visible_to(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act(request, row, person)
        if problem is None:
            return redirect(request.path)
        row = sessions_visible_to(person).get(pk=row.pk)
    now = timezone.now()
    has_begun = row.starts_at is not None and row.starts_at <= now
    is_over = row.ends_at is not None and row.ends_at <= now
    context = {
        "session": row,
        "card": session_card(row, to=person),
        "is_ahead": row.status in Session.AHEAD and not has_begun,
        "comes": row.bookings.filter(person=person, comes_at__isnull=False).exists(),
        "asks_attendance": is_over and row.status == Session.Status.CONFIRMED,
        "attendance": row.attendance.filter(person=person).first(),
        "answers": Attendance.Answer.choices,
        "problem": problem,
    }
    return render(request, "mentorship/session.html", context, status=status)


def _act(request: HttpRequest, row: Session, person: User) -> Outcome:
    match request.POST.get("do"):
        case "take":
            starts_at = _time_of(request.POST.get("starts_at", ""))
            if starts_at is None:
                return _("Choose one of the times."), 400
            taken = Session.objects.filter(pk=row.pk, status=Session.Status.CONFIRMED, starts_at=starts_at)
            return attempt(take_time, is_done=taken.exists, session_id=row.pk, by=person, starts_at=starts_at)
        case "keep":
            kept = Session.objects.filter(pk=row.pk, status=Session.Status.CONFIRMED, proposed_by=None)
            return attempt(keep_time, is_done=kept.exists, session_id=row.pk, by=person)
        case "comes":
            coming = row.bookings.filter(person=person, comes_at__isnull=False)
            return attempt(say_coming, is_done=coming.exists, session_id=row.pk, by=person)
        case "attendance":
            answer = request.POST.get("answer", "")
            if answer not in Attendance.Answer:
                return _("Choose how it was."), 400
            said = row.attendance.filter(person=person, answer=answer)
            return attempt(say_attendance, is_done=said.exists, session_id=row.pk, by=person, answer=answer)
        case "cancel":
            cancelled = Session.Status.CANCELLED
            return attempt(cancel_session, is_done=lambda: is_now(row, cancelled), session_id=row.pk, by=person)
    return unknown_button()


def _time_of(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
