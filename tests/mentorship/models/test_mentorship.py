"""The states of a mentorship, and the constraints behind them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from mentorship.models import Mentorship
from tests.factories import MentorshipFactory
from tests.helpers import statuses_after

pytestmark = pytest.mark.django_db

MOVES = {
    "active": {"paused", "completed", "ended_early"},
    "paused": {"active", "completed", "ended_early"},
    "completed": set(),
    "ended_early": set(),
}


@pytest.mark.parametrize("status", Mentorship.Status.values)
def test_only_the_listed_moves_are_possible(status):
    assert statuses_after(MentorshipFactory(status=status)) == MOVES[status]


def test_the_database_refuses_a_completed_mentorship_without_an_end():
    MentorshipFactory()

    with pytest.raises(IntegrityError, match="has_an_end_if_and_only_if_over"), transaction.atomic():
        Mentorship.objects.update(status="completed")


def test_the_database_refuses_a_second_running_mentorship_of_a_pair_for_a_goal():
    mentorship = MentorshipFactory()
    again = {"mentor": mentorship.mentor, "goal": mentorship.goal, "place": 2}

    with pytest.raises(IntegrityError, match="one_running_for_a_pair_and_goal"), transaction.atomic():
        MentorshipFactory(**again, status="paused")


def test_the_database_refuses_two_mentorships_in_one_place():
    first = MentorshipFactory()

    with pytest.raises(IntegrityError, match="mentorship_one_per_place_of_a_mentor"), transaction.atomic():
        MentorshipFactory(mentor=first.mentor, place=first.place)
