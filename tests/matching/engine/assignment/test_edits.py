"""The cost of an edit before it is made, against solving from scratch; and the alternatives of a pair."""

from random import Random

import pytest

from matching.engine.assignment import BadCohort, Policy, assign, check_certificate, cost_of, swapped, what_if

from .cohorts import POLICIES, best_goodness, drawn_problem, every_assignment, goodness, problem_of


@pytest.mark.parametrize("policy", POLICIES)
def test_an_edit_costs_the_difference_of_two_optima(policy):
    for seed in range(60):
        problem, rows = drawn_problem(seed, policy)
        before = assign(problem)
        random = Random(seed)
        eligible = [(i, j) for i, row in enumerate(rows) for j, score in enumerate(row) if score is not None]
        pair = random.choice(eligible)
        edit = random.choice(({"pin": [pair]}, {"forbid": [pair]}, {"release": [pair]}))
        try:
            problem.edited(**edit)
        except BadCohort:
            continue

        cost = cost_of(before, **edit)

        edited = problem.edited(**edit)
        assert goodness(edited, rows, cost.after.mentor_of.tolist()) == best_goodness(edited, rows), seed
        assert check_certificate(cost.after.certificate, edited) == []
        best = best_goodness(edited, rows)
        assert len(cost.moved) == min(
            sum(one != other for one, other in zip(mentor_of, before.mentor_of.tolist(), strict=True))
            for mentor_of in every_assignment(edited, rows)
            if goodness(edited, rows, mentor_of) == best
        ), seed
        assert cost.total == cost.after.value.total - before.value.total
        assert cost.before is before


def test_a_pin_names_the_loss_and_those_who_move():
    before = assign(problem_of([[9, 7, 1], [8, 2, 1], [1, 1, 5]], [1, 1, 1]))
    assert before.mentor_of.tolist() == [1, 0, 2]

    cost = cost_of(before, pin=[(0, 0)])

    assert cost.after.mentor_of.tolist() == [0, 1, 2]
    assert (cost.matched, cost.worst, cost.total) == (0, -3, -4)
    assert cost.moved == (0, 1)
    assert before.mentor_of.tolist() == [1, 0, 2]


def test_a_swap_is_two_pins():
    before = assign(problem_of([[9, 3], [3, 9]], [1, 1]))

    assert swapped(before, 0, 1) == ((0, 1), (1, 0))
    assert cost_of(before, pin=swapped(before, 0, 1)).total == -12


@pytest.mark.parametrize(
    ("one", "other", "sentence"),
    [
        (0, 7, "Mentee 7 is unknown; the cohort has 3 mentees, counted from 0."),
        (0, 2, "Mentee 2 has no mentor to swap; pin a mentor instead."),
        (0, 1, "Mentees 0 and 1 have the same mentor; choose two with different ones."),
    ],
)
def test_a_swap_that_is_none_is_refused(one, other, sentence):
    before = assign(problem_of([[9], [8], [None]], [2]))

    with pytest.raises(BadCohort) as refused:
        swapped(before, one, other)

    assert str(refused.value) == sentence


def test_the_best_alternatives_of_both_sides_are_shown_with_their_cost():
    before = assign(problem_of([[9, 7], [8, 2]], [1, 1], Policy.TOTAL))
    assert before.pairs == [(0, 1), (1, 0)]

    found = what_if(before, 0)

    assert (found.of_mentee.pair, found.of_mentee.score, found.of_mentee.cost.total) == ((0, 0), 9, -4)
    assert (found.of_mentor.pair, found.of_mentor.score, found.of_mentor.cost.total) == ((1, 1), 2, -4)


def test_forbidden_pairs_full_mentors_and_pinned_mentees_are_no_alternatives():
    problem = problem_of([[9, 8, 7], [1, 9, 1], [5, None, 9]], [1, 1, 1], pins={(1, 1)}, bans={(0, 2), (2, 0)})
    before = assign(problem)

    found = what_if(before, 0)

    assert found.of_mentee is None
    assert found.of_mentor is None


def test_a_mentee_without_a_mentor_has_no_pair():
    before = assign(problem_of([[9], [8]], [1]))

    for mentee in (1, 5, -1):
        with pytest.raises(BadCohort, match=f"^Mentee {mentee} is in no pair; choose one with a mentor.$"):
            what_if(before, mentee)


def test_mentors_of_others_are_kept_where_nothing_is_gained():
    before = assign(problem_of([[5] * 6 for _ in range(6)], [1] * 6))

    cost = cost_of(before, pin=[(0, int(before.mentor_of[1]))])

    assert (cost.total, cost.moved) == (0, (0, 1))


def test_a_released_pin_stays_where_nothing_is_gained_by_another():
    before = assign(problem_of([[0, 0]], [1, 1], Policy.TOTAL, pins={(0, 1)}))

    cost = cost_of(before, release=[(0, 1)])

    assert (cost.after.mentor_of.tolist(), cost.moved) == ([1], ())


def test_somebody_without_a_mentor_gets_none_where_nothing_is_gained():
    """A fit of 0 counts nothing for the total, so two assignments are equally good."""
    rows = [[3, 1, None, 0, 1], [3, 0, None, None, None], [3, 2, None, None, 0]]
    before = assign(problem_of(rows, [0, 5, 1, 2, 1], Policy.TOTAL, seed=3))
    assert -1 in before.mentor_of

    cost = cost_of(before, release=[(0, 0)])

    assert cost.moved == ()
