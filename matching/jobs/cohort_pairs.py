"""Pairs of cohorts: proposing those that were published, reminders, deadlines, and pairs that cannot be any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.lookups import LessThanOrEqual

from accounts.community_settings import days_of
from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.engine import Suggestion
from matching.engine.rules import FOR_SOME_DAYS
from matching.jobs.remind import FIFTHS, remind_after
from matching.locks import try_lock_pair
from matching.models import CohortPair, HelpRequest, Match
from matching.pair_moves import (
    BOTH,
    end_impossible_pair,
    go_on,
    move_pair,
    propose_alternate,
    tell_about_pair,
    withdraw_pair,
)
from matching.selectors.cohorts.over import (
    due_to_propose,
    impossible_pairs,
    is_impossible,
    overdue_pairs,
)
from matching.selectors.suggestions import judged_anew


def propose_published(*, now: datetime) -> int:
    """Propose the published pairs to both sides, the longest waiting first. Return how many.

    Each is a transaction of its own. What a worker that died leaves is still published.
    """
    return each_due(due_to_propose(), lambda pair_id: propose_pair(pair_id=pair_id, now=now))


def propose_pair(*, pair_id: int, now: datetime) -> bool:
    """Propose one published pair, with the reasons of now. Return whether it was done.

    A pair that cannot be any more is withdrawn, and its first alternate is published instead.
    """
    # Judged without the locks, since it takes time: the language model may have to be loaded.
    judged = _judged(pair_id, now=now)
    with transaction.atomic():
        pair = try_lock_pair(due_to_propose(), pair_id)
        if pair is None:
            return False
        if is_impossible(pair):
            end_impossible_pair(pair, now=now)
            return False
        if judged is None:
            withdraw_pair(pair, CohortPair.Why.NOT_POSSIBLE, tell=(), at=now)
            go_on(pair, now=now)
            return False
        if pair.instead_of_id is not None:
            pair.fit = judged.fit
        pair.reasons, pair.mentor_reasons = list(judged.reasons), list(judged.mentor_reasons)
        pair.answer_due_at = now + days_of("response_days")
        move_pair(pair, CohortPair.Status.PROPOSED, at=now)
        for side in BOTH:
            tell_about_pair(pair.person_on(side), "cohort_pair", pair, now)
    return True


def remind_of_pairs(*, now: datetime) -> int:
    """Remind the sides that have not answered. Return of how many pairs.

    Each reminder is sent once. A late sweep sends only the last one that is due.
    """
    return each_due(_due_to_remind(now), lambda pair_id: _remind(pair_id, now=now))


def expire_pairs(*, now: datetime) -> int:
    """Expire proposed pairs past their deadline, the oldest first. Return how many."""
    return each_due(overdue_pairs(now), lambda pair_id: _expire(pair_id, now=now))


def end_impossible_pairs(*, now: datetime) -> int:
    """Withdraw the live pairs that cannot be any more, and publish their alternates. Return how many."""
    return each_due(impossible_pairs(), lambda pair_id: _end(pair_id, now=now))


def _judged(pair_id: int, *, now: datetime) -> Suggestion | None:
    """Return the fit and the reasons of a pair. None if a hard rule excludes it."""
    pair = CohortPair.objects.select_related("mentor").filter(pk=pair_id).first()
    if pair is None:
        return None
    request = HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind").get(pk=pair.help_request_id)
    return judged_anew(request, [pair.mentor.user_id], now=now, despite=FOR_SOME_DAYS).get(pair.mentor.user_id)


@transaction.atomic
def _remind(pair_id: int, *, now: datetime) -> bool:
    pair = try_lock_pair(_due_to_remind(now), pair_id)
    if pair is None or is_impossible(pair):
        return False
    since, due_at = pair.proposed_at, pair.answer_due_at
    assert since is not None and due_at is not None  # noqa: S101, PT018 -- a constraint of proposed pairs
    pair.reminders_sent = sum(since <= now - after for after in remind_after(due_at - since))
    pair.save(update_fields=["reminders_sent"])
    for side in _silent(pair):
        notify(
            recipient=pair.person_on(side),
            kind="cohort_pair_reminder",
            key=f"{pair.uuid}:{pair.reminders_sent}",
            payload={"cohort_pair": str(pair.uuid), "number": str(pair.reminders_sent)},
            now=now,
        )
    return True


@transaction.atomic
def _expire(pair_id: int, *, now: datetime) -> bool:
    pair = try_lock_pair(overdue_pairs(now), pair_id)
    # Nobody was silent who cannot say yes any more.
    if pair is None or is_impossible(pair):
        return False
    move_pair(pair, CohortPair.Status.EXPIRED, at=pair.answer_due_at or now)
    # A mentee who does not answer waits for the next round, and takes no other mentor's place meanwhile.
    if Match.Side.MENTEE not in _silent(pair):
        propose_alternate(pair, now=now)
    for side in BOTH:
        tell_about_pair(pair.person_on(side), "cohort_pair_over", pair, now)
    return True


@transaction.atomic
def _end(pair_id: int, *, now: datetime) -> bool:
    pair = try_lock_pair(impossible_pairs(), pair_id)
    if pair is None:
        return False
    end_impossible_pair(pair, now=now)
    return True


def _silent(pair: CohortPair) -> Iterator[str]:
    return (side for side in BOTH if pair.yes_at(side) is None)


def _due_to_remind(now: datetime) -> QuerySet[CohortPair]:
    late = Q()
    # A pair keeps its own time to answer when the setting changes.
    since, window = F("proposed_at"), F("answer_due_at") - F("proposed_at")
    for number, fifths in enumerate(FIFTHS, start=1):
        after = ExpressionWrapper(window * Value(fifths / 5), DurationField())
        late |= Q(LessThanOrEqual(ExpressionWrapper(since + after, DateTimeField()), now), reminders_sent__lt=number)
    waiting = CohortPair.objects.filter(late, status=CohortPair.Status.PROPOSED, answer_due_at__gt=now)
    return waiting.order_by("answer_due_at", "pk")
