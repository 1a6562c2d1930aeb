"""The report of a draft, against counts by hand and by definition."""

import numpy as np
import pytest

from matching.engine.assignment import LeftOut, assign, report_of
from matching.engine.assignment.report import gini, groups_of

from .cohorts import POLICIES, drawn_problem, problem_of


@pytest.mark.parametrize("policy", POLICIES)
def test_figures_follow_their_definitions(policy):
    for seed in range(60):
        problem, rows = drawn_problem(seed, policy)
        draft = assign(problem)
        mentor_of, load, capacity = draft.mentor_of.tolist(), draft.load.tolist(), problem.capacity.tolist()

        report = report_of(draft, blocking=1000)

        own = {i: rows[i][j] for i, j in enumerate(mentor_of) if j >= 0}
        pinned = {mentee for mentee, _ in problem.pins}
        better = {i: sum(s is not None and s > own[i] for s in rows[i]) for i in own}
        assert (report.matched, report.total) == (len(own), sum(own.values()))
        assert report.worst == min(own.values(), default=None)
        assert (report.first_choice, report.top_three) == (
            sum(count < 1 for count in better.values()),
            sum(count < 3 for count in better.values()),
        )
        assert report.idle == tuple(j for j, places in enumerate(capacity) if places and not load[j])
        blocking = {
            (i, j)
            for i, row in enumerate(rows)
            for j, score in enumerate(row)
            if score is not None
            and score > own.get(i, -1)
            and i not in pinned
            and (i, j) not in problem.bans
            and capacity[j]
            and (load[j] < capacity[j] or any(own[k] < score for k in own if mentor_of[k] == j and k not in pinned))
        }
        assert set(report.blocking) == blocking, seed
        assert report.blocking_count == len(blocking)
        assert [one.mentee for one in report.left_out] == [i for i in range(len(rows)) if i not in own]
        assert report.total <= report.highest_total


def test_shares_are_of_the_matched_and_of_the_optimum():
    report = report_of(assign(problem_of([[10, 6], [6, 1], [5, None]], [1, 1])))

    assert (report.matched, report.matched_share) == (2, pytest.approx(2 / 3))
    assert (report.first_choice_share, report.top_three_share) == (0.5, 1.0)
    assert report.share_of_highest == 12 / 12
    assert (report.worst, report.fifth_percentile) == (6, 6)


def test_a_lift_of_the_worst_pair_shows_what_it_cost():
    report = report_of(assign(problem_of([[10, 6], [5, 2]], [1, 1])))

    assert (report.total, report.highest_total) == (11, 12)


def test_the_fifth_percentile_is_a_score_of_the_draft():
    rows = [[None] * i + [100 + i] + [None] * (39 - i) for i in range(40)]

    assert report_of(assign(problem_of(rows, [1] * 40))).fifth_percentile == 101


def test_everybody_who_is_left_out_has_a_reason():
    rows = [[9, None], [8, None], [None, None], [7, None], [None, 0]]
    problem = problem_of(rows, [1, 1], bans={(3, 0)})

    assert report_of(assign(problem)).left_out == (
        LeftOut(1, "mentors_full", 1, (0,)),
        LeftOut(2, "no_eligible_mentor", 0),
        LeftOut(3, "only_forbidden", 1, (0,)),
    )


@pytest.mark.parametrize(
    ("load", "expected"), [([1, 1, 1], 0), ([0, 0, 0, 4], 0.75), ([0, 0], 0), ([1, 3], 0.25), ([], 0)]
)
def test_gini_is_the_mean_difference_as_a_share_of_the_mean(load, expected):
    assert gini(np.array(load, dtype=np.int64)) == pytest.approx(expected)


def test_groups_of_fewer_than_five_cannot_be_told():
    names = ["a"] * 5 + ["b"] * 6 + ["c"] * 2 + [None]
    scores = np.array([10, 20, 30, -1, 40, *[5] * 5, -1, 9, 9, 9])

    # Two of "c" would follow from a total, so the smallest other group is hidden with them.
    assert [group.name for group in groups_of(names, scores)] == ["b"]
    assert [group.name for group in groups_of(names[:11], scores[:11])] == ["a", "b"]


def test_groups_have_their_rate_and_the_mean_fit_of_five_or_more():
    names = ["a"] * 5 + ["b"] * 6
    scores = np.array([10, 20, 30, -1, 40, *[5] * 5, -1])

    found = groups_of(names, scores)

    assert [(one.name, one.mentees, one.matched_share, one.mean) for one in found] == [
        ("a", 5, 0.8, None),
        ("b", 6, pytest.approx(5 / 6), 5.0),
    ]
