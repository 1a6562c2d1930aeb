"""Busy times of generated calendars, equal to those of a second reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.busy import busy_times
from tests.accounts.second_reader import Reader

# Clocks in Berlin go back on 25 October, in New York on 1 November. In Auckland they went forward on 27 September.
FIRST = datetime(2026, 9, 25, tzinfo=UTC)
LAST = datetime(2026, 11, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = ("", "UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Our Own")
# A zone of no database, whose clock goes forward on 18 October.
OWN = """BEGIN:VTIMEZONE
TZID:Our Own
BEGIN:STANDARD
DTSTART:20000101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20261018T020000
TZOFFSETFROM:+0500
TZOFFSETTO:+0600
END:DAYLIGHT
END:VTIMEZONE
"""
STARTS = st.integers(0, 48 * 42).map(lambda half_hours: datetime(2026, 9, 24) + half_hours * timedelta(minutes=30))  # noqa: DTZ001
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=9",
    "FREQ=DAILY;INTERVAL=3;COUNT=5",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,WE,SA;COUNT=12",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=10",
    "FREQ=YEARLY;BYDAY=FR;BYWEEKNO=41,44",
]
# Elsewhere the library takes an exclusion for another hour as well: the one whose UTC is that time of day.
HOURLY = "FREQ=HOURLY;INTERVAL=7;COUNT=20"


def written(at: datetime, zone: str, *, is_day: bool) -> str:
    """Return parameters and value of a time, as after the name of a property."""
    if is_day:
        return f";VALUE=DATE:{at:%Y%m%d}"
    if zone == "UTC":
        return f":{at:%Y%m%dT%H%M%SZ}"
    return f"{f';TZID={zone}' if zone else ''}:{at:%Y%m%dT%H%M%S}"


def in_utc(at: datetime, zone: str, *, is_day: bool) -> str:
    """Return the same instant, as some programs write times of exceptions. Without a zone it is another one."""
    if zone in ("", "UTC", "Our Own"):
        return written(at, "UTC" if zone == "" else zone, is_day=is_day)
    return written(at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), "UTC", is_day=is_day)


@st.composite
def ends(draw, start: datetime, zone: str, *, is_day: bool) -> list[str]:
    """Return the line that ends an event: DTEND, DURATION or none."""
    kind = draw(st.sampled_from(["DTEND", "DURATION", ""]))
    if kind == "DTEND":
        unit = timedelta(days=1) if is_day else timedelta(minutes=30)
        return [f"DTEND{written(start + draw(st.integers(1, 6)) * unit, zone, is_day=is_day)}"]
    lengths = ["P1D", "P2D", "P1W"] if is_day else ["PT30M", "PT3H", "P1D", "P1DT2H", "PT23H", "PT0S"]
    return [f"DURATION:{draw(st.sampled_from(lengths))}"] if kind else []


@st.composite
def events(draw, number: int) -> str:
    """Return an event: once or repeated, with excluded, added and changed occurrences."""
    start, zone, is_day = draw(STARTS), draw(st.sampled_from(ZONES)), draw(st.booleans())
    says = [*draw(st.sampled_from([[], [], [], ["TRANSP:TRANSPARENT"], ["STATUS:CANCELLED"], ["STATUS:TENTATIVE"]]))]

    def event(at: datetime, *lines: str) -> str:
        own = [f"DTSTART{written(at, zone, is_day=is_day)}", *draw(ends(at, zone, is_day=is_day)), *lines]
        return "\n".join(["BEGIN:VEVENT", f"UID:{number}@example.org", *own, "END:VEVENT", ""])

    if not draw(st.booleans()):
        return event(start, *says)
    days = st.integers(0, 20).map(lambda days: start + timedelta(days=days))
    until = draw(st.sampled_from(["20261020", "20261020T120000", "20261020T120000Z", "20261101T053000Z"]))
    rules = [*RULES, f"FREQ=DAILY;UNTIL={until}", f"FREQ=WEEKLY;BYDAY=TU,TH;UNTIL={until}"] + [HOURLY] * (
        not is_day and zone in ("", "UTC")
    )
    lines = [f"RRULE:{draw(st.sampled_from(rules))}"] if draw(st.booleans()) else []
    also_written = in_utc if not is_day and draw(st.booleans()) else written
    lines += [f"EXDATE{also_written(at, zone, is_day=is_day)}" for at in draw(st.lists(days, max_size=3))]
    lines += [f"RDATE{also_written(at + DAY, zone, is_day=is_day)}" for at in draw(st.lists(days, max_size=2))]
    if not is_day and draw(st.booleans()):
        at = written(draw(days), zone, is_day=False)
        end = draw(st.sampled_from(["PT90M", "P1D"]))
        lines.append(f"RDATE;VALUE=PERIOD{at}/{end}")
    text = event(start, *lines, *says)
    for at in draw(st.lists(days, max_size=2, unique=True)):
        moved = at + draw(st.integers(-4, 4)) * timedelta(minutes=30)
        text += event(moved, f"RECURRENCE-ID{written(at, zone, is_day=is_day)}", *says)
    return text


@st.composite
def feeds(draw) -> bytes:
    parts = "".join(draw(events(number)) for number in range(draw(st.integers(1, 3))))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//test//EN\n{OWN}{parts}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


# The first example reads the database of time zones.
@settings(deadline=None)
@given(feeds(), st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]).map(ZoneInfo))
def test_a_second_reader_finds_the_same_times(feed, zone):
    found = busy_times(feed, zone=zone, first=FIRST, last=LAST)

    expected = Reader(feed.decode(), zone).busy(FIRST, LAST)
    assert [(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in found] == expected
