"""Texts in any language: their words, length, variety and figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.concreteness.draft import Grade

# Twice the limit of a field of a help request. The rest of a longer text is not read, so that no text takes long.
LONGEST = 6000
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
CLAUSE_END = re.compile(r"[.!?;:](?=\s|$)|\n")
# Joiners shape letters in Persian and Hindi, and hold emoji together.
JOINERS = "\u200c\u200d"
PUNCTUATION = ".,;:!?…\"'“”„‘’«»()[]{}<>|/\\-–—_*#~`^=+@¿¡、。！？，；：「」（）؟،।"

# A word of Chinese, Japanese or Korean has about two characters; one of Thai, Lao, Burmese or Khmer about four.
CHARACTERS_PER_WORD = 2
CHARACTERS_PER_WORD_WITHOUT_SPACES = 4
# In words: the length from which a part gets Grade.SOME, and the length from which it gets Grade.ENOUGH.
SITUATION = (4, 8)
GAP = (3, 5)
ASK = (5, 8)


def clean(text: str) -> str:
    """Return ``text`` on one line as it may be shown: no control characters, no lone surrogates, not too long."""
    kept = "".join(" " if char.isspace() else char for char in text[:LONGEST] if char.isspace() or _is_shown(char))
    return " ".join(kept.split())


def clauses(text: str) -> list[list[str]]:
    """Return the words of each clause in small letters, without clauses that have no word."""
    plain = text[:LONGEST].replace("’", "'").casefold()
    found = (WORD.findall(clause) for clause in CLAUSE_END.split(plain))
    return [clause for clause in found if clause]


def words_of(text: str) -> list[str]:
    return [word for clause in clauses(text) for word in clause]


def is_repetition(words: Sequence[str]) -> bool:
    """Return whether a text repeats the same few words.

    The number of different words grows about with the square root of all words (Guiraud, 1954). The threshold 2·√n
    lies below all prose of the labelled set and of the example communities.
    """
    return len(words) >= 6 and len(set(words)) ** 2 < 4 * len(words)


def units(text: str) -> list[str]:
    """Return the words of ``text``, or its characters where the script sets no spaces."""
    found: list[str] = []
    for chunk in text[:LONGEST].casefold().split():
        if any(_characters_per_word(char) > 1 for char in chunk):
            found += [char for char in chunk if char.isalnum()]
        elif word := chunk.strip(PUNCTUATION):
            found.append(word)
    return found


def size(text: str) -> float:
    """Return the length of a text in words, dimensionless."""
    return sum(1 / _characters_per_word(unit) if len(unit) == 1 else 1.0 for unit in units(text))


def grade(text: str, bounds: tuple[int, int]) -> Grade:
    """Grade a text by its length. A text that repeats itself gets Grade.NOTHING."""
    if is_repetition(units(text)):
        return Grade.NOTHING
    some, enough = bounds
    length = size(text)
    return Grade.ENOUGH if length >= enough else Grade.SOME if length >= some else Grade.NOTHING


def has_figure(text: str) -> bool:
    return any(char.isnumeric() for char in text[:LONGEST])


def has_anchor(text: str) -> bool:
    """Return whether a text has a number, a question, a quotation or an abbreviation in capitals."""
    text = text[:LONGEST]
    if has_figure(text) or any(mark in text for mark in "?？؟;“„«「"):
        return True
    return any(len(word.strip(PUNCTUATION)) > 1 and word.isupper() and word.isalpha() for word in text.split())


def _is_shown(char: str) -> bool:
    # Direction marks are not printable: they would reverse the text around them as well.
    return char.isprintable() or char in JOINERS


def _characters_per_word(char: str) -> int:
    first = char[0]
    if "\u0e00" <= first <= "\u0eff" or "\u1000" <= first <= "\u109f" or "\u1780" <= first <= "\u17ff":
        return CHARACTERS_PER_WORD_WITHOUT_SPACES
    if (
        "\u3040" <= first <= "\u30ff"
        or "\u3400" <= first <= "\u9fff"
        or "\uac00" <= first <= "\ud7af"
        or "\U00020000" <= first <= "\U0003ffff"
    ):
        return CHARACTERS_PER_WORD
    return 1
