"""Reminders of steps: on the owner's clock, once for a day, and only while something is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Notification, NotificationChoice
from accounts.services.profiles import update_profile
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.steps.add import NewStep, add_steps
from mentorship.services.steps.change import change_step
from mentorship.services.steps.settle import drop_step, finish_step, reopen_step
from tests.factories import NOW, MentorshipFactory
from tests.helpers import send
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

THURSDAY = date(2026, 12, 3)
DAY = timedelta(days=1)


def at(day: int, hour: int) -> datetime:
    """Return a time in December in UTC."""
    return datetime(2026, 12, day, hour, tzinfo=UTC)


# 09:00 in Berlin.
BEFORE, ON_DAY, AFTER = at(2, 8), at(3, 8), at(6, 8)


@pytest.fixture
def mentorship(alice, bob):
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


def add(mentorship, what="Update the CV", *, whose="mentee", by_on=THURSDAY, now=NOW):
    new = NewStep(whose=whose, what=what, by_on=by_on)
    [step] = add_steps(mentorship_id=mentorship.pk, by=mentorship.mentee, steps=[new], now=now)
    return step


def waiting(person) -> list[tuple[str, datetime]]:
    rows = Notification.objects.filter(recipient=person, status="pending", kind__startswith="step_")
    return sorted(rows.values_list("kind", "due_at"))


def test_the_owner_is_reminded_the_day_before_and_three_days_after(mentorship, alice, bob):
    add(mentorship)

    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]
    assert waiting(bob) == []


def test_nine_is_nine_on_the_clock_of_the_owner(mentorship, bob):
    add(mentorship, whose="mentor")

    assert waiting(bob) == [("step_due", at(2, 0)), ("step_overdue", at(6, 0))]


def test_reminders_move_with_the_zone_of_the_owner(mentorship, alice):
    add(mentorship)

    update_profile(profile=alice.profile, changes={"timezone": "Asia/Tokyo"}, now=NOW)

    assert waiting(alice) == [("step_due", at(2, 0)), ("step_overdue", at(6, 0))]


def test_a_step_that_is_added_late_is_reminded_of_on_the_day(mentorship, alice):
    add(mentorship, now=BEFORE)

    assert waiting(alice) == [("step_due", ON_DAY), ("step_overdue", AFTER)]


def test_after_nine_of_the_day_only_the_gentle_one_is_left(mentorship, alice):
    add(mentorship, now=ON_DAY)

    assert waiting(alice) == [("step_overdue", AFTER)]


def test_a_step_without_a_day_has_no_reminder(mentorship, alice):
    add(mentorship, by_on=None)

    assert waiting(alice) == []


def test_several_steps_of_a_day_are_one_mail(mentorship, alice, mailoutbox):
    add(mentorship, "Update the CV")
    add(mentorship, "Write to Ada")

    send(BEFORE)

    [mail] = mailoutbox
    assert mail.to == [alice.email]
    assert mail.subject == "Your steps with Bob Baker for Thursday, 3 December"
    assert "- Update the CV" in mail.body
    assert "- Write to Ada" in mail.body
    assert mail.reply_to == ["bob@example.org"]


@pytest.mark.parametrize("settle", [finish_step, drop_step])
def test_a_settled_step_is_not_reminded_of(settle, mentorship, alice):
    step = add(mentorship)

    settle(step_id=step.pk, by=alice, now=NOW)

    assert waiting(alice) == []


def test_another_step_of_the_day_keeps_the_reminder(mentorship, alice):
    step = add(mentorship)
    add(mentorship, "Write to Ada")

    finish_step(step_id=step.pk, by=alice, now=NOW)

    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]


def test_a_step_that_is_open_again_is_reminded_of_again(mentorship, alice):
    step = add(mentorship)
    finish_step(step_id=step.pk, by=alice, now=NOW)

    reopen_step(step_id=step.pk, by=alice, now=NOW)

    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]


def test_reminders_follow_the_day(mentorship, alice):
    step = add(mentorship)

    change_step(step_id=step.pk, by=alice, changes={"by_on": THURSDAY + DAY}, now=NOW)

    assert waiting(alice) == [("step_due", BEFORE + DAY), ("step_overdue", AFTER + DAY)]


def test_reminders_follow_the_owner(mentorship, alice, bob):
    step = add(mentorship)

    change_step(step_id=step.pk, by=alice, changes={"whose": "mentor"}, now=NOW)

    assert waiting(alice) == []
    assert waiting(bob) == [("step_due", at(2, 0)), ("step_overdue", at(6, 0))]


def test_other_words_write_no_second_reminder(mentorship, alice):
    step = add(mentorship)

    change_step(step_id=step.pk, by=alice, changes={"what": "Rewrite the CV"}, now=NOW)

    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]


def test_a_pause_stops_reminders_and_its_end_brings_those_that_come(mentorship, alice):
    add(mentorship)
    add(mentorship, "Write to Ada", by_on=date(2026, 12, 24))
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW)

    assert waiting(alice) == []

    resume_mentorship(mentorship_id=mentorship.pk, by=alice, now=at(4, 0))
    assert waiting(alice) == [("step_due", at(23, 8)), ("step_overdue", AFTER), ("step_overdue", at(27, 8))]


def test_steps_that_are_added_in_a_pause_are_reminded_of_after_it(mentorship, alice):
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW)
    add(mentorship)

    assert waiting(alice) == []

    resume_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW)
    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]


def test_the_end_stops_reminders(mentorship, alice):
    add(mentorship)

    end(mentorship)

    assert waiting(alice) == []


def test_one_reminder_comes_after_the_day_and_no_further(mentorship, alice, mailoutbox):
    add(mentorship)

    for day in range(1, 31):
        send(at(day, 12))

    assert [mail.subject for mail in mailoutbox] == [
        "Your steps with Bob Baker for Thursday, 3 December",
        "Still open: your steps with Bob Baker",
    ]


def test_the_other_mentorship_keeps_its_reminders(mentorship, alice):
    other = MentorshipFactory(goal__mentee=alice)
    step = add(mentorship)
    add(other)

    finish_step(step_id=step.pk, by=alice, now=NOW)

    assert waiting(alice) == [("step_due", BEFORE), ("step_overdue", AFTER)]


def test_a_reminder_waits_for_the_digest_where_it_is_wished(mentorship, alice, mailoutbox):
    NotificationChoice.objects.create(user=alice, group="reminders", email="digest")
    add(mentorship)

    send(BEFORE)
    send(BEFORE + DAY)

    [mail] = mailoutbox
    assert "Your steps with Bob Baker for Thursday, 3 December" in mail.body
