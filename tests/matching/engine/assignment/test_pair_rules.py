"""Rules of a cohort about two people: departments, reporting lines, people kept apart."""

from random import Random

import numpy as np
import pytest

from matching.engine.assignment import (
    Apart,
    BadCohort,
    DifferentDepartment,
    OutsideReportingLine,
    OutsideReportingLines,
)


def allowed(rule, mentees, mentors):
    """Return the pairs that a rule allows, as rows of bits."""
    return rule.allows(np.arange(mentees)[:, None], np.arange(mentors)[None, :]).astype(int).tolist()


def test_people_of_one_department_are_not_paired():
    rule = DifferentDepartment(["sales", "legal", ""], ["sales", "", "legal"])

    assert allowed(rule, 3, 3) == [[0, 1, 1], [1, 1, 0], [1, 1, 1]]


def test_nobody_is_paired_within_a_reporting_line():
    manager_of = {"ann": "bob", "bob": "cleo", "dan": "cleo", "eve": "dan"}
    rule = OutsideReportingLine(["ann", "eve", "cleo", "stranger"], ["bob", "dan", "cleo", "ann", "other"], manager_of)

    assert allowed(rule, 4, 5) == [[0, 1, 0, 0, 1], [1, 0, 0, 1, 1], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1]]


def test_reporting_lines_are_as_by_walking_up():
    for seed in range(30):
        random = Random(seed)
        people = list(range(12))
        manager_of = {person: random.randrange(person) for person in people[1:] if random.random() < 0.8}

        def above(person, managers=manager_of):
            found = {person}
            while person in managers:
                person = managers[person]
                found.add(person)
            return found

        rule = OutsideReportingLine(people, people, manager_of)

        found = allowed(rule, 12, 12)
        for one in people:
            for other in set(people) - {one}:
                assert found[one][other] == (one not in above(other) and other not in above(one)), seed


def test_somebody_may_be_in_several_reporting_lines():
    lines = [("ann", "bob"), ("ann", "cleo"), ("dan", "ann"), ("dan", "bob"), ("dan", "cleo")]
    rule = OutsideReportingLines(["ann", "bob", "dan"], ["bob", "cleo", "dan"], lines)

    assert rule.name == OutsideReportingLine.name
    assert allowed(rule, 3, 3) == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_people_who_manage_each_other_are_refused():
    with pytest.raises(BadCohort, match="'ann' is their own manager, directly or through others; correct the managers"):
        OutsideReportingLine(["ann"], ["bob"], {"ann": "bob", "bob": "ann"})


def test_somebody_below_a_circle_of_managers_is_not_named_as_part_of_it():
    with pytest.raises(BadCohort, match="'bob' is their own manager"):
        OutsideReportingLine(["ann"], ["bob"], {"ann": "bob", "bob": "cleo", "cleo": "bob"})


def test_people_are_kept_apart_over_all_their_accounts():
    rule = Apart(["ann", "bob", "ann"], ["cleo", "ann", "bob"], [("cleo", "ann"), ("bob", "stranger")])

    assert allowed(rule, 3, 3) == [[0, 0, 1], [1, 1, 0], [0, 0, 1]]


def test_nobody_is_paired_with_themselves():
    assert allowed(Apart(["ann"], ["ann", "bob"]), 1, 2) == [[0, 1]]
