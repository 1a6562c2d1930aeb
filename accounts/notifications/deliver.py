"""Emptying the outbox: claim a row, check that it is still true, send, note the result.

A crash at any point leaves a row whose lease ends. Before the last byte it was not sent, and is tried again. After
it, it may have been: it is held for the admins, unless its kind or the provider lets it be sent again.
"""

from __future__ import annotations

import logging
import random
import smtplib
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connections, transaction
from psycopg.errors import LockNotAvailable

from accounts.models import Notification, User
from accounts.models.notification import NotificationQuerySet
from accounts.notifications.channels.slack import Webhook
from accounts.notifications.channels.smtp import EmailBackend
from accounts.notifications.failures import Judgement, Verdict, judge
from accounts.notifications.holds import keep_back
from accounts.notifications.registry import forgotten, known_kind
from accounts.notifications.render import render, render_post

log = logging.getLogger(__name__)
Status = Notification.Status
Clock = Callable[[], datetime]

LEASE = timedelta(seconds=120)  # longer than the slowest SMTP dialogue (10 s a step), and than the wait for its end
ATTEMPTS_MAX = 8
FIRST_BACKOFF = timedelta(seconds=20)  # then three times as long each time, six hours in all
BATCH_MAX = 500
ROUND_MAX = timedelta(seconds=45)  # so that a worker that is told to stop ends with what it has begun
# While the database is away, a result that is known is kept for it this long.
NOTE_AGAIN_AFTER_S = (0.2, 0.5, 1, 2, 4, 8, 16)


class FencedOff(Exception):
    """Our claim is over: somebody else may have the row, so we must not send it."""


def never() -> bool:
    return False


def drain(*, now: Clock, stop: Callable[[], bool] = never) -> int:
    """Send what is due, oldest first, and return how many rows were worked on.

    Safe to run in any number of processes at once: a row is claimed by a commit before it is sent, and the
    claim's token decides who may send it. ``now`` is called for each step, since sending takes time; ``stop`` is
    asked between rows.
    """
    recover(now=now())
    done, end = 0, now() + ROUND_MAX
    connection = get_connection()
    try:
        while done < BATCH_MAX and now() < end and not stop():
            row = claim_next(now=now())
            if row is None or not deliver(row, connection=connection, now=now):
                break
            done += 1
    finally:
        _hang_up(connection)
    return done


@transaction.atomic
def recover(*, now: datetime) -> None:
    """Decide on the rows whose sender is gone."""
    expired = (
        Notification.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status__in=Notification.HELD, lease_until_at__lt=now)
        .order_by("lease_until_at", "pk")[:BATCH_MAX]
    )
    for row in expired:
        if row.status == Status.SENDING:
            _try_again(row, "Its sender ended before it was sent.", now=now)
        elif _may_be_resent(row):
            log.warning("notification %s may have arrived and is sent again", row.uuid)
            Notification.objects.held_by(row).move_to(Status.PENDING, due_at=now, doubts=row.doubts + 1)
        else:
            log.warning("notification %s may have arrived: an admin decides", row.uuid)
            _end(row, Status.UNCERTAIN)


def due(*, now: datetime) -> NotificationQuerySet:
    """Return what is to be sent, the longest due first."""
    return Notification.objects.filter(status=Status.PENDING, due_at__lte=now).order_by("due_at", "pk")


@transaction.atomic
def claim_next(*, now: datetime) -> Notification | None:
    """Take the row that has been due longest; None if nothing is due."""
    row = due(now=now).select_for_update(skip_locked=True, of=("self",)).select_related("recipient__profile").first()
    if row is None:
        return None
    row.must_allow(Status.SENDING)
    row.status = Status.SENDING
    row.claim = uuid.uuid4()
    row.lease_until_at = now + LEASE
    row.attempts += 1
    # From here on it is due, whatever clocks its recipient moves to.
    row.due_on_clock, row.kept_quiet = "", False
    row.save(update_fields=["status", "claim", "lease_until_at", "attempts", "due_on_clock", "kept_quiet"])
    return row


