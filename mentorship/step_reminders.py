"""Reminders of next steps: rows of the outbox, one for all steps of a person in a mentorship that are due on a day.

The caller holds the lock of the mentorship.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from accounts.models import Notification, User
from accounts.notifications.schedule import instant_of
from accounts.notifications.write import notify, skip_unsent
from mentorship.models import ActionItem, Mentorship

REMIND_AT = time(9)
DAY = timedelta(days=1)
# Once, and gently.
OVERDUE_AFTER = timedelta(days=3)


def remind_of(mentorship: Mentorship, steps: Collection[ActionItem], *, now: datetime) -> None:
    """Write the reminders of open steps: at 09:00 of the day before, or of the day itself, and after OVERDUE_AFTER.

    A reminder that waits already, for another step of that day, is enough.
    """
    if mentorship.status != Mentorship.Status.ACTIVE:
        return
    days = {(step.whose, step.by_on) for step in steps if step.by_on and step.status == ActionItem.Status.OPEN}
    for whose, by_on in sorted(days):
        owner = mentorship.mentee if whose == ActionItem.Side.MENTEE else mentorship.mentor.user
        _write(mentorship, owner, "step_due", by_on, [by_on - DAY, by_on], now)
        _write(mentorship, owner, "step_overdue", by_on, [by_on + OVERDUE_AFTER], now)


def _write(
    mentorship: Mentorship, owner: User, kind: str, by_on: date, on_days: Collection[date], now: datetime
) -> None:
    """Write a reminder for the first of ``on_days`` whose hour is still to come. None if all are past."""
    walls = (datetime.combine(day, REMIND_AT) for day in on_days)
    wall = next((wall for wall in walls if instant_of(wall, owner.profile.zone) > now), None)
    if wall is None:
        return
    prefix = f"{_prefix(mentorship)}{by_on}:"
    earlier = Notification.objects.filter(recipient=owner, kind=kind, key__startswith=prefix)
    on_clock = wall.isoformat(timespec="minutes")
    if earlier.filter(status=Notification.Status.PENDING, due_on_clock=on_clock).exists():
        return
    notify(
        recipient=owner,
        kind=kind,
        # A skipped one keeps its key.
        key=f"{prefix}{earlier.count()}",
        payload={"mentorship": str(mentorship.uuid), "due_on": by_on.isoformat()},
        due_on_clock=wall,
        now=now,
    )


def skip_needless(mentorship: Mentorship) -> None:
    """Skip the reminders of days on which nothing is open any more, and all while the mentorship does not run."""
    owners = {
        ActionItem.Side.MENTEE.value: mentorship.mentee,
        ActionItem.Side.MENTOR.value: mentorship.mentor.user,
    }
    left = set()
    if mentorship.status == Mentorship.Status.ACTIVE:
        due = mentorship.steps.filter(status=ActionItem.Status.OPEN, by_on__isnull=False)
        left = {(owners[whose].pk, str(by_on)) for whose, by_on in due.values_list("whose", "by_on")}
    waiting = Notification.objects.filter(
        recipient__in=owners.values(),
        kind__in=["step_due", "step_overdue"],
        key__startswith=_prefix(mentorship),
        status=Notification.Status.PENDING,
    )
    for row in waiting:
        if (row.recipient_id, row.payload["due_on"]) not in left:
            skip_unsent(recipients=[row.person], kinds=[row.kind], key_prefix=row.key, reason="No step is due then.")


def remind_again(mentorship: Mentorship, *, now: datetime) -> None:
    """Write the reminders that are still to come, after a pause."""
    # A day that is past anywhere has at most its last reminder to come.
    since = (now.astimezone(UTC) - OVERDUE_AFTER - DAY).date()
    steps = mentorship.steps.filter(status=ActionItem.Status.OPEN, by_on__gte=since)
    remind_of(mentorship, list(steps), now=now)


def _prefix(mentorship: Mentorship) -> str:
    return f"{mentorship.uuid}:"
