"""Delivery: claim a row, check that it is still true, send it, note the result.

After a crash the lease of the row ends, and `recover` decides. Before the last byte the message was not sent: it is
tried again. After the last byte it may have been sent: it is held for the admins, unless its kind or channel allows a
second try.
"""

from __future__ import annotations

import logging
import random
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connections, transaction
from psycopg.errors import LockNotAvailable

from accounts.models import Notification, User
from accounts.notifications import claims
from accounts.notifications.channels import Channel, channel_for
from accounts.notifications.channels.webhook import WAITS
from accounts.notifications.failures import Judgement, Verdict, judge
from accounts.notifications.holds import hold
from accounts.notifications.registry import known_kind, secret_erased
from accounts.notifications.trial import held_in_trial, passes_trial

log = logging.getLogger(__name__)
Status = Notification.Status
Clock = Callable[[], datetime]

ATTEMPTS_MAX = 8
FIRST_BACKOFF = timedelta(seconds=20)  # then three times as long each time, six hours in all
BATCH_MAX = 500
ROUND_MAX = timedelta(seconds=45)  # a worker can finish its round before it stops
# Waits between attempts to store a result while the database is unavailable.
NOTE_AGAIN_AFTER_S = (0.2, 0.5, 1, 2, 4, 8, 16)


class ClaimLost(Exception):
    """The claim has ended: another process may hold the row, so this one must not send it."""


class HeldByTrial(Exception):
    """Trial mode was switched on while the message was being sent. Its words are the reason, for the admins."""


def never() -> bool:
    return False


def drain(*, now: Clock, stop: Callable[[], bool] = never, webhooks: bool = False) -> int:
    """Send the due rows, oldest first. Return how many were processed.

    ``webhooks``: deliveries to endpoints, instead of mails and posts. No mail waits for a slow endpoint.

    Any number of processes may run at once. A row is claimed in a commit before it is sent, and the token of the
    claim decides which process may send it. ``now`` is called for each step, since sending takes time. ``stop`` is
    called between rows.
    """
    recover(now=now())
    done, end = 0, now() + ROUND_MAX
    # Mail settings from which no connection can be built end the round here, before a row is claimed for it.
    channels: dict[tuple[str, int | None], Channel] = {} if webhooks else {("", None): channel_for("")}
    try:
        while done < BATCH_MAX and now() < end and not stop():
            row = claims.claim_next(now=now(), webhooks=webhooks)
            if row is None:
                break
            name = (row.channel, row.endpoint_id)
            if name not in channels:
                channels[name] = channel_for(*name)
            if not deliver(row, channel=channels[name], now=now):
                break
            done += 1
    finally:
        for channel in channels.values():
            _hang_up(channel)
    return done


@transaction.atomic
def recover(*, now: datetime) -> None:
    """Retry, settle or hold rows whose lease has ended: their sender crashed."""
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
            Notification.objects.held_by(row).try_move(Status.PENDING, due_at=now, doubts=row.doubts + 1)
        else:
            log.warning("notification %s may have arrived: an admin decides", row.uuid)
            _end(row, Status.UNCERTAIN, failed_at=now)


def deliver(row: Notification, *, channel: Channel, now: Clock) -> bool:
    """Send a claimed row and note the result. Return False if this round should stop.

    Raises only if the database is unavailable or the worker runs out of time: one bad row must not stop the others.
    """
    row.true_at = now()
    message = _message(row, channel, now=row.true_at)
    if message is None:
        return True
    try:
        channel.open()
    except (smtplib.SMTPException, OSError) as error:
        _hang_up(channel)  # a handshake that failed leaves its socket
        judgement = judge(error, in_doubt=False)
        if channel.is_shared:
            _give_back(row, judgement)
            return False
        _failed(row, judgement, to="", now=now())
        return True
    try:
        channel.send(message, partial(_note_doubt, row, channel.address_of(message), now))
    except SoftTimeLimitExceeded:
        raise
    except ClaimLost:
        log.warning("notification %s: the claim was lost while sending, nothing was sent", row.uuid)
        _hang_up(channel)
    except HeldByTrial as reason:
        _hang_up(channel)
        held = str(reason)
        _note(row, lambda: _end(row, Status.SKIPPED, last_error=held))
    except Exception as error:
        _hang_up(channel)  # the dialogue broke: the next row gets a new connection
        judgement = judge(error, in_doubt=row.status == Status.IN_DOUBT)
        _failed(row, judgement, to=channel.address_of(message), now=now())
        return not (channel.is_shared and judgement.verdict is Verdict.NOT_NOW)
    else:
        _sent(row, now=now())
    return True


