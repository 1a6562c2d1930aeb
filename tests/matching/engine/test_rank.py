"""The order of mentors: close reading of the best, and those who are worth proposing."""

import numpy as np
import pytest

from matching.engine import MentorTable, Weights, fit
from matching.engine.rank import CLOSELY_READ, is_worth_proposing, least_fit, rank

from .builders import TEXT, at_share, mentor, need, sentences

REQUEST = need(text=TEXT, question=TEXT)
WEIGHTS = Weights(("text", "sentences"), (60.0, 40.0), "test")


def ranked(mentors, read):
    table = MentorTable(mentors)
    return table, rank(REQUEST, table, np.arange(len(table)), WEIGHTS, read)


def test_the_sentences_of_few_mentors_are_all_read_the_best_first():
    asked = []

    ranked(
        [mentor(1, text=at_share(0.2)), mentor(2, text=at_share(0.9)), mentor(3)], lambda ids: asked.append(ids) or {}
    )

    assert asked == [[2, 1, 3]]


def test_a_mentor_beyond_the_first_is_not_read():
    number = CLOSELY_READ + 5
    mentors = [mentor(id, text=at_share(1 - id / (2 * number))) for id in range(1, number + 1)]
    asked = []

    table, order = ranked(mentors, lambda ids: asked.extend(ids) or {id: sentences(0.9, 0.9, 0.9) for id in ids})

    assert asked == list(range(1, CLOSELY_READ + 1))
    assert table.ids[order.rows].tolist() == list(range(1, number + 1))
    assert np.isnan(order.judged.criteria[:, 1]).tolist() == [False] * CLOSELY_READ + [True] * 5


def test_the_lowest_ids_are_read_among_equal_mentors():
    asked = []

    ranked([mentor(id) for id in range(CLOSELY_READ + 3, 0, -1)], lambda ids: asked.extend(ids) or {})

    assert asked == list(range(1, CLOSELY_READ + 1))


def test_sentences_change_the_order_of_those_who_are_read():
    mentors = [mentor(1, text=at_share(0.9)), mentor(2, text=at_share(0.7))]

    table, order = ranked(mentors, lambda ids: {1: sentences(0.0), 2: sentences(0.9, 0.9, 0.9)})

    assert table.ids[order.rows].tolist() == [2, 1]
    assert order.judged.score[0] == pytest.approx(0.6 * 0.7 + 0.4, abs=1e-5)


def test_a_mentor_who_is_read_has_the_values_of_fit():
    read = {1: sentences(0.3, 0.2), 2: sentences(0.1)}
    table, order = ranked([mentor(1, text=at_share(0.5)), mentor(2, text=at_share(0.4)), mentor(3)], lambda ids: read)

    judged = fit(REQUEST, table, order.rows, WEIGHTS, read)

    assert order.judged.score.tolist() == judged.score.tolist()
    assert order.judged.assumed.tolist() == judged.assumed.tolist()
    assert order.sentences == read


@pytest.mark.parametrize(
    ("scores", "worth"),
    [
        ([0.80, 0.70, 0.695, 0.694, 0.45], [True, True, True, False, False]),
        ([0.50, 0.45, 0.445, 0.444, 0.0], [True, True, True, False, False]),
        ([0.444, 0.4], [False, False]),
        ([], []),
    ],
    ids=["10 points behind the best", "at least 45 points", "nobody", "no mentors"],
)
def test_mentors_near_the_best_and_above_the_floor_are_worth_proposing(scores, worth):
    assert is_worth_proposing(np.array(scores)).tolist() == worth


@pytest.mark.parametrize(("best", "least"), [(20, 45), (50, 45), (60, 50), (75, 65), (95, 70)])
def test_the_least_fit_follows_the_best(best, least):
    assert least_fit(best) == least
