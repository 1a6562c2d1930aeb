"""Messages in the app."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.text import capfirst

from accounts.models import Notification, NotificationChoice, User
from accounts.models.group_mail import STOPPED
from accounts.notifications.registry import all_kinds, known_kind


def inbox(user: User) -> QuerySet[Notification]:
    """Return a person's messages in the app, newest first, without codes, digests and unwanted groups.

    A mail to a group that was stopped before it was sent to the person is not there either.
    """
    unwanted = set(NotificationChoice.objects.filter(user=user, in_app=False).values_list("group", flat=True))
    hidden = [kind.code for kind in all_kinds() if not kind.is_in_app or kind.group.code in unwanted]
    shown = user.notifications.exclude(kind__in=hidden)
    return shown.exclude(status=Notification.Status.SKIPPED, last_error=STOPPED).order_by("-created_at", "-pk")


def unread_count(user: User) -> int:
    """Return the number of unread messages in a person's inbox."""
    return inbox(user).filter(read_at=None).count()


def title_without(names: Collection[str], row: Notification) -> str:
    """Return the title of a message. If it holds one of ``names``, return what its kind tells instead."""
    if not any(name and name in row.title for name in names):
        return row.title
    kind = known_kind(row.kind)
    return capfirst(str(kind.tells)) if kind else ""


def mark_read(row: Notification, *, now: datetime) -> None:
    """Mark a message as read. A second call keeps the first time."""
    if row.read_at is None:
        row.read_at = now
        row.save(update_fields=["read_at"])


def mark_all_read(*, user: User, now: datetime) -> int:
    """Mark everything in a person's inbox as read. Return how many messages were unread."""
    unread = inbox(user).filter(read_at=None)
    return Notification.objects.filter(pk__in=unread.order_by().values("pk")).update(read_at=now)
