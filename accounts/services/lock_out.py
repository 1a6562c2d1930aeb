"""Locking a member out of the community."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import AdminNotLockedOut
from accounts.models import User
from accounts.services.tokens import revoke_tokens_of


@transaction.atomic
def lock_out(*, user_id: int) -> User:
    """Deactivate an account: its login ends, and sweeps end what waits. Everything stored stays.

    Raises AdminNotLockedOut for an admin: that is a decision of another kind.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.is_staff:
        raise AdminNotLockedOut(_("This is the account of an admin. Take that right away first, on their page."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_tokens_of(user, now=timezone.now())
    return user
