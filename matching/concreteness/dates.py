"""Whether a text says by when, or how long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.concreteness import words as lists
from matching.concreteness.reading import LONGEST, words_of

# 2027-03-12, 12/3, 12.3.2027; not 1.1 (million)
DAY, MONTH, YEAR_DIGITS = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"20\d\d"
NUMERIC_DATE = re.compile(
    rf"(?<!\d)(?:{YEAR_DIGITS}-{MONTH}-{DAY}|{DAY}/{MONTH}(?:/(?:20)?\d\d)?|{DAY}\.{MONTH}\.(?:20\d\d)?)(?!\d)"
)
LENGTH_IN_DIGITS = re.compile(r"(?<!\d)\d{1,3}\s?-?(?:min|mins|minutes?|hours?|hrs?|h)\b", re.IGNORECASE)
YEAR = re.compile(YEAR_DIGITS)


def says_by_when(text: str) -> bool:
    """Whether an English text names a date or a time to come: "by June", "on Friday", "within two weeks".

    A day or a month counts unless "last", "since" or "ago" says that it is over.
    """
    if NUMERIC_DATE.search(text[:LONGEST]):
        return True
    words = words_of(text)
    return any(_is_date(words, place) for place in range(len(words)))


def _is_date(words: Sequence[str], place: int) -> bool:
    word, before = words[place], words[max(place - 3, 0) : place]
    if any(earlier in lists.AGO for earlier in before) or words[place + 1 : place + 2] == ["ago"]:
        return False
    if word in lists.MONTHS or word in lists.DAYS or word in lists.SOON:
        return True
    previous = before[-1] if before else ""
    led = previous in lists.BEFORE_DATE or (previous == "the" and len(before) > 1 and before[-2] in lists.BEFORE_DATE)
    if word in lists.MONTHS_AND_WORDS:
        beside = words[max(place - 1, 0) : place + 2]
        return led or any(other[0].isdigit() for other in beside)
    if YEAR.fullmatch(word):
        return previous in ("by", "before", "until", "till")
    if word in lists.SEASONS:
        return led and bool({"by", "before", "until", "till", "next", "this", "in", "after"} & set(before))
    return word in lists.UNITS and _is_time_to_come(before)


def _is_time_to_come(before: Sequence[str]) -> bool:
    """Whether "in two", "within a", "next" or "this" stands before a day, a week, a month."""
    if before and before[-1] in ("next", "this"):
        return True
    counted = len(before) > 1 and (before[-1] in lists.NUMBERS or before[-1].isdigit())
    return counted and before[-2] in ("in", "within", "next", "before", "by", "another")


def says_how_long(text: str) -> bool:
    """Whether an English text names a length: "45 min", "half an hour", "one hour"."""
    if LENGTH_IN_DIGITS.search(text[:LONGEST]):
        return True
    words = words_of(text)
    return any(word in lists.TIME_UNITS and place > 0 for place, word in enumerate(words))
