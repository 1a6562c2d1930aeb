"""The mentors to recruit, against a search over all sets of profiles."""

from dataclasses import replace
from itertools import combinations
from math import e
from random import Random

import numpy as np
import pytest

from matching.engine import MIN_FIT, MentorTable, Speaks, suggest
from matching.engine.recruit import Wanted, example_of, frees, recruits, wanted_by
from matching.engine.table import SAMPLE_SIZE

from . import strategies
from .builders import mentor, need
from .strategies import drawn_mentor
from .test_chances import drawn_need

EMPTY = MentorTable()


def baker(**facts):
    """Return a need that waits for a baker."""
    return need(**{"goal": {"role": "Baker", "field": "bread"}} | facts)


def names(found):
    return [(one.wanted.role, one.frees) for one in found]


@pytest.fixture(params=range(20))
def waiting(request):
    """Return waiting needs and a community in which they differ in all that a profile has."""
    random = Random(request.param)
    needs = []
    for number in range(8):
        one = drawn_need(random)
        role = random.choice(("Engineer", "Engineer for tests", "Baker", "Analyst"))
        goal = replace(one.goal, role=role, kind=random.choice(strategies.KINDS[:2]))
        needs.append(
            replace(
                one,
                goal=goal,
                mentee_id=1000 + number,
                text=None if random.random() < 0.5 else one.text,
                languages=dict.fromkeys(random.choice((("en",), ("fr",), ("en", "fr"))), Speaks.FLUENT),
                format=random.choice(strategies.FORMATS),
                hours=0xF,
            )
        )
    community = [drawn_mentor(id, random, random.choice(needs)) for id in range(1, 2 * SAMPLE_SIZE)]
    return needs, MentorTable(community)


def test_the_first_is_the_best_and_the_others_are_near_the_best_set(waiting):
    needs, table = waiting
    freed = frees(list(wanted_by(needs)), needs, table)

    for count in (1, 2, 3):
        found = recruits(needs, table, count=count)
        best = max(int(freed[list(some)].any(axis=0).sum()) for some in combinations(range(len(freed)), count))
        covered = [index for one in found for index in one.frees]
        assert len(covered) == len(set(covered))
        assert len(covered) >= (1 - 1 / e) * best
        if count == 1:
            assert len(covered) == best


def test_a_profile_frees_what_a_mentor_of_it_would(waiting):
    needs, table = waiting
    profiles = list(wanted_by(needs))
    freed = frees(profiles, needs, table)
    sessions = frozenset(one.session_kind for one in needs)
    # A mentor who is not in the sample of the population means.
    table.put(mentor(id := next(id for id in range(10_000, 10_100) if not in_sample(table, id))))
    assert table.row_of(id) not in table.sample

    for wanted, row in zip(profiles, freed, strict=True):
        table.put(example_of(wanted, id=id, sessions=sessions, year=needs[0].year))
        assert row.tolist() == [
            any(one.mentor_id == id and one.fit >= MIN_FIT for one in suggest(one_need, table).ranked)
            for one_need in needs
        ]


def in_sample(table, id):
    table.put(mentor(id))
    found = table.row_of(id) in table.sample
    table.remove(id)
    return found


def test_the_needs_that_wait_tell_whom_to_look_for():
    needs = [
        baker(languages={"en": Speaks.NATIVE, "de": Speaks.WORKING, "fr": Speaks.BASIC}),
        baker(goal={"role": "BAKER", "field": "bread"}),
        baker(goal={"role": "Baker", "field": "bread", "country": "FR"}),
        baker(kind="job_abroad", goal={"role": "Baker", "field": "bread", "country": "FR", "needs_market": True}),
    ]

    assert list(wanted_by(needs)) == [
        Wanted("job_search", "Baker", "bread", "", "", "de", "ongoing"),
        Wanted("job_search", "Baker", "bread", "", "", "en", "ongoing"),
        Wanted("job_abroad", "Baker", "bread", "", "FR", "en", "ongoing"),
    ]


def test_the_profile_that_frees_most_comes_first_and_the_rest_is_for_the_next():
    smith = need(goal={"role": "Smith", "field": "iron"})

    found = recruits([smith, baker(), baker(languages={"de": Speaks.NATIVE}), baker()], EMPTY, count=5)

    assert names(found) == [("Baker", (1, 3)), ("Smith", (0,)), ("Baker", (2,))]
    assert names(recruits([smith, baker(), baker()], EMPTY, count=1)) == [("Baker", (1, 2))]


def test_a_need_that_no_mentor_of_its_own_profile_fits_is_left_out():
    assert recruits([need()], EMPTY, count=3) == []


def test_without_needs_nobody_is_wanted():
    assert recruits([], EMPTY, count=3) == []


def test_a_need_without_a_language_asks_for_nobody():
    assert recruits([baker(languages={"en": Speaks.BASIC})], EMPTY, count=3) == []


def test_less_than_one_profile_is_refused():
    with pytest.raises(ValueError, match="ask for one at least"):
        recruits([baker()], EMPTY, count=0)


def test_missing_texts_count_with_the_floors_of_the_community():
    text = np.array([1.0, 0.0], dtype=np.float32)
    request = need(goal={"role": "Baker", "field": "bread", "sector": ""}, text=text, question=text)
    similar = MentorTable([mentor(id, text=text) for id in range(1, 10)])

    assert recruits([request], EMPTY, count=1) == []
    assert names(recruits([request], similar, count=1)) == [("Baker", (0,))]
