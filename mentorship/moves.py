"""Moves of sessions that services and jobs share, with the messages about them. The caller holds the session's lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.notifications.write import notify, skip_unsent
from mentorship.misses import note_miss
from mentorship.models import Attendance, Mentorship, Session
from mentorship.notification_kinds.sessions import NEW_ADDRESS

Answer = Attendance.Answer
Status = Session.Status

TOLD = ["session_confirmed", "session_cancelled", "session_kept", "session_reminder"]
# Both are reminded so long before a session. One that is planned at short notice has one reminder, the last possible.
REMIND_BEFORE = (timedelta(hours=72), timedelta(hours=24))
REMIND_LAST = timedelta(hours=3)


def cancel(session: Session, *, by: User | None, now: datetime) -> None:
    """Cancel a session that is still to come. Both are free again, and both are told. ``by`` None: the community."""
    was_confirmed = session.status == Status.CONFIRMED
    close_times(session)
    session.bookings.all().delete()
    session.cancelled_by = by
    session.version += was_confirmed
    session.move_to(Status.CANCELLED, at=now)
    _tell(session, "session_cancelled", now=now)


def close_times(session: Session) -> None:
    """Remove the times to choose from. The caller saves the session."""
    session.times.all().delete()
    session.proposed_by = session.waits_since_at = None
    close_question(session)


def close_question(session: Session) -> None:
    """Skip the mails that ask for a time and have not left."""
    prefix = f"{session.mentorship.uuid}:{session.uuid}:"
    skip_unsent(
        recipients=people_of(session),
        kinds=["session_proposed"],
        key_prefix=prefix,
        reason="The times are not open now.",
    )


def ask_attendance(session: Session, *, now: datetime) -> None:
    """Ask those of the two who have not said it how a session was. It is over, so times to move it are closed.

    The caller saves the session.
    """
    session.attendance_asked_at = now
    close_times(session)
    answered = set(session.attendance.values_list("person", flat=True))
    for person in people_of(session):
        if person.pk not in answered:
            _ask(session, person, key=str(session.uuid), now=now)


def ask_again(session: Session, person: User, *, now: datetime) -> None:
    """Ask once more, since the answer of the other side came so late that the first question is forgotten."""
    _ask(session, person, key=f"{session.uuid}:again", now=now)


def _ask(session: Session, person: User, *, key: str, now: datetime) -> None:
    notify(recipient=person, kind="session_attendance", key=key, payload={"session": str(session.uuid)}, now=now)


def outcome_of(session: Session, said: Attendance) -> str:
    """Return the status of a session by what one of the two said about it."""
    of_mentee = said.person_id == session.mentorship.mentee_id
    missed = {True: Status.MISSED_BY_MENTEE, False: Status.MISSED_BY_MENTOR}
    return {
        Answer.HELD.value: Status.HELD,
        Answer.MOVED.value: Status.CANCELLED,
        Answer.I_MISSED.value: missed[of_mentee],
        Answer.OTHER_MISSED.value: missed[not of_mentee],
    }[said.answer]


def settle(session: Session, status: str, *, now: datetime) -> None:
    """End a locked session with ``status``. A session that was moved elsewhere frees both."""
    session.disputed_at = None
    close_times(session)
    if status == Status.CANCELLED:
        session.bookings.all().delete()
    session.move_to(status, at=now)
    if status == Status.HELD:
        _ask_soon_how_it_goes(session.mentorship, now=now)
    missed_by = {
        Status.MISSED_BY_MENTEE: session.mentorship.mentee,
        Status.MISSED_BY_MENTOR: session.mentorship.mentor.user,
    }
    if person := missed_by.get(Status(status)):
        note_miss(session, person, weight=1, now=now)


def _ask_soon_how_it_goes(mentorship: Mentorship, *, now: datetime) -> None:
    """Have the next sweep ask both how it goes, if they were never asked. The mentorship is locked."""
    if mentorship.status in Mentorship.RUNNING and not mentorship.fit_checks.exists():
        # The end of a pause moves the clock on by the whole pause.
        at = mentorship.paused_at or now
        mentorship.fit_check_due_at = min(mentorship.fit_check_due_at or at, at)
        mentorship.save(update_fields=["fit_check_due_at"])


def invite(session: Session, *, now: datetime, has_new_address: bool = False) -> None:
    """Send both an invitation with the present version, and the reminders later. Unsent ones are needless.

    ``has_new_address``: the version differs by the address of one of the two only.
    """
    _tell(session, "session_confirmed", now=now, **({"why": NEW_ADDRESS} if has_new_address else {}))
    if session.starts_at is None:
        return
    ahead = [lead for lead in REMIND_BEFORE if session.starts_at - lead > now] or [REMIND_LAST]
    for lead in ahead:
        if (due_at := session.starts_at - lead) <= now:
            continue
        hours = int(lead.total_seconds()) // 3600
        for person in people_of(session):
            notify(
                recipient=person,
                kind="session_reminder",
                key=f"{session.uuid}:{session.version}:{hours}h",
                payload={"session": str(session.uuid), "version": str(session.version)},
                due_at=due_at,
                now=now,
            )


def tell_kept(session: Session, person: User, *, now: datetime) -> None:
    """Tell who wanted to move a session that it keeps its time."""
    payload = {"session": str(session.uuid), "version": str(session.version)}
    key = f"{session.uuid}:{now.isoformat()}"
    notify(recipient=person, kind="session_kept", key=key, payload=payload, now=now)


def people_of(session: Session) -> list[User]:
    return [session.mentorship.mentee, session.mentorship.mentor.user]


def _tell(session: Session, kind: str, *, now: datetime, **more: str) -> None:
    key = f"{session.uuid}:"
    skip_unsent(recipients=people_of(session), kinds=TOLD, key_prefix=key, reason="A later message says more.")
    for person in people_of(session):
        payload = {"session": str(session.uuid), "version": str(session.version)} | more
        notify(recipient=person, kind=kind, key=f"{key}{session.version}", payload=payload, now=now)
