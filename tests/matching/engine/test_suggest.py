from matching.engine import Ineligible, MentorTable, suggest

from .builders import mentor, need, terms

SQL = need(needs=terms("sql"))


def order(request, *mentors):
    return [suggestion.mentor_id for suggestion in suggest(request, MentorTable(mentors)).ranked]


def test_the_better_fit_comes_first():
    assert order(SQL, mentor(1, skills=terms("sql")), mentor(2, teaches=terms("sql"))) == [2, 1]


def test_of_equal_mentors_the_lower_id_comes_first():
    assert order(SQL, mentor(3), mentor(1), mentor(2)) == [1, 2, 3]


def test_of_equal_mentors_the_less_busy_comes_first():
    assert order(SQL, mentor(1, capacity=4, running=2), mentor(2, capacity=4, running=1)) == [2, 1]


def test_load_costs_rank_and_not_fit():
    table = MentorTable([mentor(1, capacity=4, running=1), mentor(2)])

    idle, busy = suggest(SQL, table).ranked

    assert (busy.mentor_id, busy.load_cost, idle.load_cost) == (1, 2.5, 0.0)
    assert busy.fit == idle.fit


def test_a_much_better_fit_outweighs_load():
    busy = mentor(1, teaches=terms("sql"), capacity=4, running=3)

    assert order(SQL, busy, mentor(2)) == [1, 2]


def test_the_points_of_the_criteria_add_up_to_the_fit():
    [suggestion] = suggest(SQL, MentorTable([mentor(1, teaches=terms("sql"))])).ranked

    assert suggestion.fit == sum(part.points for part in suggestion.criteria.values()) == round(100 * suggestion.score)


def test_a_criterion_says_when_its_points_rest_on_what_is_usual():
    table = MentorTable([mentor(1, teaches=terms("sql")), mentor(2, skills=terms("chess")), mentor(3)])

    parts = {person.mentor_id: person.criteria["needs"] for person in suggest(SQL, table).ranked}

    assert [(parts[id].score, parts[id].assumed) for id in (1, 2, 3)] == [
        (1.0, False),
        (0.0, True),
        (None, True),
    ]


def test_who_cannot_be_suggested_is_listed_with_every_reason():
    table = MentorTable([mentor(1), mentor(2, status="paused", running=2), mentor(3, goals=frozenset())])

    result = suggest(SQL, table)

    assert [person.mentor_id for person in result.ranked] == [1]
    assert result.ineligible == (
        Ineligible(2, ("paused", "no_capacity")),
        Ineligible(3, ("goal_not_offered",)),
    )


def test_a_rule_is_counted_for_each_mentor_it_removes():
    table = MentorTable([mentor(1), mentor(2, status="paused", running=2), mentor(3, running=2)])

    assert suggest(SQL, table).removed == {"paused": 1, "no_capacity": 2}


def test_the_first_few_are_those_of_the_whole_ranking():
    result = suggest(SQL, MentorTable([mentor(1), mentor(2), mentor(3)]))

    assert result.first(2) == result.ranked[:2]
    assert result.first(9) == result.ranked


def test_a_community_without_mentors_has_nobody_to_suggest():
    result = suggest(SQL, MentorTable([]))

    assert (result.ranked, result.ineligible, result.removed) == ((), (), {})
