"""The rules and the lines of the fit as admins read them: nobody is "you"."""

import re

import pytest

from matching.engine import RULES, UNAVAILABLE
from matching.engine.why_not import LINES, PRIVATE_RULES, WhyNot
from matching.selectors.queue import OBSTACLES
from matching.selectors.words_for_admins import LINES_IN_WORDS, RULES_IN_WORDS, rules_in_words, why_not_in_words

TO_SOMEBODY = re.compile(r"\byou", re.IGNORECASE)


def test_every_rule_has_a_sentence_of_its_own():
    assert set(RULES_IN_WORDS) == {rule.name for rule in RULES}
    assert len(set(RULES_IN_WORDS.values())) == len(RULES)


def test_every_line_of_the_fit_has_words():
    assert set(LINES_IN_WORDS) == set(LINES)


@pytest.mark.parametrize("sentence", [*RULES_IN_WORDS.values(), *LINES_IN_WORDS.values()])
def test_a_sentence_for_admins_speaks_of_two_others(sentence):
    assert not TO_SOMEBODY.search(sentence)


def test_an_obstacle_that_is_no_rule_speaks_of_others():
    others = [obstacle for code, obstacle in OBSTACLES.items() if code not in RULES_IN_WORDS]

    assert others
    assert not [obstacle for obstacle in others if TO_SOMEBODY.search(str(obstacle.sentence))]


def test_private_rules_share_one_sentence_for_readers_who_may_not_know_them():
    rules = ["suspended", "excluded", "price"]

    assert rules_in_words(rules, private=False) == (
        "The mentor is not available at the moment.",
        "The mentor asks for a price that the mentee does not accept.",
    )
    assert len(rules_in_words(rules, private=True)) == 3


def answer(*rules: str, behind: float | None = None, sentences: tuple[str, ...] = ()) -> WhyNot:
    return WhyNot(mentor_id=1, rules=rules, fit=60, behind=behind, missing={}, sentences=sentences)


def test_a_private_rule_beside_others_is_not_mentioned():
    assert "excluded" in PRIVATE_RULES

    assert why_not_in_words(answer("excluded", "price"), private=False) == (RULES_IN_WORDS["price"],)
    assert why_not_in_words(answer("excluded"), private=False) == (f"The mentor i{UNAVAILABLE[1:]}",)


def test_a_mentor_far_behind_is_told_in_points():
    told_to_mentee = ("Most are missing in the skills that you ask for.",)

    found = why_not_in_words(answer(behind=3.25, sentences=told_to_mentee), private=True)

    assert found == (
        "The mentor is 3.2 points behind the last of the first 5 suggestions, or of all if these are fewer.",
    )
