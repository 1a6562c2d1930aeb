"""How much an English text says: facts in a situation, a lack in a gap, a thing to do in an ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matching.concreteness import words as lists
from matching.concreteness.draft import Grade
from matching.concreteness.reading import clauses, forms, is_one_of, is_repetition, words_of

# How far from "review" the thing to be reviewed may stand, in words.
REACH = 10
REACH_BACK = 4
REACH_OF_QUESTION = 16
# Prose about something has a word of its own in at least every eighth place.
DENSITY = 0.12
DENSITY_FROM_WORDS = 20
QUESTION_FROM_WORDS = 8
REACH_OF_PHRASE = 3


def _by_first_word(phrases: Collection[str]) -> dict[str, frozenset[str]]:
    pairs = [phrase.split() for phrase in phrases]
    return {first: frozenset(second for other, second in pairs if other == first) for first, _ in pairs}


PHRASES = _by_first_word(lists.ACTION_PHRASES)
THINGS = lists.ARTEFACTS - lists.TALKS
SPLIT_PHRASES = _by_first_word(lists.SPLIT_PHRASES)


def specific(words: Sequence[str], known: Collection[str] = ()) -> set[str]:
    """Return the words that tell this request from another: no small words, no career talk, none of ``known``."""
    return {
        word
        for word in words
        if len(word) > 1
        and not is_one_of(word, lists.FUNCTION)
        and not is_one_of(word, lists.FILLER)
        and not is_one_of(word, known)
    } | {word for word in words if word[0].isdigit()}


def grade_situation(text: str) -> Grade:
    """Grade a situation by its facts: about four words of its own, or three with a number."""
    words = words_of(text)
    facts = specific(words)
    if is_repetition(words) or _is_thin(words, facts):
        return Grade.NOTHING
    has_number = any(char.isdigit() for word in facts for char in word)
    if len(words) >= 6 and len(facts) >= (3 if has_number else 4):
        return Grade.ENOUGH
    return Grade.SOME if len(facts) >= 2 else Grade.NOTHING


def grade_gap(text: str) -> Grade:
    """Grade a gap by what it names: two words of its own, or one in a question that is more than a few words."""
    words = words_of(text)
    named = specific(words)
    if is_repetition(words) or _is_thin(words, named):
        return Grade.NOTHING
    asks = any(word in lists.QUESTION_WORDS for word in words) and not is_lazy(text)
    if (len(words) >= 4 and len(named) >= 2) or (len(words) >= QUESTION_FROM_WORDS and named and asks):
        return Grade.ENOUGH
    # "I do not know what they wanted to see" names nothing, and yet it is a lack and no wish.
    return Grade.SOME if named or (asks and any(word in lists.KNOWING for word in words)) else Grade.NOTHING


def grade_ask(text: str, known: Collection[str]) -> Grade:
    """Grade an ask by its best clause; ``known`` are the words of the goal, which say nothing new."""
    if is_repetition(words_of(text)):
        return Grade.NOTHING
    return max((_grade_clause(clause, known) for clause in clauses(text)), default=Grade.NOTHING)


def is_lazy(text: str) -> bool:
    """Whether a text has a phrase that no mentor can answer: "be my mentor", "any advice"."""
    return any(_has_lazy_phrase(clause) for clause in clauses(text))


def _has_lazy_phrase(clause: Sequence[str]) -> bool:
    line = f" {' '.join(clause)} "
    return any(f" {phrase} " in line for phrase in lists.LAZY_PHRASES)


def _is_thin(words: Sequence[str], named: Collection[str]) -> bool:
    return len(words) >= DENSITY_FROM_WORDS and len(named) < DENSITY * len(words)


def _grade_clause(clause: Sequence[str], known: Collection[str]) -> Grade:
    deeds, lazy = _deeds(clause), _has_lazy_phrase(clause)
    if any(_has_object(clause, place, known) for place in deeds) or _asks_something(clause, known):
        return Grade.SOME if lazy else Grade.ENOUGH
    if lazy:
        return Grade.NOTHING
    named = specific(clause, known)
    has_thing = any(_is_noun(word, THINGS) for word in clause)
    return Grade.SOME if deeds or has_thing or (named and not _is_thin(clause, named)) else Grade.NOTHING


def _is_noun(word: str, nouns: Collection[str]) -> bool:
    # Nouns have a plural only: "united" is no form of "unit".
    return word in nouns or word.removesuffix("s") in nouns


def _deeds(clause: Sequence[str]) -> list[int]:
    """Return where a thing to do is named."""
    return [place for place, word in enumerate(clause) if is_one_of(word, lists.ACTIONS) or _is_phrase(clause, place)]


def _is_phrase(clause: Sequence[str], place: int) -> bool:
    """Whether a thing to do in two words begins at ``place``, the second close enough behind the first."""
    for phrases, reach in ((PHRASES, REACH_OF_PHRASE), (SPLIT_PHRASES, REACH)):
        behind = clause[place + 1 : place + 1 + reach]
        if any(word in phrases.get(first, ()) for first in forms(clause[place]) for word in behind):
            return True
    return False


def _has_object(clause: Sequence[str], place: int, known: Collection[str]) -> bool:
    near = [*clause[max(place - REACH_BACK, 0) : place], *clause[place + 1 : place + 1 + REACH]]
    own = {word for word in specific(near, known) if not is_one_of(word, lists.ACTIONS)}
    own |= lists.COUNTS.intersection(near)
    return any(_is_noun(word, lists.ARTEFACTS) for word in near) or _is_subject(own, near, known)


def _is_subject(own: Collection[str], words: Sequence[str], known: Collection[str]) -> bool:
    """Whether two words make a subject, or one that narrows down the goal: not "a nurse", but "a burns nurse"."""
    return len(own) >= 2 or (bool(own) and any(is_one_of(word, known) for word in words))


def _asks_something(clause: Sequence[str], known: Collection[str]) -> bool:
    """Whether a clause asks a question with a subject of its own."""
    starts = [place for place, word in enumerate(clause) if word in lists.QUESTION_WORDS]
    if clause[0] in lists.QUESTION_STARTS and clause[1:2] and clause[1] not in lists.POLITE_AFTER:
        starts.append(0)
    for place in starts:
        asked = clause[place + 1 : place + 1 + REACH_OF_QUESTION]
        own = specific(asked, known)
        if _is_subject(own, asked, known) or (own and any(_is_noun(word, lists.ARTEFACTS) for word in asked)):
            return True
    return False
