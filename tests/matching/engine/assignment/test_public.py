"""Public data sets whose optimum is known. ``public.json`` names sources and licences."""

import json
from base64 import b85decode
from pathlib import Path
from zlib import decompress

import numpy as np
import pytest

from matching.engine.assignment import Pairs, Policy, Problem, assign, check_certificate

DATA = json.loads(Path(__file__).with_name("public.json").read_text())["data"]


def unpacked(text):
    return json.loads(decompress(b85decode(text)))


def test_the_assignment_problem_of_the_or_library_costs_305():
    costs = np.array(unpacked(DATA["assign100"]["costs"]))
    rows, columns = np.indices(costs.shape)
    scores = costs.max() - costs
    pairs = Pairs(rows.ravel(), columns.ravel(), scores.ravel(), mentees=100, mentors=100)
    problem = Problem(pairs, np.ones(100, int), Policy.COVERAGE)

    found = assign(problem)

    assert costs[np.arange(100), found.mentor_of].sum() == 305
    assert check_certificate(found.certificate, problem) == []


def pairs_by_its_rules(mentees, mentors):
    """Return the pairs of mentor-match: another organisation, one grade above (9 points) or two (12).

    The same profession counts 10 points, a shared identity 6.
    """
    found = []
    for row, (grade, organisation, profession, *identities) in enumerate(mentees):
        for column, (above, other, same, *shared) in enumerate(mentors):
            if organisation != other and 0 < above - grade <= 2:
                points = {1: 9, 2: 12}[above - grade] + 10 * (profession == same)
                found.append((row, column, points + 6 * bool(set(identities) & set(shared))))
    return Pairs(*zip(*found, strict=True), mentees=len(mentees), mentors=len(mentors))


@pytest.mark.parametrize(("size", "totals"), [("small", [750, 1006, 1038]), ("large", [11_488, 12_947, 13_127])])
def test_the_sample_data_of_mentor_match_has_its_optimum(size, totals):
    people = DATA[f"mentor-match {size}"]
    pairs = pairs_by_its_rules(unpacked(people["mentees"]), unpacked(people["mentors"]))

    for places, total in enumerate(totals, start=1):
        problem = Problem(pairs, np.full(pairs.shape[1], places), Policy.TOTAL)
        found = assign(problem)
        assert found.value.total == total
        assert check_certificate(found.certificate, problem) == []
