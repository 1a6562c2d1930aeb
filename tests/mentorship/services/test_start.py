"""A mentorship takes a numbered place of its mentor."""

from __future__ import annotations

import pytest

from mentorship.exceptions import AlreadyTogether, MentorAtCapacity
from mentorship.services.start import start_mentorship
from tests.factories import GoalFactory, MentorFactory, MentorshipFactory
from tests.moves import end

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def start(mentor, now, goal=None):
    goal = goal or GoalFactory()
    return start_mentorship(mentor_id=mentor.pk, mentee=goal.mentee, goal=goal, format="ongoing", now=now)


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
