"""Texts as words: cleaning, clauses, inflected forms, and whether a text is English."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from matching.concreteness import words as lists

# Twice what a field of a help request holds; more is not read, so that no text takes long.
LONGEST = 6000
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
CLAUSE_END = re.compile(r"[.!?;:](?=\s|$)|\n")
KNOWN = lists.FUNCTION | lists.FILLER | lists.ACTIONS | lists.ARTEFACTS
ENGLISH_SHARE = 0.12
KNOWN_SHARE = 0.3
JUDGED_FROM_WORDS = 8
# They shape letters in Persian and Hindi, and hold emoji together.
JOINERS = "\u200c\u200d"
PUNCTUATION = ".,;:!?…\"'“”„‘’«»()[]{}<>|/\\-–—_*#~`^=+@¿¡、。！？，；：「」（）؟،।"


def clean(text: str) -> str:
    """Return ``text`` on one line as it may be shown: no control characters, no lone surrogates, not too long."""
    kept = "".join(" " if char.isspace() else char for char in text[:LONGEST] if char.isspace() or _shown(char))
    return " ".join(kept.split())


def _shown(char: str) -> bool:
    # Marks that turn the writing direction would turn the sentence around them as well.
    return char.isprintable() or char in JOINERS


def clauses(text: str) -> list[list[str]]:
    """Return the words of each clause in small letters; clauses without a word are left out."""
    plain = text[:LONGEST].replace("’", "'").casefold()
    found = (WORD.findall(clause) for clause in CLAUSE_END.split(plain))
    return [clause for clause in found if clause]


def words_of(text: str) -> list[str]:
    return [word for clause in clauses(text) for word in clause]


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """Return ``word`` and what it may be an inflected form of: "rehearsing" gives "rehearse" as well."""
    found = {word}
    word = word.removesuffix("'s")
    found.add(word)
    if word.endswith(("ies", "ied")):
        found.add(word[:-3] + "y")
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            found |= {base, base + "e"}
            if base[-1] == base[-2]:
                found.add(base[:-1])
    return frozenset(found)


def is_one_of(word: str, vocabulary: Collection[str]) -> bool:
    """Whether ``word`` or what it is a form of stands in ``vocabulary``."""
    return any(form in vocabulary for form in forms(word))


def is_english(text: str, *, otherwise: bool = True) -> bool:
    """Whether ``text`` is English, as far as script and small words tell; ``otherwise`` if they do not."""
    text = text[:LONGEST]
    letters = [char for char in text if char.isalpha()]
    if 2 * sum(_is_latin(char) for char in letters) < len(letters):
        return False
    words = words_of(text)
    english = sum(word in lists.ENGLISH for word in words)
    other = max(sum(word in small for word in words) for small in lists.OTHER_LANGUAGES.values())
    if other > english:
        return False
    known = sum(is_one_of(word, KNOWN) for word in words)
    if len(words) < JUDGED_FROM_WORDS:
        return True if known > other else otherwise
    return english >= ENGLISH_SHARE * len(words) or known >= KNOWN_SHARE * len(words)


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"


def is_repetition(words: Sequence[str]) -> bool:
    """Whether the same few words come again and again.

    Different words grow about with the square root of all words (Guiraud, 1954). No prose of the labelled set or of
    the communities has fewer than 2·√n.
    """
    return len(words) >= 6 and len(set(words)) ** 2 < 4 * len(words)
