"""Reading the calendars of members: only the times at which they are busy are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.busy import CannotRead, Range, read_busy_times
from accounts.fetch import CannotFetch, fetch
from accounts.models import BusyCalendar, BusyTime
from accounts.sealed import CannotOpen, unseal
from accounts.sweep import each_due

READ_EVERY = timedelta(minutes=30)
BEFORE, AHEAD = timedelta(days=1), timedelta(days=60)
# Servers that answer nothing cost 10 seconds each, and a sweep has to end.
A_SWEEP = 30


def read_calendars(*, now: datetime) -> int:
    """Read A_SWEEP calendars at most that were not tried for READ_EVERY. Return how many could be read."""
    due = list(_due(now).order_by(F("tried_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:A_SWEEP])
    return each_due(
        BusyCalendar.objects.filter(pk__in=due).order_by("pk"),
        lambda calendar_id: read_calendar(calendar_id=calendar_id, now=now),
    )


def read_calendar(*, calendar_id: int, now: datetime) -> bool:
    """Read a calendar if it is due, and replace its busy times. Return whether it could be read.

    After a failure the busy times stay: an old one is no free time. Nothing is locked while the server answers.
    """
    if not _due(now).filter(pk=calendar_id).update(tried_at=now):
        return False
    calendar = BusyCalendar.objects.select_related("profile").get(pk=calendar_id)
    try:
        feed = fetch(unseal(calendar.sealed_address))
        busy = read_busy_times(feed, zone=calendar.profile.zone, first=now - BEFORE, last=now + AHEAD)
    except CannotOpen:
        return _note_failure(calendar, BusyCalendar.Failure.LOST)
    except (CannotFetch, CannotRead) as reason:
        return _note_failure(calendar, reason.code)
    return _store(calendar, busy, now=now)


def _due(now: datetime) -> QuerySet[BusyCalendar]:
    return BusyCalendar.objects.filter(Q(tried_at__isnull=True) | Q(tried_at__lte=now - READ_EVERY))


def _note_failure(calendar: BusyCalendar, code: str) -> bool:
    _same(calendar).update(failure=code)
    return False


@transaction.atomic
def _store(calendar: BusyCalendar, busy: list[Range], *, now: datetime) -> bool:
    # The owner may have changed or removed the address meanwhile.
    locked = _same(calendar).select_for_update(no_key=True).first()
    if locked is None:
        return False
    locked.busy_times.all().delete()
    BusyTime.objects.bulk_create(BusyTime(calendar=locked, starts_at=start, ends_at=end) for start, end in busy)
    locked.read_at, locked.failure = now, ""
    locked.save(update_fields=["read_at", "failure"])
    return True


def _same(calendar: BusyCalendar) -> QuerySet[BusyCalendar]:
    return BusyCalendar.objects.filter(pk=calendar.pk, sealed_address=calendar.sealed_address)
