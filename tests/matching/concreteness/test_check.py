"""The verdict on a draft, the grade of each part, and texts of every sort."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.concreteness import Draft
from matching.concreteness.structure import LONGEST
from tests.matching.concreteness.drafts import CLEAR, SESSION_KINDS, check, missing

# Every character there is, lone surrogates included.
TEXT = st.text(st.characters(), max_size=200)


def test_a_request_with_every_part_is_clear():
    found = check(CLEAR)

    assert (found.verdict, found.missing) == ("clear", ())


def test_an_empty_request_is_vague_and_misses_every_part():
    assert check(Draft()).verdict == "vague"
    assert missing(Draft()) == ["goal", "situation", "gap", "ask", "by_when"]


@pytest.mark.parametrize("ask", ["", "   ", "\n", "...", "🙏🙏🙏"])
def test_a_request_with_an_empty_ask_is_vague(ask):
    assert check(replace(CLEAR, ask=ask)).verdict == "vague"


@pytest.mark.parametrize(
    "ask",
    [
        "Be my mentor!",
        "Please be my mentor, I would be so grateful",
        "Any advice welcome",
        "Help me with my career.",
        "Would love to connect and pick your brain.",
        "Guide me",
        "How do I get a job in tech?",
        "How can I become a staff nurse in the United Kingdom?",
    ],
)
def test_a_good_request_with_a_lazy_ask_is_vague(ask):
    found = check(replace(CLEAR, ask=ask))

    assert found.verdict == "vague"
    assert [one.part for one in found.missing] == ["ask"]


def test_a_concrete_ask_may_have_a_lazy_phrase_beside_it():
    ask = "Please be my mentor for one hour. Practise six scenario questions with me and correct how I answer."

    assert check(replace(CLEAR, ask=ask)).verdict == "clear"


def test_a_long_request_of_general_words_is_vague():
    filler = "I am looking for an inspiring person who can share insights with me and help me to grow on my journey. "

    assert check(Draft(situation=filler, gap=filler, ask=filler * 10, target_role="Nurse")).verdict == "vague"


@pytest.mark.parametrize("part", ["situation", "gap", "ask"])
def test_a_good_request_with_one_thin_part_is_nearly_clear(part):
    thin = {"situation": "Nurse.", "gap": "Confidence.", "ask": "Help me with the interview."}

    found = check(replace(CLEAR, **{part: thin[part]}))

    assert found.verdict == "nearly"
    assert [one.part for one in found.missing] == [part]


# Each part


@pytest.mark.parametrize(("role", "field"), [("", ""), ("anything", "tbd"), ("Any job", ""), ("-", "?")])
def test_a_goal_without_a_target_is_missing(role, field):
    assert missing(replace(CLEAR, target_role=role, target_field=field)) == ["goal"]


@pytest.mark.parametrize(("role", "field"), [("Nurse", ""), ("", "nursing"), ("护士", ""), ("ممرضة", "")])
def test_a_role_or_a_field_is_enough_for_a_goal(role, field):
    assert missing(replace(CLEAR, target_role=role, target_field=field)) == []


@pytest.mark.parametrize(
    "situation",
    ["", "Nurse.", "I am a passionate and motivated person who wants to grow in a dynamic environment.", "x " * 500],
)
def test_a_situation_without_facts_is_missing(situation):
    assert missing(replace(CLEAR, situation=situation)) == ["situation"]


@pytest.mark.parametrize("gap", ["", "-", "Everything.", "I need guidance.", "I don't know where to start."])
def test_a_gap_that_names_nothing_is_missing(gap):
    assert missing(replace(CLEAR, gap=gap)) == ["gap"]


@pytest.mark.parametrize(
    "ask",
    [
        "Review my CV against one advert.",
        "I would like my portfolio reviewed.",
        "Rehearsing the salary talk with me would help.",
        "Mock interview, 45 min, system design",
        "help me choose between the ward post and the theatre post",
        "Which of my two certificates does a burns unit care about?",
        "Is a diploma worth it for hospital sites?",
        "Take one page of my promotion packet apart with me",
    ],
)
def test_an_action_with_an_object_or_a_question_with_a_subject_is_an_ask(ask):
    assert missing(replace(CLEAR, ask=ask)) == []


@pytest.mark.parametrize("ask", ["Practise with me.", "Help with my portfolio please.", "interview tips"])
def test_an_action_without_an_object_or_an_object_alone_is_half_an_ask(ask):
    found = check(replace(CLEAR, ask=ask))

    assert (found.verdict, [one.part for one in found.missing]) == ("nearly", ["ask"])


def test_a_request_without_any_date_is_nearly_clear():
    found = check(replace(CLEAR, goal_by=None, situation=CLEAR.situation.replace(" in October", "")))

    assert (found.verdict, [one.part for one in found.missing]) == ("nearly", ["by_when"])


@pytest.mark.parametrize(
    "when",
    [
        "before 12 March",
        "next week",
        "by June",
        "my interview is on Friday",
        "within two months",
        "in 10 days",
        "it is tomorrow",
        "on 12/3",
        "until 2027-03-12",
        "by 1 May",
        "before the deadline",
    ],
)
def test_a_future_date_in_the_text_says_by_when(when):
    undated = replace(CLEAR, goal_by=None, situation=CLEAR.situation.replace(" in October", ""))

    assert missing(replace(undated, ask=f"{CLEAR.ask} {when}")) == []


@pytest.mark.parametrize(
    "phrase",
    [
        "for five years",
        "two weeks ago",
        "since March",
        "I may apply",
        "I march on",
        "at 1.1 million",
        "in 6 of 10 cases",
    ],
)
def test_a_past_date_or_a_plain_number_does_not_say_by_when(phrase):
    undated = replace(CLEAR, goal_by=None, situation=CLEAR.situation.replace(" in October", ""))

    assert missing(replace(undated, ask=f"{CLEAR.ask} {phrase}")) == ["by_when"]


def test_the_ask_may_name_the_length():
    assert missing(replace(CLEAR, minutes=0)) == ["time"]
    assert missing(replace(CLEAR, minutes=0, ask=f"{CLEAR.ask} Half an hour is enough.")) == []


def test_a_text_copied_into_several_parts_counts_once():
    found = check(replace(CLEAR, situation=CLEAR.ask, gap=f"  {CLEAR.ask.upper()} "))

    assert [one.part for one in found.missing] == ["situation", "gap"]
    assert all("the same as another part" in one.problem for one in found.missing)


# Other languages


def test_a_long_ask_with_a_figure_is_enough_in_another_language():
    ask = "請用45分鐘和我一起練習三個面試問題，並告訴我哪個回答需要修改。"

    assert check(replace(CLEAR, ask=ask)).verdict == "clear"


@pytest.mark.parametrize(
    "ask", ["请", "请请请请请请请请请请请请请请请请请请", "مرحبا", "bitte bitte bitte bitte bitte bitte"]
)
def test_a_word_or_a_repetition_is_no_ask_in_another_language(ask):
    assert "ask" in missing(replace(CLEAR, ask=ask))


# Every sort of text


@given(TEXT, TEXT, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3), st.integers(), st.sampled_from(SESSION_KINDS))
@example("\ud800", "\x00", "\u202e", "''", "’", ["\u200d"], 0, "general")
@settings(deadline=None)
def test_no_text_makes_the_check_fail(situation, gap, ask, role, phrase, needs, minutes, kind):
    draft = Draft(
        situation=situation,
        gap=gap,
        ask=ask,
        needs=tuple(needs),
        minutes=minutes,
        session_kind=kind,
        session_phrase=phrase,
        goal_phrase=phrase,
        target_role=role,
        target_field=role,
        target_country=role,
    )

    found = check(draft)

    assert (found.verdict == "clear") is (found.missing == ())
    assert check(draft) == found
    for one in found.missing:
        one.better.encode()


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "review my cv ",
        "请",
        " ",
        ".",
        ".x",
        "1",
        "12/",
        "'",
        "a'",
        "\ud800",
        "🙏",
        "\n",
        "in two ",
        "look ",
        "an die hand ",
        "Ich suche ",
    ],
)
def test_a_text_of_100_kb_gets_the_verdict_of_its_beginning(unit):
    text = unit * (100_000 // len(unit))

    assert of_one_text(text) == of_one_text(text[:LONGEST])


def of_one_text(text):
    """Return the verdict on a draft with ``text`` in all parts."""
    return check(
        Draft(situation=text, gap=text + "x", ask=text, needs=(text,), target_role=text, goal_phrase=text)
    ).verdict


def test_text_behind_the_limit_is_not_read():
    assert check(replace(CLEAR, ask=" " * LONGEST + CLEAR.ask)).verdict == "vague"