def deliver(row: Notification, *, connection: BaseEmailBackend, now: Clock) -> bool:
    """Send a claimed row, note what came of it, and return whether there is sense in trying the next.

    One bad row must not hold up the others, so this raises for a database that is away and for nothing else.
    """
    message = _message(row, now=now())
    if message is None:
        return True
    way: BaseEmailBackend | Webhook = Webhook(row.channel) if row.channel else connection
    try:
        way.open()  # nothing, if it is open
    except (smtplib.SMTPException, OSError) as error:
        judgement = judge(error, in_doubt=False)
        if row.channel:  # the mails go another way
            _failed(row, judgement, to="", now=now())
            return True
        _give_back(row, judgement)
        return False
    try:
        _send(message, row, way, now)
    except SoftTimeLimitExceeded:
        raise
    except FencedOff:
        log.warning("notification %s: the claim was lost while sending, nothing was sent", row.uuid)
        _hang_up(way)
    except Exception as error:
        _hang_up(way)  # the dialogue broke off: the next row gets a new one
        judgement = judge(error, in_doubt=row.status == Status.IN_DOUBT)
        _failed(row, judgement, to="" if isinstance(message, str) else message.to[0], now=now())
        return bool(row.channel) or judgement.verdict is not Verdict.NOT_NOW
    else:
        _sent(row, now=now())
        if row.channel:
            _hang_up(way)
    return True


def _message(row: Notification, *, now: datetime) -> EmailMessage | str | None:
    """Return the mail or post, complete and with nothing in it that cannot be sent; None if the row is done with."""
    try:
        if _is_kept_back(row, now=now):
            return None
        message = _rendered(row)
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError) as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        _try_again(row, "Somebody was changing its recipient's profile.", now=now)
        return None
    except Exception as error:
        log.exception("notification %s of kind %s could not be rendered", row.uuid, row.kind)
        _try_again(row, f"It could not be written: {type(error).__name__}.", now=now)
        return None
    if message is None:
        _end(row, Status.SKIPPED, last_error="It was not true any more, or not for its recipient.")
    return message


def _is_kept_back(row: Notification, *, now: datetime) -> bool:
    kind = known_kind(row.kind)
    if row.recipient is None:
        if row.channel in settings.SLACK_WEBHOOKS:
            return False
        _end(row, Status.SKIPPED, last_error="The address of this channel is not set any more.")
        return True
    bouncing = row.recipient.bouncing_since_at
    if bouncing and kind and not kind.in_spite_of_bounces:
        _end(row, Status.SKIPPED, last_error=f"The address bounces since {bouncing:%Y-%m-%d %H:%M} UTC.")
        return True
    return kind is not None and keep_back(row, kind, now=now)


def _rendered(row: Notification) -> EmailMessage | str | None:
    if row.channel:
        return render_post(row)
    message = render(row)
    if message is not None:
        message.message()
    return message


def _send(message: EmailMessage | str, row: Notification, connection: BaseEmailBackend | Webhook, now: Clock) -> None:
    def before_final_dot() -> None:
        """Commit that the mail may be out from here on; in the past tense, as nobody may be left to write it."""
        doubt = "Its sender ended after the last byte was sent, before an answer was noted."
        if not Notification.objects.held_by(row).move_to(
            Status.IN_DOUBT, lease_until_at=now() + LEASE, last_error=doubt
        ):
            raise FencedOff
        row.status = Status.IN_DOUBT

    if isinstance(message, str):
        cast(Webhook, connection).send_in_two_phases(message, before_final_dot)
    elif isinstance(connection, EmailBackend):
        connection.send_in_two_phases(message, before_final_dot)
    else:
        before_final_dot()
        message.connection = cast(BaseEmailBackend, connection)
        message.send()


