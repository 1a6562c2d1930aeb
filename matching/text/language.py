"""The one detector of languages: English or not, by script and small words.

The concreteness check must not take "Ich brauche Hilfe" for English, because it would grade the words. Comparison by
meaning reads any language, and detects none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matching.concreteness.english import ALL_WORDS, is_one_of, read_lists
from matching.concreteness.structure import LONGEST, words_of

_LISTS = read_lists(Path(__file__).with_name("languages.toml"))
ENGLISH_ONLY = _LISTS["english_only"]
OTHERS = [small for name, small in _LISTS.items() if name != "english_only"]

JUDGED_FROM_WORDS = 8
# Shares of all words. English prose has more, and other languages have less by chance.
ONLY_SHARE = 0.12
ALL_WORDS_SHARE = 0.3
# In characters. The language of a whole request is decided by this much of each text.
OPENING = 1500


def is_english(text: str, *, otherwise: bool = True) -> bool:
    """Return whether ``text`` is English. The answer is ``otherwise`` if a few words do not tell."""
    text = text[:LONGEST]
    letters = [char for char in text if char.isalpha()]
    if 2 * sum(_is_latin(char) for char in letters) < len(letters):
        return False
    words = words_of(text)
    english = sum(word in ENGLISH_ONLY for word in words)
    other = max(sum(word in small for word in words) for small in OTHERS)
    if other > english:
        return False
    known = sum(is_one_of(word, ALL_WORDS) for word in words)
    if len(words) < JUDGED_FROM_WORDS:
        return True if known > other else otherwise
    return english >= ONLY_SHARE * len(words) or known >= ALL_WORDS_SHARE * len(words)


def english_parts(texts: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the texts in English. A text that is too short to tell follows all texts together."""
    mostly = is_english("\n".join(text[:OPENING] for text in texts.values()))
    return frozenset(name for name, text in texts.items() if is_english(text, otherwise=mostly))


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"
