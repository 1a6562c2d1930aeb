"""Accounts that nobody ever came in to."""

from __future__ import annotations

import logging

from django.db import transaction

from accounts.locks import lock_sign_up

log = logging.getLogger(__name__)


@transaction.atomic
def forget_sign_up(*, user_id: int) -> bool:
    """Delete an account that was never logged in to, and whose address was never confirmed. Return whether it was."""
    user = lock_sign_up(user_id)
    if user is None:
        return False
    user.delete()
    log.info("user %s: the sign-up was started again with another address", user_id)
    return True
