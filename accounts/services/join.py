"""Joining the community: profile, roles and acceptance of the rules."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction

from accounts.doorbell import ring_after_commit
from accounts.locks import lock_sign_up
from accounts.models import MentorProfile, Profile, User
from accounts.notifications.write import notify
from accounts.services.rules import accept_rules
from accounts.tasks import forget_sign_up


@transaction.atomic
def register_member(
    *,
    user: User,
    roles: Collection[str],
    timezone_name: str,
    language: str,
    motivation: str,
    rules_version: int,
    now: datetime,
) -> Profile:
    """Give a new user a profile, the wanted roles and the accepted rules.

    Raises RulesOutdated if ``rules_version`` is not the one in force.
    """
    accept_rules(user=user, version=rules_version, now=now)
    profile, _ = Profile.objects.update_or_create(
        user=user, defaults={"is_mentee": "mentee" in roles, "timezone": timezone_name, "language": language}
    )
    if "mentor" in roles:
        MentorProfile.objects.create(user=user, motivation=motivation, status_since_at=now)
    return profile


def code_minutes() -> int:
    """Return for how long a code that confirms an address works."""
    return int(settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT) // 60


@transaction.atomic
def give_up_sign_up(*, user_id: int) -> None:
    """Make the address of a sign-up free at once. The worker deletes the account.

    An account that somebody came in to stays as it is. ``user_id`` is 0 for the sign-up of somebody who is a member
    already. It takes as much work: time must not tell of members.
    """
    user = lock_sign_up(user_id)
    key, nobodys_address = user.pk if user else 0, f"{uuid.uuid4().hex}@given-up.invalid"
    EmailAddress.objects.filter(user=key).update(email=nobodys_address)
    if not User.objects.filter(pk=key).update(email=nobodys_address, address_key=nobodys_address):
        wait_for_the_disk()
    ring_after_commit(forget_sign_up, user_id)


def wait_for_the_disk() -> None:
    """Write a line to the log of the database, which a commit waits for. No table holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'accounts', '')")


def welcome(*, user: User, now: datetime) -> bool:
    """Tell a new member what the next step is. Return False if they were told before."""
    return notify(recipient=user, kind="welcome", key="", payload={}, now=now)
