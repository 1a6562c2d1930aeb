"""The hard rules. Each removes mentors from the suggestions for a need, and has a name and a sentence to show.

A rule never lowers a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.engine.checks import STATUSES
from matching.engine.columns import UNKNOWN, Bools, Rows
from matching.engine.common_ground import MINUTES_PER_BIT, shared_level, shared_quarters
from matching.engine.facts import Need, Speaks
from matching.engine.table import STATES_HOURS, MentorTable
from matching.engine.vocabulary import gettext_noop

# A mentor who went through one of these transitions can help with it without an explicit offer. Help with a job search
# must be offered, since nearly everybody has found a job.
LIVED_COUNTS_AS_OFFERED = frozenset(
    {"academia_to_industry", "job_abroad", "promotion", "first_leadership_role", "role_change"}
)

# Limits new proposals only. A mentor who is already on the mentee's list can still be asked.
SHOWN_ENOUGH = "shown_enough"

# True for some days only. A cohort is about months: whoever is away this week is matched in it as well.
FOR_SOME_DAYS = frozenset({"away", "hours_spent"})
# These limit questions to a mentor. In a cohort the organisers decide on a pair, and nobody asks.
LIMITS = frozenset({SHOWN_ENOUGH, "inbox_full", "unreachable"})

# The same sentence for a block, a suspension and an address that bounces, so that it reveals none of them.
UNAVAILABLE = gettext_noop("Is not available at the moment.")

Allows = Callable[[Need, MentorTable], Bools | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule. ``sentence`` is about the mentor; ``advice`` helps the mentee if this rule removes most mentors.
    Both are English, and marked for the catalogues.


    ``allows`` returns shape (M,), False for the mentors whom the rule removes, or None if it removes nobody. It may be
    a column of the table, and must not be written to.
    ``changeable``: the mentee could change it. ``private``: the mentee must not learn of it, such as a block.
    """

    name: str
    sentence: str
    advice: str
    allows: Allows
    changeable: bool = False
    private: bool = False


def violations(need: Need, table: MentorTable) -> Bools:
    """Return which rules remove which mentors, shape (M, len(RULES)), columns in the order of RULES.

    Every rule is judged for every mentor, so that "why not?" has a complete answer.
    """
    broken = np.zeros((len(table), len(RULES)), dtype=np.bool_, order="F")
    for column, rule in enumerate(RULES):
        allowed = rule.allows(need, table)
        if allowed is not None:
            np.logical_not(allowed, out=broken[:, column])
    return broken


def eligible(broken: Bools) -> Rows:
    """Return the rows that break no rule, given the ``violations``."""
    return np.flatnonzero(~broken.any(axis=1))


def _has_none_of(*statuses: str) -> Allows:
    codes = [STATUSES.index(status) for status in statuses]
    return lambda need, table: np.logical_and.reduce([table.status[:] != code for code in codes])


def _is_here(need: Need, table: MentorTable) -> Bools:
    return np.logical_not(table.away[:])


def _is_reachable(need: Need, table: MentorTable) -> Bools:
    return table.reachable[:]


def _has_capacity(need: Need, table: MentorTable) -> Bools:
    return table.capacity_left[:] > 0


def _has_hours(need: Need, table: MentorTable) -> Bools:
    return table.has_minutes[:]


def _is_another_person(need: Need, table: MentorTable) -> Bools:
    return _all_except([need.mentee_id], table)


def _not_excluded(need: Need, table: MentorTable) -> Bools:
    return _all_except(need.apart_from, table)


def _shares_language(need: Need, table: MentorTable) -> Bools:
    return shared_level(need, table) >= Speaks.WORKING


def _offers_format(need: Need, table: MentorTable) -> Bools:
    return table.formats.of(need.format)


def _offers_goal(need: Need, table: MentorTable) -> Bools:
    offered = table.goals.of(need.goal.kind)
    if need.goal.kind in LIVED_COUNTS_AS_OFFERED:
        offered = offered | table.lived.of(need.goal.kind)
    return offered


def _knows_market(need: Need, table: MentorTable) -> Bools | None:
    if not (need.goal.needs_market and need.goal.country):
        return None
    return table.worked_in.of(need.goal.country)


def _price_is_accepted(need: Need, table: MentorTable) -> Bools | None:
    unpaid: Bools = table.price_unit[:] == UNKNOWN
    if not need.accepts_paid:
        return unpaid
    if need.max_price is None:
        return None
    # Prices are compared within one currency and period: there are no exchange rates here, and no sessions per month.
    accepted: Bools = table.price_unit[:] == table.price_unit_of(need.max_price)
    accepted &= table.price_amount[:] <= need.max_price.amount
    return accepted | unpaid


