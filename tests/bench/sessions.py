"""Measure what sessions cost: times suggested to two busy people, and reminders of many sessions that are due."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from time import perf_counter

from django.db import connection, transaction

from accounts.models import Availability, BusyCalendar, BusyTime, MentorProfile, Notification, Profile, User
from accounts.notifications.claims import claim_next
from mentorship.models import Booking, Goal, GoalKind, Mentorship, Session, SessionKind
from mentorship.selectors.suggested_times import suggested_times
from tests.bench.database import bench_database
from tests.bench.figures import NotAsExpected, Report, Timing, as_dict, environment, in_one_line, measure, tell
from tests.bench.outbox import due

BOOKINGS = 200
BUSY_TIMES = 1000
REMINDERS = 10_000
RUNS = 200
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York")
HOUR = timedelta(hours=1)


def bench(options: Namespace) -> Report:
    """Measure suggested times for a pair with many bookings and busy times, and one sweep over due reminders."""
    with bench_database():
        surroundings = environment()
        pair = make_pair()
        timing = _suggestions(pair)
        found, claimed = _sweep(pair)
    name = f"suggested times, {BOOKINGS} bookings and {BUSY_TIMES:,} busy times each"
    lines = [
        in_one_line(surroundings),
        f"{name:60}{timing.p50:>10.2f} ms p50{timing.p95:>10.2f} ms p95{timing.runs:>6} runs",
        f"{f'{REMINDERS:,} due reminders found':60}{found:>10.2f} s",
        f"{f'{REMINDERS:,} due reminders claimed, each in a commit':60}{claimed:>10.1f} s",
    ]
    content = {
        "environment": surroundings,
        "methods": as_dict([timing]),
        "reminders": REMINDERS,
        "found_s": found,
        "claimed_s": claimed,
    }
    return Report("\n".join(lines), content)


def _suggestions(pair: Mentorship) -> Timing:
    ids = (pair.mentee.profile.pk, pair.mentor.user.profile.pk)

    def suggest(number: int) -> None:
        mine, theirs = (Profile.objects.get(pk=pk) for pk in ids)
        found = suggested_times(mine, theirs, minutes=30, now=NOW + number * timedelta(minutes=7))
        if not found.starts_at:
            raise NotAsExpected("Nothing is suggested to the pair, so nothing was measured.")

    tell(f"suggested times, {RUNS} runs")
    return measure("suggested times", suggest, range(RUNS))


def _sweep(pair: Mentorship) -> tuple[float, float]:
    """Return the seconds in which one process finds all reminders, and claims each as the outbox does."""
    tell(f"{REMINDERS:,} due reminders")
    session = Session.objects.order_by("pk")[0]
    Notification.objects.bulk_create(
        Notification(
            recipient=(pair.mentee, pair.mentor.user)[number % 2],
            kind="session_reminder",
            key=f"{session.uuid}:{number}:24h",
            payload={"session": str(session.uuid), "version": "1"},
            title="A session is near",
            due_at=NOW - timedelta(seconds=number),
            created_at=NOW - timedelta(days=2),
        )
        for number in range(REMINDERS)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE accounts_notification")
    started, claimed = perf_counter(), 0
    rows = len(due(now=NOW))
    found = perf_counter() - started
    started = perf_counter()
    while claim_next(now=NOW) is not None:
        claimed += 1
    if (rows, claimed) != (REMINDERS, REMINDERS):
        raise NotAsExpected(f"{rows} and {claimed} of {REMINDERS} reminders were found and claimed.")
    return found, perf_counter() - started


def make_pair() -> Mentorship:
    """Create two people with weekly time in two zones, and fill their weeks with bookings and busy times."""
    mentee, mentor = (
        User.objects.create_user(email=f"person{number}@example.org", name=f"Person Number {number}")
        for number in range(2)
    )
    for person, zone in zip((mentee, mentor), ZONES, strict=True):
        profile, _ = Profile.objects.update_or_create(user=person, defaults={"timezone": zone, "buffer_minutes": 15})
        Availability.objects.bulk_create(
            Availability(profile=profile, weekday=day, start_minute=start * 60, end_minute=end * 60)
            for day in range(1, 8)
            for start, end in ((7, 12), (13, 22))
        )
    kind = GoalKind.objects.order_by("pk")[0]
    goal = Goal.objects.create(mentee=mentee, kind=kind, target_role="Data scientist", created_at=NOW)
    offer = MentorProfile.objects.create(user=mentor, motivation="I was helped.", status_since_at=NOW)
    pair = Mentorship.objects.create(
        mentee=mentee,
        mentor=offer,
        goal=goal,
        format="ongoing",
        place=1,
        started_at=NOW,
        planned_end_on=NOW.date(),
        silence_due_at=NOW,
    )
    _fill(pair)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return pair


def _fill(pair: Mentorship) -> None:
    """Write bookings of half an hour, six hours apart, and busy times of half an hour, seven quarters apart."""
    kind = SessionKind.objects.order_by("pk")[0]
    starts = [NOW - timedelta(days=20) + 6 * HOUR * number for number in range(BOOKINGS)]
    with transaction.atomic():  # at its end each session is booked
        _book(pair, kind, starts)
    for person in (pair.mentee, pair.mentor.user):
        calendar = BusyCalendar.objects.create(profile=person.profile, sealed_address="-", read_at=NOW, tried_at=NOW)
        BusyTime.objects.bulk_create(
            BusyTime(calendar=calendar, starts_at=start, ends_at=start + HOUR / 2)
            for start in (NOW + timedelta(minutes=105) * number for number in range(BUSY_TIMES))
        )


def _book(pair: Mentorship, kind: SessionKind, starts: list[datetime]) -> None:
    sessions = Session.objects.bulk_create(
        Session(
            mentorship=pair,
            kind=kind,
            status=Session.Status.CONFIRMED,
            minutes=30,
            starts_at=start,
            version=1,
            created_at=NOW,
            confirmed_at=start - HOUR,
        )
        for start in starts
    )
    people = (pair.mentee, pair.mentor.user)
    Booking.objects.bulk_create(
        Booking(session=session, person=person, during=(start, start + HOUR / 2))
        for session, start in zip(sessions, starts, strict=True)
        for person in people
    )
