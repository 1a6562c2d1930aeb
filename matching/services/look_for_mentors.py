"""Starting a search for mentors, by an admin or as part of another move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.about_others import must_be_about_others
from accounts.doorbell import ring_after_commit
from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.locks import lock_request
from matching.models import HelpRequest
from matching.moves import make_due
from matching.services.checks import must_look_for_mentors
from matching.tasks import propose_due, propose_matches


@transaction.atomic
def look_for_mentors(*, help_request_ids: Sequence[int], by: User, now: datetime) -> int:
    """Start a search for the open requests of others among these, but for cohorts. Return how many they are."""
    opened = HelpRequest.objects.filter(pk__in=help_request_ids, status=HelpRequest.Status.OPEN, cohort=None)
    count = opened.exclude(mentee=by).update(mentors_due_at=now)
    ring_after_commit(propose_due)
    return count


@transaction.atomic
def make_search_due(*, help_request_id: int, by: User, now: datetime) -> None:
    """Make a search for an open request of somebody else due. ``begin_due_searches`` then starts it, with others.

    Raises HelpRequestGone, AboutYourself, MatchedInCohort, MoveNotAllowed unless it is open.
    """
    request = lock_request(help_request_id)
    must_be_about_others(by, request.mentee_id)
    must_look_for_mentors(request)
    if not make_due(request, now=now):
        raise MoveNotAllowed("help request", request.status, HelpRequest.Status.OPEN)


def begin_due_searches() -> None:
    """Start the searches that are due, after the commit."""
    ring_after_commit(propose_due)


def look_for_more(request: HelpRequest, now: datetime) -> None:
    """Start a search after the commit, if the locked request is open to all mentors."""
    if make_due(request, now=now):
        ring_after_commit(propose_matches, request.pk)
