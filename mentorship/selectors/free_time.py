"""Free time of a person on the days to come: weekly availability with its exceptions by date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts.clock import Clock
from accounts.models import Profile
from accounts.week import Exceptions, PlainWindow, free_between

# Relations of a profile that are read here, to be prefetched.
OF_THE_WEEK = ("availability", "absences", "extra_hours", "travels")


def clock_of(profile: Profile) -> Clock:
    """Return the clock of a person with their journeys. Reads ``travels``."""
    return Clock(profile.zone, tuple((row.from_on, row.until_on, row.zone) for row in profile.travels.all()))


def exceptions_of(profile: Profile) -> Exceptions:
    return Exceptions(
        away=[(row.from_on, row.until_on) for row in profile.absences.all()],
        extra=[(row.free_on, row.start_minute, row.end_minute) for row in profile.extra_hours.all()],
    )


def free_quarters_of(
    profile: Profile, first: date, last: date, *, unless_stated: Iterable[PlainWindow] = ()
) -> set[int]:
    """Return the free quarter-hours of the local days from ``first`` to ``last``.

    ``unless_stated`` are the windows of a person who has stated no weekly time.
    """
    return free_between(profile.windows or unless_stated, clock_of(profile), first, last, but=exceptions_of(profile))
