"""The word lists of the check, as an admin may edit them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from matching.concreteness import english

FILE = Path(english.__file__).with_name("words.toml")


def test_a_word_list_has_a_description_and_no_entry_twice(subtests):
    for name, entry in tomllib.loads(FILE.read_text()).items():
        with subtests.test(name):
            entries = [word.strip() for word in re.split(r"[,\n]", entry["words"]) if word.strip()]

            assert entry["about"].endswith(".")
            assert len(entries) == len(set(entries)) == len(english.LISTS[name])


def test_an_entry_is_one_word_or_a_phrase_as_the_check_reads_it(subtests):
    for name, entries in english.LISTS.items():
        with subtests.test(name):
            phrases = {"lazy_phrases", "action_phrases", "split_action_phrases"}

            for entry in entries:
                assert " ".join(english.words_of(entry)) == entry
                assert " " not in entry or name in phrases


@pytest.mark.parametrize("name", ["action_phrases", "split_action_phrases"])
def test_an_action_phrase_has_two_words(name):
    assert {len(phrase.split()) for phrase in english.LISTS[name]} == {2}


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("rehearsing", "rehearse"),
        ("reviewed", "review"),
        ("stories", "story"),
        ("cutting", "cut"),
        ("mentor's", "mentor"),
    ],
)
def test_an_inflected_word_has_its_base_form(word, base):
    assert base in english.forms(word)
