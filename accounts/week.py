"""Weekly time: windows in local time as a grid of hours, and as quarter-hours in UTC.

Windows that are not of whole hours stay beside the grid, as they were written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from accounts.clock import Clock

HOUR = 60
DAYS = range(1, 8)
HOURS = range(24)
MINUTES_PER_DAY = 24 * HOUR
QUARTER = timedelta(minutes=15)
MINUTES_PER_QUARTER = 15
QUARTERS_PER_DAY = 96
QUARTERS_PER_WEEK = 7 * QUARTERS_PER_DAY
MONDAY_OF_EPOCH = date(1970, 1, 5)

Hour = tuple[int, int]  # weekday, and the hour that it begins with
Span = tuple[int, int]  # half-open
PlainWindow = tuple[int, int, int]  # the fields of a Window
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open window of a day, in minutes since midnight."""

    weekday: int
    start_minute: int
    end_minute: int

    @property
    def is_of_hours(self) -> bool:
        return self.start_minute % HOUR == 0 and self.end_minute % HOUR == 0


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as few spans in order: those that overlap or touch become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def merged(windows: Iterable[Window]) -> list[Window]:
    """Return the same time as few windows in order. A window ends at midnight at the latest."""
    by_day = groupby(sorted(windows), key=lambda window: window.weekday)
    return [
        Window(day, *span)
        for day, there in by_day
        for span in joined((window.start_minute, window.end_minute) for window in there)
    ]


def hours_and_rest(windows: Iterable[Window]) -> tuple[set[Hour], list[Window]]:
    """Return the hours of the windows of whole hours, and the other windows."""
    hours: set[Hour] = set()
    rest = []
    for window in merged(windows):
        if window.is_of_hours:
            begins = range(window.start_minute // HOUR, window.end_minute // HOUR)
            hours |= {(window.weekday, hour) for hour in begins}
        else:
            rest.append(window)
    return hours, rest


def windows_of(hours: Iterable[Hour]) -> list[Window]:
    return merged(Window(day, hour * HOUR, (hour + 1) * HOUR) for day, hour in hours)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def free_quarters(windows: Iterable[PlainWindow], zone: ZoneInfo, monday: date) -> Numbers:
    """Return the free quarter-hours of a local week. Number q starts 15 q minutes after Monday 00:00 UTC.

    A window is (weekday, start, end): weekday from 1 Monday to 7 Sunday, minutes after local midnight with
    0 <= start < end <= 1440. A quarter-hour counts if it lies wholly within the windows.
    The local week begins on ``monday``. Offsets are those at the time of each window: an hour that the clock skips
    does not count, an hour that it repeats counts twice. A number is negative before Monday, and from 672 on after
    Sunday, in UTC.

    Raises ValueError for an invalid window, and if ``monday`` is not a Monday.
    """
    if monday.isoweekday() != 1:
        raise ValueError(f"{monday} is not a Monday; give the first day of the week.")
    quarters, minutes = _local_week(zone, monday)
    inside = np.zeros(len(minutes), dtype=np.bool_)
    for start, end in joined(_minutes_of_week(*window) for window in windows):
        inside |= (minutes >= start) & (minutes + MINUTES_PER_QUARTER <= end)
    return quarters[inside]


def weekly_quarter_hours(windows: Iterable[PlainWindow], zone: ZoneInfo, monday: date) -> int:
    """Return the quarter-hours of ``free_quarters`` as the 672 bits of an integer.

    Time outside of the UTC week wraps around.
    """
    free = np.zeros(QUARTERS_PER_WEEK, dtype=np.bool_)
    free[free_quarters(windows, zone, monday) % QUARTERS_PER_WEEK] = True
    return int.from_bytes(np.packbits(free, bitorder="little").tobytes(), "little")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Days that differ from the usual week, by local dates. First and last days are both included.

    ``away`` has no time by the weekly windows. ``extra`` are windows of one day, in minutes; they count on a day away
    as well.
    """

    away: Iterable[tuple[date, date]] = ()
    extra: Iterable[tuple[date, int, int]] = ()

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)


def free_between(
    windows: Iterable[PlainWindow], clock: Clock, first: date, last: date, *, but: Exceptions | None = None
) -> set[int]:
    """Return the free quarter-hours of the local days from ``first`` to ``last``, with the exceptions ``but``.

    On days of travel all windows follow the clock there. The numbers are those of ``start_of``.
    """
    stated, but = list(windows), but or Exceptions()
    found: set[int] = set()
    for monday in _mondays(first, last):
        of_zone: dict[ZoneInfo, list[PlainWindow]] = defaultdict(list)
        for number in DAYS:
            day = monday + timedelta(days=number - 1)
            if first <= day <= last:
                there = of_zone[clock.zone_on(day)]
                there += [] if but.is_away(day) else [window for window in stated if window[0] == number]
                there += [(number, start, end) for on, start, end in but.extra if on == day]
        before = (monday - MONDAY_OF_EPOCH).days * QUARTERS_PER_DAY
        for here, free in of_zone.items():
            found.update((before + free_quarters(free, here, monday)).tolist())
    return found


def quarters_of(start: datetime, end: datetime) -> range:
    """Return the quarter-hours that a time touches, with the numbers of ``start_of``."""
    return range((start - start_of(0)) // QUARTER, -((start_of(0) - end) // QUARTER))


def start_of(quarter: int, monday: date = MONDAY_OF_EPOCH) -> datetime:
    """Return the time at which a quarter-hour starts, counted from 00:00 UTC on ``monday``."""
    return datetime.combine(monday, time(), tzinfo=UTC) + quarter * QUARTER


def _mondays(first: date, last: date) -> list[date]:
    monday = monday_of(first)
    return [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]


def _minutes_of_week(weekday: int, start: int, end: int) -> Span:
    if not (weekday in DAYS and 0 <= start < end <= MINUTES_PER_DAY):
        raise ValueError(
            f"({weekday}, {start}, {end}) is no window; "
            "give a weekday from 1 to 7 and minutes 0 <= start < end <= 1440."
        )
    midnight = (weekday - 1) * MINUTES_PER_DAY
    return midnight + start, midnight + end


# Members of a community share few zones, and all are read for the same week.
@lru_cache(maxsize=256)
def _local_week(zone: ZoneInfo, monday: date) -> tuple[Numbers, Numbers]:
    """Return the UTC quarter-hours of a local week, and the local minute of the week at which each starts.

    Both have the same shape: 672 entries, fewer if the clock skips an hour that week, more if it repeats one.
    """
    quarters, minutes = [], []
    # No zone is a whole day away from UTC, so one more day on either side is enough.
    for quarter in range(-QUARTERS_PER_DAY, QUARTERS_PER_WEEK + QUARTERS_PER_DAY):
        local = start_of(quarter, monday).astimezone(zone)
        day = (local.date() - monday).days
        if 0 <= day < 7:
            quarters.append(quarter)
            minutes.append(day * MINUTES_PER_DAY + local.hour * HOUR + local.minute)
    return np.array(quarters, dtype=np.int32), np.array(minutes, dtype=np.int32)
