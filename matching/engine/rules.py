"""The hard rules: who cannot be suggested for a need, each with a name and a sentence to show.

A rule never lowers a score; it says "not this mentor, and here is why".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.engine.checks import STATUSES
from matching.engine.columns import EVERYBODY, Bools, Rows
from matching.engine.common_ground import MINUTES_PER_BIT, shared_quarters, shares_language
from matching.engine.facts import Need
from matching.engine.table import STATES_HOURS, MentorTable

# Whoever took such a turn can speak of it without having offered to. Having found a job is no such thing:
# nearly everybody has, so help with a job search must be offered.
LIVED_COUNTS_AS_OFFERED = frozenset(
    {"academia_to_industry", "job_abroad", "promotion", "first_leadership_role", "role_change"}
)

# About being put on one more list; whoever is on the mentee's list already can be asked all the same.
SHOWN_ENOUGH = "shown_enough"

# One sentence for a block and for a suspension, so that it tells neither.
UNAVAILABLE = "Is not available at the moment."

Allows = Callable[[Need, MentorTable, Rows | slice], Bools | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``sentence`` is about the mentor; ``advice`` tells the mentee what helps if this rule removes most.

    ``allows`` returns an array of the shape of the rows, False for the mentors whom the rule removes; it may be a part
    of the table, and must not be written to. None if nobody is removed.
    ``changeable``: the mentee could do something about it. ``private``: not for the mentee to know, such as a block.
    ``of_mentor``: depends on the mentor alone, and is in ``MentorTable.available`` as well. ``dear``: takes long.
    """

    name: str
    sentence: str
    advice: str
    allows: Allows
    changeable: bool = False
    private: bool = False
    of_mentor: bool = False
    dear: bool = False

    def removes(self, need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
        """Return whom of ``rows`` the rule removes."""
        allows = self.allows(need, table, rows)
        return table.nobody(rows) if allows is None else ~allows


def violations(need: Need, table: MentorTable) -> Bools:
    """Return which rule removes whom, shape (M, len(RULES)), columns in the order of RULES.

    Every rule is judged for every mentor, so that "why not?" has its whole answer.
    """
    broken = np.empty((len(table), len(RULES)), dtype=np.bool_, order="F")
    for column, rule in enumerate(RULES):
        broken[:, column] = rule.removes(need, table, EVERYBODY)
    return broken


def allowed(need: Need, table: MentorTable, rows: Rows | slice, *, dear: bool) -> Bools:
    """Return whom the rules about need and mentor together leave: the dear ones, or all others."""
    left: Bools | None = None
    for rule in RULES:
        if rule.dear == dear and not rule.of_mentor and (allows := rule.allows(need, table, rows)) is not None:
            if left is None:
                left = allows.copy()
            else:
                left &= allows
    return ~table.nobody(rows) if left is None else left


def _has_another_status(*names: str) -> Allows:
    codes = np.array([STATUSES.index(name) for name in names], dtype=np.int8)
    return lambda need, table, rows: np.isin(table.status[rows], codes, invert=True)


def _has_capacity(need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
    return table.capacity_left[rows] > 0


def _is_another_person(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    return _but_for([need.mentee_id], table, rows)


def _not_excluded(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    return _but_for(need.apart_from, table, rows)


def _offers_format(need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
    return table.formats.of(need.format)[rows]


def _offers_goal(need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
    offered = table.goals.of(need.goal.kind)[rows]
    if need.goal.kind in LIVED_COUNTS_AS_OFFERED:
        offered = offered | table.lived.of(need.goal.kind)[rows]
    return offered


def _knows_market(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    if not (need.goal.needs_market and need.goal.country):
        return None
    return table.worked_in.of(need.goal.country)[rows]


def _price_is_accepted(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    unpaid = table.unpaid[rows]
    if not need.accepts_paid:
        return unpaid
    if need.max_price is None:
        return None
    # No exchange rates and no guess at sessions a month here: another currency or period cannot be compared.
    accepted: Bools = table.price_unit[rows] == table.price_unit_of(need.max_price)
    accepted &= table.price_amount[rows] <= need.max_price.amount
    return accepted | unpaid


def _shares_time(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    if need.hours is None:
        return None
    needed = -(-need.minutes // MINUTES_PER_BIT)
    enough: Bools = shared_quarters(need.hours, table, rows) >= needed
    enough |= (table.stated[rows] & STATES_HOURS) == 0
    return enough


def _not_tried_before(need: Need, table: MentorTable, rows: Rows | slice) -> Bools | None:
    return _but_for(need.declined_by, table, rows)


def _has_room_in_inbox(need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
    return table.inbox_left[rows] > 0


def _may_be_shown(need: Need, table: MentorTable, rows: Rows | slice) -> Bools:
    return table.shows_left[rows] > 0


def _but_for(ids: Iterable[int], table: MentorTable, rows: Rows | slice) -> Bools | None:
    known = table.rows_of(ids)
    if not known.size:
        return None
    left = np.ones(len(table), dtype=np.bool_)
    left[known] = False
    return left[rows]


RULES: tuple[Rule, ...] = (
    Rule(
        "not_approved",
        "Is not approved as a mentor.",
        "Many mentors still wait for approval; new ones will be looked at for this request.",
        _has_another_status("applied", "rejected"),
        private=True,
        of_mentor=True,
    ),
    Rule(
        "paused",
        "Has paused mentoring.",
        "Many mentors are taking a break; the request stays open until they are back.",
        _has_another_status("paused"),
        of_mentor=True,
    ),
    Rule(
        "suspended",
        UNAVAILABLE,
        "Nothing you could change: these mentors are not available.",
        _has_another_status("suspended"),
        private=True,
        of_mentor=True,
    ),
    Rule(
        "no_capacity",
        "Has no free place at the moment.",
        "The mentors who fit are full; a single session instead of an ongoing mentorship may find others.",
        _has_capacity,
        of_mentor=True,
    ),
    Rule(
        "same_person",
        "Is the person who asks.",
        "Nothing to change: you cannot mentor yourself.",
        _is_another_person,
        private=True,
    ),
    Rule(
        "excluded",
        UNAVAILABLE,
        "Nothing you could change: these mentors are not available.",
        _not_excluded,
        private=True,
    ),
    Rule(
        "no_shared_language",
        "Does not share a language with you at working level.",
        "Say which languages you speak at working level or better, and accept more of them.",
        shares_language,
        changeable=True,
    ),
    Rule(
        "format_not_offered",
        "Does not offer this format.",
        "Try the other format: one session instead of an ongoing mentorship, or the other way round.",
        _offers_format,
        changeable=True,
    ),
    Rule(
        "goal_not_offered",
        "Does not help with this kind of goal.",
        "Choose the kind of goal that comes closest to what you want to reach next.",
        _offers_goal,
        changeable=True,
    ),
    Rule(
        "market_experience",
        "Has not worked in the country you want to work in.",
        "Name another country, or ask about the job search itself rather than about this market.",
        _knows_market,
        changeable=True,
    ),
    Rule(
        "price",
        "Asks for a price outside of what you accept.",
        "Accept paid mentors or a higher price.",
        _price_is_accepted,
        changeable=True,
    ),
    Rule(
        "no_overlap",
        "Has too little time in the week in common with you.",
        "Add hours to your availability, or ask for fewer minutes.",
        _shares_time,
        changeable=True,
        dear=True,
    ),
    Rule(
        "declined_before",
        "Was tried for this goal before.",
        "The mentors who fit were tried already; new ones will be looked at for this request.",
        _not_tried_before,
    ),
    Rule(
        "inbox_full",
        "Has as many unanswered requests as they take.",
        "The mentors who fit have requests to answer first; try again in a few days.",
        _has_room_in_inbox,
        of_mentor=True,
    ),
    Rule(
        SHOWN_ENOUGH,
        "Is proposed to as many people as they have room for.",
        "The mentors who fit are proposed to others at the moment; the request is looked at again when they have room.",
        _may_be_shown,
        of_mentor=True,
    ),
)
