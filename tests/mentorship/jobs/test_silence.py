"""Both are written to after 7, 14, 21 and 28 days without a sign of life, once each in a silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Block
from mentorship.jobs.silence import write_to_the_quiet
from mentorship.services.pause import pause_mentorship, resume_mentorship
from mentorship.services.silence import go_on
from tests.factories import NOW, MentorshipFactory, SessionFactory, StepFactory
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DAY = timedelta(days=1)


def days_written(person, until: int, since: int = 0) -> list[int]:
    """Return the days since the start on which ``person`` is written to, if a sweep comes each day."""
    for day in range(since, until + 1):
        write_to_the_quiet(now=NOW + day * DAY)
    rows = person.notifications.filter(kind__in=["mentorship_quiet", "mentorship_silent"]).order_by("created_at")
    return [(row.created_at - NOW).days for row in rows]


def hold(mentorship, day: int, **facts) -> None:
    SessionFactory(mentorship=mentorship, starts_at=NOW + day * DAY, **{"status": "held"} | facts)


def test_both_are_written_to_after_1_2_3_and_4_weeks(alice, bob, mentorship):
    assert days_written(alice, 60) == [7, 14, 21, 28]
    assert list(bob.notifications.order_by("created_at").values_list("kind", flat=True)) == [
        *["mentorship_quiet"] * 3,
        "mentorship_silent",
    ]


@pytest.mark.parametrize("status", ["held", "confirmed"])
def test_a_session_starts_the_silence_anew(status, alice, mentorship):
    hold(mentorship, 10, status=status)

    assert days_written(alice, 32) == [17, 24, 31]


def test_a_silence_after_a_silence_has_its_own_messages(alice, mentorship):
    assert days_written(alice, 30) == [7, 14, 21, 28]

    hold(mentorship, 33)

    assert days_written(alice, 48, since=31) == [7, 14, 21, 28, 40, 47]


def test_a_finished_step_starts_the_silence_anew(alice, mentorship):
    StepFactory(mentorship=mentorship, status="done", done_at=NOW + 10 * DAY)

    assert days_written(alice, 32) == [17, 24, 31]


@pytest.mark.parametrize("status", ["cancelled", "missed_by_mentor", "missed_by_mentee"])
def test_a_session_that_was_not_held_is_no_sign_of_life(status, alice, mentorship):
    hold(mentorship, 10, status=status)

    assert days_written(alice, 15) == [7, 14]


def test_nobody_is_written_to_while_a_session_lies_ahead(alice, mentorship):
    hold(mentorship, 20, status="confirmed")

    assert days_written(alice, 26) == []


def test_times_to_choose_from_hold_the_messages_back_until_they_are_past(alice, mentorship):
    SessionFactory(mentorship=mentorship, times=[NOW + 9 * DAY])

    assert days_written(alice, 16) == [9, 14]


def test_a_shorter_step_reaches_pairs_that_are_quiet_already_within_a_day(alice, mentorship, change):
    assert days_written(alice, 5) == []
    change("silence_days", 4)

    assert days_written(alice, 17, since=6) == [6, 8, 12, 16]


def test_a_longer_step_repeats_no_message(alice, mentorship, change):
    assert days_written(alice, 15) == [7, 14]
    change("silence_days", 10)

    assert days_written(alice, 50, since=16) == [7, 14, 30, 40]


def test_a_pause_stops_the_clock(alice, mentorship):
    assert days_written(alice, 10) == [7]
    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 10 * DAY)
    assert days_written(alice, 50, since=11) == [7]

    resume_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 50 * DAY)

    assert days_written(alice, 100, since=50) == [7, 54, 61, 68]


def test_a_late_sweep_writes_the_last_message_only(alice, mentorship):
    write_to_the_quiet(now=NOW + 22 * DAY)

    assert days_written(alice, 30, since=22) == [22, 28]


def test_going_on_starts_the_silence_anew(alice, bob, mentorship):
    assert days_written(alice, 28) == [7, 14, 21, 28]

    go_on(mentorship_id=mentorship.pk, by=bob, now=NOW + 29 * DAY)

    assert days_written(alice, 36, since=29) == [7, 14, 21, 28, 36]


def test_one_off_help_is_left_alone_after_its_session(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")
    hold(mentorship, 8)

    assert days_written(alice, 60) == []


def test_one_off_help_without_a_session_is_reminded_as_well(alice, bob):
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")

    assert days_written(alice, 14) == [7, 14]


@pytest.mark.parametrize("status", ["completed", "ended_early"])
def test_nobody_is_written_to_about_a_mentorship_that_is_over(status, alice):
    MentorshipFactory(goal__mentee=alice, status=status)

    assert days_written(alice, 30) == []


@pytest.mark.parametrize("parted", ["block", "left"])
def test_nobody_is_written_to_about_somebody_who_is_gone(parted, alice, bob, mentorship):
    if parted == "block":
        Block.objects.create(blocker=bob, blocked=alice)
    else:
        bob.is_active = False
        bob.save()

    assert days_written(alice, 30) == []


@pytest.mark.parametrize("happened", ["a session", "a pause", "a word"])
def test_a_message_that_waited_is_not_sent_after_a_sign_of_life(happened, alice, mentorship, mailoutbox):
    write_to_the_quiet(now=NOW + 7 * DAY)
    later = NOW + 7 * DAY + timedelta(minutes=5)
    if happened == "a session":
        hold(mentorship, 8, status="confirmed")
    elif happened == "a pause":
        pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=later)
    else:
        go_on(mentorship_id=mentorship.pk, by=alice, now=later)

    send(later)

    assert mailoutbox == []


def test_the_mail_has_one_thing_to_do(alice, mentorship, mailoutbox):
    write_to_the_quiet(now=NOW + 7 * DAY)

    send(NOW + 7 * DAY)

    [message] = [message for message in mailoutbox if message.to == [alice.email]]
    assert message.subject == "Plan a session with Bob Baker?"
    assert "nothing was held, planned or finished since 23 November" in message.body
    assert "/mentorship-ending/" in message.body
    assert "#plan" in message.body


def test_a_pause_after_the_last_message_brings_no_other(alice, mentorship):
    assert days_written(alice, 30) == [7, 14, 21, 28]

    pause_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 31 * DAY)
    resume_mentorship(mentorship_id=mentorship.pk, by=alice, now=NOW + 40 * DAY)

    assert days_written(alice, 60, since=40) == [7, 14, 21, 28]
