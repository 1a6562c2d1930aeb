"""Criteria on what the mentor offers: the skills asked for, and help with this kind of goal."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Floats, Rows, Shares
from matching.engine.facts import Need
from matching.engine.table import MentorTable

TEACHES, IS_ABLE = 1.0, 0.25
# Who teaches deep learning can help somebody who asks for machine learning, and the other way round, but less.
TEACHES_NEAR, IS_ABLE_NEAR = 0.5, 0.1
# Summed over many mentors in so many parts of 1, so that all four are small whole numbers.
PARTS = 20

OFFERS_KIND, OFFERS_SESSION, LIVED_KIND, HAS_HELPED = 0.45, 0.25, 0.20, 0.10
# Everybody with a second job found one; it says less than the turns that few take.
LIVED_WEAKLY = {"job_search": 0.5}


def needs(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Share of what is asked for that the mentor teaches; able but not offering counts a quarter.

    A skill that is part of what is asked for, or of which that is a part, counts half, able but not offering a
    tenth. Stated by a mentor with skills or topics, if the need names something.
    """
    return needs_of_all(need, table).of(rows)


def needs_of_all(need: Need, table: MentorTable) -> Shares:
    """Return ``needs`` of everybody."""
    terms = {term.key: term for term in need.needs}
    total = np.zeros(len(table), dtype=np.min_scalar_type(PARTS * len(terms)))
    for key, term in terms.items():
        covered = np.zeros_like(total)
        # The least first, so that the best of what a mentor has stays.
        for near in term.near:
            covered[table.skills.rows(near)] = round(PARTS * IS_ABLE_NEAR)
        covered[table.skills.rows(key)] = round(PARTS * IS_ABLE)
        for near in term.near:
            covered[table.teaches.rows(near)] = round(PARTS * TEACHES_NEAR)
        covered[table.teaches.rows(key)] = round(PARTS * TEACHES)
        total += covered
    return Shares(total, PARTS * max(1, len(terms)))


def goal(need: Need, table: MentorTable, rows: Rows) -> Floats:
    """Help with this kind of goal: offers the kind, offers the session asked for, lived it, has helped.

    The four count .45, .25, .20 and .10; having helped n people counts n / (n + 1) of its part. Where the
    need names no session kind, the others share its part. Always stated: offering nothing is an answer.
    """
    kind = need.goal.kind
    helped = table.helped.of(kind)[rows].astype(np.float32)
    value: Floats = np.float32(HAS_HELPED) * (helped / (helped + 1))
    value += np.float32(OFFERS_KIND) * table.goals.of(kind)[rows]
    value += np.float32(LIVED_KIND * LIVED_WEAKLY.get(kind, 1.0)) * table.lived.of(kind)[rows]
    if need.session_kind:
        value += np.float32(OFFERS_SESSION) * table.session_kinds.of(need.session_kind)[rows]
    else:
        value /= np.float32(1.0 - OFFERS_SESSION)
    # The parts add up to 1 only up to rounding.
    return np.minimum(value, np.float32(1.0))
