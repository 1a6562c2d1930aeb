"""A mentor pauses and comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from accounts.exceptions import MoveNotAllowed, PauseAlreadyOver
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from tests.factories import MentorFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.mark.parametrize("until_on", [None, date(2026, 11, 24)])
def test_a_pause_has_a_cause_and_may_have_an_end(until_on, now):
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
        ("Pacific/Kiritimati", date(2026, 11, 24)),  # it is tomorrow there already
    ],
)
def test_a_pause_that_ends_today_or_earlier_is_refused(zone, until_on, now):
    mentor = MentorFactory(user__profile__timezone=zone)

    with pytest.raises(PauseAlreadyOver):
        pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now)

    mentor.refresh_from_db()
    assert mentor.status == "approved"


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_applied_rejected_and_suspended_mentors_cannot_pause(status, now):
    with pytest.raises(MoveNotAllowed):
        pause_mentoring(mentor_id=MentorFactory(status=status).pk, cause="silence", until_on=None, now=now)


@pytest.mark.parametrize("until_on", [None, date(2027, 1, 11)])
def test_a_second_pause_changes_the_end_of_the_first(until_on, now):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2026, 12, 24))
    since = mentor.status_since_at

    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now + timedelta(days=1))

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "own_wish", until_on)
    assert mentor.status_since_at == since


def test_resuming_clears_the_pause(now):
    mentor = MentorFactory(status="paused", pause_cause="silence", paused_until_on=date(2026, 12, 24))

    resume_mentoring(mentor_id=mentor.pk, now=now)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("approved", "", None)


@pytest.mark.parametrize("status", sorted(set(MentorProfile.Status.values) - {"paused"}))
def test_only_a_paused_mentor_resumes(status, now):
    with pytest.raises(MoveNotAllowed):
        resume_mentoring(mentor_id=MentorFactory(status=status).pk, now=now)


def test_the_mail_about_a_pause_has_a_link_to_come_back(now, rung):
    mentor = MentorFactory()
    until_on = date(2027, 3, 1)
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now)

    send(now)

    [message] = mail.outbox
    assert message.subject == "Mentoring is paused until 1 March 2027"
    assert "/come-back/" in message.body


def test_a_mentor_who_resumed_before_the_mail_gets_none(now, rung):
    mentor = MentorFactory()
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=now)
    resume_mentoring(mentor_id=mentor.pk, now=now)

    send(now)

    assert mail.outbox == []


def test_twelve_equal_pauses_send_one_mail(now):
    mentor = MentorFactory()
    for number in range(12):
        pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=now + timedelta(seconds=number))

    assert kinds(mentor.user) == ["mentor_paused"]


def test_a_changed_pause_replaces_the_mail_that_was_not_sent(now):
    mentor = MentorFactory()
    for day in (1, 2):
        until_on = now.date() + timedelta(days=day)
        pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=until_on, now=now + timedelta(seconds=day))

    assert list(mentor.user.notifications.order_by("pk").values_list("status", flat=True)) == ["skipped", "pending"]


def test_a_loop_of_pauses_and_returns_sends_few_mails(now, rung):
    mentor = MentorFactory()
    for number in range(12):
        at = now + timedelta(seconds=number)
        pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=at)
        send(at)
        resume_mentoring(mentor_id=mentor.pk, now=at)

    assert mentor.user.notifications.filter(status="sent").count() == 3
