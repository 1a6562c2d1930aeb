"""Taking one of the proposed times: both are booked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from mentorship.exceptions import BookedAlready, NotYourAnswer, TimeNotProposed
from mentorship.locks import lock_session
from mentorship.models import Booking, Session
from mentorship.moves import close_times, invite
from mentorship.services.sessions.propose import must_be_ahead
from mentorship.services.sessions.times import must_be_active


@transaction.atomic
def take_time(*, session_id: int, by: User, starts_at: datetime, now: datetime) -> Session:
    """Confirm a session, or move it, at one of the times that the other side proposed. Both get an invitation.

    Raises NotOneOfTheTwo, MoveNotAllowed if it is over or cancelled, or no time is open, MentorshipNotActive,
    KeptApart, SessionHasBegun, NotYourAnswer for one's own times, TimeNotProposed, BookedAlready.
    """
    session = lock_session(session_id, by=by)
    must_be_ahead(session, now)
    must_be_active(session.mentorship)
    if session.proposed_by_id is None:
        raise MoveNotAllowed("session", session.status, Session.Status.CONFIRMED)
    if session.proposed_by_id == by.pk:
        raise NotYourAnswer(_("You proposed these times; the other side chooses. You can propose other times."))
    if starts_at <= now or not session.times.filter(starts_at=starts_at).exists():
        raise TimeNotProposed(_("This time is not open any more. Choose another one, or propose times of your own."))
    session.starts_at = starts_at
    book(session, starts_at)
    close_times(session)
    session.version += 1
    session.move_to(Session.Status.CONFIRMED, at=now)
    invite(session, now=now)
    return session


def book(session: Session, starts_at: datetime) -> None:
    """Book both people from ``starts_at`` on, in place of an earlier booking. Raises BookedAlready.

    Who said that they come has said so of a beginning: another length or place does not change it.
    """
    during = (starts_at, starts_at + timedelta(minutes=session.minutes))
    # In one order everywhere, so that two transactions never wait for each other.
    people = sorted([session.mentorship.mentee_id, session.mentorship.mentor.user_id])
    try:
        with transaction.atomic():
            # Without these locks two bookings of a person can each wait for the row of the other one: a deadlock.
            list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
            same_start = session.bookings.filter(during__startswith=starts_at)
            comes_at = dict(same_start.values_list("person", "comes_at"))
            session.bookings.all().delete()
            for person in people:
                Booking.objects.create(session=session, person_id=person, during=during, comes_at=comes_at.get(person))
    except IntegrityError as error:
        if "booking_of_a_person_at_a_time" not in str(error):
            raise
        raise BookedAlready(
            _("One of you has another session at that time. Choose another time, or propose some.")
        ) from None
