"""The hours of a usual week in which two people both have time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.clock import Clock, is_one_clock
from accounts.models import Profile
from accounts.week import QUARTERS_PER_WEEK, Span, joined, start_of, weekly_quarter_hours
from matching.selectors.fact_days import week_of


@dataclass(frozen=True, slots=True)
class Overlap:
    """``windows``: start and end of each in the week of today, in UTC. ``stated``: both stated their weekly time.

    ``is_one_clock``: the clocks of both show the same in all windows, whatever the names of their zones.
    """

    stated: bool
    windows: tuple[tuple[datetime, datetime], ...]
    is_one_clock: bool

    @property
    def hours(self) -> float:
        """The hours a week in common, in steps of a quarter."""
        return sum(((end - start) for start, end in self.windows), timedelta()) / timedelta(hours=1)


def weekly_overlap(one: Profile, other: Profile, *, now: datetime) -> Overlap:
    """Return the common windows of two people's weekly availability. Reads ``availability`` of both."""
    monday = week_of(now)
    free = [weekly_quarter_hours(profile.windows, profile.zone, monday) for profile in (one, other)]
    runs = _runs(free[0] & free[1])
    windows = tuple((start_of(first, monday), start_of(last, monday)) for first, last in runs)
    return Overlap(
        stated=bool(one.windows and other.windows),
        windows=windows,
        is_one_clock=is_one_clock((start for start, _end in windows), Clock(one.zone), Clock(other.zone)),
    )


def _runs(bits: int) -> list[Span]:
    """Return the runs of ones as half-open spans. A run through the end of the week goes on after it."""
    runs = joined((quarter, quarter + 1) for quarter in range(QUARTERS_PER_WEEK) if bits >> quarter & 1)
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == QUARTERS_PER_WEEK:
        first = runs.pop(0)
        runs[-1] = runs[-1][0], QUARTERS_PER_WEEK + first[1]
    return runs
