"""The mail about practice: one a day at most, without a word of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Block
from mentorship.practice_news import WAIT
from mentorship.services.practice.feedback import give_feedback
from mentorship.services.practice.items import add_items
from mentorship.services.practice.share import share_records
from mentorship.services.practice.write import write_record
from tests.factories import NOW, MentorshipFactory, SessionFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def answers(alice, mentorship):
    """Return the two answers of a mock interview, of which the mentor was told a week ago."""
    session = SessionFactory(mentorship=mentorship, status="held")
    fields = {"title": "Rehearsal at the bank", "session": session}
    record = write_record(owner=alice, kind="mock_interview", fields=fields, now=NOW - 7 * DAY)
    items = add_items(record_id=record.pk, by=alice, items=[{"text": "Why?"}, {"text": "How?"}], now=NOW - 7 * DAY)
    send(NOW - 6 * DAY)
    mail.outbox.clear()
    return items


def mails() -> list[tuple[str, str]]:
    """Return address and subject of the mails since the last call."""
    found = [(message.to[0], message.subject) for message in mail.outbox]
    mail.outbox.clear()
    return found


def story(alice, title="The detector"):
    return write_record(owner=alice, kind="story", fields={"title": title}, now=NOW).uuid


def share(mentorship, *records, now=NOW):
    share_records(mentorship_id=mentorship.pk, by=mentorship.mentee, records=records, now=now)


def comment(answer, by, now=NOW, text="Be shorter."):
    give_feedback(item_id=answer.pk, by=by, text=text, now=now)


def test_feedback_on_several_answers_is_one_mail_that_quotes_nothing(alice, bob, answers):
    for number, answer in enumerate(answers):
        comment(answer, bob, now=NOW + timedelta(minutes=10 * number))

    send(NOW + WAIT - timedelta(minutes=1))
    assert mails() == []
    send(NOW + WAIT)

    [message] = mail.outbox
    assert (message.to, message.subject) == ([alice.email], "Bob Baker wrote feedback on your practice")
    assert "Bob Baker wrote feedback on 2 answers of yours." in message.body
    assert f"http://testserver/practice/{answers[0].record.uuid}/" in message.body
    for words in ("Be shorter.", "Why?", "Rehearsal at the bank"):
        assert words not in message.body


def test_records_that_are_shared_are_one_mail_to_the_mentor(alice, bob, mentorship):
    first, second = story(alice), story(alice, "The trigger")
    share(mentorship, first)
    share(mentorship, first, second, now=NOW + timedelta(minutes=10))

    send(NOW + WAIT)

    [message] = mail.outbox
    assert (message.to, message.subject) == ([bob.email], "Alice Archer shares practice with you")
    assert "Alice Archer shares 2 records of practice with you." in message.body
    assert f"http://testserver/mentorships/{mentorship.uuid}/practice/" in message.body
    assert "The detector" not in message.body


def test_later_news_of_a_day_wait_for_the_next_day(alice, bob, answers):
    comment(answers[0], bob)
    send(NOW + WAIT)
    comment(answers[1], bob, now=NOW + 2 * WAIT)
    comment(answers[1], bob, now=NOW + 3 * WAIT, text="Be much shorter.")

    send(NOW + DAY)
    assert len(mails()) == 1
    send(NOW + DAY + WAIT)

    [message] = mail.outbox
    assert "wrote feedback on 1 answer of yours." in message.body


def test_nobody_is_told_of_what_was_taken_back(alice, bob, mentorship, answers):
    comment(answers[0], bob)
    comment(answers[0], bob, text="")
    share(mentorship, answers[0].record.uuid, story(alice))
    share(mentorship, answers[0].record.uuid)

    send(NOW + WAIT)

    assert mails() == []


def test_a_block_stops_the_mail(alice, bob, answers):
    comment(answers[0], bob)
    Block.objects.create(blocker=alice, blocked=bob)

    send(NOW + WAIT)

    assert mails() == []


def test_a_record_that_is_written_in_a_session_is_told(alice, bob, mentorship):
    session = SessionFactory(mentorship=mentorship, status="held")

    write_record(owner=alice, kind="debrief", fields={"title": "The bank", "session": session}, now=NOW)

    assert (kinds(alice), kinds(bob)) == ([], ["practice_news"])


def test_sharing_less_tells_nobody(alice, bob, mentorship):
    first, second = story(alice), story(alice, "The trigger")
    share(mentorship, first, second)
    send(NOW + WAIT)
    mail.outbox.clear()

    share(mentorship, first, now=NOW + 2 * DAY)
    send(NOW + 3 * DAY)

    assert mails() == []
