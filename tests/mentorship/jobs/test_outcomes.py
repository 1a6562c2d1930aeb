"""Sweeps that ask about outcomes: 90 days after the end, and one reminder to each who is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from mentorship.jobs.outcomes import ask_about_outcomes, remind_of_outcomes
from mentorship.models import OutcomeQuestion
from mentorship.services.outcomes.rate import rate_outcome
from tests.factories import NOW, MentorshipFactory
from tests.helpers import kinds, send
from tests.moves import end

# The defaults of the settings.
LATER_AFTER, REMIND_AFTER = timedelta(days=90), timedelta(days=7)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND = timedelta(seconds=1)
LATER = NOW + LATER_AFTER


@pytest.fixture
def mentorship(alice, bob):
    return end(MentorshipFactory(goal__mentee=alice, mentor=bob.mentor))


def rate(mentorship, by, when="end", now=NOW):
    rate_outcome(mentorship_id=mentorship.pk, by=by, when=when, level=1, now=now)


def asked(person) -> list[str]:
    return [kind for kind in kinds(person) if kind.startswith("outcome")]


def test_the_mail_about_the_end_asks_both(mentorship, alice, bob):
    send(NOW)

    assert {message.to[0] for message in mail.outbox} == {alice.email, bob.email}
    for message in mail.outbox:
        assert "How did it end for you?" in message.body
        assert "/outcome/" in message.body
    assert OutcomeQuestion.objects.get(when="end").asked_at == NOW


def test_those_who_have_not_rated_are_reminded_once_after_a_week(mentorship, alice, bob):
    rate(mentorship, alice)
    assert remind_of_outcomes(now=NOW + REMIND_AFTER - SECOND) == 0

    assert remind_of_outcomes(now=NOW + REMIND_AFTER) == 1
    assert remind_of_outcomes(now=NOW + 5 * REMIND_AFTER) == 0

    assert (asked(alice), asked(bob)) == ([], ["outcome_asked"])


def test_a_reminder_is_not_sent_to_somebody_who_has_rated_meanwhile(mentorship, alice):
    remind_of_outcomes(now=NOW + REMIND_AFTER)
    rate(mentorship, alice, now=NOW + REMIND_AFTER)

    send(NOW + REMIND_AFTER)

    assert alice.notifications.get(kind="outcome_asked").status == "skipped"


def test_both_are_asked_90_days_after_the_end_and_those_who_are_silent_once_more(mentorship, alice, bob):
    remind_of_outcomes(now=NOW + REMIND_AFTER)
    assert ask_about_outcomes(now=LATER - SECOND) == 0

    assert ask_about_outcomes(now=LATER) == 1
    rate(mentorship, alice, "later", LATER)
    assert remind_of_outcomes(now=LATER + REMIND_AFTER) == 1
    assert ask_about_outcomes(now=LATER + REMIND_AFTER) == remind_of_outcomes(now=LATER + 9 * REMIND_AFTER) == 0

    assert asked(alice) == ["outcome_asked", "outcome_asked_later"]
    assert asked(bob) == ["outcome_asked", "outcome_asked_later", "outcome_asked_later"]


def test_a_question_about_the_end_is_not_sent_once_the_later_one_is_asked(mentorship, alice):
    remind_of_outcomes(now=LATER)
    ask_about_outcomes(now=LATER)

    send(LATER)

    statuses = dict(alice.notifications.values_list("kind", "status"))
    assert (statuses["outcome_asked"], statuses["outcome_asked_later"]) == ("skipped", "sent")


def test_a_mentorship_that_runs_is_not_asked_about():
    MentorshipFactory()

    assert ask_about_outcomes(now=LATER) == remind_of_outcomes(now=LATER) == 0


def test_the_mails_about_outcomes_name_the_other_one_and_the_page(mentorship, alice):
    ask_about_outcomes(now=LATER)
    send(LATER)

    [message] = [message for message in mail.outbox if "What came" in message.subject and alice.email in message.to]
    assert message.subject == "What came of your mentorship with Bob Baker?"
    assert "/outcome/" in message.body
    assert "Silence is never counted as a success" in message.body
