"""Public data sets whose optimum is known. ``public.json`` names sources and licences."""

import json
from base64 import b85decode
from pathlib import Path
from zlib import decompress

import numpy as np
import pytest

from matching.engine.assignment import Pairs, Policy, Problem, assign, check_certificate

DATA = json.loads(Path(__file__).with_name("public.json").read_text())["data"]
TABLES = np.load(Path(__file__).with_name("public.npz"))


def unpacked(text):
    return json.loads(decompress(b85decode(text)))


@pytest.mark.parametrize(("size", "cost"), [(100, 305), (500, 991), (600, 1176), (700, 1362)])
def test_an_assignment_problem_of_the_or_library_costs_its_optimum(size, cost):
    costs = TABLES[f"assign{size}"].astype(int)
    rows, columns = np.indices(costs.shape)
    scores = costs.max() - costs
    pairs = Pairs(rows.ravel(), columns.ravel(), scores.ravel(), mentees=size, mentors=size)
    problem = Problem(pairs, np.ones(size, int), Policy.COVERAGE)

    found = assign(problem)

    assert costs[np.arange(size), found.mentor_of].sum() == cost
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


@pytest.mark.parametrize(("load", "total"), [(4, 201_884_878), (2, 150_043_126)])
def test_papers_of_midl_get_three_reviewers_each_at_the_optimum(load, total):
    """Each pair of a paper and a reviewer is a mentee here: it goes to its reviewer or to the pool of its paper.

    The pool has places for all but three pairs of the paper. It counts so much that no fourth pair goes to a reviewer.
    """
    suits = TABLES["midl"]
    papers, reviewers = suits.shape
    pair = np.arange(suits.size)
    paper, reviewer = np.divmod(pair, reviewers)
    most = 1_000_000
    scores = np.concatenate([suits.ravel() + most, np.full(suits.size, 3 * most)])
    mentors = np.concatenate([reviewer, reviewers + paper])
    pairs = Pairs(np.tile(pair, 2), mentors, scores, mentees=suits.size, mentors=reviewers + papers)
    places = np.concatenate([np.full(reviewers, load), np.full(papers, reviewers - 3)])
    problem = Problem(pairs, places, Policy.TOTAL)

    found = assign(problem)

    reviewed = np.flatnonzero(found.mentor_of < reviewers)
    assert (np.bincount(paper[reviewed], minlength=papers) == 3).all()
    assert suits.ravel()[reviewed].sum() == total
    assert check_certificate(found.certificate, problem) == []
