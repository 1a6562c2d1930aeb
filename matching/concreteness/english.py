"""Grading of English texts: facts in a situation, a lack in a gap, something to do in an ask, dates and lengths.

The word lists are data in ``words.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from matching.concreteness.draft import Grade
from matching.concreteness.structure import LONGEST, clauses, is_repetition, words_of


def read_lists(file: Path) -> Mapping[str, frozenset[str]]:
    """Return the word lists of a file by name."""
    lists = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: frozenset(entry.strip() for entry in re.split(r"[,\n]", one["words"]) if entry.strip())
        for name, one in lists.items()
    }


def _by_first_word(phrases: Collection[str]) -> Mapping[str, frozenset[str]]:
    pairs = [phrase.split() for phrase in phrases]
    return {first: frozenset(second for other, second in pairs if other == first) for first, _ in pairs}


LISTS = read_lists(Path(__file__).with_name("words.toml"))
GENERAL = frozenset().union(
    *(LISTS[name] for name in ("small_words", "talk_about_careers", "talk_about_growth", "talk_about_mentoring"))
)
ACTIONS, ARTEFACTS = LISTS["actions"], LISTS["artefacts"]
THINGS = ARTEFACTS - LISTS["talks"]
ACTION_PHRASES = _by_first_word(LISTS["action_phrases"])
SPLIT_ACTION_PHRASES = _by_first_word(LISTS["split_action_phrases"])

# In words: the farthest distance between an action and its object.
REACH = 10
REACH_BACK = 4
REACH_OF_QUESTION = 16
REACH_OF_PHRASE = 3
# In prose about a subject, at least 12 % of the words are specific.
DENSITY = 0.12
DENSITY_FROM_WORDS = 20
QUESTION_FROM_WORDS = 8

# 2027-03-12, 12/3, 12.3.2027; not 1.1 (million)
DAY, MONTH, YEAR_DIGITS = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"20\d\d"
NUMERIC_DATE = re.compile(
    rf"(?<!\d)(?:{YEAR_DIGITS}-{MONTH}-{DAY}|{DAY}/{MONTH}(?:/(?:20)?\d\d)?|{DAY}\.{MONTH}\.(?:20\d\d)?)(?!\d)"
)
LENGTH_IN_DIGITS = re.compile(r"(?<!\d)\d{1,3}\s?-?(?:min|mins|minutes?|hours?|hrs?|h)\b", re.IGNORECASE)
YEAR = re.compile(YEAR_DIGITS)
DEADLINE = frozenset({"by", "before", "until", "till"})


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """Return ``word`` and the base forms it may have: "rehearsing" gives "rehearse" as well."""
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
    """Return whether ``word`` or a base form of it is in ``vocabulary``."""
    return any(form in vocabulary for form in forms(word))


def specific_words(words: Sequence[str], goal: Collection[str] = ()) -> set[str]:
    """Return the words that tell this request from others: numbers, and words neither general nor of the ``goal``."""
    return {word for word in words if len(word) > 1 and not is_one_of(word, GENERAL) and not is_one_of(word, goal)} | {
        word for word in words if word[0].isdigit()
    }


def grade_situation(text: str) -> Grade:
    """Grade a situation by its facts: four specific words are enough, or three with a number."""
    words = words_of(text)
    facts = specific_words(words)
    if is_repetition(words) or _is_thin(words, facts):
        return Grade.NOTHING
    has_number = any(char.isdigit() for word in facts for char in word)
    if len(words) >= 6 and len(facts) >= (3 if has_number else 4):
        return Grade.ENOUGH
    return Grade.SOME if len(facts) >= 2 else Grade.NOTHING


def grade_gap(text: str) -> Grade:
    """Grade a gap by its subject: two specific words are enough, or one in a question of some length."""
    words = words_of(text)
    named = specific_words(words)
    if is_repetition(words) or _is_thin(words, named):
        return Grade.NOTHING
    asks = any(word in LISTS["question_words"] for word in words) and not is_lazy(text)
    if (len(words) >= 4 and len(named) >= 2) or (len(words) >= QUESTION_FROM_WORDS and named and asks):
        return Grade.ENOUGH
    # "I do not know what they wanted to see" names nothing, but it is a lack and not a wish.
    return Grade.SOME if named or (asks and any(word in LISTS["knowing"] for word in words)) else Grade.NOTHING


def grade_ask(text: str, goal: Collection[str]) -> Grade:
    """Grade an ask by its best clause. The words of the ``goal`` add nothing new."""
    if is_repetition(words_of(text)):
        return Grade.NOTHING
    return max((_grade_clause(clause, goal) for clause in clauses(text)), default=Grade.NOTHING)


def is_lazy(text: str) -> bool:
    """Return whether a text has a phrase that no mentor can act on: "be my mentor", "any advice"."""
    return any(_has_lazy_phrase(clause) for clause in clauses(text))


def says_by_when(text: str) -> bool:
    """Return whether a text names a date or a time to come: "by June", "on Friday", "within two weeks".

    A day or a month counts unless "last", "since" or "ago" puts it into the past.
    """
    if NUMERIC_DATE.search(text[:LONGEST]):
        return True
    words = words_of(text)
    return any(_is_date(words, place) for place in range(len(words)))


def says_how_long(text: str) -> bool:
    """Return whether a text names the length of a session: "45 min", "half an hour", "one hour"."""
    if LENGTH_IN_DIGITS.search(text[:LONGEST]):
        return True
    words = words_of(text)
    return any(word in LISTS["session_units"] and place > 0 for place, word in enumerate(words))


def _has_lazy_phrase(clause: Sequence[str]) -> bool:
    line = f" {' '.join(clause)} "
    return any(f" {phrase} " in line for phrase in LISTS["lazy_phrases"])


def _is_thin(words: Sequence[str], named: Collection[str]) -> bool:
    return len(words) >= DENSITY_FROM_WORDS and len(named) < DENSITY * len(words)


def _grade_clause(clause: Sequence[str], goal: Collection[str]) -> Grade:
    actions, lazy = _actions(clause), _has_lazy_phrase(clause)
    if any(_has_object(clause, place, goal) for place in actions) or _asks_something(clause, goal):
        return Grade.SOME if lazy else Grade.ENOUGH
    if lazy:
        return Grade.NOTHING
    named = specific_words(clause, goal)
    has_thing = any(_is_noun(word, THINGS) for word in clause)
    return Grade.SOME if actions or has_thing or (named and not _is_thin(clause, named)) else Grade.NOTHING


def _is_noun(word: str, nouns: Collection[str]) -> bool:
    # The only ending of a noun is its plural: "united" is no form of "unit".
    return word in nouns or word.removesuffix("s") in nouns


def _actions(clause: Sequence[str]) -> list[int]:
    """Return the places of the words that name something to do."""
    return [place for place, word in enumerate(clause) if is_one_of(word, ACTIONS) or _is_phrase(clause, place)]


def _is_phrase(clause: Sequence[str], place: int) -> bool:
    """Return whether an action in two words begins at ``place``, with the second word within reach."""
    for phrases, reach in ((ACTION_PHRASES, REACH_OF_PHRASE), (SPLIT_ACTION_PHRASES, REACH)):
        behind = clause[place + 1 : place + 1 + reach]
        if any(word in phrases.get(first, ()) for first in forms(clause[place]) for word in behind):
            return True
    return False


def _has_object(clause: Sequence[str], place: int, goal: Collection[str]) -> bool:
    near = [*clause[max(place - REACH_BACK, 0) : place], *clause[place + 1 : place + 1 + REACH]]
    own = {word for word in specific_words(near, goal) if not is_one_of(word, ACTIONS)}
    own |= LISTS["counts"].intersection(near)
    return any(_is_noun(word, ARTEFACTS) for word in near) or _is_subject(own, near, goal)


def _is_subject(own: Collection[str], words: Sequence[str], goal: Collection[str]) -> bool:
    """Return whether two words make a subject, or one that narrows down the goal: not "a nurse", "a burns nurse"."""
    return len(own) >= 2 or (bool(own) and any(is_one_of(word, goal) for word in words))


def _asks_something(clause: Sequence[str], goal: Collection[str]) -> bool:
    """Return whether a clause asks a question with a subject of its own."""
    starts = [place for place, word in enumerate(clause) if word in LISTS["question_words"]]
    if clause[0] in LISTS["question_starts"] and clause[1:2] and clause[1] not in LISTS["polite_subjects"]:
        starts.append(0)
    for place in starts:
        asked = clause[place + 1 : place + 1 + REACH_OF_QUESTION]
        own = specific_words(asked, goal)
        if _is_subject(own, asked, goal) or (own and any(_is_noun(word, ARTEFACTS) for word in asked)):
            return True
    return False


def _is_date(words: Sequence[str], place: int) -> bool:
    word, before = words[place], words[max(place - 3, 0) : place]
    if any(earlier in LISTS["ago"] for earlier in before) or words[place + 1 : place + 2] == ["ago"]:
        return False
    if word in LISTS["months"] or word in LISTS["days"] or word in LISTS["soon"]:
        return True
    previous = before[-1] if before else ""
    introduced = previous in LISTS["before_dates"] or (
        previous == "the" and len(before) > 1 and before[-2] in LISTS["before_dates"]
    )
    if word in LISTS["months_with_other_meanings"]:
        beside = words[max(place - 1, 0) : place + 2]
        return introduced or any(other[0].isdigit() for other in beside)
    if YEAR.fullmatch(word):
        return previous in DEADLINE
    if word in LISTS["seasons"]:
        return introduced and bool((DEADLINE | {"next", "this", "in", "after"}) & set(before))
    return word in LISTS["date_units"] and _is_time_to_come(before)


def _is_time_to_come(before: Sequence[str]) -> bool:
    """Return whether "in two", "within a", "next" or "this" stands before a span of time."""
    if before and before[-1] in ("next", "this"):
        return True
    counted = len(before) > 1 and (before[-1] in LISTS["date_counts"] or before[-1].isdigit())
    return counted and before[-2] in ("in", "within", "next", "before", "by", "another")
