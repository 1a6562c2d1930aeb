"""A mentor pauses and comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from accounts.exceptions import MoveNotAllowed, PauseAlreadyOver
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.notifications.deliver import drain
from tests.factories import MentorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("until_on", [None, date(2026, 11, 24)])
def test_a_pause_has_a_cause_and_perhaps_an_end(until_on, now):
    mentor = MentorFactory()

    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "own_wish", until_on)
    assert mentor.status_since_at == now


@pytest.mark.parametrize(
    ("zone", "until_on"),
    [
        ("Europe/Berlin", date(2026, 11, 22)),
        ("Europe/Berlin", date(2026, 11, 23)),
        ("Pacific/Kiritimati", date(2026, 11, 24)),  # where it is tomorrow already
    ],
)
def test_a_pause_that_would_be_over_is_refused(zone, until_on, now):
    mentor = MentorFactory(user__profile__timezone=zone)

    with pytest.raises(PauseAlreadyOver):
        pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now)

    mentor.refresh_from_db()
    assert mentor.status == "approved"


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_only_a_mentor_pauses(status, now):
    with pytest.raises(MoveNotAllowed):
        pause_mentoring(mentor_id=MentorFactory(status=status).pk, cause="silence", until_on=None, now=now)


@pytest.mark.parametrize("until_on", [None, date(2027, 1, 11)])
def test_a_pause_that_runs_gets_another_day(until_on, now):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2026, 12, 24))
    since = mentor.status_since_at

    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now + timedelta(days=1))

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "own_wish", until_on)
    assert mentor.status_since_at == since


def test_who_comes_back_has_no_pause_left(now):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2026, 12, 24))

    resume_mentoring(mentor_id=mentor.pk, now=now)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("approved", "", None)


@pytest.mark.parametrize("status", sorted(set(MentorProfile.Status.values) - {"paused"}))
def test_only_a_paused_mentor_comes_back(status, now):
    with pytest.raises(MoveNotAllowed):
        resume_mentoring(mentor_id=MentorFactory(status=status).pk, now=now)


def test_who_paused_gets_the_way_back_by_mail(now, rung):
    mentor = MentorFactory()
    until_on = date(2027, 3, 1)
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now)

    drain(now=lambda: now)

    [message] = mail.outbox
    assert message.subject == "Mentoring is paused until 1 March 2027"
    assert "/come-back/" in message.body


def test_who_came_back_before_the_mail_went_out_gets_none(now, rung):
    mentor = MentorFactory()
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=now)
    resume_mentoring(mentor_id=mentor.pk, now=now)

    drain(now=lambda: now)

    assert mail.outbox == []
