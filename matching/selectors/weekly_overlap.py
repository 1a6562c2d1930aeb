"""The hours of a usual week in which two people both have time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from accounts.models import Profile
from matching.engine.week import MINUTES_PER_QUARTER, weekly_quarter_hours
from matching.selectors.facts import week_of

QUARTERS_A_WEEK = 7 * 24 * 4
QUARTER = timedelta(minutes=MINUTES_PER_QUARTER)


@dataclass(frozen=True, slots=True)
class Overlap:
    """``windows``: start and end of each in the week of today, in UTC. ``stated``: both stated their weekly time.

    ``same_clock``: the clocks of both show the same in all windows, whatever the names of their zones.
    """

    stated: bool
    windows: tuple[tuple[datetime, datetime], ...]
    same_clock: bool

    @property
    def hours(self) -> float:
        """The hours a week in common, in steps of a quarter."""
        return sum(((end - start) for start, end in self.windows), timedelta()) / timedelta(hours=1)


def weekly_overlap(one: Profile, other: Profile, *, now: datetime) -> Overlap:
    """Return the common windows of two people's weekly availability. Reads ``availability`` of both."""
    monday = week_of(now)
    free = []
    for profile in (one, other):
        stated_windows = [(row.weekday, row.start_minute, row.end_minute) for row in profile.availability.all()]
        free.append(weekly_quarter_hours(stated_windows, profile.zone, monday))
    stated = all(profile.availability.all() for profile in (one, other))
    midnight = datetime.combine(monday, time(), tzinfo=UTC)
    runs = _runs(free[0] & free[1])
    windows = tuple((midnight + first * QUARTER, midnight + last * QUARTER) for first, last in runs)
    offsets = [[at.astimezone(profile.zone).utcoffset() for at, _ in windows] for profile in (one, other)]
    return Overlap(stated, windows, same_clock=offsets[0] == offsets[1])


def _runs(bits: int) -> list[tuple[int, int]]:
    """Return the runs of ones as half-open intervals. A run through the end of the week goes on after it."""
    runs: list[tuple[int, int]] = []
    for quarter in range(QUARTERS_A_WEEK):
        if bits >> quarter & 1:
            if runs and runs[-1][1] == quarter:
                runs[-1] = (runs[-1][0], quarter + 1)
            else:
                runs.append((quarter, quarter + 1))
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == QUARTERS_A_WEEK:
        first = runs.pop(0)
        runs[-1] = (runs[-1][0], QUARTERS_A_WEEK + first[1])
    return runs
