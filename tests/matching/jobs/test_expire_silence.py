"""A mentor who lets three questions in a row expire is paused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.models import MentorProfile
from accounts.notifications.deliver import drain
from matching.jobs.expire import expire_unanswered
from matching.links import answer_link
from matching.services.decline import decline_match
from tests.factories import NOW, MatchFactory, MentorFactory
from tests.helpers import kinds
from tests.matching.helpers import press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


@pytest.fixture
def mentor():
    return MentorFactory(status_since_at=NOW - 100 * DAY, user__name="Bob Baker")


def let_expire(mentor: MentorProfile, at, **fields):
    """Let a question to ``mentor`` expire at ``at``."""
    match = MatchFactory(mentor=mentor, status="asked", asked_at=at - 5 * DAY, **{"reminders_sent": 2} | fields)
    assert expire_unanswered(now=at) == 1
    mentor.refresh_from_db()
    return match


def test_the_third_expired_question_in_a_row_pauses_the_mentor(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
        assert mentor.status == "approved"

    let_expire(mentor, NOW + 3 * DAY)

    assert (mentor.status, mentor.pause_cause, mentor.paused_until_on) == ("paused", "silence", None)
    assert mentor.status_since_at == NOW + 3 * DAY
    assert kinds(mentor.user) == ["match_expired_mentor"] * 2 + ["mentor_paused_for_silence"]


def test_questions_that_expire_in_one_sweep_pause_the_mentor_once(mentor):
    MatchFactory.create_batch(4, mentor=mentor, status="asked", asked_at=NOW - 5 * DAY, reminders_sent=1)

    assert expire_unanswered(now=NOW) == 4

    mentor.refresh_from_db()
    assert mentor.status == "paused"
    assert mentor.user.notifications.filter(kind="mentor_paused_for_silence").count() == 1


def test_an_answer_resets_the_silence_count(mentor):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    answered = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    decline_match(match_id=answered.pk, by=mentor.user, reason="no_time", note="", now=NOW + 2.5 * DAY)

    let_expire(mentor, NOW + 3 * DAY)
    let_expire(mentor, NOW + 4 * DAY)
    assert mentor.status == "approved"
    let_expire(mentor, NOW + 5 * DAY)
    assert mentor.status == "paused"


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_withdrawn_and_superseded_questions_do_not_break_the_row(mentor, status):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    MatchFactory(mentor=mentor, status=status, asked_at=NOW, ended_at=NOW + 2.5 * DAY, why_you="You fit.")

    let_expire(mentor, NOW + 3 * DAY)

    assert mentor.status == "paused"


def test_a_question_without_a_reminder_neither_counts_nor_breaks_the_row(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    let_expire(mentor, NOW + 3 * DAY, reminders_sent=0)
    assert mentor.status == "approved"

    let_expire(mentor, NOW + 4 * DAY)

    assert mentor.status == "paused"  # the question without a reminder did not break the row


def test_a_late_sweep_orders_the_row_by_deadline(mentor):
    MatchFactory.create_batch(2, mentor=mentor, status="asked", asked_at=NOW - 5 * DAY, reminders_sent=2)
    answered = MatchFactory(mentor=mentor, status="asked", asked_at=NOW - DAY)
    decline_match(match_id=answered.pk, by=mentor.user, reason="no_time", note="", now=NOW + DAY)
    late = MatchFactory(mentor=mentor, status="asked", asked_at=NOW - 3 * DAY, reminders_sent=2)

    assert expire_unanswered(now=NOW + 3 * DAY) == 3

    mentor.refresh_from_db()
    late.refresh_from_db()
    assert (mentor.status, late.ended_at) == ("approved", NOW + 2 * DAY)


def test_an_expired_offer_does_not_count(mentor):
    let_expire(mentor, NOW + DAY)
    let_expire(mentor, NOW + 2 * DAY)
    MatchFactory(mentor=mentor, status="offered", offered_at=NOW - 2 * DAY)

    assert expire_unanswered(now=NOW + 3 * DAY) == 1

    mentor.refresh_from_db()
    assert mentor.status == "approved"


def test_the_silence_of_another_mentor_does_not_count(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    let_expire(MentorFactory(status_since_at=NOW - 100 * DAY), NOW + 3 * DAY)

    mentor.refresh_from_db()
    assert mentor.status == "approved"


def test_a_mentor_who_comes_back_starts_a_new_row(mentor):
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)
    old = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    resume_mentoring(mentor_id=mentor.pk, now=NOW + 4 * DAY)
    expire_unanswered(now=NOW + 5 * DAY)
    old.refresh_from_db()
    assert old.status == "expired"  # asked before the return: not counted

    for days in (10, 11):
        let_expire(mentor, NOW + days * DAY)
    assert mentor.status == "approved"
    let_expire(mentor, NOW + 12 * DAY)
    assert mentor.status == "paused"


def test_the_number_of_questions_is_a_setting(mentor, settings):
    settings.SILENCE_MAX = 1

    let_expire(mentor, NOW)

    assert mentor.status == "paused"


def test_zero_switches_the_pause_off(mentor, settings):
    settings.SILENCE_MAX = 0

    let_expire(mentor, NOW)

    assert mentor.status == "approved"


def test_a_question_from_before_the_pause_can_be_accepted(mentor):
    waiting = MatchFactory(mentor=mentor, status="asked", asked_at=NOW)
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)

    press(answer_link(waiting), do="accept")

    waiting.refresh_from_db()
    assert waiting.status == "accepted"


def test_a_paused_mentor_keeps_the_cause_of_the_pause(mentor):
    for days in (1, 2):
        let_expire(mentor, NOW + days * DAY)
    pause_mentoring(mentor_id=mentor.pk, cause="own_wish", until_on=None, now=NOW + 2 * DAY)

    let_expire(mentor, NOW + 3 * DAY)

    assert (mentor.status, mentor.pause_cause) == ("paused", "own_wish")
    assert not mentor.user.notifications.filter(kind="mentor_paused_for_silence").exists()


def test_the_mail_counts_open_questions_and_links_to_the_way_back(mentor):
    MatchFactory(mentor=mentor, status="asked", asked_at=NOW + DAY)
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)

    drain(now=lambda: NOW + 3 * DAY)

    message = next(m for m in mail.outbox if m.subject == "We paused mentoring for you; come back with one click")
    assert message.to == [mentor.user.email]
    assert "Hello Bob Baker," in message.body
    assert "1 question that came before can still be answered." in message.body
    assert "http://testserver/come-back/" in message.body
    assert "I have time again" in message.alternatives[0].content


def test_a_mentor_who_is_back_already_gets_no_mail(mentor):
    for days in (1, 2, 3):
        let_expire(mentor, NOW + days * DAY)
    resume_mentoring(mentor_id=mentor.pk, now=NOW + 3 * DAY)

    drain(now=lambda: NOW + 3 * DAY)

    assert not [m for m in mail.outbox if "paused" in m.subject]
