"""The database refuses sessions and bookings that do not go together, and times out of reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mentorship.models import Booking, Session
from mentorship.models.session import AHEAD_MAX
from tests.factories import NOW, SESSION_STARTS, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DURING = (SESSION_STARTS, SESSION_STARTS + HOUR)


def _forget(session, booking):
    booking.delete()


def _shift(session, booking):
    Booking.objects.filter(pk=booking.pk).update(during=(SESSION_STARTS, SESSION_STARTS + 2 * HOUR))


def _of_a_stranger(session, booking):
    Booking.objects.filter(pk=booking.pk).update(person=UserFactory())


def _a_third(session, booking):
    Booking.objects.create(session=session, person=UserFactory(), during=DURING)


def _longer(session, booking):
    Session.objects.filter(pk=session.pk).update(minutes=90)


def _cancelled(session, booking):
    Session.objects.filter(pk=session.pk).update(status="cancelled", cancelled_at=NOW)


@pytest.mark.parametrize("spoil", [_forget, _shift, _of_a_stranger, _a_third, _longer, _cancelled])
@pytest.mark.parametrize("status", ["confirmed", "held", "missed_by_mentor", "missed_by_mentee"])
def test_a_session_with_a_time_books_its_two_for_that_time(status, spoil):
    session = SessionFactory(status=status)

    with pytest.raises(IntegrityError, match="session_books_both_while_it_has_a_time"):
        _spoil(spoil, session)


def _spoil(spoil, session):
    with transaction.atomic():
        spoil(session, session.bookings.first())
        # As the end of the transaction does.
        connection.check_constraints()


def test_a_session_without_a_time_books_nobody():
    with pytest.raises(IntegrityError, match="session_books_both_while_it_has_a_time"):
        _spoil(_a_third, SessionFactory())


@pytest.mark.parametrize("starts_at", [NOW, NOW + AHEAD_MAX + HOUR])
def test_a_session_starts_within_half_a_year_of_its_confirmation(starts_at):
    with pytest.raises(IntegrityError, match="session_starts_within_180_days"), transaction.atomic():
        SessionFactory(status="confirmed", starts_at=starts_at, confirmed_at=NOW)
