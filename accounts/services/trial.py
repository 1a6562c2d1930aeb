"""An owner switches trial mode on or off, or changes the list of addresses that get mail meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.exceptions import TrialModeChanged, TrialModeNeedsAddress
from accounts.models import Notification, TrialMode, User
from accounts.models.addresses import plain_address
from accounts.notifications.trial import people_to_invite
from accounts.services.invitations import invite


@transaction.atomic
def set_trial_mode(
    *, is_on: bool, addresses: Sequence[str], by: User, was: datetime | None, now: datetime
) -> TrialMode:
    """Store the switch and the list of trial mode. ``was`` is the ``changed_at`` that the owner saw.

    Of the messages that it held, only invitations are sent later: when it ends, or when the address is listed. A mail
    whose last line is under way at this moment may still arrive.

    Raises TrialModeNeedsAddress if nobody would get mail, TrialModeChanged if somebody was quicker.
    """
    listed = sorted({plain_address(address) for address in addresses} - {""})
    if is_on and not listed:
        raise TrialModeNeedsAddress("Write at least one address that gets mail while trial mode is on: yours, say.")
    TrialMode.objects.bulk_create([TrialMode()], ignore_conflicts=True)
    trial = TrialMode.objects.select_for_update(no_key=True).get()
    if trial.changed_at != was:
        raise TrialModeChanged(f"{trial.changed_by or 'Somebody'} has just changed it. Read it again, then decide.")
    # Read before the beginning changes, by which it knows what it held.
    people = people_to_invite(trial)
    invited = list((people.filter(email__in=listed) if is_on else people).select_related("profile", "mentor"))
    # A change of the list alone keeps the beginning.
    if not trial.is_on:
        trial.held_without_row = 0
    trial.since_at = (trial.since_at or now) if is_on else None
    trial.is_on, trial.addresses, trial.changed_at, trial.changed_by = is_on, listed, now, by
    trial.save()
    invite(invited, now=now, key=_key(now))
    return trial


def invitations_after(trial: TrialMode) -> int:
    """Return how many invitations the last change of trial mode has sent, since it held them before."""
    return Notification.objects.filter(kind="invitation", key=_key(trial.changed_at)).count() if trial.changed_at else 0


def _key(at: datetime) -> str:
    return f"trial:{at.isoformat()}"