def _sent(row: Notification, *, now: datetime) -> None:
    noted = _note(row, lambda: _end(row, Status.SENT, sent_at=now, last_error=""))
    if not noted:
        # We were taken for dead; what we know is worth more than what was feared.
        lost = Notification.objects.filter(pk=row.pk, status=Status.UNCERTAIN, attempts=row.attempts)
        _note(row, lambda: lost.move_to(Status.SENT, sent_at=now, last_error=""))


def _failed(row: Notification, judgement: Judgement, *, to: str, now: datetime) -> None:
    log.warning("notification %s: attempt %s failed: %s", row.uuid, row.attempts, judgement.code)
    match judgement.verdict:
        case Verdict.UNKNOWN:  # its lease ends, and `recover` decides
            _note(row, lambda: Notification.objects.held_by(row).update(last_error=judgement.reason))
        case Verdict.NOT_NOW:
            # Not at the head of the queue again: perhaps it is this mail that the server has no time for.
            _give_back(row, judgement, due_at=now + FIRST_BACKOFF * random.uniform(0.8, 1.2))
        case Verdict.AGAIN:
            _note(row, lambda: _try_again(row, judgement.reason, now=now))
        case Verdict.REFUSED:
            _note(row, lambda: _end(row, Status.DEAD, last_error=judgement.reason))
        case Verdict.BOUNCED:
            _note(row, lambda: _bounced(row, judgement.reason, to=to, now=now))


@transaction.atomic
def _bounced(row: Notification, reason: str, *, to: str, now: datetime) -> int:
    # Not an address that somebody is about to change to.
    User.objects.filter(pk=row.person.pk, email=to, bouncing_since_at=None).update(bouncing_since_at=now)
    return _end(row, Status.DEAD, last_error=reason)


def _try_again(row: Notification, reason: str, *, now: datetime) -> int:
    if row.attempts >= ATTEMPTS_MAX:
        return _end(row, Status.DEAD, last_error=reason)
    wait = FIRST_BACKOFF * 3 ** (row.attempts - 1) * random.uniform(0.8, 1.2)
    return Notification.objects.held_by(row).move_to(Status.PENDING, due_at=now + wait, last_error=reason)


def _give_back(row: Notification, judgement: Judgement, **changes: object) -> None:
    """Put a claimed row back, and count no attempt: the server takes nothing, from nobody."""
    log.warning("no mail can be sent now: %s", judgement.code)
    changes |= {"attempts": row.attempts - 1, "last_error": judgement.reason}
    _note(row, lambda: Notification.objects.held_by(row).move_to(Status.PENDING, **changes))


def _end(row: Notification, status: str, **changes: object) -> int:
    return Notification.objects.held_by(row).move_to(status, **forgotten(row.kind), **changes)


def _note(row: Notification, write: Callable[[], int]) -> bool:
    """Write a result and return whether the row was still ours. It is known only here, so a database that is
    away is waited for; after half a minute it raises, and the lease decides.
    """
    for wait in (*NOTE_AGAIN_AFTER_S, None):
        try:
            noted = write()
        except (OperationalError, InterfaceError):
            if wait is None:
                raise
            connections["default"].close()
            time.sleep(wait)
        else:
            if not noted:
                log.warning("notification %s: the claim was lost while sending", row.uuid)
            return bool(noted)
    raise AssertionError("the last try returns or raises")


def _may_be_resent(row: Notification) -> bool:
    kind = known_kind(row.kind)
    if row.attempts >= ATTEMPTS_MAX:
        return False
    honours_a_key = bool(settings.EMAIL_IDEMPOTENCY_HEADER) and not row.channel
    return honours_a_key or (kind is not None and kind.if_in_doubt == "resend" and row.doubts == 0)


def _hang_up(connection: BaseEmailBackend | Webhook) -> None:
    with suppress(smtplib.SMTPException, OSError):
        connection.close()
