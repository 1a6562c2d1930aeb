"""How a person wants to be told: by kind of message and channel, and in which hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import MailStop, Notification, NotificationChoice, Profile, User
from accounts.notifications.registry import Group, chosen_kinds
from accounts.selectors import inbox
from accounts.services.profiles import update_profile

Email = NotificationChoice.Email


def choices_of(user: User) -> list[NotificationChoice]:
    """Return how each kind comes to ``user``, in the order of the registry."""
    chosen = {choice.kind: choice for choice in NotificationChoice.objects.filter(user=user)}
    stopped = set(MailStop.objects.filter(user=user).values_list("group", flat=True))
    choices = []
    for kind in chosen_kinds():
        choice = chosen.get(kind.code) or NotificationChoice(user=user, kind=kind.code)
        choice.email = choice.email or (Email.OFF if kind.group.value in stopped else Email.NOW)
        choices.append(choice)
    return choices


@transaction.atomic
def change_how_told(
    *, profile: Profile, choices: Iterable[Mapping[str, Any]], changes: Mapping[str, Any], now: datetime
) -> None:
    """Write choices by kind and changes of the quiet hours, both or neither. Raises QuietHoursNeedBothEnds."""
    update_profile(profile=profile, changes=changes, now=now)
    choose(user=profile.user, choices=choices)


@transaction.atomic
def choose(*, user: User, choices: Iterable[Mapping[str, Any]]) -> None:
    """Write ``email`` or ``in_app`` for each ``kind``; what is not named stays as it was."""
    _take_turns(user)
    for choice in choices:
        changes = {name: value for name, value in choice.items() if name != "kind"}
        NotificationChoice.objects.update_or_create(user=user, kind=choice["kind"], defaults=changes)


@transaction.atomic
def stop_mails(*, user: User, group: Group) -> None:
    """Send no more mails of this group; in the app nothing changes. Twice does no harm."""
    _take_turns(user)
    chosen = NotificationChoice.objects.filter(user=user)
    if group is Group.DIGEST:
        chosen.filter(email=Email.DIGEST).update(email=Email.OFF)
    else:
        MailStop.objects.get_or_create(user=user, group=group.value)
        # What is off by its name stays off when the group is sent again.
        chosen.filter(kind__in=_codes(group)).exclude(email=Email.OFF).update(email="")


@transaction.atomic
def send_mails_again(*, user: User, group: Group) -> None:
    """Take back ``stop_mails``: what is not off by its name comes at once, or all of it, if all was off by name.

    Which kinds came once a day is not known any more: with DIGEST nothing changes.
    """
    _take_turns(user)
    MailStop.objects.filter(user=user, group=group.value).delete()
    if group is not Group.DIGEST and is_stopped(user=user, group=group):
        NotificationChoice.objects.filter(user=user, kind__in=_codes(group)).update(email="")


def is_stopped(*, user: User, group: Group) -> bool:
    """Whether no mail of this group is sent."""
    if group is Group.DIGEST:
        return not NotificationChoice.objects.filter(user=user, email=Email.DIGEST).exists()
    codes = _codes(group)
    return all(choice.email == Email.OFF for choice in choices_of(user) if choice.kind in codes)


def _codes(group: Group) -> list[str]:
    return [kind.code for kind in chosen_kinds(group)]


def _take_turns(user: User) -> None:
    """Wait for whoever else changes the choices of ``user``, so that no two wait for each other."""
    Profile.objects.select_for_update(no_key=True).get(user=user)


def mark_all_read(*, user: User, now: datetime) -> int:
    """Mark what a person has in the app as read, and return how many messages were not."""
    unread = inbox(user).filter(read_at=None)
    return Notification.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=now)
