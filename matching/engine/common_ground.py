"""What a mentee and each mentor share before anything else: a language and time in the week."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import EVERYBODY, Bools, Integers, Rows
from matching.engine.facts import Need, Speaks
from matching.engine.table import MentorTable, hour_words

MINUTES_PER_BIT = 15


def usable_languages(need: Need) -> tuple[str, ...]:
    """Return, by code, the languages the mentee speaks at WORKING or better; of those wanted, if any are."""
    return tuple(
        code
        for code, level in sorted(need.languages.items())
        if level >= Speaks.WORKING and (not need.wanted_languages or code in need.wanted_languages)
    )


def shared_level(need: Need, table: MentorTable, rows: Rows | slice = EVERYBODY) -> Integers:
    """Return the level of the best language both can use, shape of ``rows``: the lower of the two levels, 0 if none.

    A value below WORKING means that they cannot hold a conversation.
    """
    best = np.zeros_like(table.status[rows])
    for code in usable_languages(need):
        np.maximum(best, np.minimum(table.languages.of(code)[rows], np.int8(need.languages[code])), out=best)
    return best


def shares_language(need: Need, table: MentorTable, rows: Rows | slice = EVERYBODY) -> Bools:
    """Return who can hold a conversation with the mentee: whose ``shared_level`` is WORKING at least."""
    shared = table.nobody(rows)
    for code in usable_languages(need):
        shared |= table.converses.of(code)[rows]
    return shared


def shared_quarters(hours: int, table: MentorTable, rows: Rows | slice = EVERYBODY) -> Integers:
    """Return how many quarter-hours of the week the mentors in ``rows`` share with ``hours``.

    ``hours`` is a bit mask as in ``Mentor.hours``. A mentor who states no hours counts as 0 here.
    """
    by_word = np.bitwise_count(table.hours[rows] & hour_words(hours))
    # Whole rows are summed several times faster than short columns.
    quarters: Integers = np.ascontiguousarray(by_word.T).sum(axis=0, dtype=np.int16)
    return quarters
