"""Looking for mentors for an open help request."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import MentorProfile
from accounts.services.notify import notify
from matching.engine import ENGINE_VERSION, Suggestion
from matching.models import HelpRequest, Match
from matching.selectors.suggestions import suggestions_for

log = logging.getLogger(__name__)

PROPOSALS_MAX = 5
RETRY_AFTER = timedelta(hours=6)


def propose_due_requests(*, now: datetime) -> int:
    """Propose mentors for every request that is due, and return how many requests were looked at."""
    due = HelpRequest.objects.filter(mentors_due_at__lte=now).order_by("mentors_due_at", "pk")
    ids = list(due.values_list("pk", flat=True))
    for request_id in ids:
        propose_matches(help_request_id=request_id, now=now)
    return len(ids)


def propose_matches(*, help_request_id: int, now: datetime) -> int:
    """Store up to five proposals for an open request, tell the mentee, and return how many are new.

    Runs twice without harm: proposals are unique by request and mentor, and what is live is filled up, not
    added to. Without an eligible mentor the request stays open and is looked at again after ``RETRY_AFTER``.
    """
    request = (
        HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind")
        .filter(pk=help_request_id, mentors_due_at__isnull=False)
        .first()
    )
    if request is None:
        log.warning("help request %s: gone, closed, or has its mentors", help_request_id)
        return 0
    # Ranked without the lock, since it takes time; what is stored is checked again when it is acted on.
    found = suggestions_for(request, now=now)
    # Some of the best may be proposed already, or have been tried.
    best = found.first(PROPOSALS_MAX + request.matches.count())
    return _store(request, best, now=now)


@transaction.atomic
def _store(request: HelpRequest, best: tuple[Suggestion, ...], *, now: datetime) -> int:
    locked = HelpRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if locked.mentors_due_at is None:
        return 0
    known = set(locked.matches.values_list("mentor__user_id", flat=True))
    live = locked.matches.filter(status__in=Match.LIVE).count()
    chosen = [s for s in best if s.mentor_id not in known][: max(PROPOSALS_MAX - live, 0)]
    mentors = MentorProfile.objects.in_bulk([s.mentor_id for s in chosen], field_name="user_id")
    Match.objects.bulk_create([_match(locked, mentors[s.mentor_id], s, now) for s in chosen], ignore_conflicts=True)
    locked.mentors_due_at = None if chosen or live else now + RETRY_AFTER
    locked.save(update_fields=["mentors_due_at"])
    if chosen:
        kind, key = "suggestions_ready", f"{request.uuid}:{len(known)}"
    elif not live:
        kind, key = "no_mentor_yet", str(request.uuid)
    else:
        return 0
    notify(recipient=request.mentee, kind=kind, key=key, payload={"help_request": str(request.uuid)}, now=now)
    return len(chosen)


def _match(request: HelpRequest, mentor: MentorProfile, found: Suggestion, now: datetime) -> Match:
    return Match(
        help_request=request,
        mentor=mentor,
        position=found.position,
        fit=found.fit,
        criteria={name: asdict(criterion) for name, criterion in found.criteria.items()},
        reasons=list(found.reasons),
        mentor_reasons=list(found.mentor_reasons),
        engine_version=ENGINE_VERSION,
        created_at=now,
    )
