"""Changing place, length and shared notes of a session, and one's own notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.write import count_since
from mentorship.exceptions import ChangedTooOften, KeptApart
from mentorship.locks import lock_session
from mentorship.models import Session, SessionNote
from mentorship.models.session import is_address
from mentorship.moves import invite
from mentorship.selectors.apart import is_apart
from mentorship.services.sessions.propose import must_be_ahead
from mentorship.services.sessions.take import book
from mentorship.services.sessions.times import must_be_active

DAY = timedelta(days=1)
CHANGES_A_DAY = 10
CHANGED = ("minutes", "place", "place_zone")


@transaction.atomic
def change_session(*, session_id: int, by: User, changes: Mapping[str, Any], now: datetime) -> Session:
    """Change ``minutes``, ``place`` and ``place_zone``, as far as ``changes`` has them: the rest stays as it is now.

    Calendars of a confirmed session get a new version.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over or cancelled, MentorshipNotActive, KeptApart, SessionHasBegun,
    BookedAlready if a longer session meets another one, ChangedTooOften.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    must_be_active(session.mentorship)
    before = [getattr(session, name) for name in CHANGED]
    for name in CHANGED:
        setattr(session, name, changes.get(name, getattr(session, name)))
    if not is_address(session.place):
        # The address that this zone was for may just have become a link.
        session.place_zone = ""
    if before == [getattr(session, name) for name in CHANGED]:
        return session
    if session.starts_at is None:
        session.save()
        return session
    _must_not_change_too_often(session, by, now)
    book(session, session.starts_at)
    session.version += 1
    session.save()
    invite(session, now=now)
    return session


def _must_not_change_too_often(session: Session, by: User, now: datetime) -> None:
    other = session.mentorship.other_of(by)
    key = f"{session.uuid}:"
    if count_since(recipient=other, kind="session_confirmed", key_prefix=key, since=now - DAY) >= CHANGES_A_DAY:
        raise ChangedTooOften(
            _("%(name)s was told of %(number)d changes within a day. Agree by mail, or try again tomorrow.")
            % {"name": other.name, "number": CHANGES_A_DAY}
        )


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
