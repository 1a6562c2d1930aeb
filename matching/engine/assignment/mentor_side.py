"""The fit of a request by the side of the mentors, for cohorts in which the fits of both sides count.

It is plain: what is asked for is what they offer, or what they want to explore. It is not fitted to any grades.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.engine.assignment.profiles import OtherSide
from matching.engine.columns import Bools, KeyedColumns
from matching.engine.facts import Need
from matching.engine.table import MentorTable

# Parts of the fit: topics, the kind of session, the kind of goal.
TOPICS, SESSION, GOAL = 0.5, 0.25, 0.25
# Part of a topic that a mentor knows, but neither teaches nor wants to explore.
KNOWN = 0.5
# A part about which one of the two says nothing.
NOT_STATED = 0.5


def mentors_side(needs: Sequence[Need], table: MentorTable) -> OtherSide:
    """Return the fits by the mentors' side, for ``scores_of_profiles``. A fit is from 0 to 1.

    - TOPICS: the share of the skills asked for that the mentor teaches or wants to explore; KNOWN for one that they
      only have.
    - SESSION, GOAL: whether the mentor offers the kind of session, and the kind of goal.
    """
    offers_session, offers_goal = _any(table.session_kinds, len(table)), _any(table.goals, len(table))

    def fits(start: int, end: int) -> NDArray[np.float64]:
        found = np.empty((end - start, len(table)), dtype=np.float64)
        for place, need in enumerate(needs[start:end]):
            found[place] = (
                TOPICS * _topics(need, table)
                + SESSION * np.where(offers_session, table.session_kinds.of(need.session_kind), NOT_STATED)
                + GOAL * np.where(offers_goal, table.goals.of(need.goal.kind), NOT_STATED)
            )
        return found

    return fits


def _topics(need: Need, table: MentorTable) -> NDArray[np.float64]:
    keys = {term.key for term in need.needs}
    if not keys:
        return np.full(len(table), NOT_STATED, dtype=np.float64)
    shares = np.zeros(len(table), dtype=np.float64)
    for key in sorted(keys):
        own = np.zeros(len(table), dtype=np.float64)
        own[table.skills.rows(key)] = KNOWN
        own[table.teaches.rows(key)] = 1.0
        own[table.explores.rows(key)] = 1.0
        shares += own
    share: NDArray[np.float64] = shares / len(keys)
    return share


def _any(columns: KeyedColumns[np.bool_], mentors: int) -> Bools:
    """Return which mentors have any key."""
    found = np.zeros(mentors, dtype=np.bool_)
    for key in columns:
        found |= columns.of(key)
    return found
