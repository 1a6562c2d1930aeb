"""Fading of past experience, for the criteria ``path`` and ``field``."""

from __future__ import annotations

import numpy as np

from matching.engine.columns import Integers

# Experience this old counts for its kind and place, no longer for being recent.
MEMORY_YEARS = 20


def years_remembered(years: Integers, now: int) -> Integers:
    """Return MEMORY_YEARS less the years since ``years``: MEMORY_YEARS for this year or later, never below 0."""
    remembered: Integers = np.clip(years - (now - MEMORY_YEARS), 0, MEMORY_YEARS)
    return remembered
