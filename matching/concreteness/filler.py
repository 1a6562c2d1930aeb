"""Words of German and Spanish: those that say nothing, the least that a text must name, dates and lengths.

Both languages are judged alike, and so is every other one but English: hardly any of its words are on the lists. So a
text whose language was not told from a similar one is not graded by its length alone. The word lists are data in
``filler.toml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from matching.concreteness.draft import Grade
from matching.concreteness.english import read_lists
from matching.concreteness.structure import LONGEST, has_figure, units

PARTS_OF_WORD = re.compile(r"[^\W_]+")
# The two dots of "ä", "ö" and "ü" are an "e" where a keyboard has none.
UMLAUT = re.compile(r"([aou])e")
# In words that are no filler: the number from which the length of a text is believed.
SITUATION, GAP, ASK = 2, 1, 3


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return ``text`` in small letters, without accents, with "a" for "ä" and for "ae"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return UMLAUT.sub(r"\1", "".join(char for char in plain if not unicodedata.combining(char)))


class Vocabulary:
    """A list of words. An entry with a star at its end covers all words that begin so."""

    def __init__(self, entries: Iterable[str]) -> None:
        folded = [(fold(entry), entry.endswith("*")) for entry in entries]
        self.words = frozenset(word for word, starred in folded if not starred)
        self.beginnings = tuple(word.rstrip("*") for word, starred in folded if starred)

    def __contains__(self, word: str) -> bool:
        return word in self.words or word.startswith(self.beginnings)


def _phrases(entries: Collection[str]) -> re.Pattern[str]:
    """Return the pattern of folded phrases between spaces. A star as in Vocabulary."""
    folded = sorted((re.escape(fold(entry)).replace(r"\*", r"\S*").replace(r"\ ", " ") for entry in entries), key=len)
    return re.compile(rf"(?<!\S)(?:{'|'.join(reversed(folded))})(?!\S)")


LISTS = read_lists(Path(__file__).with_name("filler.toml"))
FILLER = Vocabulary(
    LISTS["german_small_words"]
    | LISTS["german_general_talk"]
    | LISTS["spanish_small_words"]
    | LISTS["spanish_general_talk"]
)
PHRASES = _phrases(LISTS["german_phrases"] | LISTS["spanish_phrases"])
NO_TARGET = [Vocabulary(LISTS["german_no_target"]), Vocabulary(LISTS["spanish_no_target"])]
DATES = Vocabulary(LISTS["german_dates"] | LISTS["spanish_dates"])
PAST = Vocabulary(LISTS["german_past"] | LISTS["spanish_past"])
LENGTHS = Vocabulary(LISTS["lengths"])
ACTIONS = Vocabulary(LISTS["german_actions"] | LISTS["spanish_actions"])
ARTEFACTS = Vocabulary(LISTS["german_artefacts"] | LISTS["spanish_artefacts"])


def words_left(text: str) -> set[str]:
    """Return the words of ``text`` that are no filler, folded. A number is left; a mere sign is not."""
    return {word for word in _without_phrases(text) if word not in FILLER}


def folded_words(text: str) -> list[str]:
    """Return the words of ``text`` in small letters, without accents."""
    return PARTS_OF_WORD.findall(fold(text[:LONGEST]))


def is_only_filler(text: str) -> bool:
    """Return whether a text has words, and each of them is filler or a number."""
    return bool(units(text)) and all(word.isnumeric() for word in words_left(text))


def at_most(grade: Grade, text: str, enough: int) -> Grade:
    """Lower ``grade`` to Grade.SOME if less than ``enough`` words are no filler, to Grade.NOTHING if none is left."""
    left = len(words_left(text))
    if not left:
        return Grade.NOTHING
    return grade if left >= enough else min(grade, Grade.SOME)


def grade_ask(text: str, by_length: Grade) -> Grade:
    """Lower the grade of an ask that names less than three things and no action. A number alone is no ask."""
    if is_only_filler(text):
        return Grade.NOTHING
    return by_length if has_action(text) else at_most(by_length, text, ASK)


def has_action(text: str) -> bool:
    """Return whether a text names something to work on in a session, or something to do and another word."""
    left = words_left(text)
    return any(word in ARTEFACTS or (len(left) > 1 and word in ACTIONS) for word in left)


def names_no_target(text: str) -> bool:
    """Return whether a role or a field is made of words that name nothing, all in one language."""
    words = _without_phrases(text)
    return bool(units(text)) and any(all(word in empty for word in words) for empty in NO_TARGET)


def says_by_when(text: str) -> bool:
    """Return whether a text has a figure, or names a month or a day that is not over: "bis Ende Juni"."""
    words = folded_words(text)
    return has_figure(text) or any(
        word in DATES and not (place and words[place - 1] in PAST) for place, word in enumerate(words)
    )


def says_how_long(text: str) -> bool:
    """Return whether a text has a figure, or names a length: "eine halbe Stunde"."""
    return has_figure(text) or any(word in LENGTHS for word in folded_words(text))


def _without_phrases(text: str) -> list[str]:
    """Return the words of ``text``, folded, without those of PHRASES."""
    line = " ".join(word for unit in units(text) for word in folded_words(unit))
    return PHRASES.sub(" ", line).split()
