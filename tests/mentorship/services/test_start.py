"""A mentorship takes a numbered place of its mentor."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mentorship.exceptions import AlreadyTogether, MentorAtCapacity
from mentorship.services.start import start_mentorship
from tests.factories import GoalFactory, MentorFactory, MentorshipFactory
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def start(mentor, now, goal=None, *, format="ongoing", **facts):
    goal = goal or GoalFactory()
    return start_mentorship(mentor_id=mentor.pk, mentee=goal.mentee, goal=goal, format=format, now=now, **facts)


def test_the_lowest_free_place_is_taken(now):
    mentor = MentorFactory(capacity=3)
    MentorshipFactory(mentor=mentor, place=2)

    assert [start(mentor, now).place, start(mentor, now).place] == [1, 3]


def test_a_full_mentor_takes_nobody(now):
    mentor = MentorFactory(capacity=1)
    MentorshipFactory(mentor=mentor)

    with pytest.raises(MentorAtCapacity):
        start(mentor, now)

    assert mentor.mentorships.count() == 1


def test_mentorships_elsewhere_take_places_too(now):
    mentor = MentorFactory(capacity=2, active_elsewhere=1)
    start(mentor, now)

    with pytest.raises(MentorAtCapacity):
        start(mentor, now)


def test_a_place_is_free_again_when_its_mentorship_is_over(now):
    mentor = MentorFactory(capacity=1)
    MentorshipFactory(mentor=mentor, status="completed", ended_at=now)

    assert start(mentor, now).place == 1


def test_capacity_below_the_running_mentorships_refuses_new_ones(now):
    mentor = MentorFactory(capacity=3)
    MentorshipFactory(mentor=mentor, place=1)
    MentorshipFactory(mentor=mentor, place=2)
    mentor.capacity = 1
    mentor.save()

    with pytest.raises(MentorAtCapacity):
        start(mentor, now)


def test_a_pair_has_one_running_mentorship_for_a_goal(now):
    mentor = MentorFactory(capacity=5)
    mentorship = MentorshipFactory(mentor=mentor)

    with pytest.raises(AlreadyTogether):
        start(mentor, now, mentorship.goal)

    start(mentor, now, GoalFactory(mentee=mentorship.mentee))
    end(mentorship)
    start(mentor, now, mentorship.goal)


def test_an_ongoing_one_takes_the_planned_end_that_is_given(now):
    until_on = now.date() + timedelta(days=1)

    assert start(MentorFactory(), now, planned_end_on=until_on).planned_end_on == until_on


@pytest.mark.parametrize("given", [None, timedelta(0), timedelta(days=-1)])
def test_without_a_later_planned_end_the_kind_of_goal_decides(given, now):
    goal = GoalFactory()
    given_on = None if given is None else now.date() + given

    started = start(MentorFactory(), now, goal, planned_end_on=given_on)

    assert started.planned_end_on == now.date() + timedelta(weeks=goal.kind.usual_weeks)


def test_one_off_help_has_no_planned_end(now):
    mentor = MentorFactory()

    assert start(mentor, now, format="one_off", planned_end_on=now.date() + timedelta(days=9)).planned_end_on is None
