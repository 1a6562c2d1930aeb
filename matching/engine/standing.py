"""Where a person stands in a given year: level and fields.

Both come from the steps that run in that year; where none does, from the whole career.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.engine.facts import Level, Need, Step
from matching.engine.words import plain


def is_current(step: Step, year: int) -> bool:
    """Whether the step is open-ended or ends in ``year`` or later."""
    return step.end is None or step.end >= year


def standing_steps(career: Sequence[Step], year: int) -> tuple[Step, ...]:
    """Return the steps that say where the person stands in ``year``; empty only for an empty career."""
    return tuple(step for step in career if is_current(step, year)) or tuple(career)


def standing_level(career: Sequence[Step], year: int) -> Level | None:
    """Return the highest level of the steps that count in ``year``, None without a career."""
    return max((step.level for step in standing_steps(career, year)), default=None)


def own_fields(need: Need) -> frozenset[str]:
    """Return the fields in which the mentee stands, in the form in which words are compared."""
    return frozenset(plain(step.field) for step in standing_steps(need.career, need.year) if step.field)


def own_level(need: Need) -> Level | None:
    """Return the mentee's level; without a career one below the goal's, None if that is not stated either."""
    level = standing_level(need.career, need.year)
    if level is None and need.goal.level is not None:
        return Level(max(need.goal.level - 1, Level.STUDENT))
    return level
