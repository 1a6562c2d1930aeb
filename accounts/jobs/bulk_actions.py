"""Actions on many rows, in short rounds: one row a transaction. A sweep goes on after a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pghistory
from billiard.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model

from accounts.exceptions import Refusal
from accounts.locks import try_lock_bulk_action
from accounts.models import BulkAction, BulkActionRow, User
from accounts.models.bulk_action import ROWS_KEPT_FOR
from accounts.row_actions import RowAction, known_action, permission_for, seen_values
from accounts.suggested_actions import Deed

log = logging.getLogger(__name__)

Status, State = BulkAction.Status, BulkActionRow.State

ROUND_MAX = timedelta(seconds=45)  # then other work of the process has its turn
ATTEMPTS_MAX = 2  # for a row at which the worker dies or runs out of time

GONE = "It is not there any more."
CHANGED = "It has changed since the action was confirmed."
LEFT_OUT = "The action is not for it any more, or not for whoever began it."
REFUSED = "It was refused."
BROKEN = "An error of the server stopped it. The people who run the server find it in the log."
NOT_ALLOWED = "Whoever began it may not do it any more."


def actions_to_go_on_with() -> list[tuple[int, int]]:
    """Return the actions that are under way, with the number of their rounds so far."""
    running = BulkAction.objects.filter(status=Status.RUNNING).order_by("pk")
    return list(running.values_list("pk", "rounds"))


def forget_old_rows(*, now: datetime) -> int:
    """Delete the rows of old actions, and what was written for them. Return how many rows."""
    old = BulkAction.objects.exclude(status=Status.RUNNING).filter(status_since_at__lte=now - ROWS_KEPT_FOR)
    # Without the rows nothing says whom the words are about.
    old.exclude(answers={}).update(answers={})
    return BulkActionRow.objects.filter(bulk__in=old).delete()[0]


def work_on_bulk_action(*, bulk_id: int, rounds: int, now: Callable[[], datetime]) -> int | None:
    """Act on rows of an action for ROUND_MAX. Return the number of its rounds, or None if no other round is due.

    ``rounds`` is the number before this round: of two calls for the same round the second does nothing. ``now`` is read
    for each row.
    """
    bulk = _begin_round(bulk_id, rounds)
    if bulk is None:
        return None
    action, acted, end = known_action(bulk.model, bulk.action), False, now() + ROUND_MAX
    try:
        while now() < end:
            if not _next_row(bulk_id, bulk.rounds, now):
                return None
            acted = True
    except (OperationalError, InterfaceError) as error:
        log.warning("action %s waits for the sweep: %s", bulk_id, type(error).__name__)
        return None
    finally:
        if acted and action is not None:
            action.afterwards()
    return bulk.rounds


@transaction.atomic
def _begin_round(bulk_id: int, rounds: int) -> BulkAction | None:
    bulk = _locked(bulk_id, rounds)
    if bulk is not None:
        bulk.rounds += 1
        bulk.save(update_fields=["rounds"])
    return bulk


def _locked(bulk_id: int, rounds: int) -> BulkAction | None:
    """Return the action, locked. None if it is over, or somebody else has it or began another round."""
    bulk = try_lock_bulk_action(bulk_id)
    return bulk if bulk is not None and bulk.rounds == rounds else None


def _next_row(bulk_id: int, rounds: int, now: Callable[[], datetime]) -> bool:
    """Act on the next row. Return False if there is none, or it is not for this round."""
    row_id = _count_attempt(bulk_id, rounds, now())
    return row_id is not None and _settle_row(bulk_id, rounds, row_id, now())


@transaction.atomic
def _count_attempt(bulk_id: int, rounds: int, now: datetime) -> int | None:
    """Return the next row. Its attempt is counted in a transaction of its own, since the next one may never commit."""
    bulk = _locked(bulk_id, rounds)
    if bulk is None:
        return None
    row = bulk.rows.filter(state=State.WAITING).order_by("pk").first()
    if row is None:
        _end(bulk, Status.DONE, now=now)
        return None
    row.attempts += 1
    row.save(update_fields=["attempts"])
    return row.pk


@transaction.atomic
def _settle_row(bulk_id: int, rounds: int, row_id: int, now: datetime) -> bool:
    """Act on a row. Return False if it is not for this round any more.

    The note that a row is done commits with what was done. So a row that is cut off is taken again, and none twice.
    """
    bulk = _locked(bulk_id, rounds)
    if bulk is None:
        return False
    action = known_action(bulk.model, bulk.action)
    if action is None or bulk.by is None or not bulk.by.has_perm(permission_for(bulk.model, bulk.action)):
        _end(bulk, Status.STOPPED, because=NOT_ALLOWED, now=now)
        return False
    row = bulk.rows.get(pk=row_id)
    if row.attempts > ATTEMPTS_MAX:
        log.error("action %s gives up row %s after %s attempts", bulk.pk, row.key, ATTEMPTS_MAX)
        row.state, row.says = State.REFUSED, BROKEN
    else:
        row.state, row.says = _act(bulk, action, bulk.by, row, now)
    row.save(update_fields=["state", "says"])
    is_done = row.state == State.DONE
    bulk.done, bulk.refused = bulk.done + is_done, bulk.refused + (not is_done)
    bulk.save(update_fields=["done", "refused"])
    return True


def _act(
    bulk: BulkAction, action: RowAction, by: User, row: BulkActionRow, now: datetime
) -> tuple[BulkActionRow.State, str]:
    """Call the service for one row, as ``by``. Return what became of the row, and why nothing was done.

    The row is not locked here: its service takes the locks in their order, and checks again what may happen.
    """
    model = apps.get_model(bulk.model)
    found = model._default_manager.filter(pk=row.key)
    if not found.exists():
        return State.REFUSED, GONE
    if seen_values(found.values_list(*action.watched).get() if action.watched else ()) != row.seen:
        return State.REFUSED, CHANGED
    # Once more, as the role of ``by`` may have changed since the confirmation.
    thing = action.narrow(found, by).first()
    if thing is None:
        return State.REFUSED, LEFT_OUT
    deed = Deed(by=by, now=now, answers=bulk.answers)
    try:
        # A savepoint: what a refusal leaves behind is taken back, and the note of it stays.
        with transaction.atomic(), pghistory.context(user=by.pk):
            _log(bulk, action, by, thing)
            action.act(thing, deed)
    except Refusal as refusal:
        return State.REFUSED, refusal.detail or REFUSED
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("action %s failed for row %s", bulk.pk, row.key)
        return State.REFUSED, BROKEN
    return State.DONE, ""


def _log(bulk: BulkAction, action: RowAction, by: User, thing: Model) -> None:
    """Note the action in the log of the admin, as a list does."""
    sentence = f"{action.named(thing)} {action.sentence(bulk.answers)}."
    LogEntry.objects.log_actions(by.pk, [thing], CHANGE, sentence, single_object=True)


def _end(bulk: BulkAction, status: str, *, now: datetime, because: str = "") -> None:
    bulk.status, bulk.status_since_at, bulk.ended_because = status, now, because
    bulk.save(update_fields=["status", "status_since_at", "ended_because"])
