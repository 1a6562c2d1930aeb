"""Admins write to pairs, offer a change, and pause people."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import mail

from accounts.exceptions import MoveNotAllowed, WrittenToday
from accounts.models import Block, MentorProfile, Notification
from mentorship.exceptions import KeptApart, PausedAlready
from mentorship.models import FitCheck, Mentorship
from mentorship.services.nudge import ask_for_first_session, nudge_the_quiet
from mentorship.services.relieve import pause_after_no_shows, relieve_mentor
from mentorship.services.rematch import offer_rematch
from tests.escalations import DAY, MAKERS
from tests.factories import FitCheckFactory, MentorFactory, MentorshipFactory, SessionFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def pair(now):
    return MentorshipFactory(started_at=now - 20 * DAY)


def test_both_are_asked_for_a_first_session_once_a_day(pair, admin, now):
    ask_for_first_session(mentorship_id=pair.pk, by=admin, now=now)
    with pytest.raises(WrittenToday):
        ask_for_first_session(mentorship_id=pair.pk, by=admin, now=now)
    send(now)

    assert sorted(message.to[0] for message in mail.outbox) == sorted([pair.mentee.email, pair.mentor.user.email])
    text = next(message for message in mail.outbox if message.to == [pair.mentee.email])
    assert text.subject == f"Plan your first session with {pair.mentor}?"
    assert "began on 3 November, and you have not met yet" in text.body
    assert text.reply_to == [pair.mentor.user.email]
    ask_for_first_session(mentorship_id=pair.pk, by=admin, now=now + DAY)
    assert len(kinds(pair.mentee)) == 2


def test_a_session_that_was_planned_meanwhile_makes_the_mail_needless(pair, admin, now):
    ask_for_first_session(mentorship_id=pair.pk, by=admin, now=now)
    SessionFactory(mentorship=pair, status="confirmed")

    send(now)

    assert mail.outbox == []


def test_a_sign_of_life_makes_a_nudge_needless(admin, now):
    pair = MAKERS["silent_pair"](now)
    nudge_the_quiet(mentorship_id=pair.pk, by=admin, now=now)
    Mentorship.objects.filter(pk=pair.pk).update(quiet_from_at=now)

    send(now)

    assert mail.outbox == []


@pytest.mark.parametrize("write", [ask_for_first_session, nudge_the_quiet])
def test_nobody_writes_to_two_who_are_kept_apart_or_pause(write, pair, admin, now):
    Block.objects.create(blocker=pair.mentee, blocked=pair.mentor.user)
    with pytest.raises(KeptApart):
        write(mentorship_id=pair.pk, by=admin, now=now)
    Mentorship.objects.update(status="paused", paused_at=now)
    with pytest.raises(MoveNotAllowed):
        write(mentorship_id=pair.pk, by=admin, now=now)

    assert not Notification.objects.exists()


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_the_offer_to_change_goes_to_who_said_it_and_answers_to_the_community(side, pair, admin, now):
    person = pair.mentee if side == "mentee" else pair.mentor.user
    check = FitCheckFactory(
        mentorship=pair, person=person, answer="not_good", note="He never listens.", organisers_told_at=now
    )

    offer_rematch(fit_check_id=check.pk, by=admin, now=now)
    send(now)

    [text] = mail.outbox
    assert text.to == [person.email]
    assert text.reply_to == [settings.CONTACT_EMAIL]
    assert ("look for another mentor" in text.body) == (side == "mentee")
    assert "never listens" not in text.body + text.alternatives[0].content
    assert "/mentorship-ending/" in text.body


def test_a_change_is_offered_again_on_another_day(pair, admin, now):
    check = FitCheckFactory(mentorship=pair, answer="not_good", organisers_told_at=now)
    offer_rematch(fit_check_id=check.pk, by=admin, now=now)
    with pytest.raises(WrittenToday):
        offer_rematch(fit_check_id=check.pk, by=admin, now=now)

    offer_rematch(fit_check_id=check.pk, by=admin, now=now + 14 * DAY)

    assert kinds(check.person) == ["rematch_offered", "rematch_offered"]


def test_no_offer_goes_out_after_a_better_answer(pair, admin, now):
    check = FitCheckFactory(mentorship=pair, answer="not_good", organisers_told_at=now)
    offer_rematch(fit_check_id=check.pk, by=admin, now=now)
    FitCheck.objects.update(answer="good", organisers_told_at=None)

    send(now)

    assert mail.outbox == []
    with pytest.raises(MoveNotAllowed):
        offer_rematch(fit_check_id=check.pk, by=admin, now=now)


def test_a_mentor_is_relieved_for_two_weeks_and_reads_the_way_back(admin, now):
    mentor = MentorFactory()

    relieve_mentor(mentor_id=mentor.pk, by=admin, now=now)
    send(now)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "overload")
    assert mentor.paused_until_on == (now + 14 * DAY).date()
    [text] = mail.outbox
    assert text.subject == "Mentoring is paused until 7 December 2026"
    assert "/come-back/" in text.body
    with pytest.raises(MoveNotAllowed):
        relieve_mentor(mentor_id=mentor.pk, by=admin, now=now)


def test_a_mentor_who_came_back_gets_no_mail_about_the_pause(admin, now):
    mentor = MentorFactory()
    relieve_mentor(mentor_id=mentor.pk, by=admin, now=now)
    MentorProfile.objects.update(status="approved", pause_cause="", paused_until_on=None)

    send(now)

    assert mail.outbox == []


@pytest.mark.parametrize("as_mentor", [True, False])
def test_nobody_is_paused_twice_or_for_nothing(as_mentor, admin, now):
    row = MAKERS["no_shows_of_mentor" if as_mentor else "no_shows_of_mentee"](now)
    person = row.user if as_mentor else row

    pause_after_no_shows(person=person, as_mentor=as_mentor, by=admin, now=now)

    for again in (as_mentor, not as_mentor):
        with pytest.raises(PausedAlready):
            pause_after_no_shows(person=person, as_mentor=again, by=admin, now=now)
    assert kinds(person) == ["paused_for_misses"]
