"""Sweeps over feedback: what one alone wrote opens after 14 days, and old words are deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Block
from mentorship.jobs.feedback import delete_old_words, open_due_feedback
from mentorship.models import Feedback, OrganiserNote
from mentorship.models.feedback import NOTE_KEPT, WORDS_KEPT
from tests.factories import NOW, FeedbackFactory, MentorshipFactory, OrganiserNoteFactory
from tests.helpers import kinds, send

# The defaults of the settings.
OPENS_AFTER = timedelta(days=14)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND = timedelta(seconds=1)
OPENS = NOW + OPENS_AFTER


@pytest.fixture
def feedback(alice, bob):
    return FeedbackFactory(mentorship__goal__mentee=alice, mentorship__mentor=bob.mentor)


def test_feedback_of_one_alone_opens_after_14_days(feedback, alice, bob):
    assert open_due_feedback(now=OPENS - SECOND) == 0

    assert open_due_feedback(now=OPENS) == 1
    assert open_due_feedback(now=OPENS) == 0

    feedback.refresh_from_db()
    assert (feedback.opened_at, kinds(alice), kinds(bob)) == (OPENS, [], ["feedback_open"])


def test_the_mail_does_not_hold_the_words(feedback, bob):
    open_due_feedback(now=OPENS)
    send(OPENS)

    [message] = mail.outbox
    assert message.subject == "Feedback from Alice Archer is open"
    assert message.reply_to == ["alice@example.org"]
    for text in (message.body, message.alternatives[0].content):
        assert "wrote feedback for you" in text
        assert not any(words in text for words in (feedback.helped, feedback.better, feedback.thanks))


def test_nothing_opens_after_a_block(feedback, alice, bob):
    Block.objects.create(blocker=bob, blocked=alice)

    assert open_due_feedback(now=OPENS) == 0
    assert kinds(bob) == []


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_nothing_opens_once_one_has_left(who, feedback, alice, bob):
    gone = {"alice": alice, "bob": bob}[who]
    gone.is_active = False
    gone.save()

    assert open_due_feedback(now=OPENS) == 0


def test_a_mail_about_feedback_does_not_follow_a_block(feedback, alice, bob):
    open_due_feedback(now=OPENS)
    Block.objects.create(blocker=alice, blocked=bob)

    send(OPENS)

    assert bob.notifications.get().status == "skipped"


def test_notes_to_the_organisers_are_deleted_after_the_time_that_the_form_says():
    old = OrganiserNoteFactory()
    young = OrganiserNoteFactory(written_at=NOW + SECOND)

    assert delete_old_words(now=old.written_at + NOTE_KEPT) == 1

    assert list(OrganiserNote.objects.all()) == [young]


def test_words_of_feedback_are_deleted_after_the_time_that_the_form_says_and_thanks_stay():
    old = FeedbackFactory(opened_at=NOW, reported_at=NOW, report_reason="It hurts.", thanks_shown="no_name")
    FeedbackFactory(mentorship=MentorshipFactory(status="completed", ended_at=NOW + SECOND))

    assert delete_old_words(now=NOW + WORDS_KEPT) == 1
    assert delete_old_words(now=NOW + WORDS_KEPT) == 0

    found = Feedback.objects.get(pk=old.pk)
    assert (found.helped, found.better, found.report_reason, found.thanks) == ("", "", "", old.thanks)
    assert Feedback.objects.exclude(helped="").count() == 1
