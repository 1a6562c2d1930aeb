"""Accounts that nobody ever came in to."""

from __future__ import annotations

import logging

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User

log = logging.getLogger(__name__)


@transaction.atomic
def forget_sign_up(*, user_id: int) -> bool:
    """Delete an account that was never logged in to, and whose address was never confirmed. Return whether it was."""
    user = User.objects.select_for_update().filter(pk=user_id, last_login__isnull=True, is_staff=False).first()
    if user is None or EmailAddress.objects.filter(user=user, verified=True).exists():
        return False
    user.delete()
    log.info("user %s: the sign-up was started again with another address", user_id)
    return True
