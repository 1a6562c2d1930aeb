"""Changing place, length and shared notes of a session, and one's own notes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.exceptions import KeptApart
from mentorship.locks import lock_session
from mentorship.models import Session, SessionNote
from mentorship.moves import invite
from mentorship.selectors.apart import is_apart
from mentorship.services.sessions.propose import must_be_ahead
from mentorship.services.sessions.take import book
from mentorship.services.sessions.times import must_be_active


@transaction.atomic
def change_session(*, session_id: int, by: User, minutes: int, place: str, place_zone: str, now: datetime) -> Session:
    """Change length and place. Calendars of a confirmed session get a new version.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over or cancelled, MentorshipNotActive, KeptApart, SessionHasBegun,
    BookedAlready if a longer session meets another one.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    must_be_active(session.mentorship)
    if (session.minutes, session.place, session.place_zone) == (minutes, place, place_zone):
        return session
    session.minutes, session.place, session.place_zone = minutes, place, place_zone
    if session.starts_at is None:
        session.save()
        return session
    book(session, session.starts_at)
    session.version += 1
    session.save()
    invite(session, now=now)
    return session


@transaction.atomic
def write_shared_notes(*, session_id: int, by: User, text: str) -> Session:
    """Replace the notes that both read. Raises NotOneOfTheTwo, KeptApart after a block: nobody reads them then."""
    session = lock_session(session_id, by=by)
    if is_apart(session.mentorship):
        raise KeptApart(_("You two share no notes any more. Your own ones stay yours."))
    session.shared_notes = text
    session.save(update_fields=["shared_notes"])
    return session


@transaction.atomic
def write_own_notes(*, session_id: int, by: User, text: str) -> None:
    """Replace the notes that ``by`` alone reads. Raises NotOneOfTheTwo."""
    session = lock_session(session_id, by=by)
    SessionNote.objects.update_or_create(session=session, author=by, defaults={"text": text})
