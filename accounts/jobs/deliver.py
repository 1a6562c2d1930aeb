"""Emptying the outbox: claim a row, check that it is still true, send, note the result."""

from __future__ import annotations

import logging
import random
import smtplib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from accounts.jobs.messages import render
from accounts.models import Notification
from accounts.registry import kind_of

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # longer than the slowest SMTP dialogue; the socket's time-out is 10 s a step
ATTEMPTS_MAX = 8
FIRST_BACKOFF = timedelta(seconds=20)  # then three times as long each time, six hours in all
BATCH_MAX = 500


def drain(*, now: Callable[[], datetime]) -> int:
    """Send what is due, oldest first, and return how many rows were worked on.

    Safe to run in any number of processes at once: a row is claimed by a commit before it is sent, and the
    claim's token decides who may note the result. ``now`` is called for each row, since sending takes time.
    """
    done = 0
    connection = get_connection()
    try:
        while done < BATCH_MAX and (row := claim_next(now=now())) is not None:
            try:
                connection.open()  # nothing, if it is open
            except (smtplib.SMTPException, OSError) as error:
                _give_back(row, error)
                return done
            deliver(row, connection=connection, now=now())
            done += 1
    finally:
        connection.close()
    return done


@transaction.atomic
def claim_next(*, now: datetime) -> Notification | None:
    """Take the row that has been due longest, or one whose sender died. None if nothing is due."""
    row = (
        Notification.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            Q(status=Notification.Status.PENDING, due_at__lte=now)
            | Q(status=Notification.Status.SENDING, lease_until_at__lt=now)
        )
        .select_related("recipient")
        .order_by("due_at", "pk")
        .first()
    )
    if row is None:
        return None
    row.status = Notification.Status.SENDING
    row.claim = uuid.uuid4()
    row.lease_until_at = now + LEASE
    row.attempts += 1
    row.save(update_fields=["status", "claim", "lease_until_at", "attempts"])
    return row


def deliver(row: Notification, *, connection: BaseEmailBackend, now: datetime) -> None:
    """Send a claimed row and note what came of it. Never raises: one bad row must not hold up the others."""
    try:
        message = render(row)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        log.exception("notification %s of kind %s could not be rendered", row.uuid, row.kind)
        _failed(row, type(error).__name__, now=now)
        return
    if message is None:
        _end(row, Notification.Status.SKIPPED)
        return
    message.connection = connection
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _failed(row, f"refused with {codes}", now=now, for_good=all(code >= 500 for code in codes))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # The dialogue broke off: the next row gets a new one.
        connection.close()
        _failed(row, type(error).__name__, now=now)
    else:
        _end(row, Notification.Status.SENT, sent_at=now, last_error="")


def _failed(row: Notification, error: str, *, now: datetime, for_good: bool = False) -> None:
    log.warning("notification %s: attempt %s failed: %s", row.uuid, row.attempts, error)
    if for_good or row.attempts >= ATTEMPTS_MAX:
        _end(row, Notification.Status.DEAD, last_error=error)
        return
    wait = FIRST_BACKOFF * 3 ** (row.attempts - 1) * random.uniform(0.8, 1.2)
    _note(row, status=Notification.Status.PENDING, due_at=now + wait, last_error=error)


def _give_back(row: Notification, error: Exception) -> None:
    """Put a claimed row back as it was: nobody answered, so nothing was tried with it."""
    log.warning("no mail can be sent now: %s", type(error).__name__)
    _note(row, status=Notification.Status.PENDING, attempts=row.attempts - 1, last_error=type(error).__name__)


def _end(row: Notification, status: str, **changes: object) -> None:
    secret: dict[str, object] = {"payload": {}} if kind_of(row.kind).secret else {}
    _note(row, status=status, **secret, **changes)


def _note(row: Notification, **changes: object) -> None:
    """Write the result, unless the lease ran out and somebody else has the row by now."""
    held = Notification.objects.filter(pk=row.pk, claim=row.claim)
    if not held.update(claim=None, lease_until_at=None, **changes):
        log.warning("notification %s: the claim was lost while sending", row.uuid)
