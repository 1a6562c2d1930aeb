"""Missed sessions: the second is told kindly, the fourth pauses asking or mentoring, and there is a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.community_settings import known_kind
from accounts.exceptions import AskingPaused
from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.links import asking_link
from accounts.models import Block
from accounts.services.asking import resume_asking
from matching.services.ask import ask_mentor
from matching.services.submit import submit_help_request
from mentorship.selectors.misses import misses_of
from mentorship.services.end import end_mentorship
from mentorship.services.sessions.attend import settle_attendance
from mentorship.services.sessions.cancel import cancel_session
from tests.factories import NOW, HelpRequestFactory, MatchFactory, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import kinds, path, send
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def mentorship():
    return MentorshipFactory()


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


@pytest.mark.parametrize("cause", ["own_wish", "silence"])
def test_another_pause_does_not_clear_the_sessions_that_a_mentor_missed(cause, mentorship):
    miss(mentorship, "mentor")
    pause_mentoring(mentor_id=mentorship.mentor_id, cause=cause, until_on=None, now=NOW)

    resume_mentoring(mentor_id=mentorship.mentor_id, now=NOW)

    assert misses_of(mentorship.mentor.user, as_mentor=True, now=NOW + HOUR) == 1


def test_a_mentor_who_takes_a_longer_pause_has_their_missed_sessions_cleared(mentorship):
    for number in range(4):
        miss(mentorship, "mentor", number)

    pause_mentoring(mentor_id=mentorship.mentor_id, cause="own_wish", until_on=None, now=NOW)
    resume_mentoring(mentor_id=mentorship.mentor_id, now=NOW)

    assert misses_of(mentorship.mentor.user, as_mentor=True, now=NOW + HOUR) == 0


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_late_cancellations_before_the_way_back_do_not_count_again(side, mentorship):
    for number in range(8):
        starts_at = NOW + (2 + 2 * number) * HOUR
        session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=starts_at)
        cancel_session(session_id=session.pk, by=person(mentorship, side), now=NOW)

    if side == "mentee":
        resume_asking(user_id=mentorship.mentee_id, now=NOW)
        mentorship.mentee.profile.refresh_from_db()
    else:
        resume_mentoring(mentor_id=mentorship.mentor_id, now=NOW)

    assert misses_of(person(mentorship, side), as_mentor=side == "mentor", now=NOW + HOUR) == 0


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


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_the_end_of_a_mentorship_cancels_late_for_the_side_that_ends_it(side, mentorship):
    for number in range(4):
        SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + (2 + 2 * number) * HOUR)

    end(mentorship, person(mentorship, side))

    misses = {of: misses_of(person(mentorship, of), as_mentor=of == "mentor", now=NOW) for of in ("mentee", "mentor")}
    assert misses == {"mentee": 0, "mentor": 0} | {side: 2}
    assert "sessions_missed" in kinds(person(mentorship, side))


def test_an_end_by_an_admin_counts_for_nobody(mentorship):
    SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + 2 * HOUR)
    admin = UserFactory(is_staff=True)
    facts = {"status": "ended_early", "reason": "other", "now": NOW}

    end_mentorship(mentorship_id=mentorship.pk, by=admin, as_admin=True, **facts)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0
    assert misses_of(mentorship.mentor.user, as_mentor=True, now=NOW) == 0


@pytest.mark.parametrize("how", ["cancel", "end"])
def test_no_late_cancellation_counts_between_two_who_are_kept_apart(how, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + 2 * HOUR)
    Block.objects.create(blocker=mentorship.mentee, blocked=mentorship.mentor.user)

    if how == "cancel":
        cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW)
    else:
        end(mentorship)

    session.refresh_from_db()
    assert (session.status, session.cancelled_by) == ("cancelled", None)
    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0


def test_an_early_cancellation_counts_nothing(mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + 25 * HOUR)
    cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0


def test_sessions_of_long_ago_do_not_count(mentorship):
    SessionFactory(mentorship=mentorship, status="missed_by_mentee", starts_at=NOW - 31 * DAY)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0


def test_owners_set_how_long_a_miss_counts(mentorship, change):
    SessionFactory(mentorship=mentorship, status="missed_by_mentee", starts_at=NOW - 31 * DAY)
    change("misses_days", 40)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 1


def test_owners_set_when_a_cancellation_is_late(mentorship, change):
    change("late_hours", 48)
    for hours in (47, 49):
        session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=NOW + hours * HOUR)
        cancel_session(session_id=session.pk, by=mentorship.mentee, now=NOW)

    assert misses_of(mentorship.mentee, as_mentor=False, now=NOW) == 0.5


@pytest.mark.parametrize(
    ("code", "new", "counts"),
    [("misses_days", 40, (1, 0)), ("misses_days", 10, (0, 1)), ("late_hours", 48, (1, 0)), ("late_hours", 12, (0, 1))],
)
def test_a_change_says_which_sessions_it_counts_and_counts_no_more(code, new, counts, mentorship):
    mentor = mentorship.mentor.user
    for days in (5, 20, 35, 50):
        SessionFactory(mentorship=mentorship, status="missed_by_mentor", starts_at=NOW - days * DAY)
    for hours in (6, 18, 36, 60):
        starts_at = NOW - 2 * DAY + hours * HOUR
        facts = {"status": "cancelled", "cancelled_by": mentor, "cancelled_at": NOW - 2 * DAY}
        SessionFactory(mentorship=mentorship, starts_at=starts_at, **facts)
    kind = known_kind(code)

    effects = kind.affects(kind.default(), new, NOW)

    assert tuple(effect.rows.count() for effect in effects) == counts


def test_a_session_of_long_ago_that_is_settled_now_is_not_told_as_another_miss(mentorship):
    for number in (0, 1, 30 * DAY // (2 * HOUR)):
        miss(mentorship, "mentee", number)

    assert kinds(mentorship.mentee) == ["sessions_missed"]


def test_a_mail_about_misses_names_nobody_else(mentorship, mailoutbox):
    for number in range(2):
        miss(mentorship, "mentee", number)

    send(NOW)

    [message] = mailoutbox
    assert mentorship.mentor.user.name not in message.body
