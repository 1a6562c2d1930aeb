"""Missed sessions: the second is told kindly, the fourth pauses asking or mentoring, and there is a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.exceptions import AskingPaused
from accounts.jobs.pauses import resume_mentoring
from accounts.links import asking_link
from accounts.services.asking import resume_asking
from matching.services.ask import ask_mentor
from matching.services.submit import submit_help_request
from mentorship.selectors.misses import COUNTED_FOR, misses_of
from mentorship.services.sessions.attend import settle_attendance
from mentorship.services.sessions.cancel import cancel_session
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import kinds, path, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def mentorship():
    return MentorshipFactory(mentor__status_since_at=NOW - 2 * COUNTED_FOR)


def miss(mentorship, side, number=0, now=NOW):
    """Settle a session of some hours ago as missed by ``side``."""
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=now - (2 + 2 * number) * HOUR)
    status = f"missed_by_{side}"
    settle_attendance(session_id=session.pk, by=UserFactory(is_staff=True), status=status, now=now)


def person(mentorship, side):
    return mentorship.mentor.user if side == "mentor" else mentorship.mentee


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_the_second_missed_session_is_told_kindly_and_once(side, mentorship):
    miss(mentorship, side, 0)
    assert kinds(person(mentorship, side)) == []

    miss(mentorship, side, 1)
    miss(mentorship, side, 2)

    assert kinds(person(mentorship, side)) == ["sessions_missed"]


def test_the_fourth_pauses_a_mentor_who_can_come_back(mentorship):
    for number in range(4):
        miss(mentorship, "mentor", number)

    mentor = mentorship.mentor
    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "missed")
    assert kinds(mentor.user) == ["paused_for_misses", "sessions_missed"]

    resume_mentoring(mentor_id=mentor.pk, now=NOW)
    assert misses_of(mentor.user, as_mentor=True, now=NOW + HOUR) == 0


def test_the_fourth_pauses_the_asking_of_a_mentee(mentorship):
    for number in range(4):
        miss(mentorship, "mentee", number)

    mentorship.mentee.profile.refresh_from_db()
    assert mentorship.mentee.profile.asking_paused_at == NOW
    assert kinds(mentorship.mentee) == ["paused_for_misses", "sessions_missed"]


def test_a_mentee_whose_asking_is_paused_submits_nothing():
    request = HelpRequestFactory(status="draft", mentee__profile__asking_paused_at=NOW)

    with pytest.raises(AskingPaused):
        submit_help_request(help_request_id=request.pk, now=NOW)


def test_a_mentee_whose_asking_is_paused_asks_nobody():
    match = MatchFactory(help_request__mentee__profile__asking_paused_at=NOW)

    with pytest.raises(AskingPaused):
        ask_mentor(match_id=match.pk, by=match.help_request.mentee, why_you="You moved from physics to data.", now=NOW)


def test_a_mentee_comes_back_by_the_link_of_the_mail(mentorship):
    for number in range(4):
        miss(mentorship, "mentee", number)
    link = path(asking_link(mentorship.mentee))
    assert "Can you come to sessions again?" in Client().get(link).content.decode()

    Client().post(link, {"do": "back"})

    profile = mentorship.mentee.profile
    profile.refresh_from_db()
    assert profile.asking_paused_at is None


def test_sessions_missed_before_the_way_back_do_not_count_again(mentorship):
    for number in range(4):
        miss(mentorship, "mentee", number)
    resume_asking(user_id=mentorship.mentee_id, now=NOW)

    mentorship.mentee.profile.refresh_from_db()
    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW + HOUR) == 0


def test_a_late_cancellation_counts_half(mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + 23 * HOUR)
    cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0.5
    assert misses_of(mentorship.mentor.user, as_mentor=True, now=NOW) == 0


def test_an_early_cancellation_counts_nothing(mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + 25 * HOUR)
    cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0


def test_sessions_of_long_ago_do_not_count(mentorship):
    SessionFactory(mentorship=mentorship, status="missed_by_mentee", starts_at=NOW - COUNTED_FOR - DAY)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0


def test_a_session_of_long_ago_that_is_settled_now_is_not_told_as_another_miss(mentorship):
    for number in (0, 1, COUNTED_FOR // (2 * HOUR)):
        miss(mentorship, "mentee", number)

    assert kinds(mentorship.mentee) == ["sessions_missed"]


def test_a_mail_about_misses_names_nobody_else(mentorship, mailoutbox):
    for number in range(2):
        miss(mentorship, "mentee", number)

    send(NOW)

    [message] = mailoutbox
    assert mentorship.mentor.user.name not in message.body
