"""An admin hands over the mentees of a mentor: each mentee chooses, and the mentor is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.exceptions import AboutYourself, MoveNotAllowed, ReasonMissing
from matching.exceptions import HandoverIsOpen
from matching.jobs.handovers import (
    close_handovers,
    end_unanswered_handovers,
    open_new_handovers,
    remind_of_handovers,
)
from matching.models import Handover, HelpRequest
from matching.services.hand_over import hand_over
from matching.services.start_handovers import start_handovers
from mentorship.models import Mentorship
from tests.factories import NOW, GoalFactory, HandoverFactory, MentorshipFactory
from tests.helpers import kinds, race, send
from tests.matching.helpers import mentorship_of
from tests.moves import end

# The defaults of the settings.
REMIND_AFTER = ENDS_AFTER_REMINDER = timedelta(days=7)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
REASON = "Bob has a new job abroad, and told us so."


@pytest.fixture
def mentorship(matched):
    return mentorship_of(matched)


@pytest.fixture
def start(admin_user):
    def hand_over_mentees(*mentorships, reason=REASON, by=admin_user, now=NOW):
        return start_handovers(
            mentor_id=mentorships[0].mentor_id,
            mentorship_ids=[one.pk for one in mentorships],
            by=by,
            reason=reason,
            now=now,
        )

    return hand_over_mentees


def test_each_mentee_is_asked_and_the_mentor_told_once(mentorship, start, alice, bob, admin_user):
    other = MentorshipFactory(mentor=bob.mentor, place=2, goal__mentee__name="Carla Clark")

    start(mentorship, other)

    assert [(row.cause, row.opened_by, row.reason, row.choice) for row in Handover.objects.order_by("pk")] == [
        ("arranged", admin_user, REASON, "")
    ] * 2
    assert (kinds(alice), kinds(other.mentee)) == (["handover_opened"], ["handover_opened"])
    assert kinds(bob) == ["handover_arranged"]
    assert set(Mentorship.objects.values_list("status", flat=True)) == {"active"}


def test_the_mails_are_kind_and_hold_no_reason(mentorship, start):
    start(mentorship)
    send(NOW)

    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "Bob Baker cannot go on as your mentor. That says nothing about you." in bodies["alice@example.org"]
    assert "with another mentor: Alice Archer." in bodies["bob@example.org"]
    assert "thank you for the time and the care" in bodies["bob@example.org"]
    assert not any("new job abroad" in body for body in bodies.values())


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Die Organisatoren helfen"), ("es", "Los organizadores ayudan")]
)
def test_the_mentor_reads_it_in_their_language(language, words, settings, mentorship, start, bob):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
    bob.profile.language = language
    bob.profile.save()
    start(mentorship)
    send(NOW)

    [body] = [message.body for message in mail.outbox if message.to == ["bob@example.org"]]
    assert words in body


def test_the_mentee_chooses_a_successor_as_ever(mentorship, start, alice, successor):
    [handover] = start(mentorship)

    opened = hand_over(
        handover_id=handover.pk,
        by=alice,
        mentor_id=successor.pk,
        why_you="You moved from research to industry as I want to.",
        now=NOW,
    )

    handover.refresh_from_db()
    mentorship.refresh_from_db()
    assert (handover.choice, handover.help_request) == ("asked", opened)
    assert (mentorship.status, mentorship.end_reason) == ("ended_early", "handed_over")


def test_without_an_answer_the_search_begins(mentorship, start, alice):
    start(mentorship)
    reminded_at = NOW + REMIND_AFTER

    assert remind_of_handovers(now=reminded_at) == 1
    assert end_unanswered_handovers(now=reminded_at + ENDS_AFTER_REMINDER) == 1
    mentorship.refresh_from_db()
    assert mentorship.status == "ended_early"
    assert HelpRequest.objects.filter(mentee=alice, status="open").exists()


def test_the_sweeps_leave_it_open_as_long_as_the_mentorship_runs(mentorship, start, alice):
    start(mentorship)

    assert (open_new_handovers(now=NOW), close_handovers(now=NOW + timedelta(days=3))) == (0, 0)
    end(mentorship)
    assert close_handovers(now=NOW) == 1
    assert "handover_over" not in kinds(alice)


def test_a_mail_to_the_mentor_that_comes_too_late_is_not_sent(mentorship, start, bob):
    start(mentorship)
    end(mentorship)
    send(NOW)

    assert not [message for message in mail.outbox if "go on with other mentors" in message.subject]


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_handover_needs_a_reason(reason, mentorship, start):
    with pytest.raises(ReasonMissing):
        start(mentorship, reason=reason)


def test_all_or_none_are_handed_over(mentorship, start, bob, alice):
    over = MentorshipFactory(mentor=bob.mentor, status="completed")
    chooses = MentorshipFactory(mentor=bob.mentor, place=2)
    HandoverFactory(mentorship=chooses)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        start(mentorship, over)
    with pytest.raises(HandoverIsOpen), transaction.atomic():
        start(mentorship, chooses)

    assert not mentorship.handovers.exists()
    assert kinds(alice) == []


def test_mentees_of_another_mentor_are_left_out(mentorship, start):
    assert len(start(mentorship, MentorshipFactory())) == 1


def test_an_admin_hands_over_nobody_of_their_own(start, bob, admin_user, mentorship):
    own = MentorshipFactory(mentor=bob.mentor, place=2, goal=GoalFactory(mentee=admin_user))

    with pytest.raises(AboutYourself):
        start(own)
    with pytest.raises(AboutYourself):
        start(mentorship, by=bob)


@pytest.mark.parametrize(("cause", "reason"), [("arranged", ""), ("arranged", " "), ("paused", "Because.")])
def test_the_database_keeps_reasons_for_what_was_arranged(cause, reason, mentorship):
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverFactory(mentorship=mentorship, cause=cause, reason=reason)


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_ask_the_mentee_once(mentorship, start, alice):
    rival = race(lambda: start(mentorship), lambda: start(mentorship))

    with pytest.raises(HandoverIsOpen):
        rival.finish()
    assert kinds(alice) == ["handover_opened"]
