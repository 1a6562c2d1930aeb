"""Times that suit both for a session: their availability, less bookings and busy times, in daylight if possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Func, IntegerField, prefetch_related_objects

from accounts.clock import Clock, is_one_clock
from accounts.community_settings import value_of
from accounts.models import BusyTime, Profile
from accounts.week import DAYS, HOUR, MINUTES_PER_DAY, MINUTES_PER_QUARTER, quarters_of, start_of
from mentorship.models import Booking, Session
from mentorship.selectors.free_time import OF_THE_WEEK, clock_of, free_quarters_of

AHEAD = timedelta(days=21)
SUGGESTED = 10
# Two times of one day that are nearer say little new.
APART = timedelta(hours=2)
DAYLIGHT = range(8 * HOUR, 20 * HOUR)
# A person who has stated no weekly time probably has some of these. The second is tried if the first leaves no time.
ASSUMED = (
    [(day, 9 * HOUR, 18 * HOUR) for day in range(1, 6)],
    [(day, 7 * HOUR, 22 * HOUR) for day in DAYS],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedTimes:
    """``assumed``: the side has stated no weekly time. ``old``: their calendar was not read for a day, or never.

    Times beside an old calendar may be taken already.
    """

    starts_at: list[datetime]
    mine: Clock
    theirs: Clock
    is_mine_assumed: bool
    is_theirs_assumed: bool
    is_mine_old: bool
    is_theirs_old: bool

    @property
    def is_one_clock(self) -> bool:
        return is_one_clock(self.starts_at, self.mine, self.theirs)


def suggested_times(
    mine: Profile, theirs: Profile, *, minutes: int, now: datetime, moved: Session | None = None
) -> SuggestedTimes:
    """Return SUGGESTED starts at most for a session of so many minutes, in order, spread over the days of ``mine``.

    They lie between the notice and AHEAD from now, so many at most in a week; notice and number are settings. Weekly
    availability and its exceptions say when a person has time; bookings in either role with the buffer, and busy times
    of the own calendar, are taken out. Times by daylight and outside quiet hours of both come first. The time of
    ``moved``, a session, is free, but its present start is not suggested again.
    Seven queries.
    """
    sides = (mine, theirs)
    prefetch_related_objects([*sides], *OF_THE_WEEK, "busy_calendar")
    taken = _taken(sides, now, moved)
    starts: list[datetime] = []
    for assumed in ASSUMED:
        free = [_free(side, assumed, now) for side in sides]
        found = _starts((free[0] & free[1]) - taken, minutes, now, _phase(sides, now))
        starts = [start for start in found if moved is None or start != moved.starts_at]
        if starts or all(side.windows for side in sides):
            break
    return SuggestedTimes(
        starts_at=_spread(starts, _discomfort(sides, starts, minutes), minutes, clock_of(mine)),
        mine=clock_of(mine),
        theirs=clock_of(theirs),
        is_mine_assumed=not mine.windows,
        is_theirs_assumed=not theirs.windows,
        is_mine_old=_is_old(mine, now),
        is_theirs_old=_is_old(theirs, now),
    )


def _free(side: Profile, assumed: Iterable[tuple[int, int, int]], now: datetime) -> set[int]:
    today = now.astimezone(side.zone).date()
    # Another zone may have begun the day earlier or later.
    first, last = today - timedelta(days=1), today + AHEAD + timedelta(days=1)
    return free_quarters_of(side, first, last, unless_stated=assumed)


def _taken(sides: Collection[Profile], now: datetime, moved: Session | None) -> set[int]:
    """Return the quarter-hours that a booking of one of the two with its buffer touches, or a busy time."""
    last = now + AHEAD + timedelta(days=1)
    buffers = {side.user_id: timedelta(minutes=side.buffer_minutes) for side in sides}
    bookings = Booking.objects.filter(person__in=buffers, during__overlap=(now, last))
    if moved is not None:
        bookings = bookings.exclude(session=moved)
    taken: set[int] = set()
    for person, start, end in bookings.values_list("person", "during__startswith", "during__endswith"):
        taken.update(quarters_of(start - buffers[person], end + buffers[person]))
    busy = BusyTime.objects.filter(calendar__profile__in=sides, ends_at__gt=now, starts_at__lt=last).order_by()
    # A calendar can have thousands of times, so the database counts the quarter-hours.
    for first, beyond in busy.values_list(
        _Quarter("starts_at", function="floor"), _Quarter("ends_at", function="ceil")
    ):
        taken.update(range(first, beyond))
    return taken


class _Quarter(Func):
    """The number of a quarter-hour, as ``start_of`` counts them."""

    template = f"%(function)s((extract(epoch FROM %(expressions)s) - {start_of(0).timestamp():.0f}) / 900)::integer"
    output_field = IntegerField()


def _starts(free: set[int], minutes: int, now: datetime, phase: int) -> list[datetime]:
    """Return the starts at full and half hours from which on the whole session is free."""
    needed = range(-(-minutes // MINUTES_PER_QUARTER))
    found = (
        start_of(quarter)
        for quarter in sorted(free)
        if (quarter + phase) % 2 == 0 and all(quarter + number in free for number in needed)
    )
    earliest = now + timedelta(hours=value_of("suggested_notice_hours"))
    return [start for start in found if earliest <= start < now + AHEAD]


def _phase(sides: Iterable[Profile], now: datetime) -> int:
    """Return 1 if full hours of both are quarter-hours of UTC, as in Kathmandu."""
    quarters = {int((now.astimezone(side.zone).utcoffset() or timedelta()).total_seconds()) // 900 for side in sides}
    return int(all(number % 2 for number in quarters))


def _discomfort(sides: Iterable[Profile], starts: Iterable[datetime], minutes: int) -> dict[datetime, int]:
    """Return for each start how many of the two would meet by night, or in their quiet hours."""
    clocks = [(clock_of(side), _comfortable(side)) for side in sides]
    found: dict[datetime, int] = {}
    for start in starts:
        found[start] = 0
        for clock, comfortable in clocks:
            local = clock.local(start)
            minute = local.hour * HOUR + local.minute
            during = range(minute, minute + minutes, MINUTES_PER_QUARTER)
            found[start] += any(at % MINUTES_PER_DAY not in comfortable for at in (*during, minute + minutes - 1))
    return found


def _comfortable(side: Profile) -> set[int]:
    start, end = side.quiet_from_minute, side.quiet_until_minute
    if start is None or end is None:
        return set(DAYLIGHT)
    quiet = range(start, end) if start < end else (*range(start, MINUTES_PER_DAY), *range(end))
    return set(DAYLIGHT).difference(quiet)


def _spread(starts: Iterable[datetime], discomfort: dict[datetime, int], minutes: int, clock: Clock) -> list[datetime]:
    """Return the best starts: one of each day first, early on one day and late on the next."""
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        by_day[clock.local(start).date()].append(start)
    ranked = []
    for day, found in by_day.items():
        apart: list[datetime] = []
        for start in sorted(found[:: 1 if day.toordinal() % 2 else -1], key=discomfort.__getitem__):
            if all(abs(start - other) >= max(APART, timedelta(minutes=minutes)) for other in apart):
                apart.append(start)
        ranked += [(discomfort[start], place, start) for place, start in enumerate(apart)]
    chosen: list[datetime] = []
    a_week = value_of("suggested_a_week")
    in_week: Counter[tuple[int, int]] = Counter()
    for *_, start in sorted(ranked):
        year, week, _ = clock.local(start).isocalendar()
        if len(chosen) < SUGGESTED and in_week[year, week] < a_week:
            chosen.append(start)
            in_week[year, week] += 1
    return sorted(chosen)


def _is_old(side: Profile, now: datetime) -> bool:
    calendar = getattr(side, "busy_calendar", None)
    return calendar is not None and calendar.is_old(now)
