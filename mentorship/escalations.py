"""The causes in mentorships for which an admin has to act."""

from __future__ import annotations

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext_lazy

from accounts.escalations import EscalationKind, register
from accounts.models import MentorProfile, User
from accounts.roles import TROUBLE
from mentorship.models import Feedback, FitCheck, Mentorship, OrganiserNote, Session
from mentorship.selectors.escalations import (
    NO_SHOWS,
    absent_mentees,
    absent_mentors,
    disputed_sessions,
    never_met,
    overloaded_mentors,
    reported_feedback,
    said_not_good,
    silent_pairs,
    unread_notes,
)


def _two(mentorship: Mentorship) -> list[User]:
    return [mentorship.mentee, mentorship.mentor.user]


def _of_two(reader: User) -> Q:
    return Q(mentee=reader) | Q(mentor__user=reader)


def _of_mentorship(reader: User) -> Q:
    return Q(mentorship__mentee=reader) | Q(mentorship__mentor__user=reader)


def _session_in_words(session: Session) -> str:
    at = f" on {date_format(localtime(session.starts_at), 'DATETIME_FORMAT')}" if session.starts_at else ""
    return f"{session.kind}{at}"


def _told(check: FitCheck) -> str:
    """Return who told the organisers. Nobody but the person reads the note."""
    side = "mentee" if check.person_id == check.mentorship.mentee_id else "mentor"
    return f"{check.person}, the {side}, lets you know."


def _load(mentor: MentorProfile) -> str:
    here, elsewhere = mentor.running, mentor.active_elsewhere  # type: ignore[attr-defined]
    hours = mentor.minutes_met / 60  # type: ignore[attr-defined]
    people = f"{here + elsewhere} of {mentor.capacity} people"
    return f"{people}; {hours:.3g} of {mentor.monthly_hours} hours in 30 days"


register(
    EscalationKind(
        code="first_session_missing",
        title="First session not held",
        rule="A mentorship began {days} ago, and no session was held or is planned.",
        days=14,
        waits=ngettext_lazy("mentorship without a first session", "mentorships without a first session"),
        model=Mentorship,
        rows=never_met,
        about=_two,
        own=_of_two,
    ),
    EscalationKind(
        code="silent_pair",
        title="Silent pair",
        rule="Two who met before have held, planned and finished nothing for {days}.",
        days=28,
        waits=ngettext_lazy("mentorship that went quiet", "mentorships that went quiet"),
        model=Mentorship,
        rows=silent_pairs,
        about=_two,
        own=_of_two,
    ),
    EscalationKind(
        code="fit_not_good",
        title="Fit check “not good”",
        rule="Somebody answered “not good”, and let the organisers know, {days} ago or earlier.",
        days=0,
        waits=ngettext_lazy("person who says that it does not go well", "people who say that it does not go well"),
        model=Mentorship,
        rows=said_not_good,
        shown_by=lambda check: check.mentorship,
        about=lambda check: _two(check.mentorship),
        own=_of_mentorship,
        detail=_told,
    ),
    EscalationKind(
        code="attendance_disputed",
        title="Attendance disputed",
        rule="The two have said different things about a session for {days}.",
        days=0,
        waits=ngettext_lazy(
            "session about which the two say different things", "sessions about which the two say different things"
        ),
        model=Session,
        rows=disputed_sessions,
        about=lambda session: _two(session.mentorship),
        own=_of_mentorship,
        detail=_session_in_words,
    ),
    EscalationKind(
        code="no_shows_of_mentee",
        title="No-shows of a mentee",
        rule=f"A mentee missed {NO_SHOWS} sessions or more within {{days}}, and may still ask.",
        days=30,
        waits=ngettext_lazy("mentee who missed several sessions", "mentees who missed several sessions"),
        model=User,
        rows=absent_mentees,
        permission=TROUBLE,
        about=lambda user: [user],
        own=lambda reader: Q(pk=reader.pk),
    ),
    EscalationKind(
        code="no_shows_of_mentor",
        title="No-shows of a mentor",
        rule=f"A mentor missed {NO_SHOWS} sessions or more within {{days}}, and can still be asked.",
        days=30,
        waits=ngettext_lazy("mentor who missed several sessions", "mentors who missed several sessions"),
        model=MentorProfile,
        rows=absent_mentors,
        permission=TROUBLE,
        about=lambda mentor: [mentor.user],
        own=lambda reader: Q(user=reader),
    ),
    EscalationKind(
        code="mentor_overloaded",
        title="Mentor overloaded",
        rule="A mentor has had more people or hours than they offered for {days}.",
        days=0,
        waits=ngettext_lazy("mentor who carries more than they offered", "mentors who carry more than they offered"),
        model=MentorProfile,
        rows=overloaded_mentors,
        permission=TROUBLE,
        about=lambda mentor: [mentor.user],
        own=lambda reader: Q(user=reader),
        detail=_load,
    ),
    EscalationKind(
        code="feedback_reported",
        title="Feedback reported",
        rule="Feedback was reported {days} ago or earlier, and nobody has judged it.",
        days=0,
        waits=ngettext_lazy("piece of feedback that was reported", "pieces of feedback that were reported"),
        model=Feedback,
        rows=reported_feedback,
        about=lambda feedback: _two(feedback.mentorship),
        own=_of_mentorship,
        detail=lambda feedback: f"Written by {feedback.author}.",
    ),
    EscalationKind(
        code="note_unread",
        title="Note to the organisers",
        rule="A note to the organisers was written {days} ago or earlier, and nobody has read it.",
        days=0,
        waits=ngettext_lazy("private note to the organisers", "private notes to the organisers"),
        model=OrganiserNote,
        rows=unread_notes,
        about=lambda note: [note.author],
        own=_of_mentorship,
    ),
)
