"""Reasons for asking a mentor that fit every mentor: praise and asking alone. The lists are data in ``praise.toml``.

English, German and Spanish are known. A text in another language is never held to fit everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matching.concreteness import english, filler

_LISTS = english.read_lists(Path(__file__).with_name("praise.toml"))
MENTORING = filler.Vocabulary(_LISTS["mentoring"])
# One language at a time: "son" is a small word in Spanish, and names something in English.
LANGUAGES = [
    (filler.Vocabulary(small), filler.Vocabulary(_LISTS[language]))
    for language, small in (
        ("english", english.LISTS["small_words"]),
        ("german", filler.LISTS["german_small_words"]),
        ("spanish", filler.LISTS["spanish_small_words"]),
    )
]


def fits_any_mentor(words: Iterable[str]) -> bool:
    """Return whether ``words`` are praise and asking alone, all in one language."""
    folded = [filler.fold(word) for word in words]
    return any(all(word in small or word in praise for word in folded) for small, praise in LANGUAGES)


def names_one_of(words: Iterable[str], texts: Iterable[str]) -> bool:
    """Return whether one of ``words`` is in ``texts``, apart from small words and words of every profile."""
    named = {word for text in texts for word in filler.folded_words(text) if word not in MENTORING}
    return any(word in named and not any(word in small for small, _ in LANGUAGES) for word in map(filler.fold, words))
