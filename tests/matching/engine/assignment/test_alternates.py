"""The mentors who are kept for the mentees of a draft."""

from __future__ import annotations

import pytest

from matching.engine.assignment import alternates_of, assign

from .cohorts import POLICIES, drawn_problem, problem_of


def test_mentors_with_a_free_place_come_first_then_the_better_ones():
    draft = assign(problem_of([[9, 5, 7, 6], [0, 0, 8, 0]], [1, 1, 1, 1]))
    assert draft.pairs == [(0, 0), (1, 2)]

    assert alternates_of(draft, kept=3)[0, 0] == (3, 1, 2)


def test_two_are_kept_for_each_pair():
    draft = assign(problem_of([[9, 5, 7, 6]], [1, 1, 1, 1]))

    assert alternates_of(draft) == {(0, 0): (2, 3)}


def test_nobody_below_the_lowest_score_is_kept():
    draft = assign(problem_of([[9, 5, 7, 6]], [1, 1, 1, 1]))

    assert alternates_of(draft, least=7) == {(0, 0): (2,)}


def test_somebody_without_another_mentor_has_no_alternate():
    draft = assign(problem_of([[9, None]], [1, 1]))

    assert alternates_of(draft) == {(0, 0): ()}


def test_a_pinned_pair_has_no_alternate():
    draft = assign(problem_of([[9, 5], [8, 7]], [1, 2], pins={(0, 0)}))

    assert alternates_of(draft)[0, 0] == ()


@pytest.mark.parametrize("policy", POLICIES)
def test_alternates_follow_their_definition(policy):
    for seed in range(100):
        problem, rows = drawn_problem(seed, policy)
        draft = assign(problem)
        room = (draft.load < problem.capacity).tolist()

        found = alternates_of(draft)

        assert list(found) == draft.pairs
        for (i, own), kept in found.items():
            others = [
                j
                for j, score in enumerate(rows[i])
                if score is not None and j != own and problem.capacity[j] and (i, j) not in problem.bans
            ]
            best = sorted(others, key=lambda j: (not room[j], -rows[i][j], j))[:2]
            assert kept == (() if (i, own) in problem.pins else tuple(best)), seed
