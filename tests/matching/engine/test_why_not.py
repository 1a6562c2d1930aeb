from dataclasses import replace

import pytest

from matching.engine import MentorTable, suggest, why_not

from .builders import mentor, need, step, terms

SQL = need(needs=terms("sql"), goal={"field": "data science"})
CAREER = (step("physics", 2012, 2016, sector="academia"), step())
FIVE = [mentor(id, teaches=terms("sql"), career=CAREER) for id in range(1, 6)]


def test_the_answer_names_the_broken_rules():
    answer = why_not(SQL, MentorTable([*FIVE, mentor(9, running=2, price=None, formats=frozenset({"one_off"}))]), 9)

    assert answer.rules == ("no_capacity", "format_not_offered")
    assert answer.sentences == ("Has no free place at the moment.", "Does not offer this format.")
    assert (answer.behind, answer.missing) == (None, {})
    assert answer.for_mentee().fit is None


def test_the_fit_does_not_reveal_a_block():
    table = MentorTable([mentor(9, status="paused")])

    blocked, paused = (why_not(need(apart_from=frozenset(apart)), table, 9).for_mentee() for apart in ({9}, ()))

    assert blocked == paused


def test_an_equal_of_the_fifth_gets_a_sentence_about_ties():
    table = MentorTable([*FIVE, mentor(6, teaches=terms("sql"), career=CAREER)])

    assert why_not(SQL, table, 6).sentences == (
        "Is as good as the fifth suggestion; of equals whoever joined first is shown.",
    )


def test_a_gap_below_the_shown_precision_counts_as_a_tie():
    five = [replace(person, answered=101) for person in FIVE]

    answer = why_not(SQL, MentorTable([*five, mentor(9, teaches=terms("sql"), career=CAREER, answered=100)]), 9)

    assert answer.sentences == ("Is as good as the fifth suggestion; of equals whoever joined first is shown.",)


def test_private_rules_are_hidden_from_the_mentee():
    request = need(apart_from=frozenset({9}))

    answer = why_not(request, MentorTable([*FIVE, mentor(9)]), 9).for_mentee()

    assert (answer.rules, answer.fit) == ((), None)
    assert answer.sentences == ("Is not available at the moment.",)


def test_missing_points_are_counted_against_the_fifth():
    table = MentorTable([*FIVE, mentor(9, skills=terms("sql"), career=CAREER, capacity=4, running=2)])

    answer = why_not(SQL, table, 9)

    fifth = suggest(SQL, table).ranked[4]
    ninth = suggest(SQL, table).ranked[5]
    ranks = [100 * person.score - person.load_cost - person.silence_cost for person in (fifth, ninth)]
    assert answer.rules == ()
    assert answer.behind == pytest.approx(ranks[0] - ranks[1])
    assert sum(answer.missing.values()) == pytest.approx(answer.behind)
    assert list(answer.missing)[:2] == ["needs", "load"]
    [sentence] = answer.sentences
    assert sentence == (
        f"Is {answer.behind:.1f} points behind the fifth suggestion. "
        f"Most are missing in what you ask for ({answer.missing['needs']:.1f}) and being less busy (5.0)."
    )


def test_a_mentor_among_the_first_gets_a_sentence():
    assert why_not(SQL, MentorTable(FIVE), 3).sentences == ("Is among the first suggestions.",)


def test_a_fit_below_the_minimum_gets_a_sentence():
    answer = why_not(SQL, MentorTable([*FIVE, mentor(9, skills=terms("chess"))]), 9)

    assert answer.sentences == (f"Fits with {answer.fit} of 100 points; nobody is proposed below 35.",)


def test_an_unknown_id_has_no_answer():
    assert why_not(SQL, MentorTable(FIVE), 77) is None
