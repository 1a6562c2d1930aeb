"""Comparing and joining the words people write."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


# The names of fields, roles and skills come again and again.
@lru_cache(maxsize=8192)
def plain(words: str) -> str:
    """Return ``words`` in the form in which they are compared: case folded, single spaces."""
    return " ".join(words.split()).casefold()


def listing(items: Sequence[str]) -> str:
    """Return the items as they are listed in a sentence: "a", "a and b", "a, b and c".

    Raises ValueError if there is nothing to list.
    """
    if not items:
        raise ValueError("There is nothing to list.")
    if len(items) == 1:
        return items[0]
    return f"{', '.join(items[:-1])} and {items[-1]}"


def inside_sentence(words: str) -> str:
    """Return ``words`` with a small first letter, unless the first word has other capitals too (PhD, NLP)."""
    first = words.split(" ", 1)[0]
    return words[:1].lower() + words[1:] if first[1:].islower() else words


def shortened(words: str, most: int) -> str:
    """Return ``words`` on one line and without a full stop at the end, cut at a word to at most ``most`` characters."""
    line = " ".join(words.split()).removesuffix(".")
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
