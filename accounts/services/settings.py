"""Delivery settings of a person: by group, and quiet hours without mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import NotificationChoice, Profile, User
from accounts.notifications.registry import DIGEST, Group, chosen_groups, email_choice
from accounts.services.profiles import update_profile

Email = NotificationChoice.Email


def choices_of(user: User) -> list[NotificationChoice]:
    """Return the choice for each group, in the order of the registry: the stored one, or the unsaved default."""
    stored = {choice.group: choice for choice in NotificationChoice.objects.filter(user=user)}
    return [
        stored.get(group.code) or NotificationChoice(user=user, group=group.code, email=group.default)
        for group in chosen_groups(user)
    ]


@transaction.atomic
def change_settings(
    *, profile: Profile, choices: Iterable[Mapping[str, Any]], changes: Mapping[str, Any], now: datetime
) -> None:
    """Write choices by group and quiet hours, in one transaction. Raises QuietHoursNeedBothEnds."""
    update_profile(profile=profile, changes=changes, now=now)
    choose(user=profile.user, choices=choices)


@transaction.atomic
def choose(*, user: User, choices: Iterable[Mapping[str, Any]]) -> None:
    """Write ``email`` and ``in_app`` for each ``group``. Values that are not named do not change."""
    _lock(user)
    defaults = {group.code: group.default for group in chosen_groups(user)}
    for choice in choices:
        changes = {name: value for name, value in choice.items() if name != "group"}
        NotificationChoice.objects.update_or_create(
            user=user,
            group=choice["group"],
            defaults=changes,
            create_defaults={"email": defaults[choice["group"]]} | changes,
        )


def stop_mails(*, user: User, group: Group) -> None:
    """Stop mails of this group. Messages in the app do not change. Calling it twice does no harm.

    DIGEST stands for all groups that are mailed once a day.
    """
    _set_email(user, group, Email.OFF)


def send_mails_again(*, user: User, group: Group) -> None:
    """Undo ``stop_mails``: mails of the group are sent at once.

    For DIGEST nothing changes: ``stop_mails`` kept no list of the groups that were mailed once a day.
    """
    if group is not DIGEST:
        _set_email(user, group, Email.NOW)


@transaction.atomic
def _set_email(user: User, group: Group, email: Email) -> None:
    _lock(user)
    if group is DIGEST:
        NotificationChoice.objects.filter(user=user, email=Email.DIGEST).update(email=email)
    elif email == Email.OFF or is_stopped(user=user, group=group):
        # "Send them again" leaves a group alone that comes once a day.
        NotificationChoice.objects.update_or_create(user=user, group=group.code, defaults={"email": email})


def is_stopped(*, user: User, group: Group) -> bool:
    """Return whether mails of this group are stopped."""
    if group is DIGEST:
        return not NotificationChoice.objects.filter(user=user, email=Email.DIGEST).exists()
    return email_choice(user.pk, group) == Email.OFF


def _lock(user: User) -> None:
    """Serialise changes of one person's choices: two in different orders could deadlock."""
    Profile.objects.select_for_update(no_key=True).get(user=user)
