"""Weekly availability: from windows in local time to quarter-hours of the week in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from matching.engine.checks import QUARTER_HOURS
from matching.engine.columns import Integers

QUARTERS_PER_DAY = 96
MINUTES_PER_QUARTER = 15
MINUTES_PER_DAY = 24 * 60

Window = tuple[int, int, int]


def weekly_quarter_hours(windows: Iterable[Window], zone: ZoneInfo, monday: date) -> int:
    """Return the free quarter-hours of a UTC week, as the bits of an integer.

    Bit q, 0 <= q < 672, is the quarter-hour that starts 15 q minutes after Monday 00:00 UTC.
    A window is (weekday, start, end): weekday from 1 Monday to 7 Sunday, minutes after local midnight with
    0 <= start < end <= 1440. A quarter-hour counts if it lies wholly within one window.
    The local week begins on ``monday``. Offsets are those at the time of each window: an hour that the clock skips
    does not count, an hour that it repeats counts twice. Time outside of the UTC week wraps around.

    Raises ValueError for an invalid window, and if ``monday`` is not a Monday.
    """
    if monday.isoweekday() != 1:
        raise ValueError(f"{monday} is not a Monday; give the first day of the week.")
    quarters, minutes = _local_week(zone, monday)
    free = np.zeros(QUARTER_HOURS, dtype=np.bool_)
    for weekday, start, end in windows:
        if not (1 <= weekday <= 7 and 0 <= start < end <= MINUTES_PER_DAY):
            raise ValueError(
                f"({weekday}, {start}, {end}) is no window; "
                "give a weekday from 1 to 7 and minutes 0 <= start < end <= 1440."
            )
        midnight = (weekday - 1) * MINUTES_PER_DAY
        inside = (minutes >= midnight + start) & (minutes + MINUTES_PER_QUARTER <= midnight + end)
        free[quarters[inside]] = True
    return int.from_bytes(np.packbits(free, bitorder="little").tobytes(), "little")


# Members of a community share few zones, and all are read for the same week.
@lru_cache(maxsize=256)
def _local_week(zone: ZoneInfo, monday: date) -> tuple[Integers, Integers]:
    """Return the UTC quarter-hours of a local week, and the local minute of the week at which each starts.

    Both have the same shape: 672 entries, fewer if the clock skips an hour that week, more if it repeats one.
    """
    midnight = datetime.combine(monday, time(), tzinfo=UTC)
    quarters, minutes = [], []
    # No zone is a whole day away from UTC, so one more day on either side is enough.
    for quarter in range(-QUARTERS_PER_DAY, QUARTER_HOURS + QUARTERS_PER_DAY):
        local = (midnight + timedelta(minutes=MINUTES_PER_QUARTER * quarter)).astimezone(zone)
        day = (local.date() - monday).days
        if 0 <= day < 7:
            quarters.append(quarter % QUARTER_HOURS)
            minutes.append(day * MINUTES_PER_DAY + local.hour * 60 + local.minute)
    return np.array(quarters, dtype=np.int32), np.array(minutes, dtype=np.int32)
