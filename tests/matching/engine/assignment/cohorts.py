"""Small cohorts drawn at random, and the best assignment by trying them all."""

from itertools import product
from random import Random

import numpy as np

from matching.engine.assignment import Pairs, Policy, Problem

POLICIES = tuple(Policy)


def pairs_of(rows):
    """Return the pairs of a matrix of whole scores, None where the pair is not eligible."""
    found = [(i, j, score) for i, row in enumerate(rows) for j, score in enumerate(row) if score is not None]
    mentee, mentor, score = zip(*found, strict=True) if found else ((), (), ())
    return Pairs(
        np.array(mentee, np.int64),
        np.array(mentor, np.int64),
        np.array(score, np.int64),
        mentees=len(rows),
        mentors=len(rows[0]),
    )


def problem_of(rows, capacity, policy=Policy.BOTTLENECK, **more):
    return Problem(pairs_of(rows), np.array(capacity), policy, **more)


def drawn_rows(random, *, mentees=5, mentors=4, highest=6):
    """Return a matrix of few distinct scores, so that equals are common. A third of the pairs are not eligible."""
    rows = [
        [None if random.random() < 0.35 else random.randint(0, highest) for _ in range(mentors)] for _ in range(mentees)
    ]
    rows[0][0] = highest
    return rows


def drawn_problem(seed, policy):
    """Return a problem with pins and bans, and the scores it was made of."""
    random = Random(seed)
    mentees, mentors = random.randint(1, 5), random.randint(1, 4)
    rows = drawn_rows(random, mentees=mentees, mentors=mentors)
    capacity = [random.choice((0, 1, 1, 2, 3)) for _ in range(mentors)]
    capacity[random.randrange(mentors)] += 1
    eligible = [(i, j) for i, row in enumerate(rows) for j, score in enumerate(row) if score is not None]
    random.shuffle(eligible)
    pins, taken = set(), [0] * mentors
    for i, j in eligible[: random.choice((0, 0, 1, 2))]:
        if i not in {mentee for mentee, _ in pins} and taken[j] < capacity[j]:
            pins.add((i, j))
            taken[j] += 1
    bans = set(eligible[2 : 2 + random.choice((0, 0, 1, 3))]) - pins
    problem = problem_of(
        rows, capacity, policy, pins=pins, bans=bans, load_step=random.choice((0, 1, 3)), seed=random.randrange(3)
    )
    return problem, rows


def goodness(problem, rows, mentor_of):
    """Return what the policy compares, the better the higher. Pins do not count for the lowest score."""
    pinned = {mentee for mentee, _ in problem.pins}
    chosen = [(i, j) for i, j in enumerate(mentor_of) if j >= 0]
    scores = [rows[i][j] for i, j in chosen]
    lowest = min([rows[i][j] for i, j in chosen if i not in pinned], default=0)
    loads = [list(mentor_of).count(j) for j in range(len(rows[0]))]
    total, matched = sum(scores), len(chosen)
    cost = problem.load_step * sum(load * (load - 1) // 2 for load in loads)
    return {
        Policy.BOTTLENECK: (matched, lowest, total),
        Policy.TOTAL: (total,),
        Policy.COVERAGE: (matched, total),
        Policy.BALANCED: (matched, total - cost),
        Policy.EVERY_MENTOR: (sum(load > 0 for load in loads), matched, total),
    }[problem.policy]


def every_assignment(problem, rows):
    """Yield each assignment that keeps places, pins and bans."""
    pins = dict(problem.pins)
    choices = [
        [pins[i]]
        if i in pins
        else [-1] + [j for j, score in enumerate(row) if score is not None and (i, j) not in problem.bans]
        for i, row in enumerate(rows)
    ]
    for mentor_of in product(*choices):
        if all(mentor_of.count(j) <= places for j, places in enumerate(problem.capacity.tolist())):
            yield mentor_of


def best_goodness(problem, rows):
    return max(goodness(problem, rows, mentor_of) for mentor_of in every_assignment(problem, rows))
