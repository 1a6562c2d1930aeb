"""Reminders of steps are true when they are sent, and name nobody's words after a block."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Block
from mentorship.jobs.attendance import ask_about_attendance
from mentorship.models import ActionItem, Mentorship
from mentorship.services.steps.add import NewStep, add_steps
from tests.factories import NOW, MentorshipFactory, SessionFactory
from tests.helpers import path, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# 09:00 in Berlin: the day before, and three days after.
BEFORE, AFTER = datetime(2026, 12, 2, 8, tzinfo=UTC), datetime(2026, 12, 6, 8, tzinfo=UTC)
STEP = NewStep(whose="mentee", what="Update <b>the</b> CV", by_on=date(2026, 12, 3))


@pytest.fixture
def mentorship(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    add_steps(mentorship_id=mentorship.pk, by=bob, steps=[STEP], now=NOW)
    return mentorship


def block(mentorship):
    Block.objects.create(blocker=mentorship.mentor.user, blocked=mentorship.mentee)


def pause(mentorship):
    Mentorship.objects.get().move_to("paused", at=NOW)


def leave(mentorship):
    mentorship.mentor.user.is_active = False
    mentorship.mentor.user.save()


def finish(mentorship):
    ActionItem.objects.update(status="done", done_at=NOW)


def give_away(mentorship):
    ActionItem.objects.update(whose="mentor")


@pytest.mark.parametrize("change", [block, pause, leave, finish, give_away])
def test_a_reminder_that_is_not_true_any_more_is_not_sent(change, mentorship, mailoutbox):
    change(mentorship)

    send(BEFORE)
    send(AFTER)

    assert mailoutbox == []


def test_a_reminder_before_the_day_that_is_late_is_none(mentorship, mailoutbox, monkeypatch):
    monkeypatch.setattr("mentorship.notification_kinds.steps.timezone.now", lambda: BEFORE + timedelta(days=2))

    send(BEFORE + timedelta(days=2))

    assert mailoutbox == []


def test_both_texts_name_the_step_the_day_and_the_page(mentorship, mailoutbox, client):
    send(BEFORE)

    [mail] = mailoutbox
    page = mail.alternatives[0].content
    assert "- Update <b>the</b> CV" in mail.body
    assert "Update &lt;b&gt;the&lt;/b&gt; CV" in page
    for text in (mail.body, page):
        assert "Thursday, 3 December" in text
    link = next(line for line in mail.body.splitlines() if "/steps/" in line)
    assert client.get(path(link)).status_code == 200


def test_the_last_reminder_says_that_it_is_the_last(mentorship, mailoutbox):
    send(AFTER)

    [mail] = [mail for mail in mailoutbox if mail.subject.startswith("Still open")]
    assert "This is the only reminder after the day." in mail.body


def test_the_mail_about_attendance_leads_to_the_next_steps(mentorship, alice, mailoutbox):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    over_at = session.ends_at + timedelta(minutes=1)

    ask_about_attendance(now=over_at)
    send(over_at)

    [mail] = [mail for mail in mailoutbox if mail.to == [alice.email]]
    for text in (mail.body, mail.alternatives[0].content):
        assert "What until next time?" in text
        assert "#next-steps" in text
