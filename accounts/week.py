"""Weekly time as a grid of hours. Windows that are not of whole hours stay beside it, as they were written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HOUR = 60
DAYS = range(1, 8)
HOURS = range(24)
Hour = tuple[int, int]  # weekday, and the hour that it begins with


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open window of a day, in minutes since midnight."""

    weekday: int
    start_minute: int
    end_minute: int

    @property
    def is_of_hours(self) -> bool:
        return self.start_minute % HOUR == 0 and self.end_minute % HOUR == 0


def merged(windows: Iterable[Window]) -> list[Window]:
    """Return the same time as few windows in order: those that overlap or touch become one."""
    found: list[Window] = []
    for window in sorted(windows):
        last = found[-1] if found else None
        if last and last.weekday == window.weekday and window.start_minute <= last.end_minute:
            found[-1] = Window(last.weekday, last.start_minute, max(last.end_minute, window.end_minute))
        else:
            found.append(window)
    return found


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
