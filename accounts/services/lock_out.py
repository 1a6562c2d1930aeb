"""Locking a member out of the community."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import AdminNotLockedOut
from accounts.models import DirectoryEntry, User
from accounts.services.sessions import end_sessions_of
from accounts.services.tokens import revoke_tokens_of


@transaction.atomic
def lock_out(*, user_id: int) -> User:
    """Deactivate an account: its login ends, and sweeps end what waits. Everything stored stays.

    Raises AdminNotLockedOut for an admin: that is a decision of another kind.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.is_staff:
        raise AdminNotLockedOut(_("This is the account of an admin. Take that right away first, on their page."))
    close_account(user, now=timezone.now())
    organisers_decided(user)
    return user


def close_account(user: User, *, now: datetime) -> None:
    """Deactivate an account that the caller locked: it is logged out everywhere, and its tokens end."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_tokens_of(user, now=now)
    end_sessions_of(user)


def organisers_decided(user: User) -> None:
    """Note that the organisers closed or opened an account. The directory of an employer does not undo that."""
    DirectoryEntry.objects.filter(person=user).update(switched_off_at=None)
