"""Acts of admins on an escalation: the suggested action, put off, dismiss, assign; and the change of its rule.

The note on the cause is locked first, before anything else. So of two admins at once one acts, and the other reads
what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.escalations import EscalationKind, known_kind
from accounts.exceptions import (
    EscalationGone,
    EscalationOwnerNotAdmin,
    EscalationRuleChanged,
    EscalationTaken,
    ReasonMissing,
)
from accounts.models import Concern, Escalation, EscalationRule, User
from accounts.open_escalations import Cause, OpenEscalation, is_part, note_on, open_escalation, rule_in_force
from accounts.services.concern_decisions import assign_concern

SNOOZE_DAYS = (1, 3, 7)
GONE = "It needs nobody any more: its cause is gone."


@transaction.atomic
def do_suggested(
    *, cause: Cause, act: Callable[[Any], object], done: str, rests_for: timedelta, by: User, now: datetime
) -> Escalation:
    """Call ``act`` with the row of an escalation, and note it. It rests for ``rests_for`` if its cause is still there.

    ``done`` says in words what was done. Raises EscalationGone, EscalationTaken, and the refusals of ``act``.
    """
    note, escalation = _lock_open(cause, by, now)
    act(escalation.row)
    note.acted_at, note.acted_by, note.done = now, by, done
    note.snoozed_until_at, note.snoozed_by = now + rests_for, by
    note.save()
    return note


@transaction.atomic
def snooze(*, cause: Cause, days: int, by: User, now: datetime) -> Escalation:
    """Put an escalation off for ``days``. Raises EscalationGone, EscalationTaken."""
    note, _ = _lock_open(cause, by, now)
    note.snoozed_until_at, note.snoozed_by = now + timedelta(days=days), by
    note.save()
    return note


@transaction.atomic
def dismiss(*, cause: Cause, reason: str, by: User, now: datetime) -> Escalation:
    """Dismiss an escalation for as long as its cause stays the same. Raises EscalationGone, EscalationTaken.

    Raises ReasonMissing without a ``reason``.
    """
    if not reason.strip():
        raise ReasonMissing("Give a reason in a sentence or two. The other admins read it.")
    note, _ = _lock_open(cause, by, now)
    note.dismissed_at, note.dismissed_by, note.dismissed_reason = now, by, reason.strip()
    note.snoozed_until_at = note.snoozed_by = None
    note.save()
    return note


@transaction.atomic
def assign(*, cause: Cause, to: User | None, was: int | None, by: User, now: datetime) -> Escalation:
    """Assign an escalation to an admin, or to nobody. ``was`` is the key of the one whom the caller saw there.

    Raises EscalationGone, EscalationTaken if it was assigned to somebody else meanwhile, EscalationOwnerNotAdmin also
    for an admin who is a part of it. For a concern it raises the refusals of ``assign_concern``.
    """
    _must_be_able(to, cause.kind)
    note, escalation = _lock_open(cause, by, now)
    if to is not None and is_part(to, cause, now=now):
        raise EscalationOwnerNotAdmin(f"{to} is a part of it. Choose somebody else.")
    before = escalation.assigned_to
    if isinstance(concern := escalation.row, Concern):
        # Its owner counts. The note is for the list of what was done.
        assign_concern(concern_id=concern.pk, by=by, owner=to, was=was, due_at=concern.due_at, now=now)
    elif (before.pk if before else None) not in (was, to.pk if to else None):
        raise EscalationTaken(f"It was assigned to {before or 'nobody'} meanwhile.")
    note.assigned_to = to
    note.save()
    return note


@transaction.atomic
def set_rule(*, kind: EscalationKind, days: int, is_on: bool, owner: User | None, was: str) -> EscalationRule:
    """Change the rule of a kind of escalation. ``was`` has the ``values`` of the rule that the caller saw.

    Raises EscalationOwnerNotAdmin, and EscalationRuleChanged if others are in force meanwhile.
    """
    _must_be_able(owner, kind.code)
    # A kind that was never changed has a row from now on: of two admins at once, the second one waits for it.
    EscalationRule.objects.bulk_create([EscalationRule(kind=kind.code, days=kind.days)], ignore_conflicts=True)
    rule = EscalationRule.objects.select_for_update(no_key=True).get(kind=kind.code)
    now = rule_in_force(kind)
    if now.values != was:
        raise EscalationRuleChanged(
            f"The rule was changed meanwhile. It is {'on' if now.is_on else 'off'}, and {now.owner or 'nobody'} takes "
            f"care of it: {now.sentence} Look at it again."
        )
    rule.days, rule.is_on, rule.owner = days, is_on, owner
    rule.save()
    return rule


def _must_be_able(person: User | None, code: str) -> None:
    """Raise EscalationOwnerNotAdmin for somebody who may not see escalations of a kind."""
    kind = known_kind(code)
    if person is not None and kind is not None and not person.has_perm(kind.view_permission):
        raise EscalationOwnerNotAdmin(f"{person} may not see it. Choose somebody else.")


def _lock_open(cause: Cause, by: User, now: datetime) -> tuple[Escalation, OpenEscalation]:
    """Return the locked note on a cause, and its escalation. Raises EscalationGone, EscalationTaken.

    For an admin who is a part of it, it is gone as well: the words of the refusal must not tell them of it.
    """
    if is_part(by, cause, now=now):
        raise EscalationGone(GONE)
    named = {"kind": cause.kind, "subject": cause.subject, "since_at": cause.since_at}
    Escalation.objects.bulk_create([Escalation(**named)], ignore_conflicts=True)
    Escalation.objects.select_for_update(no_key=True).get(**named)
    note, kind = note_on(cause), known_kind(cause.kind)
    if note is None or kind is None:
        raise EscalationGone("This kind of escalation is no more.")
    if note.dismissed_at:
        raise EscalationTaken(
            f"{note.dismissed_by} dismissed it on {_when(note.dismissed_at)}: {note.dismissed_reason}"
        )
    escalation = open_escalation(cause, rule_in_force(kind), reader=by, now=now)
    is_resting = note.snoozed_until_at is not None and note.snoozed_until_at > now
    if note.acted_at and (escalation is None or is_resting):
        raise EscalationTaken(f"{note.acted_by} was here on {_when(note.acted_at)}: {note.done}")
    if escalation is None:
        raise EscalationGone(GONE)
    if note.snoozed_until_at and is_resting:
        raise EscalationTaken(f"{note.snoozed_by} put it off until {_when(note.snoozed_until_at)}.")
    return note, escalation


def _when(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
