"""The two things that any pair needs in common: a language, and time in the week."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import EVERYBODY, Integers, Rows
from matching.engine.facts import Need, Speaks
from matching.engine.table import MentorTable, hour_words

MINUTES_PER_BIT = 15


def usable_languages(need: Need) -> tuple[str, ...]:
    """Return, by code, the languages that the mentee speaks at WORKING or better; only wanted ones, if any are."""
    return tuple(
        code
        for code, level in sorted(need.languages.items())
        if level >= Speaks.WORKING and (not need.wanted_languages or code in need.wanted_languages)
    )


def shared_level(need: Need, table: MentorTable, rows: Rows | slice = EVERYBODY) -> Integers:
    """Return the level of the best language that both can use, shape of ``rows``: the lower of the two, 0 if none.

    Below WORKING they cannot hold a conversation.
    """
    best = np.zeros_like(table.status[rows])
    for code in usable_languages(need):
        np.maximum(best, np.minimum(table.languages.of(code)[rows], np.int8(need.languages[code])), out=best)
    return best


def shared_quarters(hours: int, table: MentorTable, rows: Rows | slice = EVERYBODY) -> Integers:
    """Return the number of quarter-hours of the week that each mentor shares with ``hours``, shape of ``rows``.

    ``hours`` is a bit mask as in ``Mentor.hours``. A mentor who states no hours has 0.
    """
    quarters = np.zeros_like(table.status[rows], dtype=np.int16)
    for word, column in zip(hour_words(hours), table.hours[:].T, strict=True):
        if word:
            quarters += np.bitwise_count(column[rows] & word)
    return quarters
