"""Trial mode: messages to addresses that are not on its list are held."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Notification, TrialMode, User
from accounts.models.addresses import plain_address


def held_in_trial(address: str) -> str:
    """Return why trial mode holds a message to ``address``, as a sentence for the admins. Empty if it does not.

    Locks trial mode until the end of the transaction if it holds the message.

    A post to a channel on Slack has no address, so trial mode holds all of them.
    """
    trial = _holding(address).select_for_update(no_key=True).first()
    return trial.reason if trial else ""


def passes_trial(address: str) -> Q:
    """Return a query condition: trial mode does not hold messages to ``address``."""
    return ~Q(Exists(_holding(address)))


def held_without_row(address: str) -> bool:
    """Return whether trial mode holds a mail to ``address`` that is in no outbox, and count it."""
    return bool(_holding(address).update(held_without_row=F("held_without_row") + 1))


def held_count(trial: TrialMode) -> int:
    """Return how many messages trial mode has held since it was switched on. 0 while it is off."""
    if not trial.is_on:
        return 0
    in_outbox = Notification.objects.held_by_trial().filter(last_error=trial.reason).count()
    return in_outbox + trial.held_without_row


def people_to_invite(trial: TrialMode) -> QuerySet[User]:
    """Return the people whose invitation trial mode has held, and who have got no other one. Nobody while it is off."""
    if not trial.is_on:
        return User.objects.none()
    theirs = Notification.objects.filter(recipient=OuterRef("pk"), kind="invitation")
    held = theirs.held_by_trial().filter(last_error=trial.reason)
    others = theirs.exclude(status=Notification.Status.SKIPPED).filter(created_at__gte=trial.since_at)
    return User.objects.filter(
        Exists(held),
        ~Exists(others),
        is_active=True,
        last_login=None,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
    )


def _holding(address: str) -> QuerySet[TrialMode]:
    return TrialMode.objects.filter(is_on=True).exclude(addresses__contains=[plain_address(address)])
