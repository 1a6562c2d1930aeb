"""How a person wants to be told: by kind of message and channel, and in which hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Notification, NotificationChoice, User
from accounts.registry import Group, chosen_kinds
from accounts.selectors import inbox

Email = NotificationChoice.Email


def choices_of(user: User) -> list[NotificationChoice]:
    """Return how each kind comes to ``user``, in the order of the registry; not stored where nothing was chosen."""
    chosen = {choice.kind: choice for choice in NotificationChoice.objects.filter(user=user)}
    return [chosen.get(kind.code) or NotificationChoice(user=user, kind=kind.code) for kind in chosen_kinds()]


@transaction.atomic
def choose(*, user: User, choices: Iterable[Mapping[str, Any]]) -> None:
    """Write ``email`` or ``in_app`` for each ``kind``; what is not named stays as it was."""
    for choice in choices:
        changes = {name: value for name, value in choice.items() if name != "kind"}
        NotificationChoice.objects.update_or_create(user=user, kind=choice["kind"], defaults=changes)


@transaction.atomic
def stop_mails(*, user: User, group: Group) -> None:
    """Send no more mails of this group; in the app they still come. Twice does no harm."""
    if group is Group.DIGEST:
        NotificationChoice.objects.filter(user=user, email=Email.DIGEST).update(email=Email.OFF)
    choose(user=user, choices=[{"kind": kind.code, "email": Email.OFF} for kind in chosen_kinds(group)])


@transaction.atomic
def send_mails_again(*, user: User, group: Group) -> None:
    """Send mails of this group at once again. Which kinds came once a day is not known any more: DIGEST stays."""
    codes = [kind.code for kind in chosen_kinds(group)]
    NotificationChoice.objects.filter(user=user, email=Email.OFF, kind__in=codes).update(email=Email.NOW)


def is_stopped(*, user: User, group: Group) -> bool:
    """Whether no mail of this group is sent."""
    chosen = NotificationChoice.objects.filter(user=user)
    if group is Group.DIGEST:
        return not chosen.filter(email=Email.DIGEST).exists()
    codes = [kind.code for kind in chosen_kinds(group)]
    return chosen.filter(email=Email.OFF, kind__in=codes).count() == len(codes)


def mark_all_read(*, user: User, now: datetime) -> int:
    """Mark what a person has in the app as read, and return how many messages were not."""
    unread = inbox(user).filter(read_at=None)
    return Notification.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=now)
