"""Differences between two texts, for readers: paragraphs with words that came and words that went. Plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Sort = Literal["same", "gone", "new"]
# Two paragraphs that share fewer of their words are shown one after the other, not mixed.
ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph that stayed, went or came."""

    sort: Sort
    words: str


def differences(before: str, after: str) -> list[list[Piece]]:
    """Return the paragraphs that differ, in the order of ``after``. Empty for texts that differ in spaces only."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[list[Piece]] = []
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "equal":
            for gone, came in zip_longest(old[i:j], new[k:m], fillvalue=""):
                found += _pair(gone, came)
    return found


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def _pair(gone: str, came: str) -> list[list[Piece]]:
    old, new = gone.split(), came.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        return [[Piece(sort, words)] for sort, words in _sorted(gone, came)]
    pieces: list[Piece] = []
    for change, i, j, k, m in matcher.get_opcodes():
        if change == "equal":
            pieces.append(Piece("same", " ".join(old[i:j])))
        else:
            pieces += [Piece(sort, words) for sort, words in _sorted(" ".join(old[i:j]), " ".join(new[k:m]))]
    return [pieces]


def _sorted(gone: str, came: str) -> list[tuple[Sort, str]]:
    both: list[tuple[Sort, str]] = [("gone", gone), ("new", came)]
    return [(sort, words) for sort, words in both if words]
