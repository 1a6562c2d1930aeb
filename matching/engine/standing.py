"""A person's standing in a given year: level and fields.

Both come from the steps that run in that year. If none does, they come from the whole career.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.engine.facts import Level, Need, Step
from matching.engine.words import plain


def is_current(step: Step, year: int) -> bool:
    """Return True if the step is open-ended, or ends in ``year`` or later."""
    return step.end is None or step.end >= year


def standing_steps(career: Sequence[Step], year: int) -> tuple[Step, ...]:
    """Return the steps that run in ``year``, or all steps if none does. Empty only for an empty career."""
    return tuple(step for step in career if is_current(step, year)) or tuple(career)


def standing_level(career: Sequence[Step], year: int) -> Level | None:
    """Return the highest level of ``standing_steps``, None without a career."""
    return max((step.level for step in standing_steps(career, year)), default=None)


def own_fields(need: Need) -> frozenset[str]:
    """Return the fields of the mentee's ``standing_steps``, in plain form."""
    return frozenset(plain(step.field) for step in standing_steps(need.career, need.year) if step.field)
