"""The page of a session, from a mail or logged in: its times, its place, its notes, and what the reader can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal
from accounts.models import User
from accounts.page_forms import SerializerForm, forms_of, problem_of, text
from accounts.pages.trouble import trouble_address
from accounts.signed import DONE, Outcome, attempt, is_logged_in, is_now, unknown_button
from mentorship.models import Attendance, Mentorship, Session
from mentorship.pages.plan import PlaceForm
from mentorship.pages.steps import MentorshipPage, StepForm, add_rows, rows_of
from mentorship.pages.times import TimesForm, parsed
from mentorship.selectors.misses import late
from mentorship.selectors.practice import records_at
from mentorship.selectors.practice_text import as_text
from mentorship.selectors.sessions import SessionCard, by_day, may_plan, session_card, sessions_visible_to, times_card
from mentorship.selectors.steps import progress_of
from mentorship.serializers.sessions import NotesSerializer
from mentorship.services.sessions.attend import say_attendance, say_coming
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.change import change_session, write_own_notes, write_shared_notes
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time


class SharedNotesForm(SerializerForm):
    serializer_class = NotesSerializer

    shared = text(
        NotesSerializer,
        "shared",
        rows=6,
        label=gettext_lazy("Shared notes"),
        help_text=gettext_lazy("You two read and write these."),
    )


class OwnNotesForm(SerializerForm):
    serializer_class = NotesSerializer

    own = text(
        NotesSerializer,
        "own",
        rows=4,
        label=gettext_lazy("Your own notes"),
        help_text=gettext_lazy("Nobody but you reads these."),
    )


def page_of(
    mentorship_page: MentorshipPage, steps_page: MentorshipPage
) -> Callable[[HttpRequest, str, User], HttpResponse]:
    """Return the page of a session, with links to its mentorship and to the next steps."""

    def session(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
        """Show a session to one of the two, and let them answer, move, change or cancel it, and write notes."""
        row = get_object_or_404(sessions_visible_to(person), uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            problem, status = _act(request, row, person)
            if problem is None:
                return redirect(request.path)
            row = sessions_visible_to(person).get(pk=row.pk)
        context = _context(row, person, request, now=timezone.now())
        links = {"mentorship_link": mentorship_page, "steps_link": steps_page}
        context |= {name: page(request, row.mentorship, person) for name, page in links.items()}
        context["problem"] = problem
        return render(request, "mentorship/session.html", context, status=status)

    return session


def _context(row: Session, person: User, request: HttpRequest, *, now: datetime) -> dict[str, object]:
    card = session_card(row, to=person)
    has_begun = row.starts_at is not None and row.starts_at <= now
    is_ahead = row.status in Session.AHEAD and not has_begun
    may_change = is_ahead and row.mentorship.status == Mentorship.Status.ACTIVE and card.is_in_contact
    coming = [time.starts_at for time in card.times if time.starts_at > now]
    is_over = row.ends_at is not None and row.ends_at <= now
    forms = _forms(row, person, card, now=now) if may_change else {}
    is_member = is_logged_in(request, person)
    return {
        "session": row,
        "card": card,
        "is_cancelled_by_reader": row.cancelled_by_id == person.pk,
        "is_cancelled_by_other": row.cancelled_by_id == row.mentorship.other_of(person).pk,
        "is_ahead": is_ahead,
        "has_begun": has_begun,
        "may_change": may_change,
        "is_late": row.starts_at is not None and row.starts_at - now < late() and card.is_in_contact,
        "asks_attendance": is_over and row.status == Session.Status.CONFIRMED,
        "answers": Attendance.Answer.choices,
        "days": by_day(coming, card.mine),
        "may_plan_another": (is_over or row.status not in Session.AHEAD) and _may_plan(row, card),
        "is_member": is_member,
        "trouble_link": trouble_address(request, "session", row.uuid, person),
        "is_moving": row.status == Session.Status.CONFIRMED and bool(card.times),
        "posted": request.POST,
        "progress": progress_of(row.mentorship, to=person),
        "step_rows": _step_rows(row, person, request) if _may_add_steps(row, card, has_begun) else [],
        "forms": forms_of(forms | _notes_forms(card, is_member=is_member), request.POST, of=row.uuid),
        "practice": [as_text(record) for record in records_at(row, to=person)] if is_member else None,
    }


def _may_add_steps(row: Session, card: SessionCard, has_begun: bool) -> bool:
    """Return whether the two say what comes until next time: once a session has begun that was not missed."""
    took_place = row.status in (Session.Status.CONFIRMED, Session.Status.HELD) and has_begun
    return took_place and card.is_in_contact and row.mentorship.status in Mentorship.RUNNING


def _step_rows(row: Session, person: User, request: HttpRequest) -> list[StepForm]:
    posted = request.POST if request.POST.get("do") == "steps" else None
    return rows_of(row, person, posted)


def _may_plan(row: Session, card: SessionCard) -> bool:
    return row.mentorship.status == Mentorship.Status.ACTIVE and card.is_in_contact and may_plan(row.mentorship)


def _forms(row: Session, person: User, card: SessionCard, *, now: datetime) -> dict[str, Callable[..., SerializerForm]]:
    place = {"minutes": row.minutes, "place": card.place, "place_zone": card.place_zone or str(card.mine.home)}
    return {
        "propose": _times_form(row, person, now=now),
        "change": partial(PlaceForm, initial=place, instance=row),
    }


def _times_form(row: Session, person: User, *, now: datetime) -> partial[TimesForm]:
    card = times_card(row.mentorship, to=person, minutes=row.minutes, now=now, moved=row)
    return partial(TimesForm, card=card)


def _notes_forms(card: SessionCard, *, is_member: bool) -> dict[str, Callable[..., SerializerForm] | None]:
    return {
        "shared": partial(SharedNotesForm, initial={"shared": card.shared_notes}),
        "own": partial(OwnNotesForm, initial={"own": card.own_notes}) if is_member else None,
    }


def _act(request: HttpRequest, row: Session, person: User) -> Outcome:
    this = {"session_id": row.pk, "by": person}
    match request.POST.get("do"):
        case "take":
            starts_at = parsed(request.POST.get("starts_at", ""))
            if starts_at is None:
                return _("Choose one of the times."), 400
            taken = Session.objects.filter(pk=row.pk, status=Session.Status.CONFIRMED, starts_at=starts_at)
            outcome = attempt(take_time, is_done=taken.exists, starts_at=starts_at, **this)
            if outcome == DONE:
                messages.success(request, _("Both of you are booked."))
            return outcome
        case "propose":
            times_form = _times_form(row, person, now=timezone.now())
            return _sent(request, times_form, lambda times: attempt(propose_times, is_done=_no, times=times, **this))
        case "change":
            place_form = partial(PlaceForm, instance=row)
            return _sent(
                request, place_form, lambda **values: attempt(change_session, is_done=_no, changes=values, **this)
            )
        case "keep":
            kept = Session.objects.filter(pk=row.pk, status=Session.Status.CONFIRMED, proposed_by=None)
            return attempt(keep_time, is_done=kept.exists, **this)
        case "comes":
            coming = row.bookings.filter(person=person, comes_at__isnull=False)
            return attempt(say_coming, is_done=coming.exists, **this)
        case "attendance":
            answer = request.POST.get("answer", "")
            if answer not in Attendance.Answer:
                return _("Choose how it was."), 400
            said = row.attendance.filter(person=person, answer=answer)
            outcome = attempt(say_attendance, is_done=said.exists, answer=answer, **this)
            if outcome == DONE:
                messages.success(request, _("Saved."))
            return outcome
        case "cancel":
            cancelled = Session.Status.CANCELLED
            return attempt(cancel_session, is_done=lambda: is_now(row, cancelled), **this)
        case "steps":
            return add_rows(rows_of(row, person, request.POST), row, person)
        case "shared":
            return _sent(request, SharedNotesForm, lambda shared: _write(write_shared_notes, text=shared, **this))
        case "own" if is_logged_in(request, person):
            return _sent(request, OwnNotesForm, lambda own: _write(write_own_notes, text=own, **this))
    return unknown_button()


def _sent(request: HttpRequest, form_class: Callable[..., SerializerForm], move: Callable[..., Outcome]) -> Outcome:
    """Make the move with the values of the posted form, and say what the reader should know about them."""
    form = form_class(request.POST)
    if not form.is_valid():
        return problem_of(form), 400
    outcome = move(**form.checked)
    if outcome == DONE and isinstance(form, TimesForm):
        for sentence in form.notices:
            messages.info(request, sentence)
    elif outcome == DONE and isinstance(form, SharedNotesForm | OwnNotesForm):
        messages.success(request, _("Saved."))
    return outcome


def _write(move: Callable[..., object], **values: Any) -> Outcome:
    try:
        move(**values)
    except Refusal as refusal:
        return refusal.detail, 409
    return DONE


def _no() -> bool:
    return False
