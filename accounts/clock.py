"""The clock that a person lives by: that of their home zone, and of another zone on days of travel. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

Journey = tuple[date, date, ZoneInfo]  # first and last day there, both included, and the zone


@dataclass(frozen=True, slots=True)
class Clock:
    """The zones of a person. Their ``journeys`` do not overlap."""

    home: ZoneInfo
    journeys: tuple[Journey, ...] = ()

    def zone_on(self, day: date) -> ZoneInfo:
        return next((zone for first, last, zone in self.journeys if first <= day <= last), self.home)

    def zone_at(self, at: datetime) -> ZoneInfo:
        """Return the zone where the person is at a moment.

        On the first and the last day of a journey a moment can belong to a day here and to another one there. Then the
        earlier day counts: a day goes on until its own midnight. A moment of neither day belongs to the home zone.
        """
        if not self.journeys:
            return self.home
        zones = (self.home, *(zone for _first, _last, zone in self.journeys))
        possible = [zone for zone in zones if self.zone_on(at.astimezone(zone).date()) == zone]
        return min(possible, key=lambda zone: at.astimezone(zone).date(), default=self.home)

    def local(self, at: datetime) -> datetime:
        """Return a moment as this clock shows it."""
        return at.astimezone(self.zone_at(at))


def is_one_clock(times: Iterable[datetime], one: Clock, other: Clock) -> bool:
    """Return whether two clocks show the same at all these times, whatever the names of the zones."""
    return all(one.local(at).utcoffset() == other.local(at).utcoffset() for at in times)
