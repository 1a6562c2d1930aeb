"""The look at a cohort before a run: all findings at once, what stops it first."""

import numpy as np
import pytest

from matching.engine.assignment import BadCohort, DifferentDepartment, Problem, assign, preflight
from matching.engine.assignment.preflight import SENTENCES, STOPS

from .cohorts import POLICIES, drawn_problem, pairs_of


def found(rows, capacity, **more):
    """Return the code, sentence and people of each finding."""
    return [(one.code, one.sentence, one.mentees, one.mentors) for one in preflight(pairs_of(rows), capacity, **more)]


def test_a_cohort_without_faults_has_no_findings():
    assert found([[5, 4], [3, 4]], [1, 1]) == []


def test_nobody_eligible_and_no_places_stop_a_run():
    findings = preflight(pairs_of([[None], [None]]), [0])

    assert [(one.code, one.stops) for one in findings] == [
        ("no_places", True),
        ("nobody_eligible", True),
        ("places_short", False),
    ]


def test_people_without_partners_and_missing_places_are_named():
    assert found([[5, None, None], [5, None, None], [None, None, None]], [1, 0, 1]) == [
        (
            "mentees_without_mentor",
            "Mentees without an eligible mentor: 1. See which rule excludes most, or invite mentors for them.",
            (2,),
            (),
        ),
        ("mentors_without_mentee", "Mentors with places who are eligible for nobody: 1. They will be idle.", (), (2,)),
        ("places_short", "Missing places: 1. Mentees: 3; places: 2.", (), ()),
        (
            "cannot_all_be_matched",
            "Mentees with an eligible mentor who must be left out: 1. Too many need the same mentors. More places of "
            "the mentors named here would help.",
            (),
            (0,),
        ),
    ]


def test_the_number_of_people_left_out_is_that_of_the_assignment():
    for seed in range(60):
        problem, rows = drawn_problem(seed, POLICIES[0])
        short = [one for one in preflight(problem.scores, problem.capacity) if one.code == "cannot_all_be_matched"]
        eligible = sum(any(score is not None for score in row) for row in rows)

        matched = assign(Problem(problem.scores, problem.capacity)).value.matched

        assert sum(int(one.values["count"]) for one in short) == eligible - matched


def test_all_contradictions_of_pins_are_found_at_once():
    rows = [[5, 4], [3, None], [2, 2]]
    pins = {(0, 0), (0, 1), (1, 1), (2, 0), (7, 0)}

    codes = [
        (one.code, one.mentees, one.mentors) for one in preflight(pairs_of(rows), [1, 1], pins=pins, bans={(0, 0)})
    ]

    assert codes == [
        ("unknown_person", (), ()),
        ("pinned_and_forbidden", (0,), (0,)),
        ("pin_not_eligible", (1,), (1,)),
        ("pinned_twice", (0,), (0, 1)),
        ("too_many_pins", (0, 2), (0,)),
        ("too_many_pins", (0, 1), (1,)),
        ("places_short", (), ()),
        ("cannot_all_be_matched", (), (0, 1)),
    ]


def test_a_pin_against_a_rule_of_the_cohort_names_the_rule():
    rule = DifferentDepartment(["sales"], ["sales", "legal"])

    assert found([[None, 5]], [1, 1], pins={(0, 0)}, rules=[rule])[0][1] == (
        "Mentee 0 is pinned to mentor 0 against the rule same_department; remove the pin, or the rule."
    )


def test_a_person_who_is_there_twice_is_found():
    codes = found([[5, 4], [3, 4], [3, 4]], [2, 2], mentee_people=["a", "b", "a"], mentor_people=["c", "b"])

    assert [(code, mentees, mentors) for code, _, mentees, mentors in codes] == [
        ("mentee_twice", (0, 2), ()),
        ("both_roles", (1,), (1,)),
    ]


def test_missing_data_that_would_change_most_comes_first():
    rows, missing = [[None], [5], [5]], {0: ["languages"], 1: ["hours"], 2: ["hours"]}

    def fields(**more):
        return [one.values["field"] for one in preflight(pairs_of(rows), [3], missing=missing, **more)[1:]]

    assert fields() == ["languages", "hours"]
    assert fields(gains={(2, "hours"): 9.0}) == ["hours", "languages"]


def test_each_finding_that_stops_has_a_sentence():
    assert SENTENCES.keys() >= STOPS


def test_places_of_another_number_of_mentors_are_refused():
    with pytest.raises(BadCohort):
        preflight(pairs_of([[5]]), np.array([1, 2]))
