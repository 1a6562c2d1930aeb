"""Writing a message: one row, in the transaction of the fact it reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.doorbell import ring_after_commit
from accounts.models import MentorProfile, Notification, Profile, User
from accounts.notifications.render import render_title
from accounts.notifications.schedule import instant_of
from accounts.notifications.tasks import drain_outbox

A_DAY = timedelta(days=1)


@transaction.atomic
def notify(
    *,
    recipient: User,
    kind: str,
    key: str,
    payload: Mapping[str, str],
    now: datetime,
    due_at: datetime | None = None,
    due_on_clock: datetime | None = None,
    about: object = None,
) -> bool:
    """Write a message to ``recipient``, to be delivered from ``due_at`` (default: now) on.

    ``due_on_clock``: a time (naive) of the recipient's clock, instead of ``due_at``. It moves with their zone.
    ``about``: the subject of the message, if the caller has read it. The title is then rendered from it.
    Return whether it is new: a second call with the same recipient, kind and key changes nothing.
    """
    same = Notification.objects.filter(recipient=recipient, kind=kind, key=key)
    row = Notification(
        recipient=recipient, kind=kind, key=key, payload=dict(payload), due_at=due_at or now, created_at=now
    )
    if due_on_clock is not None:
        row.due_at = instant_of(due_on_clock, recipient.profile.zone)
        row.due_on_clock = due_on_clock.isoformat(timespec="minutes")
    row.about, row.true_at = about, now
    return not same.exists() and _write(row)


@transaction.atomic
def notify_all(*, recipients: Sequence[User], kind: str, key: str, payload: Mapping[str, str], now: datetime) -> None:
    """Write the same message to each of ``recipients``, as ``notify`` does, in one statement.

    Its title must not name the recipient: it is rendered once in each language.
    """
    rows = []
    titles: dict[str, str] = {}
    for recipient in recipients:
        row = Notification(recipient=recipient, kind=kind, key=key, payload=dict(payload), due_at=now, created_at=now)
        row.true_at = now
        language = recipient.profile.reads_in
        if language not in titles:
            titles[language] = render_title(row)
        row.title = titles[language]
        rows.append(row)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    ring_after_commit(drain_outbox)


@transaction.atomic
def notify_each(
    *, recipients: Sequence[User], kind: str, key: str, payload: Mapping[str, str], about: object, now: datetime
) -> dict[int, int]:
    """Write a message to each of ``recipients`` with a title of its own, as ``notify`` does, in one statement.

    Return the keys of the messages by their recipients, also of those that were there before.
    """
    rows = []
    for recipient in recipients:
        row = Notification(recipient=recipient, kind=kind, key=key, payload=dict(payload), due_at=now, created_at=now)
        row.about, row.true_at = about, now
        row.title = render_title(row)
        rows.append(row)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    ring_after_commit(drain_outbox)
    written = Notification.objects.filter(recipient__in=recipients, kind=kind, key=key)
    return dict(written.values_list("recipient_id", "pk"))


@transaction.atomic
def notify_of_news(
    *, recipient: User, kind: str, about: str, payload: Mapping[str, str], wait: timedelta, now: datetime
) -> bool:
    """Write one message for all news of a day about the thing ``about``, to be delivered ``wait`` after the first.

    While it waits, later news are part of it: the kind finds all of them since ``payload["since"]``, which this adds.
    Return whether it is new. Two messages are A_DAY apart at least.
    """
    same = Notification.objects.filter(recipient=recipient, kind=kind, key__startswith=f"{about}:")
    # Locked until the commit, so that the message leaves with these news. One that leaves now is not waited for.
    waiting = same.filter(status=Notification.Status.PENDING).select_for_update(no_key=True, skip_locked=True)
    if waiting.order_by("pk").first() is not None:
        return False
    last_due_at = same.aggregate(at=Max("due_at"))["at"]
    due_at = max(now + wait, last_due_at + A_DAY) if last_due_at else now + wait
    # The day makes the key: two that are written at the same time are one.
    key, since = f"{about}:{due_at:%Y-%m-%d}", {"since": now.isoformat()}
    return notify(recipient=recipient, kind=kind, key=key, payload={**payload, **since}, due_at=due_at, now=now)


def notify_mentor(mentor: MentorProfile, kind: str, *, now: datetime) -> bool:
    """Write a message to a mentor about their own status, once for each ``now``. Return whether it is new."""
    key = f"{mentor.uuid}:{now.isoformat()}"
    return notify(recipient=mentor.user, kind=kind, key=key, payload={"mentor": str(mentor.uuid)}, now=now)


@transaction.atomic
def post(*, channel: str, kind: str, key: str, payload: Mapping[str, str], now: datetime) -> bool:
    """Write a message to a channel on Slack, if it is configured. Return whether it is new, as ``notify`` does."""
    same = Notification.objects.filter(recipient=None, channel=channel, kind=kind, key=key)
    row = Notification(channel=channel, kind=kind, key=key, payload=dict(payload), due_at=now, created_at=now)
    row.true_at = now
    return channel in settings.SLACK_WEBHOOKS and not same.exists() and _write(row)


def _write(row: Notification) -> bool:
    row.title = render_title(row)
    # The constraint keeps one of two concurrent rows. Both say the same.
    Notification.objects.bulk_create([row], ignore_conflicts=True)
    ring_after_commit(drain_outbox)
    return True


def skip_unsent(*, recipients: Iterable[User | int], kinds: Collection[str], key_prefix: str, reason: str) -> int:
    """Skip unsent messages that are no longer needed. Return how many.

    Call it in the transaction that makes them needless. ``reason`` is a sentence for the admins.
    """
    pending = Notification.objects.filter(
        recipient__in=recipients, kind__in=kinds, key__startswith=key_prefix, status=Notification.Status.PENDING
    )
    return pending.try_move(Notification.Status.SKIPPED, last_error=reason)


def skip_all_unsent(rows: QuerySet[Notification], *, reason: str) -> int:
    """Skip those of ``rows`` that wait to be sent. Return how many. ``reason`` is a sentence for the admins."""
    pending = rows.filter(status=Notification.Status.PENDING)
    return pending.try_move(Notification.Status.SKIPPED, last_error=reason)  # type: ignore[attr-defined]


def take_back(*, recipient: User, kind: str, key: str) -> None:
    """Delete a message that its recipient must not read any more, unless it was sent. The app does not show it either.

    Call it in the transaction that makes its kind's context None: then one that is being sent now goes nowhere.
    """
    unsent = [Notification.Status.PENDING, Notification.Status.DEAD, Notification.Status.SKIPPED]
    Notification.objects.filter(recipient=recipient, kind=kind, key=key, status__in=unsent).delete()


def count_since(*, recipient: User, kind: str, key_prefix: str, since: datetime) -> int:
    """Return the number of messages of a kind that were written since then, without the skipped ones."""
    written = Notification.objects.filter(
        recipient=recipient, kind=kind, key__startswith=key_prefix, created_at__gt=since
    )
    return written.exclude(status=Notification.Status.SKIPPED).count()


def follow_clock(profile: Profile, *, now: datetime) -> None:
    """Reschedule messages that wait for a local time, after a change of the person's zone or quiet hours.

    The caller holds the lock of the profile, in the transaction of the change. Messages that wait for the end of quiet
    hours become due now: the next claim checks the new hours.
    """
    waiting = Notification.objects.filter(recipient=profile.user_id, status=Notification.Status.PENDING)
    on_clock = waiting.filter(Q(kept_quiet=True) | ~Q(due_on_clock=""))
    # A locked row is being claimed or skipped at this moment: it no longer waits for a local time.
    for row in on_clock.select_for_update(no_key=True, skip_locked=True).order_by("pk"):
        row.due_at = now if row.kept_quiet else instant_of(datetime.fromisoformat(row.due_on_clock), profile.zone)
        row.kept_quiet = False
        row.save(update_fields=["due_at", "kept_quiet"])
    ring_after_commit(drain_outbox)
