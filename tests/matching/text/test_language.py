"""The detector of languages."""

from __future__ import annotations

import pytest

from matching.text.language import ENGLISH_ONLY, OTHERS, english_parts, is_english

GERMAN = "Ich habe die Physik verlassen und musste lernen, meine Geschichte neu zu erzählen."


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Review my CV", True),
        ("pls hlp me get job", True),
        ("Could you rehearse the talk with my director with me?", True),
        ("Let's do a mock interview", True),
        ("Bitte üben Sie mit mir das Auswahlgespräch.", False),
        ("Busco trabajo para un amigo", False),
        ("Pouvez-vous relire mon CV avec moi ?", False),
        ("请和我一起修改简历", False),
        ("ساعدني من فضلك", False),
    ],
)
def test_script_and_small_words_decide_on_english(text, english):
    assert is_english(text) is english


@pytest.mark.parametrize("otherwise", [True, False])
def test_a_few_unknown_words_get_the_default(otherwise):
    assert is_english("Fourier, Kafka", otherwise=otherwise) is otherwise


@pytest.mark.parametrize(
    ("others", "parts"), [(GERMAN, set()), ("I left physics and had to learn SQL.", {"gap", "ask"})]
)
def test_a_text_too_short_to_tell_follows_the_others(others, parts):
    assert english_parts({"gap": "Fourier, Kafka", "ask": others}) == parts


def test_each_part_has_its_own_language():
    assert english_parts({"gap": GERMAN, "ask": "Review my CV"}) == {"ask"}


def test_no_word_of_english_alone_is_in_the_list_of_another_language():
    assert len(OTHERS) == 12
    assert not ENGLISH_ONLY & frozenset().union(*OTHERS)
