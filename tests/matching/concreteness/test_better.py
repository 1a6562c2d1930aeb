"""The better sentences for the parts that a draft lacks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from matching.concreteness import Draft
from tests.matching.concreteness.drafts import CLEAR, SESSION_KINDS, better, check, missing


def test_a_better_ask_names_role_country_needs_and_minutes():
    assert better(replace(CLEAR, ask="Be my mentor"), "ask") == (
        "Do a mock interview for the role of staff nurse in the United Kingdom with me in 60 minutes, with questions "
        "about values-based interviews, and tell me which two answers to repair first."
    )


def test_a_good_ask_is_kept_and_gets_a_date():
    draft = replace(CLEAR, goal_by=None, situation=CLEAR.situation.replace(" in October", ""))

    assert better(draft, "by_when") == (
        "Practise six scenario questions with me and correct how I answer. "
        "I need this before [the date], because [what happens then]."
    )


def test_a_thin_situation_is_continued():
    assert better(replace(CLEAR, situation="ward nurse, Accra"), "situation") == (
        "Ward nurse, Accra. To find a job in another country, I have so far tried [what], and [what came of it]."
    )


def test_a_better_goal_has_blanks_for_facts_that_only_the_mentee_knows():
    assert better(replace(CLEAR, target_role="", target_field=""), "goal") == (
        "I want to find a job in another country and work as [the role] in [the field] in the United Kingdom, "
        "by 1 September 2027."
    )


def test_a_general_need_is_left_out_of_a_better_ask():
    assert "career advice" not in better(replace(CLEAR, ask="Be my mentor", needs=("career advice",)), "ask")


def test_a_better_ask_passes_the_check(subtests):
    for needs, kind in product([(), ("sql",)], SESSION_KINDS):
        with subtests.test(needs=needs, kind=kind):
            poor = replace(CLEAR, ask="Be my mentor", session_kind=kind, needs=needs)

            assert missing(replace(poor, ask=better(poor, "ask"))) == []


def test_a_better_sentence_can_be_stored_and_sent():
    nasty = "a\x00b\ud800c\u202ed\nnurse"

    found = check(Draft(situation=nasty, target_role=nasty, needs=(nasty,), goal_phrase=nasty, session_phrase=nasty))

    for one in found.missing:
        assert one.better.isprintable()
        one.better.encode()


def test_a_better_sentence_does_not_quote_another_language():
    situation = "Ich bin Krankenschwester in Accra."

    assert better(replace(CLEAR, situation=situation), "situation").startswith("[What you wrote.] To find a job")
