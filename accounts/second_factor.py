"""The gate of everything for admins: an active admin who gave a second factor in this session."""

from __future__ import annotations

import time
from types import SimpleNamespace

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from accounts.models import User


def may_act_as_admin(user: User | AnonymousUser, session: SessionBase) -> bool:
    """Return whether ``user`` is an active admin who gave a second factor in ``session``.

    The device must still be theirs: removing it closes the sessions that were opened with it.
    """
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        return False
    records = get_authentication_records(SimpleNamespace(session=session), user)
    devices = [record["id"] for record in records if record["method"] == "mfa"]
    return bool(devices) and Authenticator.objects.filter(user=user, pk__in=devices).exists()


def was_asked_again_lately(user: User, session: SessionBase) -> bool:
    """Return whether ``user`` proved again in ``session`` who they are, lately, as sensitive pages ask for.

    The login does not count. Of somebody with a second factor, only that counts.
    """
    records = get_authentication_records(SimpleNamespace(session=session), user)
    records = [record for record in records if record.get("reauthenticated")]
    if has_second_factor(user):
        records = [record for record in records if record["method"] == "mfa"]
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record["at"] > since for record in records)


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether ``user`` can give a second factor. A visitor cannot."""
    if not isinstance(user, User):
        return False
    return _second_factors(user).exists()


def has_one_second_factor(user: User) -> bool:
    return _second_factors(user).count() == 1


def _second_factors(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
