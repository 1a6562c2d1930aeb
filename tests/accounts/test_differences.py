"""Differences between two texts."""

from __future__ import annotations

import pytest

from accounts.differences import Piece, differences

BEFORE = "Be kind.\n\nAnswer within five days, or say no.\n\nCome to what you agreed to."


def test_a_paragraph_shows_words_that_went_and_came():
    after = BEFORE.replace("five", "three")

    assert differences(BEFORE, after) == [
        [
            Piece("same", "Answer within"),
            Piece("gone", "five"),
            Piece("new", "three"),
            Piece("same", "days, or say no."),
        ]
    ]


def test_a_new_paragraph_is_new_as_a_whole():
    assert differences(BEFORE, f"{BEFORE}\n\nSay thank you.") == [[Piece("new", "Say thank you.")]]


def test_a_deleted_paragraph_is_gone_as_a_whole():
    assert differences(BEFORE, BEFORE.replace("Be kind.\n\n", "")) == [[Piece("gone", "Be kind.")]]


def test_paragraphs_that_share_little_are_shown_one_after_the_other():
    after = BEFORE.replace("Come to what you agreed to.", "No selling here, ever.")

    assert differences(BEFORE, after) == [
        [Piece("gone", "Come to what you agreed to.")],
        [Piece("new", "No selling here, ever.")],
    ]


@pytest.mark.parametrize("after", [BEFORE, BEFORE.replace(" ", "  "), BEFORE.replace("\n\n", "\r\n \r\n") + "\n"])
def test_spaces_make_no_difference(after):
    assert differences(BEFORE, after) == []


def test_every_word_of_the_new_text_is_shown_if_all_is_new():
    [[piece]] = differences("", "One two three.")

    assert piece == Piece("new", "One two three.")
