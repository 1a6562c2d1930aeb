"""The fit of a request by the side of the mentors."""

import pytest

from matching.engine import MentorTable
from matching.engine.assignment import mentors_side, scores_of_profiles
from matching.engine.assignment.scores import both_sides
from tests.matching.engine.builders import mentor as a_mentor
from tests.matching.engine.builders import need as a_need
from tests.matching.engine.builders import terms


def fits(need, *mentors):
    return mentors_side([need], MentorTable(mentors))(0, 1)[0].tolist()


def test_it_is_what_they_offer_and_want_to_explore():
    need = a_need(needs=terms("statistics", "python"), session_kind="cv_review")
    whole = a_mentor(1, teaches=terms("statistics"), explores=terms("python"), session_kinds=frozenset({"cv_review"}))
    known = a_mentor(2, teaches=(), skills=terms("python"), session_kinds=frozenset({"debrief"}))
    goal = 0.25 if need.goal.kind in whole.goals else 0.0

    assert fits(need, whole, known) == pytest.approx([0.75 + goal, 0.5 * 0.25 + goal])


def test_a_part_about_which_nothing_is_said_counts_half():
    need = a_need(needs=())

    assert fits(need, a_mentor(1, goals=frozenset(), session_kinds=frozenset())) == [0.5]


def test_the_score_of_a_pair_is_the_harmonic_mean():
    need, mentor = a_need(), a_mentor(1)
    table = MentorTable([mentor])
    one = scores_of_profiles([need], table).of([0], [0])[0] / 10_000
    [other] = fits(need, mentor)

    found = scores_of_profiles([need], table, other_side=mentors_side([need], table)).of([0], [0])[0]

    assert found == pytest.approx(10_000 * float(both_sides(one, other)), abs=1)
