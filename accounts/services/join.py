"""Joining the community: profile, roles and acceptance of the rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import RulesOutdated
from accounts.models import MentorProfile, Profile, RulesAcceptance, User
from accounts.notifications.write import notify
from accounts.selectors import current_rules


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


def accept_rules(*, user: User, version: int, now: datetime) -> None:
    """Record that ``user`` accepted the rules. Raises RulesOutdated if ``version`` is not in force."""
    rules = current_rules()
    if version != rules.version:
        raise RulesOutdated(
            _("The rules have changed to version %(version)s. Please read them again.") % {"version": rules.version}
        )
    RulesAcceptance.objects.get_or_create(user=user, rules=rules, defaults={"accepted_at": now})


def welcome(*, user: User, now: datetime) -> bool:
    """Tell a new member what the next step is. Return False if they were told before."""
    return notify(recipient=user, kind="welcome", key="", payload={}, now=now)
