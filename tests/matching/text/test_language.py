"""The detector of languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.text.language import LANGUAGES, READ_MAX, language_of, language_of_all

GERMAN = "Ich habe die Physik verlassen und musste lernen, meine Geschichte neu zu erzählen."
LABELLED = json.loads((Path(__file__).parents[1] / "concreteness/labelled.json").read_text())["drafts"]
PARTS = ("situation", "gap", "ask")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Supply chain analyst: demand planning, inventory, logistics, budgeting.", "en"),
        ("Could you rehearse the talk with my director with me?", "en"),
        ("PLEASE GO THROUGH MY CONTRACT WITH ME", "en"),
        ("Bitte üben Sie mit mir das Auswahlgespräch.", "de"),
        ("Busco trabajo para un amigo", "es"),
        ("Pouvez-vous relire mon CV avec moi ?", "fr"),
        ("Jeg vil gerne øve en samtale med en leder", "da"),
        ("Порадьте, як мені підготуватися до співбесіди", "uk"),
        ("请和我一起修改简历", "zh"),
        ("ساعدني من فضلك", "ar"),
    ],
)
def test_a_sentence_tells_its_language(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", " \n", "Fourier, Kafka", "SQL", "12/3", "🙏🙏🙏", "\x00\x01", "\ud800"])
def test_a_text_that_does_not_tell_follows_the_others(text):
    assert language_of(text) == ""
    assert language_of(text, otherwise="de") == "de"


def test_all_texts_are_judged_together():
    assert language_of_all(["Kafka", "", GERMAN]) == "de"
    assert language_of_all([]) == ""


def test_a_long_text_does_not_outweigh_the_others_by_its_length():
    long = "I left physics and had to learn to tell my story. " * 2000

    assert language_of_all([long[:300], GERMAN * 100]) == "de"


def test_no_text_of_the_labelled_drafts_is_held_for_another_language():
    texts = [(draft["language"], draft[part]) for draft in LABELLED for part in PARTS]

    wrong = [(language, text) for language, text in texts if language_of(text, otherwise=language) != language]

    assert wrong == []


def test_the_language_of_each_labelled_request_is_told():
    told = [language_of_all(draft[part] for part in PARTS) == draft["language"] for draft in LABELLED]

    assert sum(told) >= 0.95 * len(told)


@given(st.text(st.characters(), max_size=200))
@example("\ud800\udc00")
def test_every_text_has_a_known_language_or_none(text):
    assert language_of(text) in LANGUAGES | {""}


def test_text_behind_the_limit_is_not_read():
    begin = (GERMAN * READ_MAX)[:READ_MAX]

    assert language_of(begin + " Busco trabajo para un amigo." * 3000) == "de"


def test_the_same_text_ten_times_is_in_its_language():
    assert language_of(GERMAN * 10) == "de"
