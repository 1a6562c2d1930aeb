"""The record of a mentor: what both sides confirmed, for any period, without names of mentees who did not agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentorship.models import Attendance
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.outcomes import Share, share_in_words
from mentorship.selectors.record import KindCount, mentor_record
from tests.factories import (
    NOW,
    FeedbackFactory,
    GoalFactory,
    MentorshipFactory,
    OutcomeQuestionFactory,
    OutcomeRatingFactory,
    held_by_both,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + ANSWER_WITHIN


def record_of(mentor, **period):
    return mentor_record(mentor, now=period.pop("now", LATER), **period)


def ended(bob, place: int, level: int | None = None, **facts):
    """Return a mentorship of Bob that ended, whose mentee was asked and rated it. None: did not answer."""
    question = OutcomeQuestionFactory(
        mentorship=MentorshipFactory(mentor=bob.mentor, place=place, status="completed", **facts)
    )
    if level is not None:
        OutcomeRatingFactory(mentorship=question.mentorship, level=level)
    return question.mentorship


def test_a_mentor_without_sessions_has_an_empty_record(bob):
    record = record_of(bob.mentor)

    assert (record.n_people, record.n_sessions, record.hours) == (0, 0, 0)
    assert (record.session_kinds, record.goal_kinds, record.thanks) == ([], [], [])
    assert record.from_on == record.to_on == LATER.date()


def test_people_sessions_and_hours_are_counted(alice, bob):
    first = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=NOW - timedelta(days=9))
    again = MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor, place=2)
    other = MentorshipFactory(mentor=bob.mentor, place=3)
    for number, mentorship in enumerate((first, first, again, other), start=1):
        held_by_both(mentorship, starts_at=NOW - timedelta(days=number), minutes=45)
    held_by_both(MentorshipFactory())

    record = record_of(bob.mentor)

    assert (record.n_people, record.n_sessions, record.minutes, record.hours) == (2, 4, 180, 3.0)
    assert record.session_kinds == [KindCount(name="a mock interview", n=4)]
    assert record.goal_kinds == [KindCount(name=str(first.goal.kind), n=3)]
    assert (record.from_on, record.to_on) == (NOW.date() - timedelta(days=9), LATER.date())


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_a_session_that_one_side_confirmed_does_not_count(side, bob):
    mentorship = MentorshipFactory(mentor=bob.mentor, started_at=NOW - timedelta(days=9))
    held_by_both(mentorship, starts_at=NOW - timedelta(days=1))
    one_sided = held_by_both(mentorship, starts_at=NOW - timedelta(days=2))
    silent = mentorship.mentee if side == "mentee" else bob
    Attendance.objects.filter(session=one_sided, person=silent).delete()

    assert record_of(bob.mentor).n_sessions == 1


def test_days_of_a_period_are_those_of_the_mentor_and_both_included(bob):
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    mentorship = MentorshipFactory(mentor=bob.mentor)
    # The first quarter of an hour of 2 June in Tokyo, the last one, and the first one of 3 June.
    for hour, minute, day in ((15, 0, 1), (14, 45, 2), (15, 0, 2)):
        held_by_both(mentorship, starts_at=datetime(2026, 6, day, hour, minute, tzinfo=UTC), minutes=15)
    bob.mentor.refresh_from_db()

    assert record_of(bob.mentor, from_on=date(2026, 6, 2), to_on=date(2026, 6, 2)).n_sessions == 2
    assert record_of(bob.mentor, from_on=date(2026, 6, 3), to_on=date(2026, 6, 3)).n_sessions == 1


def test_outcomes_have_their_denominator(bob):
    for place, level in enumerate((2, 0, -1, None), start=1):
        ended(bob, place, level)
    ended(bob, 5, 2, ended_at=NOW - timedelta(days=400))

    record = record_of(bob.mentor, from_on=NOW.date() - timedelta(days=30))

    assert record.at_the_end == Share(n_asked=4, n_answered=3, n_success=2)
    assert record.later == Share(n_asked=0, n_answered=0, n_success=None)
    assert share_in_words(record.at_the_end) == (
        "4 mentees were asked. 2 got as far as hoped, or further. 1 gave no answer that counts, and is no success."
    )


def test_below_three_answers_nobody_reads_what_one_person_said(bob):
    for place, level in enumerate((2, -2, None, None), start=1):
        ended(bob, place, level)

    record = record_of(bob.mentor)

    assert record.at_the_end == Share(n_asked=4, n_answered=2, n_success=None)
    assert share_in_words(record.at_the_end) == (
        "4 mentees were asked. Results are shown from 3 answers on. 2 gave no answer that counts, and are no success."
    )


def test_three_answers_of_one_person_are_not_three(alice, bob):
    for place in (1, 2, 3):
        ended(bob, place, -2, goal__mentee=alice)

    assert record_of(bob.mentor).at_the_end == Share(n_asked=1, n_answered=1, n_success=None)


def test_thanks_are_shown_as_their_authors_agreed(bob):
    for place, (words, shown) in enumerate(
        {"Private.": "", "With my name.": "first_name", "Without.": "no_name"}.items(), start=1
    ):
        mentorship = ended(bob, place, goal__mentee__name="Zoe Zimmer")
        FeedbackFactory(mentorship=mentorship, thanks=words, thanks_shown=shown, opened_at=NOW)
    sealed = ended(bob, 4)
    FeedbackFactory(mentorship=sealed, thanks="Sealed.", thanks_shown="no_name")
    before = ended(bob, 5, ended_at=NOW - timedelta(days=400))
    FeedbackFactory(mentorship=before, thanks="Long ago.", thanks_shown="no_name", opened_at=NOW)

    record = record_of(bob.mentor, from_on=NOW.date() - timedelta(days=30))

    assert {(thanks.text, thanks.name) for thanks in record.thanks} == {("With my name.", "Zoe"), ("Without.", "")}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_is_constant(rows, bob):
    for place in range(1, rows + 1):
        mentorship = ended(bob, place, 1)
        held_by_both(mentorship, starts_at=NOW - timedelta(days=place))
        FeedbackFactory(mentorship=mentorship, thanks_shown="first_name", opened_at=NOW)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        record_of(bob.mentor)

    assert len(queries) == 6
