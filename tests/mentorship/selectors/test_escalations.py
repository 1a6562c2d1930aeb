"""When mentorships, sessions and people need an admin, and when they do not any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Block, Escalation, MentorProfile
from mentorship.models import FitCheck, Mentorship, Session
from tests.escalations import DAY, MAKERS, cause_of, count_of
from tests.factories import (
    FitCheckFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
    StepFactory,
    held_by_both,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["first_session_missing", "silent_pair"])
@pytest.mark.parametrize("change", ["paused", "left", "mentor left", "blocked", "suspended", "times", "planned"])
def test_a_pair_that_rests_is_apart_or_plans_needs_nobody(code, change, now):
    mentorship = MAKERS[code](now)
    rows = Mentorship.objects.filter(pk=mentorship.pk)
    match change:
        case "paused":
            rows.update(status="paused", paused_at=now)
        case "left":
            type(mentorship.mentee).objects.filter(pk=mentorship.mentee_id).update(is_active=False)
        case "mentor left":
            type(mentorship.mentee).objects.filter(pk=mentorship.mentor.user_id).update(is_active=False)
        case "blocked":
            Block.objects.create(blocker=mentorship.mentee, blocked=mentorship.mentor.user)
        case "suspended":
            type(mentorship.mentor).objects.update(status="suspended")
        case "times":
            SessionFactory(mentorship=mentorship, times=[now + DAY])
        case "planned":
            SessionFactory(mentorship=mentorship, status="confirmed", starts_at=now + DAY)

    assert count_of(code, now) == 0


def test_times_that_are_over_plan_nothing(now):
    mentorship = MAKERS["first_session_missing"](now)
    SessionFactory(mentorship=mentorship, times=[now - DAY])

    assert count_of("first_session_missing", now) == 1


def test_a_pause_that_is_over_does_not_count_as_time_without_a_session(now):
    MentorshipFactory(started_at=now - 20 * DAY, paused_for=7 * DAY)

    assert [count_of("first_session_missing", now + days * DAY) for days in (0, 1)] == [0, 1]


def test_a_pair_that_never_met_is_no_silent_pair(now):
    MentorshipFactory(started_at=now - 90 * DAY)

    assert (count_of("first_session_missing", now), count_of("silent_pair", now)) == (1, 0)


@pytest.mark.parametrize("days", [27, 29])
def test_a_finished_step_and_a_word_to_go_on_are_signs_of_life(days, now):
    MAKERS["silent_pair"](now)
    mentorship = Mentorship.objects.get()
    StepFactory(mentorship=mentorship, status="done", done_at=now - days * DAY)

    assert count_of("silent_pair", now) == (days > 28)
    Mentorship.objects.update(quiet_from_at=now - DAY)
    assert count_of("silent_pair", now) == 0


def test_one_off_help_that_had_its_session_is_not_silent(now):
    mentorship = MentorshipFactory(started_at=now - 90 * DAY, format="one_off")
    held_by_both(mentorship, starts_at=now - 40 * DAY, is_only=True)

    assert count_of("silent_pair", now) == 0


def test_a_better_answer_needs_nobody(now):
    check = MAKERS["fit_not_good"](now)
    later = FitCheckFactory(mentorship=check.mentorship, number=2)
    assert count_of("fit_not_good", now) == 1

    FitCheck.objects.filter(pk=later.pk).update(answer="good", answered_at=now)

    assert count_of("fit_not_good", now) == 0


def test_an_answer_that_is_private_or_of_a_mentorship_that_is_over_needs_nobody(now):
    FitCheckFactory(answer="not_good", answered_at=now - DAY)
    check = MAKERS["fit_not_good"](now)
    Mentorship.objects.filter(pk=check.mentorship_id).update(status="completed", ended_at=now)

    assert count_of("fit_not_good", now) == 0


def test_a_dispute_that_is_settled_needs_nobody(now):
    MAKERS["attendance_disputed"](now)

    Session.objects.update(disputed_at=None, status="held")

    assert count_of("attendance_disputed", now) == 0


@pytest.mark.parametrize("code", ["no_shows_of_mentee", "no_shows_of_mentor"])
def test_no_shows_before_somebody_came_back_do_not_count(code, now):
    row = MAKERS[code](now)
    back_at = now - 5 * DAY
    if code == "no_shows_of_mentor":
        type(row).objects.filter(pk=row.pk).update(back_after_misses_at=back_at)
    else:
        row.profile.asking_back_at = back_at
        row.profile.save()

    assert count_of(code, now) == 0


@pytest.mark.parametrize("code", ["no_shows_of_mentee", "no_shows_of_mentor"])
def test_somebody_who_is_paused_needs_no_pause(code, now):
    row = MAKERS[code](now)
    if code == "no_shows_of_mentor":
        type(row).objects.filter(pk=row.pk).update(status="paused")
    else:
        row.profile.asking_paused_at = now
        row.profile.save()

    assert count_of(code, now) == 0


def test_no_shows_of_several_mentorships_add_up_for_a_mentee_alone(now):
    first = MentorshipFactory(started_at=now - 30 * DAY)
    second = MentorshipFactory(goal__mentee=first.mentee, started_at=now - 30 * DAY)
    for days, mentorship in ((3, first), (5, second)):
        SessionFactory(mentorship=mentorship, status="missed_by_mentee", starts_at=now - days * DAY)

    assert (count_of("no_shows_of_mentee", now), count_of("no_shows_of_mentor", now)) == (1, 0)


@pytest.mark.parametrize(
    ("facts", "running", "count"),
    [
        ({"capacity": 2}, 2, 0),
        ({"capacity": 2}, 3, 1),
        ({"capacity": 2, "active_elsewhere": 1}, 2, 1),
        ({"capacity": 2, "status": "paused"}, 3, 0),
        ({"capacity": 2, "user__is_active": False}, 3, 0),
    ],
)
def test_a_mentor_with_more_people_than_offered_is_overloaded(facts, running, count, now):
    mentor = MentorFactory(**facts)
    for place in range(1, running + 1):
        MentorshipFactory(mentor=mentor, place=place, started_at=now - DAY)
    MentorshipFactory(mentor=mentor, status="completed")

    assert count_of("mentor_overloaded", now) == count


@pytest.mark.parametrize(("hours", "count"), [(1, 1), (2, 0), (0, 0)])
def test_a_mentor_with_more_hours_than_offered_is_overloaded(hours, count, now):
    mentorship = MentorshipFactory(started_at=now - 60 * DAY, mentor__monthly_hours=hours)
    for days in (2, 9, 40):
        held_by_both(mentorship, starts_at=now - days * DAY, minutes=60)
    SessionFactory(mentorship=mentorship, status="confirmed", starts_at=now + timedelta(hours=2), minutes=90)

    assert count_of("mentor_overloaded", now) == count


def dismissed(code, row, now) -> None:
    since_at = cause_of(code, row, now).since_at
    facts = {"dismissed_at": now, "dismissed_reason": "We spoke."}
    Escalation.objects.create(kind=code, subject=row.pk, since_at=since_at, **facts)
    assert count_of(code, now) == 0


def test_a_pause_brings_no_dismissed_first_session_back(now):
    mentorship = MAKERS["first_session_missing"](now)
    dismissed("first_session_missing", mentorship, now)

    Mentorship.objects.update(paused_for=3 * DAY)

    assert count_of("first_session_missing", now + 9 * DAY) == 0


def test_hours_that_pass_those_offered_again_are_a_new_cause(now):
    """The first excess ends 30 days after its session, and the next one begins with another session."""
    mentorship = MentorshipFactory(started_at=now - 100 * DAY, mentor__monthly_hours=1)
    held_by_both(mentorship, starts_at=now - 3 * DAY, minutes=90)
    dismissed("mentor_overloaded", mentorship.mentor, now)

    later = now + 28 * DAY
    assert count_of("mentor_overloaded", later) == 0
    held_by_both(mentorship, starts_at=later - timedelta(hours=2), minutes=90)

    assert count_of("mentor_overloaded", later) == 1


def test_more_of_the_same_hours_are_the_same_cause(now):
    mentorship = MentorshipFactory(started_at=now - 100 * DAY, mentor__monthly_hours=1)
    for days in (50, 30, 3):
        held_by_both(mentorship, starts_at=now - days * DAY, minutes=90)
    [first, *_] = Session.objects.order_by("starts_at")

    assert cause_of("mentor_overloaded", mentorship.mentor, now).since_at == first.starts_at


def test_the_hours_pass_with_the_session_that_is_too_much(now):
    mentorship = MentorshipFactory(started_at=now - 100 * DAY, mentor__monthly_hours=2)
    for days in (28, 20, 10, 3):
        held_by_both(mentorship, starts_at=now - days * DAY, minutes=50)

    assert cause_of("mentor_overloaded", mentorship.mentor, now).since_at == now - 10 * DAY


@pytest.mark.parametrize(("capacity", "elsewhere", "since"), [(2, 0, 3), (1, 0, 5), (2, 1, 5), (1, 4, 9)])
def test_a_mentor_is_overloaded_since_the_first_mentorship_too_many(capacity, elsewhere, since, now):
    mentor = MentorFactory(capacity=capacity, active_elsewhere=elsewhere)
    for place, days in enumerate((9, 5, 3, 1), start=1):
        MentorshipFactory(mentor=mentor, place=place, started_at=now - days * DAY)
    MentorshipFactory(started_at=now - 50 * DAY)

    assert cause_of("mentor_overloaded", mentor, now).since_at == now - since * DAY


def test_hours_that_come_on_top_of_people_are_a_new_cause(now):
    mentor = MAKERS["mentor_overloaded"](now)
    MentorProfile.objects.update(monthly_hours=1)
    dismissed("mentor_overloaded", mentor, now)

    held_by_both(Mentorship.objects.first(), starts_at=now - timedelta(hours=3), minutes=90)

    assert count_of("mentor_overloaded", now) == 1


@pytest.mark.parametrize("code", ["no_shows_of_mentee", "no_shows_of_mentor"])
def test_a_miss_of_an_earlier_session_that_is_settled_later_is_a_new_cause(code, now):
    row = MAKERS[code](now)
    dismissed(code, row, now)
    session = SessionFactory(mentorship=Mentorship.objects.get(), status="confirmed", starts_at=now - 5 * DAY)

    session.move_to(code.replace("no_shows_of", "missed_by"), at=now)

    assert cause_of(code, row, now).since_at == now
