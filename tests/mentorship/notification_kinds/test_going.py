"""Mails about how a mentorship goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import Block
from mentorship.jobs.fit_checks import ask_how_it_goes
from mentorship.jobs.silence import write_to_the_quiet
from mentorship.services.fit_check import answer_fit_check
from tests.factories import NOW, MentorshipFactory
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, fit_check_due_at=NOW)


def test_an_answer_to_the_mail_of_a_fit_check_goes_to_the_community(mentorship, alice, mailoutbox):
    ask_how_it_goes(now=NOW)
    send(NOW)

    [message] = [message for message in mailoutbox if message.to == [alice.email]]
    assert (message.subject, message.reply_to) == ("How is it going with Bob Baker?", [settings.CONTACT_EMAIL])
    assert (
        "Bob Baker never learns whether or what you answer, and no admin reads it unless you let them know."
        in message.body
    )


def test_a_fit_check_that_is_answered_is_not_mailed(mentorship, alice, bob, mailoutbox):
    ask_how_it_goes(now=NOW)
    answer_fit_check(mentorship_id=mentorship.pk, by=alice, answer="good", note="", now=NOW)

    send(NOW)

    assert [message.to for message in mailoutbox] == [[bob.email]]


@pytest.mark.parametrize("sweep", [ask_how_it_goes, write_to_the_quiet])
def test_no_mail_comes_after_a_block(sweep, mentorship, alice, bob, mailoutbox):
    later = NOW + timedelta(days=28)
    assert sweep(now=later) == 1
    Block.objects.create(blocker=alice, blocked=bob)

    send(later)

    assert mailoutbox == []


def test_the_last_mail_about_a_silence_offers_the_end(mentorship, alice, mailoutbox):
    write_to_the_quiet(now=NOW + timedelta(days=28))

    send(NOW + timedelta(days=28))

    [message] = [message for message in mailoutbox if message.to == [alice.email]]
    assert message.subject == "Is your mentorship with Bob Baker over?"
    assert "Did it help, and is that enough?" in message.body
