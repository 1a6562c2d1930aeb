"""Comparison and joining of words that people write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache


# Names of fields, roles and skills repeat.
@lru_cache(maxsize=8192)
def plain(words: str) -> str:
    """Return ``words`` in plain form, for comparison: case folded, single spaces."""
    return " ".join(words.split()).casefold()


def listing(items: Sequence[str], gettext: Callable[[str], str]) -> str:
    """Return the items as a list in a sentence: "a", "a and b", "a, b and c". ``gettext`` translates the "and".

    Raises ValueError for no items.
    """
    if not items:
        raise ValueError("There is nothing to list.")
    if len(items) == 1:
        return items[0]
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def inside_sentence(words: str) -> str:
    """Return ``words`` with a lower-case first letter, unless the first word has other capitals (PhD, NLP)."""
    first = words.split(" ", 1)[0]
    return words[:1].lower() + words[1:] if first[1:].islower() else words


def shortened(words: str, most: int) -> str:
    """Return ``words`` on one line, without a final full stop, cut between words to at most ``most`` characters."""
    line = " ".join(words.split()).removesuffix(".")
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


# Words of roles and fields that say neither: articles and the like in several languages, and words of rank.
EMPTY_WORDS = frozenset("and the for des der die das und los van with senior junior lead head".split())
STEM_LENGTH = 6
LETTERS = re.compile(r"[^\W_]{3,}")


@lru_cache(maxsize=8192)
def stems(words: str) -> frozenset[str]:
    """Return the words of a role or field, case folded, each cut to six letters: "statistics" and "statistician" meet.

    Words of fewer than three letters and EMPTY_WORDS are left out.
    """
    return frozenset(word[:STEM_LENGTH] for word in LETTERS.findall(words.casefold()) if word not in EMPTY_WORDS)