def _message(row: Notification, channel: Channel, *, now: datetime) -> Any:
    """Return the complete, valid message. None if the row was settled or postponed instead."""
    try:
        if refusal := channel.refusal(row):
            _end(row, Status.SKIPPED, last_error=refusal)
            return None
        kind = known_kind(row.kind)
        if kind is not None and hold(row, kind, now=now):
            return None
        message = channel.compose(row)
        with transaction.atomic():
            # The end of trial mode waits for this, and then finds the row that it sends after all.
            if message is not None and (held := held_in_trial(channel.address_of(message))):
                _end(row, Status.SKIPPED, last_error=held)
                return None
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


def _note_doubt(row: Notification, to: str, now: Clock) -> None:
    """Commit that the message may be sent from here on.

    The reason is written in advance, since a crash after this leaves no process to write it.

    Raises HeldByTrial if trial mode was switched on meanwhile, ClaimLost if the claim has ended.
    """
    doubt = "Its sender ended after the last byte was sent, before an answer was noted."
    lease = now() + claims.LEASE
    still_held = Notification.objects.held_by(row).filter(passes_trial(to))
    if not still_held.try_move(Status.IN_DOUBT, lease_until_at=lease, last_error=doubt):
        if reason := held_in_trial(to):
            raise HeldByTrial(reason)
        raise ClaimLost
    row.status = Status.IN_DOUBT


def _sent(row: Notification, *, now: datetime) -> None:
    noted = _note(row, lambda: _end(row, Status.SENT, sent_at=now, last_error=""))
    if not noted:
        # The lease ended during sending, and `recover` marked the row as uncertain. It was sent.
        lost = Notification.objects.filter(pk=row.pk, status=Status.UNCERTAIN, attempts=row.attempts)
        _note(row, lambda: lost.try_move(Status.SENT, sent_at=now, last_error=""))


def _failed(row: Notification, judgement: Judgement, *, to: str, now: datetime) -> None:
    log.warning("notification %s: attempt %s failed: %s", row.uuid, row.attempts, judgement.code)
    match judgement.verdict:
        case Verdict.UNKNOWN:  # its lease will end, and `recover` decides
            _note(row, lambda: Notification.objects.held_by(row).update(last_error=judgement.reason))
        case Verdict.NOT_NOW:
            # Later than other rows: the server may have refused because of this mail.
            _give_back(row, judgement, due_at=now + FIRST_BACKOFF * random.uniform(0.8, 1.2))
        case Verdict.AGAIN:
            _note(row, lambda: _try_again(row, judgement.reason, now=now, at_least=judgement.wait))
        case Verdict.REFUSED:
            _note(row, lambda: _end(row, Status.DEAD, last_error=judgement.reason, failed_at=now))
        case Verdict.BOUNCED:
            _note(row, lambda: _bounced(row, judgement.reason, to=to, now=now))


@transaction.atomic
def _bounced(row: Notification, reason: str, *, to: str, now: datetime) -> int:
    # Only the address that refused the mail: the person may have changed it by now.
    User.objects.filter(pk=row.person.pk, email=to, bouncing_since_at=None).update(bouncing_since_at=now)
    return _end(row, Status.DEAD, last_error=reason, failed_at=now)


def _try_again(row: Notification, reason: str, *, now: datetime, at_least: timedelta | None = None) -> int:
    if row.attempts >= attempts_max(row):
        return _end(row, Status.DEAD, last_error=reason, failed_at=now)
    if row.endpoint_id is None:
        wait = FIRST_BACKOFF * 3 ** (row.attempts - 1) * random.uniform(0.8, 1.2)
    else:
        wait = WAITS[row.attempts - 1] * random.uniform(1, 1.2)
    wait = max(wait, at_least or wait)
    return Notification.objects.held_by(row).try_move(Status.PENDING, due_at=now + wait, last_error=reason)


def _give_back(row: Notification, judgement: Judgement, **changes: object) -> None:
    """Put a claimed row back without counting an attempt: the server takes no message at the moment."""
    log.warning("no message can be sent now: %s", judgement.code)
    changes |= {"attempts": row.attempts - 1, "last_error": judgement.reason}
    _note(row, lambda: Notification.objects.held_by(row).try_move(Status.PENDING, **changes))


def _end(row: Notification, status: str, **changes: object) -> int:
    return Notification.objects.held_by(row).try_move(status, **secret_erased(row.kind), **changes)


def _note(row: Notification, write: Callable[[], int]) -> bool:
    """Store a result. Return whether this process still held the row.

    No other process knows the result, so this retries while the database is unavailable. After half a minute it
    raises, and `recover` decides when the lease ends.
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
    if row.attempts >= attempts_max(row):
        return False
    kind = known_kind(row.kind)
    once_more = kind is not None and kind.if_in_doubt == "resend" and row.doubts == 0
    return once_more or channel_for(row.channel, row.endpoint_id).honours_key


def attempts_max(row: Notification) -> int:
    return ATTEMPTS_MAX if row.endpoint_id is None else len(WAITS) + 1


def _hang_up(channel: Channel) -> None:
    with suppress(smtplib.SMTPException, OSError):
        channel.close()
