"""Looking for mentors for open help requests. A request without any waits in the queue."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from accounts.models import MentorProfile, Notification
from accounts.notifications.write import notify
from matching.engine import PROPOSALS_MAX, SHOWN_ENOUGH, Suggestion
from matching.jobs.embed import embed_request
from matching.locks import lock_live_matches, lock_request
from matching.models import HelpRequest, Match
from matching.moves import judge, order_matches, places_taken, proposal_of, tell_mentee
from matching.selectors.corrections import last_correction_at
from matching.selectors.queue import NO_MENTORS
from matching.selectors.suggestions import Best, best_mentors, broken_rules, judged_anew, tried_in

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(hours=6)
NEWS_EVERY = timedelta(minutes=30)
BATCH = 100


def propose_due_requests(*, now: datetime) -> int:
    """Propose mentors for requests that are due, the longest waiting first. Return how many were processed.

    A request in the queue waits since it was queued, so a place that became free goes to it first. A request that
    fails is logged and put off, and the others go on.
    """
    due = HelpRequest.objects.filter(mentors_due_at__lte=now, mentee__is_active=True)
    ids = list(due.order_by(Coalesce("queued_at", "mentors_due_at"), "pk").values_list("pk", flat=True)[:BATCH])
    for request_id in ids:
        try:
            propose_matches(help_request_id=request_id, now=now)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("help request %s: no mentors could be looked for", request_id)
            HelpRequest.objects.filter(pk=request_id, mentors_due_at__isnull=False).update(
                mentors_due_at=now + RETRY_AFTER
            )
    return len(ids)


def propose_matches(*, help_request_id: int, now: datetime) -> int:
    """Store up to PROPOSALS_MAX proposals for an open request, and notify the mentee. Return how many are new.

    Running twice does no harm: a mentor has one current proposal for a request, and live matches count towards the
    maximum, except mentors whom the mentee named and did not ask.
    Without a candidate the request waits in the queue with the reason. It is due again after ``RETRY_AFTER``, or
    earlier if mentors change (``matching.jobs.look_again``).
    """
    # Read before the text: a correction in between only leads to one search more.
    corrected_at = last_correction_at(help_request_id)
    request = (
        HelpRequest.objects.select_related("mentee", "goal__kind", "session_kind")
        .filter(pk=help_request_id, mentors_due_at__isnull=False, mentee__is_active=True)
        .first()
    )
    if request is None:
        log.info("help request %s: gone, closed, or has its mentors; or its mentee left", help_request_id)
        return 0
    embed_request(request)
    # Ranked without the lock, since it takes time. Each move checks the rules again.
    live, over = tried_in(request, now=now)
    best = best_mentors(request, now=now, count=PROPOSALS_MAX, without=live, over=over)
    anew = _judged_anew(request, corrected_at, now=now) if corrected_at else {}
    return _store(request, best, anew, corrected_at, now=now)


def _judged_anew(request: HelpRequest, corrected_at: datetime, *, now: datetime) -> dict[int, Suggestion]:
    """Return new points and reasons, by user, for the live matches from before a correction."""
    older = request.matches.filter(status__in=Match.LIVE, created_at__lte=corrected_at)
    users = list(older.values_list("mentor__user_id", flat=True))
    return judged_anew(request, users, now=now) if users else {}


@transaction.atomic
def _store(
    request: HelpRequest,
    found: Best,
    anew: Mapping[int, Suggestion],
    corrected_at: datetime | None,
    *,
    now: datetime,
) -> int:
    locked = lock_request(request.pk)
    if locked.mentors_due_at is None:
        return 0
    if last_correction_at(locked.pk) != corrected_at:
        # Corrected while the old text was ranked. The request is still due, and the next search reads the new one.
        return 0
    _drop_dead_proposals(locked, now=now)
    _judge_anew(locked, anew)
    # A mentor whom the mentee named takes no place, and ends no search.
    live = places_taken(locked)
    chosen = found.suggestions[: max(PROPOSALS_MAX - live, 0)]
    mentors = MentorProfile.objects.in_bulk([suggestion.mentor_id for suggestion in chosen], field_name="user_id")
    proposals = [proposal_of(locked, mentors[suggestion.mentor_id], suggestion, now) for suggestion in chosen]
    Match.objects.bulk_create(proposals, ignore_conflicts=True)
    order_matches(locked)
    locked.looked_at = now
    if chosen or live:
        locked.mentors_due_at, locked.queued_at, locked.obstacle = None, None, ""
    else:
        locked.mentors_due_at = now + RETRY_AFTER
        locked.queued_at = locked.queued_at or now
        locked.obstacle = HelpRequest.WEAK_FIT if found.weaker else found.main_obstacle or NO_MENTORS
    locked.save(update_fields=["mentors_due_at", "looked_at", "queued_at", "obstacle"])
    if chosen:
        tell_news(request, now)
    elif locked.queued_at:
        tell_mentee(request, "no_mentor_yet", since=locked.queued_at, now=now)
    return len(chosen)


def _judge_anew(request: HelpRequest, anew: Mapping[int, Suggestion]) -> None:
    """Write new points and reasons to live matches. A proposal that fits too little by now is deleted.

    One that the mentee or an admin chose stays.
    """
    for match in lock_live_matches(request):
        suggestion = anew.get(match.mentor.user_id)
        if suggestion is None:
            continue
        is_chosen = match.is_named or hasattr(match, "by_hand")
        is_kept = suggestion.is_worth_proposing or is_chosen or match.status != Match.Status.PROPOSED
        if is_kept:
            judge(match, suggestion)
            match.save()
        else:
            match.delete()


def tell_news(request: HelpRequest, now: datetime) -> None:
    """Write one mail about new proposals at most every NEWS_EVERY. One that was not sent yet says all that is new."""
    told = Notification.objects.filter(
        recipient=request.mentee, kind="suggestions_ready", key__startswith=str(request.uuid)
    )
    # The lock makes its delivery wait for these proposals. A locked row is being sent, and may miss them.
    unsent = told.select_for_update(skip_locked=True, no_key=True).filter(status=Notification.Status.PENDING)
    if unsent.first():
        return
    last_at = told.aggregate(last=Max("created_at"))["last"]
    notify(
        recipient=request.mentee,
        kind="suggestions_ready",
        key=f"{request.uuid}:{now.isoformat()}",
        payload={"help_request": str(request.uuid)},
        now=now,
        due_at=max(now, last_at + NEWS_EVERY) if last_at else now,
    )


def _drop_dead_proposals(request: HelpRequest, *, now: datetime) -> None:
    """Delete proposals that a hard rule excludes by now: they would take the places of others."""
    proposed = request.matches.filter(status=Match.Status.PROPOSED)
    users = list(proposed.values_list("mentor__user_id", flat=True))
    rules = broken_rules(request, users, now=now)
    dead = [user for user in users if any(rule != SHOWN_ENOUGH for rule in rules[user])]
    proposed.filter(mentor__user__in=dead).delete()
