"""The first few without judging everybody: what decides who is looked at, case by case."""

import pytest

from matching.engine import MentorTable, Weights, rank, suggest

from .builders import mentor, need, step, terms

LEFT_LONG_AGO = (step(field="x", start=1980, end=1990), step(field="y", start=1990, end=2000))


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch):
    monkeypatch.setattr(rank, "LOOKED_AT", 1)
    monkeypatch.setattr(rank, "JUDGED", 1)


def first(request, table, *names):
    weights = Weights(names, (1.0,) * len(names), "test")
    found = suggest(request, table, weights=weights, count=1)
    assert found.ranked == suggest(request, table, weights=weights).ranked[:1]
    return found.ranked[0].mentor_id


def test_what_is_not_stated_counts_in_what_one_can_reach():
    """By their skill alone 63 could reach more; for being in the field now the last is first all the same."""
    skills = terms("a", "b", "c", "d", "e")
    others = [mentor(id, teaches=skills[:4], career=(step(field="law", start=2000, end=2016),)) for id in range(1, 64)]
    specialist = mentor(64, career=(step(field="law", start=2010, end=None),))

    assert first(need(needs=skills, goal={"field": "law"}), MentorTable([*others, specialist]), "needs", "field") == 64


def test_a_road_that_is_not_stated_counts_in_what_one_can_reach():
    offers = {"goals": frozenset({"role_change"})}
    others = [mentor(id, **offers, skills=terms("a"), career=LEFT_LONG_AGO) for id in range(1, 64)]
    teacher = mentor(64, **offers, teaches=terms("a"))

    assert first(need("role_change", needs=terms("a")), MentorTable([*others, teacher]), "needs", "path") == 64


def test_a_table_that_grew_after_a_ranking_is_ranked_whole():
    def turned(id):
        return mentor(id, goals=frozenset({"role_change"}), career=LEFT_LONG_AGO)

    request = need("role_change", goal={"field": LEFT_LONG_AGO[-1].field})
    table = MentorTable(turned(id) for id in range(1, 4))
    suggest(request, table, count=1)

    for id in range(4, 80):
        table.put(turned(id))

    assert len(suggest(request, table, count=100).ranked) == 79
