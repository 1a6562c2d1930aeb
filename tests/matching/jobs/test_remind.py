"""Reminders of questions and offers that wait for an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.notifications.deliver import drain
from matching.jobs.remind import remind_after, remind_unanswered
from matching.models import Match
from matching.services.decline import decline_match
from tests.factories import NOW, MatchFactory, MentorshipFactory
from tests.helpers import kinds
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

FIRST, LAST = timedelta(hours=48), timedelta(hours=96)
SECOND = timedelta(seconds=1)


def reminders(match: Match) -> list[str]:
    """Return kind and number of the reminders of a match, in their order. The number is the end of the key."""
    person = match.mentor.user if match.asked_at else match.help_request.mentee
    rows = person.notifications.filter(kind__endswith="_reminder").order_by("pk")
    return [f"{row.kind} {row.key.rpartition(':')[2]}" for row in rows]


def test_a_mentor_is_reminded_once_after_48_hours():
    match = MatchFactory(status="asked", asked_at=NOW - FIRST)
    MatchFactory(status="asked", asked_at=NOW - FIRST + SECOND)

    assert remind_unanswered(now=NOW) == 1
    assert remind_unanswered(now=NOW) == 0
    assert reminders(match) == ["match_reminder 1"]


def test_a_mentor_is_reminded_again_after_96_hours():
    match = MatchFactory(status="asked", asked_at=NOW)

    counts = [remind_unanswered(now=NOW + timedelta(hours=hours)) for hours in range(0, 121, 6)]

    assert sum(counts) == 2
    assert reminders(match) == ["match_reminder 1", "match_reminder 2"]
    match.refresh_from_db()
    assert match.reminders_sent == 2


def test_a_mentee_is_reminded_of_an_offer():
    match = MatchFactory(status="offered", offered_at=NOW - FIRST, mentor__user__name="Bob Baker")

    remind_unanswered(now=NOW)
    remind_unanswered(now=NOW + LAST - FIRST)

    assert reminders(match) == ["offer_reminder 1", "offer_reminder 2"]
    drain(now=lambda: NOW + LAST - FIRST)
    [message] = mail.outbox
    assert message.to == [match.help_request.mentee.email]
    assert message.subject == "Last reminder: Bob Baker offers to help you"
    assert match.offer_note in message.body
    assert "http://testserver/choose/" in message.body


def test_a_late_sweep_sends_one_reminder():
    match = MatchFactory(status="asked", asked_at=NOW - LAST)

    assert remind_unanswered(now=NOW) == 1
    assert remind_unanswered(now=NOW) == 0
    assert reminders(match) == ["match_reminder 2"]


@pytest.mark.parametrize("days", [1, 2, 5, 10])
def test_reminders_come_after_two_and_four_fifths_of_any_window(days, settings):
    settings.RESPONSE_WINDOW = timedelta(days=days)
    match = MatchFactory(status="asked", asked_at=NOW)
    first, second = timedelta(days=days * 0.4), timedelta(days=days * 0.8)

    counts = [remind_unanswered(now=NOW + after) for after in (first - SECOND, first, second - SECOND, second)]

    assert counts == [0, 1, 0, 1]
    assert reminders(match) == ["match_reminder 1", "match_reminder 2"]


def test_by_default_reminders_come_after_48_and_96_hours(settings):
    assert remind_after(settings.RESPONSE_WINDOW) == (FIRST, LAST)


def test_a_question_keeps_its_reminders_when_the_time_to_answer_changes(settings):
    match = MatchFactory(status="asked", asked_at=NOW)
    settings.RESPONSE_WINDOW = timedelta(days=10)

    counts = [remind_unanswered(now=NOW + after) for after in (FIRST - SECOND, FIRST, LAST - SECOND, LAST)]

    assert counts == [0, 1, 0, 1]
    assert reminders(match) == ["match_reminder 1", "match_reminder 2"]


def test_no_reminder_comes_after_the_deadline():
    match = MatchFactory(status="asked", asked_at=NOW - 3 * FIRST)

    assert remind_unanswered(now=NOW) == 0
    assert reminders(match) == []


def test_a_match_that_waits_for_no_answer_gets_no_reminder():
    for status in ("proposed", "declined", "expired", "superseded", "withdrawn"):
        MatchFactory(status=status, asked_at=NOW - FIRST)

    assert remind_unanswered(now=NOW) == 0


def test_an_answer_between_reminder_and_mail_stops_the_mail():
    match = MatchFactory(status="asked", asked_at=NOW - FIRST)
    remind_unanswered(now=NOW)
    decline_match(match_id=match.pk, by=match.mentor.user, reason="no_time", note="", now=NOW)

    drain(now=lambda: NOW)

    assert [message.to for message in mail.outbox] == [[match.help_request.mentee.email]]


def test_only_the_last_of_two_unsent_reminders_is_sent():
    MatchFactory(status="asked", asked_at=NOW - LAST)
    remind_unanswered(now=NOW - LAST + FIRST)
    remind_unanswered(now=NOW)

    drain(now=lambda: NOW)

    assert [message.subject[:13] for message in mail.outbox] == ["Last reminder"]


def test_the_mail_has_the_request_the_link_and_the_deadline_in_local_time():
    match = MatchFactory(
        status="asked",
        asked_at=NOW - LAST,  # Thursday noon in UTC; Berlin is an hour ahead
        help_request__mentee__name="Alice <b>Archer</b>",
    )
    remind_unanswered(now=NOW)

    drain(now=lambda: NOW)

    [message] = mail.outbox
    assert message.to == [match.mentor.user.email]
    assert message.subject == "Last reminder: Alice <b>Archer</b> still waits for your answer"
    assert match.why_you in message.body
    assert "ends on Tuesday, 24 November, 13:00 (Berlin, Germany, UTC+1)" in message.body
    assert "http://testserver/answer/" in message.body
    html = message.alternatives[0].content
    assert "Alice &lt;b&gt;Archer&lt;/b&gt;" in html
    assert "Tuesday, 24 November, 13:00" in html


def test_a_reminder_that_cannot_be_written_does_not_stop_the_others(caplog):
    broken = MatchFactory(status="asked", asked_at=NOW - FIRST - SECOND)
    broken.mentor.user.profile.delete()
    match = MatchFactory(status="asked", asked_at=NOW - FIRST)

    assert remind_unanswered(now=NOW) == 1

    assert reminders(match) == ["match_reminder 1"]
    assert f"match {broken.pk}" in caplog.text
    broken.refresh_from_db()
    assert broken.reminders_sent == 0


def test_a_mentor_who_is_full_is_not_reminded_and_the_mentee_is_told():
    match = MatchFactory(status="asked", mentor__capacity=1)
    MentorshipFactory(mentor=match.mentor)
    at = NOW + timedelta(hours=49)

    remind_unanswered(now=at)
    remind_unanswered(now=at + timedelta(minutes=5))

    match.refresh_from_db()
    assert kinds(match.mentor.user) == []
    assert kinds(match.help_request.mentee) == ["mentor_is_full"]
    assert (match.status, match.reminders_sent, match.help_request.mentors_due_at) == ("asked", 0, at)


def test_a_mentor_with_a_place_again_is_reminded():
    match = MatchFactory(status="asked", mentor__capacity=1)
    mentorship = MentorshipFactory(mentor=match.mentor)
    remind_unanswered(now=NOW + timedelta(hours=49))
    end(mentorship)

    remind_unanswered(now=NOW + timedelta(hours=50))

    assert "match_reminder" in kinds(match.mentor.user)