def _shares_time(need: Need, table: MentorTable) -> Bools | None:
    if need.hours is None:
        return None
    needed = -(-need.minutes // MINUTES_PER_BIT)
    enough: Bools = shared_quarters(need.hours, table) >= needed
    enough |= (table.stated[:] & STATES_HOURS) == 0
    return enough


def _not_tried_before(need: Need, table: MentorTable) -> Bools:
    return _all_except(need.declined_by, table)


def _has_room_in_inbox(need: Need, table: MentorTable) -> Bools:
    return table.inbox_left[:] > 0


def _may_be_shown(need: Need, table: MentorTable) -> Bools:
    return table.shows_left[:] > 0


def _all_except(ids: Iterable[int], table: MentorTable) -> Bools:
    """Return True for every mentor but those with these ids, shape (M,)."""
    allowed = np.ones(len(table), dtype=np.bool_)
    allowed[table.rows_of(ids)] = False
    return allowed


RULES: tuple[Rule, ...] = (
    Rule(
        "not_approved",
        gettext_noop("Is not approved as a mentor."),
        gettext_noop("Many mentors still wait for approval; new ones will be looked at for this request."),
        _has_none_of("applied", "rejected"),
        private=True,
    ),
    Rule(
        "paused",
        gettext_noop("Has paused mentoring."),
        gettext_noop("Many mentors are taking a break; the request stays open until they are back."),
        _has_none_of("paused"),
    ),
    Rule(
        "away",
        gettext_noop("Is away for some days."),
        gettext_noop("Mentors who fit are away; the request is looked at again when they are back."),
        _is_here,
    ),
    Rule(
        "suspended",
        UNAVAILABLE,
        gettext_noop("Nothing you could change: these mentors are not available."),
        _has_none_of("suspended"),
        private=True,
    ),
    Rule(
        "unreachable",
        UNAVAILABLE,
        gettext_noop("Nothing you could change: these mentors are not available."),
        _is_reachable,
        private=True,
    ),
    Rule(
        "no_capacity",
        gettext_noop("Has no free place at the moment."),
        gettext_noop(
            "The mentors who fit are full; a single session instead of an ongoing mentorship may find others."
        ),
        _has_capacity,
    ),
    Rule(
        "hours_spent",
        gettext_noop("Has no more hours for mentoring this month."),
        gettext_noop(
            "The mentors who fit have spent their hours of this month; the request stays open until the next."
        ),
        _has_hours,
    ),
    Rule(
        "same_person",
        gettext_noop("Is the person who asks."),
        gettext_noop("Nothing to change: you cannot mentor yourself."),
        _is_another_person,
        private=True,
    ),
    Rule(
        "excluded",
        UNAVAILABLE,
        gettext_noop("Nothing you could change: these mentors are not available."),
        _not_excluded,
        private=True,
    ),
    Rule(
        "no_shared_language",
        gettext_noop("Does not share a language with you at working level."),
        gettext_noop("Say which languages you speak at working level or better, and accept more of them."),
        _shares_language,
        changeable=True,
    ),
    Rule(
        "format_not_offered",
        gettext_noop("Does not offer this format."),
        gettext_noop("Try the other format: one session instead of an ongoing mentorship, or the other way round."),
        _offers_format,
        changeable=True,
    ),
    Rule(
        "goal_not_offered",
        gettext_noop("Does not help with this kind of goal."),
        gettext_noop("Choose the kind of goal that comes closest to what you want to reach next."),
        _offers_goal,
        changeable=True,
    ),
    Rule(
        "market_experience",
        gettext_noop("Has not worked in the country you want to work in."),
        gettext_noop("Name another country, or ask about the job search itself rather than about this market."),
        _knows_market,
        changeable=True,
    ),
    Rule(
        "price",
        gettext_noop("Asks for a price outside of what you accept."),
        gettext_noop("Accept paid mentors or a higher price."),
        _price_is_accepted,
        changeable=True,
    ),
    Rule(
        "no_overlap",
        gettext_noop("Has too little time in the week in common with you."),
        gettext_noop("Add hours to your availability, or ask for fewer minutes."),
        _shares_time,
        changeable=True,
    ),
    Rule(
        "declined_before",
        gettext_noop("Was tried for this goal before."),
        gettext_noop("The mentors who fit were tried already; new ones will be looked at for this request."),
        _not_tried_before,
    ),
    Rule(
        "inbox_full",
        gettext_noop("Has as many unanswered requests as they take."),
        gettext_noop("The mentors who fit have requests to answer first; try again in a few days."),
        _has_room_in_inbox,
    ),
    Rule(
        SHOWN_ENOUGH,
        gettext_noop("Is proposed to as many people as they have room for."),
        gettext_noop(
            "The mentors who fit are proposed to others at the moment; the request is looked at again when they have "
            "room."
        ),
        _may_be_shown,
    ),
)
