from dataclasses import replace

import pytest

from matching.engine import MIN_FIT, MentorTable, suggest, why_not
from matching.engine.rank import CLOSELY_READ, MAX_BEHIND, least_fit

from .builders import TEXT, at_share, mentor, need, sentences, step, terms

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
    assert list(answer.missing)[:2] == ["load", "needs"]
    [sentence] = answer.sentences
    assert sentence == (
        f"Is {answer.behind:.1f} points behind the fifth suggestion. Most are missing in being less busy (5.0) "
        f"and the skills that you ask for ({answer.missing['needs']:.1f})."
    )


def test_a_mentor_among_the_first_gets_a_sentence():
    assert why_not(SQL, MentorTable(FIVE), 3).sentences == ("Is among the first suggestions.",)


def test_a_fit_below_the_minimum_gets_a_sentence():
    answer = why_not(SQL, MentorTable([*FIVE, mentor(9, skills=terms("chess"))]), 9)

    assert answer.sentences == (f"Fits with {answer.fit} of 100 points; nobody is proposed below 45.",)


def test_a_fit_far_behind_the_best_gets_a_sentence():
    table = MentorTable([*FIVE, mentor(9, teaches=terms("sql"), career=(step("data mining", role="Analyst"),))])

    answer = why_not(SQL, table, 9)

    best = suggest(SQL, table).ranked[0].fit
    assert MIN_FIT <= answer.fit < best - MAX_BEHIND
    assert answer.sentences == (
        f"Fits with {answer.fit} of 100 points; the best mentor fits with {best}, and beside that nobody below "
        f"{least_fit(best)} is proposed.",
    )


def test_the_explanation_has_the_points_of_the_ranking():
    """Sentences of a mentor beyond the first few are not read in a ranking, so they must not count here."""
    request = need(text=TEXT, question=TEXT)
    others = [mentor(id, text=at_share(0.9)) for id in range(1, CLOSELY_READ + 1)]
    table = MentorTable([*others, mentor(999, text=at_share(0.8))])

    answer = why_not(request, table, 999, read=lambda ids: {999: sentences(0.9, 0.9, 0.9)} if 999 in ids else {})

    assert answer.fit == suggest(request, table).ranked[-1].fit


def test_an_unknown_id_has_no_answer():
    assert why_not(SQL, MentorTable(FIVE), 77) is None
