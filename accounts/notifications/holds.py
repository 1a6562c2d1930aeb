"""Reasons to hold back a mail that is due: its recipient switched it off, wants a digest, or has quiet hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import Notification, NotificationChoice, Profile
from accounts.notifications.registry import NotificationKind, email_choice, true_context
from accounts.notifications.schedule import OnClock, end_of_quiet, instant_of, next_on_clock

DIGEST_AT = OnClock(time(9))
Email = NotificationChoice.Email
# The reason of a message that its recipient switched off.
UNWANTED = "Its recipient wants no such mail."


def hold(row: Notification, kind: NotificationKind, *, now: datetime) -> bool:
    """Skip or postpone a claimed row that its recipient does not want by mail now. Return False to send it.

    The app shows the message in any case.
    """
    if kind.group.is_chosen:
        match email_choice(row.person.pk, kind.group):
            case Email.OFF:
                Notification.objects.held_by(row).try_move(Notification.Status.SKIPPED, last_error=UNWANTED)
                return True
            case Email.DIGEST if has_link(row):
                _gather(row, now=now)
                return True
    return kind.group.keeps_quiet_hours and _wait_while_quiet(row, now=now)


def has_link(row: Notification) -> bool:
    """Return whether the message has a link for its line in the digest. Without one it is sent on its own."""
    return "link" in (true_context(row) or {})


@transaction.atomic
def _gather(row: Notification, *, now: datetime) -> None:
    """Add the row to the next digest that no process has claimed yet."""
    profile = _locked_profile(row)
    wall = next_on_clock(DIGEST_AT, now=now, zone=profile.zone)
    while (digest := _digest(row, profile, wall, now=now)) is None:
        wall += timedelta(days=1)
    told = f"It is part of the mail of {wall:%Y-%m-%d}."
    Notification.objects.held_by(row).try_move(Notification.Status.SKIPPED, digest=digest, last_error=told)


def _digest(row: Notification, profile: Profile, wall: datetime, *, now: datetime) -> Notification | None:
    """Return the locked digest of that day. None if it was claimed already."""
    new = Notification(
        recipient=row.recipient,
        kind="digest",
        key=wall.date().isoformat(),
        title="What happened",
        due_at=instant_of(wall, profile.zone),
        due_on_clock=wall.isoformat(timespec="minutes"),
        created_at=now,
    )
    Notification.objects.bulk_create([new], ignore_conflicts=True)
    # The lock makes a later claim see the row in the digest.
    same = Notification.objects.select_for_update(no_key=True).filter(recipient=row.recipient, kind="digest")
    # A digest that was claimed before may have arrived. Its provider would drop a second mail with the same key.
    untouched = same.filter(status=Notification.Status.PENDING).exclude(due_on_clock="")
    return untouched.filter(key=new.key).first()


def _wait_while_quiet(row: Notification, *, now: datetime) -> bool:
    if _end_of_quiet(row.person.profile, now) is None:
        return False
    with transaction.atomic():
        # Read again under the lock: the recipient may just have changed zone or quiet hours.
        profile = _locked_profile(row)
        end = _end_of_quiet(profile, now)
        if end is None:
            return False
        due_at = instant_of(end, profile.zone, after=now)
        Notification.objects.held_by(row).try_move(
            Notification.Status.PENDING, due_at=due_at, kept_quiet=True, attempts=row.attempts - 1, last_error=""
        )
    return True


def _end_of_quiet(profile: Profile, now: datetime) -> datetime | None:
    start, end = profile.quiet_from_minute, profile.quiet_until_minute
    if start is None or end is None:
        return None
    return end_of_quiet(start, end, now=now, zone=profile.zone)


def _locked_profile(row: Notification) -> Profile:
    return Profile.objects.select_for_update(no_key=True).get(user=row.recipient_id)
