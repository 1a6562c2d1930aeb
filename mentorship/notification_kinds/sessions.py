"""Messages about sessions: times to choose from, invitations, and cancellations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.clock import Clock
from accounts.links import asking_link, come_back_link
from accounts.models import MentorProfile, Notification
from accounts.notifications.registry import REMINDERS, CalendarPart, Context, Group, NotificationKind, register
from accounts.samples import SAMPLE_LINK
from mentorship.links import session_link
from mentorship.models import Mentorship, Session, SessionKind, SessionTime
from mentorship.samples import sample_mentorship
from mentorship.selectors.calendars import invitation_of
from mentorship.selectors.sessions import SessionCard, session_card, sessions_visible_to

# In the payload of an invitation: the reason of its version.
NEW_ADDRESS = "new_address"
SESSIONS = Group("sessions", gettext_lazy("about times and changes of your sessions"))


def session_proposed(row: Notification) -> Context | None:
    session = _session_of(row)
    # Another proposal, or an answer, makes the question needless.
    if session is None or session.status not in Session.AHEAD or session.waits_since_at is None:
        return None
    if session.proposed_by_id == row.recipient_id or session.waits_since_at.isoformat() != row.payload["asked"]:
        return None
    if session.mentorship.status != Mentorship.Status.ACTIVE or _has_begun(session, row):
        # No time can be taken now.
        return None
    context = _context(session, row)
    coming = [time for time in context["card"].times if time.starts_at > row.moment]
    return _in_contact(context | {"card": replace(context["card"], times=coming)}) if coming else None


def session_confirmed(row: Notification) -> Context | None:
    context = _confirmed(row)
    if context is None:
        return None
    return _with_calendar(context, row, "REQUEST") | {"has_new_address": row.payload.get("why") == NEW_ADDRESS}


def session_kept(row: Notification) -> Context | None:
    context = _confirmed(row)
    # Times are open again: the question is.
    return None if context is None or context["session"].waits_since_at is not None else context


def session_reminder(row: Notification) -> Context | None:
    # Without a calendar part: the invitation of this version is in the mail before.
    context = _confirmed(row)
    if context is None:
        return None
    session = context["session"]
    return {**context, "comes": session.bookings.filter(person=row.person, comes_at__isnull=False).exists()}


def session_attendance(row: Notification) -> Context | None:
    session = _session_of(row)
    is_open = session is not None and session.status == Session.Status.CONFIRMED
    if session is None or not is_open or session.attendance.filter(person=row.person).exists():
        return None
    return _context(session, row)


def session_cancelled(row: Notification) -> Context | None:
    session = _session_of(row)
    if session is None or session.status != Session.Status.CANCELLED:
        return None
    return _with_calendar(_context(session, row), row, "CANCEL") | {
        "by_recipient": session.cancelled_by_id == row.recipient_id,
        # An admin can have cancelled it.
        "by_other": session.cancelled_by_id == session.mentorship.other_of(row.person).pk,
    }


def missed(row: Notification) -> Context | None:
    """Return the context of a message about missed sessions. The link leads back."""
    as_mentor = row.payload["role"] == "mentor"
    if not as_mentor:
        return {"as_mentor": False, "link": asking_link(row.person)}
    mentor = MentorProfile.objects.filter(user=row.recipient_id).first()
    return {"as_mentor": True, "link": come_back_link(mentor)} if mentor else None


def paused_for_misses(row: Notification) -> Context | None:
    if row.payload["role"] == "mentee":
        return missed(row) if row.person.profile.asking_paused_at else None
    paused = MentorProfile.objects.filter(user=row.recipient_id, pause_cause=MentorProfile.PauseCause.MISSED)
    return missed(row) if paused.exists() else None


def _confirmed(row: Notification) -> dict[str, Any] | None:
    session = _session_of(row)
    if session is None or session.status != Session.Status.CONFIRMED or not _is_of_version(session, row):
        return None
    if _has_begun(session, row):
        # The mail was late: it speaks of a session to come.
        return None
    return _in_contact(_context(session, row))


def _in_contact(context: dict[str, Any]) -> dict[str, Any] | None:
    """Return the context. None for two who are kept apart, or if one left: a sweep cancels their sessions."""
    return context if context["card"].is_in_contact else None


def _with_calendar(context: dict[str, Any], row: Notification, method: str) -> dict[str, Any]:
    text = invitation_of(context["session"], context["card"], to=row.person, at=row.created_at)
    return context | {"calendar": CalendarPart(method, text) if text else None}


def _session_of(row: Notification) -> Session | None:
    return sessions_visible_to(row.person).filter(uuid=row.payload["session"]).first()


def _has_begun(session: Session, row: Notification) -> bool:
    return session.starts_at is not None and session.starts_at <= row.moment


def _is_of_version(session: Session, row: Notification) -> bool:
    return str(session.version) == row.payload["version"]


def _context(session: Session, row: Notification) -> dict[str, Any]:
    card = session_card(session, to=row.person)
    other = session.mentorship.other_of(row.person)
    return {
        "session": session,
        "card": card,
        "other": card.other,
        "answers_to": other if card.other.email else None,
        "link": session_link(session, row.person),
        "next_steps_link": session_link(session, row.person) + "#next-steps",
    }


def _sample(status: Session.Status) -> Context:
    mentorship = sample_mentorship(status="active")
    start = datetime(2027, 3, 2, 17, tzinfo=UTC)
    kind = SessionKind(
        code="mock_interview", name="a mock interview", minutes=60, agenda="Three questions, answers, feedback."
    )
    session = Session(
        mentorship=mentorship,
        kind=kind,
        status=status,
        minutes=60,
        place="https://meet.example.org/room",
        starts_at=None if status == Session.Status.PROPOSED else start,
        version=1,
    )
    card = SessionCard(
        session=session,
        other=mentorship.mentor.user,
        mine=Clock(mentorship.mentee.profile.zone),
        theirs=Clock(mentorship.mentor.user.profile.zone),
        times=[SessionTime(number=number, starts_at=start + timedelta(days=number)) for number in (1, 2)],
        is_mine_to_answer=status == Session.Status.PROPOSED,
        is_in_contact=True,
    )
    mentor = mentorship.mentor.user
    return {
        "session": session,
        "card": card,
        "other": mentor,
        "answers_to": mentor,
        "link": SAMPLE_LINK,
        "next_steps_link": SAMPLE_LINK,
        "by_recipient": False,
        "by_other": True,
        "comes": False,
        "has_new_address": False,
    }


register(
    NotificationKind(
        "session_proposed",
        SESSIONS,
        gettext_lazy("the other side proposes times for a session"),
        session_proposed,
        lambda: _sample(Session.Status.PROPOSED),
        answers_go_to_other=True,
        trouble_with="session",
    ),
    NotificationKind(
        "session_confirmed",
        SESSIONS,
        gettext_lazy("a session has a time, or another time or place"),
        session_confirmed,
        lambda: _sample(Session.Status.CONFIRMED),
        answers_go_to_other=True,
        trouble_with="session",
    ),
    NotificationKind(
        "session_kept",
        SESSIONS,
        gettext_lazy("the other side keeps the time of a session that you wanted to move"),
        session_kept,
        lambda: _sample(Session.Status.CONFIRMED),
        answers_go_to_other=True,
        trouble_with="session",
    ),
    NotificationKind(
        "session_cancelled",
        SESSIONS,
        gettext_lazy("a session is cancelled"),
        session_cancelled,
        lambda: _sample(Session.Status.CANCELLED),
        answers_go_to_other=True,
        trouble_with="session",
    ),
    NotificationKind(
        "session_reminder",
        REMINDERS,
        gettext_lazy("a session is near"),
        session_reminder,
        lambda: _sample(Session.Status.CONFIRMED),
        answers_go_to_other=True,
        # After the session it would be worth nothing, and twice does no harm.
        if_in_doubt="resend",
        trouble_with="session",
    ),
    NotificationKind(
        "session_attendance",
        SESSIONS,
        gettext_lazy("a session is over, and you say how it was"),
        session_attendance,
        lambda: _sample(Session.Status.CONFIRMED),
        answers_go_to_other=True,
        trouble_with="session",
    ),
    NotificationKind(
        "sessions_missed",
        REMINDERS,
        gettext_lazy("sessions of yours were missed, before a pause begins"),
        missed,
        lambda: {"as_mentor": False, "link": SAMPLE_LINK},
    ),
    NotificationKind(
        "paused_for_misses",
        REMINDERS,
        gettext_lazy("you were paused, as several sessions were missed"),
        paused_for_misses,
        lambda: {"as_mentor": False, "link": SAMPLE_LINK},
    ),
)
