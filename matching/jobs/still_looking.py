"""Asking whether an old request still stands, and closing it if nobody says so."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.notifications.write import notify
from accounts.sweep import each_due
from matching.models import HelpRequest, Match


def ask_still_looking(*, now: datetime) -> int:
    """Ask the mentees of requests that have been open for STILL_LOOKING_AFTER, and return how many."""
    return each_due(_long_open(now), lambda request_id: _ask(request_id, now=now))


def expire_abandoned(*, now: datetime) -> int:
    """Expire requests whose mentee did not answer for STILL_LOOKING_GRACE, and return how many."""
    return each_due(_abandoned(now), lambda request_id: expire_request(help_request_id=request_id, now=now))


@transaction.atomic
def _ask(request_id: int, *, now: datetime) -> bool:
    request = _lock(_long_open(now), request_id)
    if request is None:
        return False
    request.still_looking_at = now
    request.save(update_fields=["still_looking_at"])
    _tell_mentee(request, "still_looking", now)
    return True


@transaction.atomic
def expire_request(*, help_request_id: int, now: datetime) -> bool:
    """Expire one request if its mentee did not answer and nobody holds it; return whether it was done.

    Not while a mentor's offer waits for the mentee: it has its own deadline.
    """
    request = _lock(_abandoned(now), help_request_id)
    # Read once more under the lock: an offer may have come after the row was chosen.
    if request is None or request.matches.filter(status=Match.Status.OFFERED).exists():
        return False
    # Before anybody is told: what they read is true of a request that is closed.
    request.move_to(HelpRequest.Status.EXPIRED, at=now)
    matches = (
        request.matches.select_for_update(of=("self",), no_key=True)
        .filter(status__in=Match.LIVE)
        .select_related("mentor__user")
        .order_by("pk")
    )
    for match in matches:
        was_waiting = match.status in Match.WAITING
        match.move_to(Match.Status.WITHDRAWN, at=now)
        if was_waiting:
            match_id = str(match.uuid)
            notify(
                recipient=match.mentor.user,
                kind="help_request_expired_mentor",
                key=match_id,
                payload={"match": match_id},
                now=now,
            )
    _tell_mentee(request, "help_request_expired", now)
    return True


def _long_open(now: datetime) -> QuerySet[HelpRequest]:
    long_ago = now - settings.STILL_LOOKING_AFTER
    return (
        HelpRequest.objects.filter(Q(renewed_at__isnull=True) | Q(renewed_at__lte=long_ago), opened_at__lte=long_ago)
        .filter(status=HelpRequest.Status.OPEN, still_looking_at__isnull=True)
        .order_by("opened_at", "pk")
    )


def _abandoned(now: datetime) -> QuerySet[HelpRequest]:
    long_ago = now - settings.STILL_LOOKING_GRACE
    # Nobody is asked before the request is opened: the index on opened_at narrows it down.
    abandoned = HelpRequest.objects.filter(opened_at__lte=long_ago, still_looking_at__lte=long_ago)
    offered = Match.objects.filter(help_request=OuterRef("pk"), status=Match.Status.OFFERED)
    return abandoned.filter(~Exists(offered), status=HelpRequest.Status.OPEN).order_by("opened_at", "pk")


def _lock(due: QuerySet[HelpRequest], request_id: int) -> HelpRequest | None:
    """Return the request if it is still due and nobody holds it: whoever does is acting on it."""
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("mentee")
    return rows.filter(pk=request_id).first()


def _tell_mentee(request: HelpRequest, kind: str, now: datetime) -> None:
    payload = {"help_request": str(request.uuid)}
    notify(recipient=request.mentee, kind=kind, key=f"{request.uuid}:{now.isoformat()}", payload=payload, now=now)
