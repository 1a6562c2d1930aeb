"""How much a text says in a language whose words are not known: its length, its variety, its figures."""

from __future__ import annotations

from matching.concreteness.draft import Grade
from matching.concreteness.reading import LONGEST, PUNCTUATION, is_repetition

# A word of Chinese, Japanese or Korean has about two characters; one of Thai, Lao, Burmese or Khmer about four.
CHARACTERS_PER_WORD = 2
CHARACTERS_PER_WORD_WITHOUT_SPACES = 4
# In words: from where a text says something, and from where it says enough.
SITUATION = (4, 8)
GAP = (3, 5)
ASK = (5, 8)


def units(text: str) -> list[str]:
    """Return what variety is counted in: words, or characters where the script sets no spaces."""
    found: list[str] = []
    for chunk in text[:LONGEST].casefold().split():
        if any(_per_word(char) > 1 for char in chunk):
            found += [char for char in chunk if char.isalnum()]
        elif word := chunk.strip(PUNCTUATION):
            found.append(word)
    return found


def size(text: str) -> float:
    """Return the length of a text in words, dimensionless."""
    return sum(1 / _per_word(unit) if len(unit) == 1 else 1.0 for unit in units(text))


def grade(text: str, bounds: tuple[int, int]) -> Grade:
    """Grade a text by its length; one that repeats itself says nothing."""
    if is_repetition(units(text)):
        return Grade.NOTHING
    some, enough = bounds
    length = size(text)
    return Grade.ENOUGH if length >= enough else Grade.SOME if length >= some else Grade.NOTHING


def has_figure(text: str) -> bool:
    return any(char.isnumeric() for char in text[:LONGEST])


def has_anchor(text: str) -> bool:
    """Whether a text holds on to something: a number, a question, a quotation, an abbreviation in capitals."""
    text = text[:LONGEST]
    if has_figure(text) or any(mark in text for mark in "?？؟;“„«「"):
        return True
    return any(len(word.strip(PUNCTUATION)) > 1 and word.isupper() and word.isalpha() for word in text.split())


def _per_word(char: str) -> int:
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
