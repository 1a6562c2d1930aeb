"""Reading the calendars of members: only the times at which they are busy are kept."""

from __future__ import annotations

import time
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
# Servers that answer nothing cost 10 seconds each, and other work waits for the worker.
SWEEP_MAX = timedelta(seconds=45)
A_SWEEP = 200
BY_TRY = (F("tried_at").asc(nulls_first=True), "pk")


def read_calendars(*, now: datetime) -> int:
    """Read calendars that were not tried for READ_EVERY, those that wait longest first. Return how many could be read.

    The sweep ends after SWEEP_MAX or A_SWEEP calendars. The next one goes on.
    """
    end = time.monotonic() + SWEEP_MAX.total_seconds()
    due = list(_due(now).order_by(*BY_TRY).values_list("pk", flat=True)[:A_SWEEP])
    return each_due(
        BusyCalendar.objects.filter(pk__in=due).order_by(*BY_TRY),
        lambda calendar_id: time.monotonic() < end and read_calendar(calendar_id=calendar_id, now=now),
    )


def read_calendar(*, calendar_id: int, now: datetime) -> bool:
    """Read a calendar if it is due, and replace its busy times. Return whether it could be read.

    After a failure the busy times stay: an old one is no free time. Nothing is locked while the server answers.
    """
    if not _due(now).filter(pk=calendar_id).update(tried_at=now):
        return False
    calendar = BusyCalendar.objects.select_related("profile").filter(pk=calendar_id).first()
    if calendar is None:
        return False
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
